//! The filter of the clusters: a line in the filter language, taken as it is typed. An error points at its place, and the last good
//! clusters stay.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::State as Screen;
use crate::display::safe;
use crate::tui::action::Action;
use crate::tui::data::{Data, FilterError};
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::text::{fit, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::input::{Edited, Input};
use crate::tui::widgets::put_text;

#[derive(Debug)]
pub(super) struct State {
    input: Input,
    /// The filter to go back to.
    before: String,
}

pub(super) fn open(screen: &mut Screen) {
    screen.typing = Some(State { input: Input::one_line(&screen.filter), before: screen.filter.clone() });
}

pub(super) fn update(screen: &mut Screen, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Some(line) = &mut screen.typing else { return Vec::new() };
    let edited = match intent {
        // The clusters follow what is typed, so one can go through them meanwhile.
        Intent::Do(Action::LineDown) => return moved(screen, Action::Down, data),
        Intent::Do(Action::LineUp) => return moved(screen, Action::Up, data),
        Intent::Do(Action::Submit) => {
            if error(screen, data).is_none() {
                screen.typing = None;
            }
            return Vec::new();
        }
        Intent::Do(Action::Leave) => {
            screen.filter = std::mem::take(&mut line.before);
            screen.typing = None;
            return Vec::new();
        }
        Intent::Do(action) => line.input.handle(*action),
        Intent::Type(c) => line.input.type_char(*c),
        Intent::Paste(text) => line.input.paste(text),
        Intent::Edited(_) | Intent::Mouse(_) => Edited::Ignored,
    };
    if edited == Edited::Changed {
        screen.filter = line.input.text().to_owned();
    }
    Vec::new()
}

fn moved(screen: &mut Screen, action: Action, data: &Data) -> Vec<Effect> {
    screen.go_to_cluster(action, data);
    Vec::new()
}

/// Why the filter finds nothing.
fn error<'a>(screen: &Screen, data: &'a Data) -> Option<&'a FilterError> {
    data.duplicates.filter_error.as_ref().filter(|error| error.filter == screen.filter)
}

/// The line takes a row while it is typed and while there is a filter.
pub(super) fn is_shown(screen: &Screen) -> bool {
    screen.typing.is_some() || !screen.filter.is_empty()
}

/// The filter in one row, with its error behind it; where the terminal's cursor belongs, if one types.
pub(super) fn view(buf: &mut Buffer, area: Rect, screen: &Screen, data: &Data, theme: &Theme) -> Option<Position> {
    put_text(buf, area, 0, "/", theme.accent);
    let error = error(screen, data);
    let said = error.map_or_else(String::new, |error| {
        let before = error.filter.get(..error.at).unwrap_or(&error.filter);
        format!("! at {}: {}", before.chars().count() + 1, error.message)
    });
    let inside = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(1), height: area.height.min(1), ..area };
    let cells = usize::from(inside.width);
    let said = fit(&said, cells * 2 / 3);
    let room = cells.saturating_sub(if said.is_empty() { 0 } else { width(&said) + 2 });
    let behind = (room + 2).min(cells) as u16;
    let after = Rect { x: inside.x.saturating_add(behind), width: inside.width.saturating_sub(behind), ..inside };
    put_text(buf, after, 0, &said, theme.error);
    let field = Rect { width: room.min(cells) as u16, ..inside };
    match &screen.typing {
        Some(line) => line.input.view(buf, field, theme.text),
        None => {
            put_text(buf, field, 0, &fit(&safe(&screen.filter), room), theme.matched);
            None
        }
    }
}
