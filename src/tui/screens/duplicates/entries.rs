//! Lists that are edited on top of the screen: the criteria of the keeper order, and the phrases that do not count.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::clusters::Criterion;
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::effect::{DuplicateWork, Effect};
use crate::tui::intent::Intent;
use crate::tui::text::{fit, fit_padded, shown, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::input::Input;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::{height, put_text};

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Keeper,
    Mask,
}

#[derive(Debug)]
pub(super) struct Entries {
    what: What,
    lines: Vec<String>,
    list: ListState,
    /// A line that is being typed.
    adding: Option<Input>,
    error: Option<String>,
}

pub(super) enum Answer {
    Open,
    Closed(Vec<Effect>),
}

impl Entries {
    pub fn keeper(data: &Data) -> Entries {
        Entries::of(What::Keeper, data.duplicates.ground.order.iter().map(ToString::to_string).collect())
    }

    pub fn mask(data: &Data) -> Entries {
        Entries::of(What::Mask, data.duplicates.ground.mask.clone())
    }

    fn of(what: What, lines: Vec<String>) -> Entries {
        Entries { what, lines, list: ListState::default(), adding: None, error: None }
    }

    pub fn context(&self) -> Context {
        if self.adding.is_some() { Context::Input } else { Context::Entries }
    }

    pub fn update(&mut self, intent: &Intent) -> Answer {
        self.error = None;
        if self.adding.is_some() {
            self.typed(intent);
            return Answer::Open;
        }
        match intent {
            Intent::Do(Action::Dismiss) => return Answer::Closed(Vec::new()),
            Intent::Do(Action::Accept) => return self.accepted(),
            Intent::Do(Action::AddEntry) => self.adding = Some(Input::default()),
            Intent::Do(Action::RemoveEntry) if self.list.cursor < self.lines.len() => {
                self.lines.remove(self.list.cursor);
                self.list.move_to(self.list.cursor, self.lines.len());
            }
            Intent::Do(Action::EntryDown) => self.swap(self.list.cursor + 1),
            Intent::Do(Action::EntryUp) => self.swap(self.list.cursor.wrapping_sub(1)),
            Intent::Do(action) => _ = self.list.handle(*action, self.lines.len()),
            // What is pasted into the list is added, a line each.
            Intent::Paste(text) => text.lines().for_each(|line| self.add(line)),
            Intent::Type(_) | Intent::Mouse(_) | Intent::Edited(_) => {}
        }
        Answer::Open
    }

    fn swap(&mut self, to: usize) {
        if to < self.lines.len() {
            self.lines.swap(self.list.cursor, to);
            self.list.move_to(to, self.lines.len());
        }
    }

    fn typed(&mut self, intent: &Intent) {
        let Some(input) = &mut self.adding else { return };
        match intent {
            Intent::Do(Action::Leave) => self.adding = None,
            Intent::Do(Action::Submit) => {
                let text = input.text().to_owned();
                self.adding = None;
                self.add(&text);
            }
            Intent::Do(action) => _ = input.handle(*action),
            Intent::Type(c) => _ = input.type_char(*c),
            Intent::Paste(text) => _ = input.paste(text),
            Intent::Mouse(_) | Intent::Edited(_) => {}
        }
    }

    /// Adds a line below the cursor; a criterion by its word, any other word as the field of that name.
    fn add(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let line = match self.what {
            What::Mask => text.to_owned(),
            What::Keeper => text.parse::<Criterion>().unwrap_or_else(|_| Criterion::Field(text.to_owned())).to_string(),
        };
        if self.lines.contains(&line) {
            self.error = Some(format!("{line} stands there already"));
            return;
        }
        let place = (self.list.cursor + 1).min(self.lines.len());
        self.lines.insert(place, line);
        self.list.move_to(place, self.lines.len());
    }

    fn accepted(&mut self) -> Answer {
        match self.what {
            What::Mask => Answer::Closed(vec![Effect::Duplicates(DuplicateWork::SetMask(self.lines.clone()))]),
            What::Keeper => {
                let order: Vec<Criterion> = self.lines.iter().filter_map(|line| line.parse().ok()).collect();
                let is_field = |criterion: &&Criterion| matches!(criterion, Criterion::Field(_));
                if order.iter().filter(is_field).count() > 1 {
                    self.error = Some("one field at most: d removes a line".to_owned());
                    return Answer::Open;
                }
                Answer::Closed(vec![Effect::Duplicates(DuplicateWork::SetKeeperOrder(order))])
            }
        }
    }

    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, data: &Data, theme: &Theme) {
        let (title, help) = match self.what {
            What::Keeper => ("who is kept first", "the first line in which two members differ decides; Enter saves it"),
            What::Mask => {
                ("phrases that do not count", "ignored when texts are compared; then the graph must be built again (B)")
            }
        };
        let rows = height(self.lines.len().clamp(5, 12) + 5);
        let inside = popup(frame.buffer_mut(), area, 72, rows, title, theme);
        let buf = frame.buffer_mut();
        put_text(buf, inside, 0, &fit(help, usize::from(inside.width)), theme.dim);
        let below = |rows: u16| Rect { y: inside.y.saturating_add(rows), height: inside.height.saturating_sub(rows), ..inside };
        let list = Rect { height: inside.height.saturating_sub(5), ..below(2) };
        let cells = row_width(inside.width);
        let row = |n: usize| self.line(n, cells, theme);
        let empty = match self.what {
            What::Keeper => " the default order: protected, keep, image, longest, oldest",
            What::Mask => " none: a adds one, such as highly detailed",
        };
        let focused = self.adding.is_none();
        List { len: self.lines.len(), row: &row, selected: &|_| false, header: None, focused, empty, theme }
            .view(buf, list, &self.list);
        let foot = below(inside.height.saturating_sub(2));
        if let Some(input) = &self.adding {
            put_text(buf, foot, 0, "›", theme.accent);
            let field = Rect { x: foot.x + 2, width: foot.width.saturating_sub(2), height: foot.height.min(1), ..foot };
            let cursor = input.view(buf, field, theme.text);
            let under = Rect { y: foot.y.saturating_add(1), height: foot.height.saturating_sub(1), ..foot };
            put_text(buf, under, 0, &fit(&self.offers(data), usize::from(foot.width)), theme.dim);
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
        } else if let Some(error) = &self.error {
            for (row, line) in wrap(error, usize::from(foot.width)).into_iter().enumerate() {
                put_text(buf, foot, row, shown(error, line), theme.error);
            }
        }
    }

    /// What may be typed.
    fn offers(&self, data: &Data) -> String {
        match self.what {
            What::Mask => "a phrase, in any case of letters".to_owned(),
            What::Keeper => {
                let fields: Vec<&str> = data.columns.iter().flat_map(|columns| columns.number_names()).collect();
                let fields = if fields.is_empty() { "a numeric field".to_owned() } else { fields.join(", ") };
                format!("protected, keep, image, longest, oldest, or {fields}: the higher first")
            }
        }
    }

    fn line(&self, n: usize, cells: usize, theme: &Theme) -> Line<'static> {
        let Some(line) = self.lines.get(n) else { return Line::default() };
        match self.what {
            What::Mask => Line::styled(fit(line, cells), theme.text),
            What::Keeper => Line::from(vec![
                Span::styled(format!("{:>2} ", n + 1), theme.dim),
                Span::styled(fit_padded(line, 20), theme.text),
                Span::styled(fit(meaning(line), cells.saturating_sub(23)), theme.dim),
            ]),
        }
    }
}

fn meaning(criterion: &str) -> &'static str {
    match criterion.parse() {
        Ok(Criterion::Protected) => "of a protected source or split",
        Ok(Criterion::MarkedKeep) => "marked keep by hand",
        Ok(Criterion::HasImage) => "with an image",
        Ok(Criterion::Field(_)) => "the higher value of this field",
        Ok(Criterion::Longest) => "the longer text",
        Ok(Criterion::Oldest) => "imported earlier",
        Err(_) => "not understood: it is left out",
    }
}
