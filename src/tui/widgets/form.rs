//! A form: labelled fields, one of which has the focus. Keys come as actions of [`Context::Input`] while that one is a text,
//! of [`Context::Dialog`] otherwise.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::input::{Edited, Input};
use super::{put, put_text};
use crate::tui::action::{Action, Context};
use crate::tui::intent::Intent;
use crate::tui::text::{fit, fit_padded, width};
use crate::tui::theme::Theme;

/// What a field holds.
#[derive(Debug, Clone)]
pub enum Value {
    Text {
        input: Input,
        /// Stands there while nothing is typed.
        empty: String,
    },
    /// One of several; `at` is its index.
    Choice { options: Vec<String>, at: usize },
    /// Each on or off; `at` is the one under the cursor.
    Toggles { options: Vec<(String, bool)>, at: usize },
}

#[derive(Debug, Clone)]
pub struct Field {
    label: &'static str,
    value: Value,
    /// Said behind the value; `true`: a warning.
    note: Option<(String, bool)>,
}

impl Field {
    pub fn text(label: &'static str, text: &str, empty: &str) -> Field {
        Field { label, value: Value::Text { input: Input::one_line(text), empty: empty.to_owned() }, note: None }
    }

    pub fn choice(label: &'static str, options: impl IntoIterator<Item = impl Into<String>>) -> Field {
        Field { label, value: Value::Choice { options: options.into_iter().map(Into::into).collect(), at: 0 }, note: None }
    }

    pub fn toggles(label: &'static str, options: impl IntoIterator<Item = impl Into<String>>) -> Field {
        let options = options.into_iter().map(|option| (option.into(), false)).collect();
        Field { label, value: Value::Toggles { options, at: 0 }, note: None }
    }
}

/// What a key did to the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Changed,
    /// At most the focus or a cursor moved.
    Moved,
    /// Accepted, on a field that is no text: there Enter goes to the next field.
    Submitted,
    Closed,
}

#[derive(Debug, Clone)]
pub struct Form {
    fields: Vec<Field>,
    focus: usize,
}

impl Form {
    /// `fields` must not be empty; the focus is on `focus`.
    pub fn new(fields: Vec<Field>, focus: usize) -> Form {
        Form { fields, focus }
    }

    pub fn focus(&self) -> usize {
        self.focus
    }

    pub fn focus_on(&mut self, field: usize) {
        self.focus = field.min(self.fields.len().saturating_sub(1));
    }

    pub fn len(&self) -> usize {
        self.fields.len()
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub fn context(&self) -> Context {
        match self.fields.get(self.focus).map(|field| &field.value) {
            Some(Value::Text { .. }) => Context::Input,
            _ => Context::Dialog,
        }
    }

    /// The text of a text field without the blanks around it.
    pub fn typed(&self, field: usize) -> &str {
        match self.fields.get(field).map(|field| &field.value) {
            Some(Value::Text { input, .. }) => input.text().trim(),
            _ => "",
        }
    }

    /// The index of what is chosen.
    pub fn chosen(&self, field: usize) -> usize {
        match self.fields.get(field).map(|field| &field.value) {
            Some(Value::Choice { at, .. }) => *at,
            _ => 0,
        }
    }

    pub fn is_on(&self, field: usize, option: usize) -> bool {
        match self.fields.get(field).map(|field| &field.value) {
            Some(Value::Toggles { options, .. }) => options.get(option).is_some_and(|(_, on)| *on),
            _ => false,
        }
    }

    /// Other options for a choice; what was chosen by name stays chosen where it is still there.
    pub fn offer(&mut self, field: usize, new: Vec<String>) {
        if let Some(Value::Choice { options, at }) = self.fields.get_mut(field).map(|field| &mut field.value) {
            *at = new.iter().position(|option| options.get(*at) == Some(option)).unwrap_or(0);
            *options = new;
        }
    }

    /// Other options for toggles; those that were on by name stay on where they are still there.
    pub fn offer_toggles(&mut self, field: usize, new: Vec<String>) {
        if let Some(Value::Toggles { options, at }) = self.fields.get_mut(field).map(|field| &mut field.value) {
            let was_on = |name: &String| options.iter().any(|(option, on)| *on && option == name);
            let new: Vec<(String, bool)> = new
                .into_iter()
                .map(|name| {
                    let on = was_on(&name);
                    (name, on)
                })
                .collect();
            *at = (*at).min(new.len().saturating_sub(1));
            *options = new;
        }
    }

    /// The names of the toggles that are on.
    pub fn all_on(&self, field: usize) -> Vec<String> {
        match self.fields.get(field).map(|field| &field.value) {
            Some(Value::Toggles { options, .. }) => options.iter().filter(|(_, on)| *on).map(|(name, _)| name.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// Chooses an option; `at` beyond them leaves it as it was.
    pub fn choose(&mut self, field: usize, option: usize) {
        if let Some(Value::Choice { options, at }) = self.fields.get_mut(field).map(|field| &mut field.value)
            && option < options.len()
        {
            *at = option;
        }
    }

    /// Replaces what is typed in a text field.
    pub fn set_text(&mut self, field: usize, text: &str) {
        if let Some(Value::Text { input, .. }) = self.fields.get_mut(field).map(|field| &mut field.value) {
            input.set(text);
        }
    }

    pub fn note(&mut self, field: usize, note: Option<(String, bool)>) {
        if let Some(field) = self.fields.get_mut(field) {
            field.note = note;
        }
    }

    pub fn update(&mut self, intent: &Intent) -> Outcome {
        match intent {
            Intent::Do(Action::Leave | Action::Dismiss) => Outcome::Closed,
            Intent::Do(Action::Accept) => Outcome::Submitted,
            Intent::Do(Action::NextField | Action::Complete | Action::Submit | Action::LineDown | Action::Down) => self.go(1),
            Intent::Do(Action::PreviousField | Action::CompleteBack | Action::LineUp | Action::Up) => {
                self.go(self.fields.len().saturating_sub(1))
            }
            _ => self.fields.get_mut(self.focus).map_or(Outcome::Moved, |field| field.value.update(intent)),
        }
    }

    fn go(&mut self, by: usize) -> Outcome {
        self.focus = (self.focus + by) % self.fields.len().max(1);
        Outcome::Moved
    }

    /// Draws a field a row, scrolled so that the one with the focus is in view; where the terminal's cursor belongs.
    pub fn view(&self, buf: &mut Buffer, area: Rect, theme: &Theme) -> Option<Position> {
        let height = usize::from(area.height);
        let first = (self.focus + 1).saturating_sub(height);
        let labels = self.fields.iter().map(|field| width(field.label)).max().unwrap_or(0) + 2;
        let mut cursor = None;
        for (row, (i, field)) in self.fields.iter().enumerate().skip(first).take(height).enumerate() {
            let place = Rect { y: area.y.saturating_add(row as u16), height: 1, ..area };
            let focused = i == self.focus;
            let (sign, style) = if focused { ("› ", theme.accent) } else { ("  ", theme.dim) };
            put_text(buf, place, 0, &format!("{sign}{}", fit_padded(field.label, labels)), style);
            let indent = (labels + 2) as u16;
            let value = Rect { x: place.x.saturating_add(indent), width: place.width.saturating_sub(indent), ..place };
            cursor = field.view(buf, value, focused, theme).or(cursor);
        }
        cursor
    }
}

impl Value {
    fn update(&mut self, intent: &Intent) -> Outcome {
        let edited = match (self, intent) {
            (Value::Text { input, .. }, Intent::Do(action)) => input.handle(*action),
            (Value::Text { input, .. }, Intent::Type(c)) => input.type_char(*c),
            (Value::Text { input, .. }, Intent::Paste(text)) => input.paste(text.trim()),
            (Value::Choice { options, at }, Intent::Do(Action::IncreaseField | Action::Toggle)) => step(at, 1, options.len()),
            (Value::Choice { options, at }, Intent::Do(Action::DecreaseField)) => {
                step(at, options.len().saturating_sub(1), options.len())
            }
            (Value::Toggles { options, at }, Intent::Do(Action::IncreaseField)) => {
                step(at, 1, options.len());
                Edited::Moved
            }
            (Value::Toggles { options, at }, Intent::Do(Action::DecreaseField)) => {
                step(at, options.len().saturating_sub(1), options.len());
                Edited::Moved
            }
            (Value::Toggles { options, at }, Intent::Do(Action::Toggle)) => match options.get_mut(*at) {
                Some((_, on)) => {
                    *on = !*on;
                    Edited::Changed
                }
                None => Edited::Moved,
            },
            _ => Edited::Ignored,
        };
        if edited == Edited::Changed { Outcome::Changed } else { Outcome::Moved }
    }
}

fn step(at: &mut usize, by: usize, len: usize) -> Edited {
    let before = *at;
    *at = (*at + by) % len.max(1);
    if *at == before { Edited::Moved } else { Edited::Changed }
}

impl Field {
    fn view(&self, buf: &mut Buffer, area: Rect, focused: bool, theme: &Theme) -> Option<Position> {
        let cells = usize::from(area.width);
        match &self.value {
            Value::Text { input, empty } => {
                let used = if input.text().is_empty() {
                    put_text(buf, area, 0, &fit(empty, cells), theme.dim);
                    width(empty)
                } else {
                    width(input.text())
                };
                self.view_note(buf, area, used, theme);
                let field =
                    Rect { width: if self.note.is_some() { area.width.min(used as u16 + 1) } else { area.width }, ..area };
                let cursor = if input.text().is_empty() { Some(area.as_position()) } else { input.view(buf, field, theme.text) };
                cursor.filter(|_| focused && !area.is_empty())
            }
            Value::Choice { options, at } => {
                let line = choice(options, *at, cells, theme);
                self.view_note(buf, area, line.width(), theme);
                put(buf, area, 0, &line);
                None
            }
            Value::Toggles { options, at } => {
                let line = toggles(options, focused.then_some(*at), cells, theme);
                self.view_note(buf, area, line.width(), theme);
                put(buf, area, 0, &line);
                None
            }
        }
    }

    fn view_note(&self, buf: &mut Buffer, area: Rect, used: usize, theme: &Theme) {
        let Some((note, warning)) = &self.note else { return };
        let skip = (used + 2).min(usize::from(area.width)) as u16;
        let place = Rect { x: area.x.saturating_add(skip), width: area.width - skip, ..area };
        let style = if *warning { theme.warning } else { theme.dim };
        put_text(buf, place, 0, &fit(note, usize::from(place.width)), style);
    }
}

/// All options with the chosen one in brackets, or where they do not fit only that one.
fn choice(options: &[String], at: usize, cells: usize, theme: &Theme) -> Line<'static> {
    let needed: usize = options.iter().map(|option| width(option) + 3).sum();
    let name = |i: usize| options.get(i).map_or("", String::as_str);
    if needed > cells {
        return Line::styled(fit(&format!("‹ {} ›", name(at)), cells), theme.selected);
    }
    let spans = (0..options.len()).flat_map(|i| {
        let (text, style) =
            if i == at { (format!("[{}]", name(i)), theme.selected) } else { (format!(" {} ", name(i)), theme.dim) };
        [Span::styled(fit(&text, cells), style), Span::raw(" ")]
    });
    Line::from_iter(spans)
}

/// `[x] id  [ ] line`, from the one under the cursor on where they do not fit.
fn toggles(options: &[(String, bool)], at: Option<usize>, cells: usize, theme: &Theme) -> Line<'static> {
    let needed: usize = options.iter().map(|(name, _)| width(name) + 6).sum();
    let first = if needed > cells { at.unwrap_or(0) } else { 0 };
    let spans = options.iter().enumerate().skip(first).flat_map(|(i, (name, on))| {
        let style = |style: Style| if at == Some(i) { theme.cursor } else { style };
        let (sign, style) = if *on { ("[x]", style(theme.selected)) } else { ("[ ]", style(theme.text)) };
        [Span::styled(fit(&format!("{sign} {name}"), cells), style), Span::raw("  ")]
    });
    Line::from_iter(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form::new(vec![Field::text("name", "a", ""), Field::choice("kind", ["x", "y"]), Field::toggles("with", ["p", "q"])], 0)
    }

    #[test]
    fn keys_go_to_the_field_with_the_focus() {
        let mut form = form();
        assert_eq!((form.context(), form.update(&Intent::Type('b'))), (Context::Input, Outcome::Changed));
        assert_eq!(form.typed(0), "ab");
        assert_eq!(form.update(&Intent::Do(Action::Submit)), Outcome::Moved);
        assert_eq!(
            (form.context(), form.update(&Intent::Do(Action::DecreaseField)), form.chosen(1)),
            (Context::Dialog, Outcome::Changed, 1)
        );
        form.offer(1, ["z", "y", "x"].map(Into::into).into());
        assert_eq!(form.chosen(1), 1);
        form.offer(1, vec!["z".into()]);
        assert_eq!((form.chosen(1), form.update(&Intent::Do(Action::IncreaseField))), (0, Outcome::Moved));
        form.update(&Intent::Do(Action::NextField));
        form.update(&Intent::Do(Action::IncreaseField));
        assert_eq!(form.update(&Intent::Do(Action::Toggle)), Outcome::Changed);
        assert_eq!([form.is_on(2, 0), form.is_on(2, 1)], [false, true]);
        assert_eq!(form.update(&Intent::Do(Action::Accept)), Outcome::Submitted);
        assert_eq!(form.all_on(2), ["q"]);
        form.offer_toggles(2, ["q", "r"].map(Into::into).into());
        assert_eq!([form.is_on(2, 0), form.is_on(2, 1)], [true, false]);
        form.update(&Intent::Do(Action::NextField));
        assert_eq!((form.focus(), form.update(&Intent::Do(Action::Leave))), (0, Outcome::Closed));
    }

    #[test]
    fn drawn_in_rows_with_the_focus_in_view() {
        let mut form = form();
        let theme = Theme::new(crate::tui::theme::Tone::Dark, false);
        let drawn = |form: &Form, rows: u16| {
            let mut buf = Buffer::empty(Rect::new(0, 0, 24, rows));
            form.view(&mut buf, Rect::new(0, 0, 24, rows), &theme);
            let row = |y| (0..24).map(|x| buf[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
            (0..rows).map(row).collect::<Vec<_>>()
        };
        form.note(0, Some(("taken".into(), true)));
        assert_eq!(drawn(&form, 3), ["› name  a  taken", "  kind  [x]  y", "  with  [ ] p  [ ] q"]);
        form.focus_on(2);
        assert_eq!(drawn(&form, 1), ["› with  [ ] p  [ ] q"]);
    }
}
