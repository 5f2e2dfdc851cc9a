//! The filter above the records: searched as it is typed. An error points at its place, and the last good hits stay.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Mode, State as Browse};
use crate::display::safe;
use crate::query::fields::KEYS;
use crate::tui::action::Action;
use crate::tui::data::{Data, FilterError};
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::text::{fit, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::input::{Edited, Input};
use crate::tui::widgets::{put_right, put_text};

#[derive(Debug)]
pub(super) struct State {
    input: Input,
    /// The filter to go back to.
    before: String,
}

pub(super) fn open(browse: &mut Browse) {
    let before = browse.asked.filter.clone();
    browse.mode = Mode::Filtering(State { input: Input::one_line(&before), before });
}

pub(super) fn update(browse: &mut Browse, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Mode::Filtering(line) = &mut browse.mode else { return Vec::new() };
    let edited = match intent {
        // The rows follow what is typed, so one can go through them meanwhile.
        Intent::Do(Action::LineDown) => return moved(browse, data, Action::Down),
        Intent::Do(Action::LineUp) => return moved(browse, data, Action::Up),
        Intent::Do(Action::Submit) => {
            if error(browse, data).is_none() {
                browse.mode = Mode::Browsing;
            }
            return Vec::new();
        }
        Intent::Do(Action::Leave) => {
            let before = std::mem::take(&mut line.before);
            browse.mode = Mode::Browsing;
            browse.search(before, false);
            return Vec::new();
        }
        Intent::Do(Action::Complete) => complete(&mut line.input, data),
        Intent::Do(action) => line.input.handle(*action),
        Intent::Type(c) => line.input.type_char(*c),
        Intent::Paste(text) => line.input.paste(text),
        Intent::Edited(_) | Intent::Mouse(_) => Edited::Ignored,
    };
    if edited == Edited::Changed {
        let text = line.input.text().to_owned();
        browse.search(text, true);
    }
    Vec::new()
}

fn moved(browse: &mut Browse, data: &Data, action: Action) -> Vec<Effect> {
    browse.list.handle(action, browse.len(data));
    Vec::new()
}

/// Completes the word at the end to a key, or to a term of the facets as far as they agree.
fn complete(input: &mut Input, data: &Data) -> Edited {
    let text = input.text();
    let start = text.rfind(|c: char| c.is_whitespace() || c == '(').map_or(0, |at| at + 1);
    let word = text[start..].trim_start_matches('-');
    if input.cursor() < text.len() || word.is_empty() {
        return Edited::Ignored;
    }
    let keys =
        KEYS.iter().copied().chain(data.columns.iter().flat_map(|columns| columns.number_names())).map(|key| format!("{key}:"));
    let terms = data.browse.facets.iter().flat_map(|facet| &facet.values).map(|value| value.term.clone());
    let found: Vec<String> =
        keys.chain(terms).filter(|candidate| candidate.len() > word.len() && candidate.starts_with(word)).collect();
    let Some(first) = found.first() else { return Edited::Ignored };
    let agreed = found.iter().fold(first.as_str(), |agreed, other| common(agreed, other));
    let completed = if agreed.len() > word.len() { agreed } else { first };
    let whole = format!("{}{completed}", &text[..text.len() - word.len()]);
    input.set(&whole);
    Edited::Changed
}

/// What two words begin with.
fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.char_indices().zip(b.chars()).take_while(|((_, x), y)| x == y).last();
    same.map_or("", |((at, c), _)| &a[..at + c.len_utf8()])
}

/// Why the filter on the line finds nothing.
pub(super) fn error<'a>(browse: &Browse, data: &'a Data) -> Option<&'a FilterError> {
    data.browse.error.as_ref().filter(|error| error.filter == browse.asked.filter)
}

/// The filter, and below it the error with a caret under its place. Where the terminal's cursor belongs, if one types.
pub(super) fn view(
    buf: &mut Buffer,
    area: Rect,
    browse: &Browse,
    error: Option<&FilterError>,
    theme: &Theme,
) -> Option<Position> {
    let field = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(1), height: area.height.min(1), ..area };
    put_text(buf, area, 0, "/", theme.accent);
    let (cursor, hidden) = match &browse.mode {
        Mode::Filtering(line) => {
            let cursor = line.input.view(buf, field, theme.text);
            let before = width(&safe(&line.input.text()[..line.input.cursor()]));
            (cursor, before.saturating_sub(cursor.map_or(0, |at| usize::from(at.x - field.x))))
        }
        _ if browse.asked.filter.is_empty() => {
            let hint = "words  \"a phrase\"  ~fuzzy  source:  state:drop  chars:>200  OR  NOT";
            put_text(buf, field, 0, &fit(hint, usize::from(field.width)), theme.dim);
            (None, 0)
        }
        _ => {
            put_text(buf, field, 0, &fit(&browse.asked.filter, usize::from(field.width)), theme.matched);
            (None, 0)
        }
    };
    if let Some(error) = error {
        caret(buf, field, error, hidden, area.height, theme);
    }
    cursor
}

/// `^ message`, or `message ^` where there is more room to the left.
fn caret(buf: &mut Buffer, field: Rect, error: &FilterError, hidden: usize, height: u16, theme: &Theme) {
    let before = error.filter.get(..error.at).unwrap_or(&error.filter);
    let column = width(&safe(before)).saturating_sub(hidden).min(usize::from(field.width.saturating_sub(1)));
    let area = Rect { height, ..field };
    let right = usize::from(field.width).saturating_sub(column);
    let message = safe(&error.message);
    if width(&message) + 2 <= right || right > column {
        let place = Rect { x: area.x.saturating_add(column as u16), width: right as u16, ..area };
        put_text(buf, place, 1, &format!("^ {}", fit(&message, right.saturating_sub(2))), theme.error);
    } else {
        let place = Rect { width: (column + 1) as u16, ..area };
        put_right(buf, place, 1, &format!("{} ^", fit(&message, column.saturating_sub(1))), theme.error);
    }
}
