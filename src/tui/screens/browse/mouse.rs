//! A click moves the cursor, on a facet's value again toggles it; the wheel moves what is under the mouse.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::{Focus, State, facets, records};
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::effect::Effect;

/// Rows of a turn of the wheel.
const WHEEL: usize = 3;

pub(super) fn update(state: &mut State, data: &Data, event: &MouseEvent) -> Vec<Effect> {
    let places = state.places.get();
    let at = |area: ratatui::layout::Rect| area.contains((event.column, event.row).into());
    let under = [(places.facets, Focus::Facets), (places.records, Focus::Records), (places.preview, Focus::Preview)];
    let Some(&(_, pane)) = under.iter().find(|(area, _)| at(*area)) else { return Vec::new() };
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => click(state, data, pane, event),
        MouseEventKind::ScrollDown => (0..WHEEL).for_each(|_| turn(state, data, pane, Action::Down)),
        MouseEventKind::ScrollUp => (0..WHEEL).for_each(|_| turn(state, data, pane, Action::Up)),
        _ => {}
    }
    Vec::new()
}

fn turn(state: &mut State, data: &Data, pane: Focus, action: Action) {
    match pane {
        Focus::Facets => _ = state.facets.moved(action),
        Focus::Records => _ = state.list.handle(action, records::len(data)),
        Focus::Preview => _ = state.preview.moved(action),
    }
}

fn click(state: &mut State, data: &Data, pane: Focus, event: &MouseEvent) {
    let places = state.places.get();
    state.focus = pane;
    match pane {
        Focus::Records => {
            if let Some(row) = state.list.row_at(places.records, event.column, event.row, records::len(data)) {
                state.list.move_to(row, records::len(data));
            }
        }
        Focus::Facets => {
            let Some(row) = state.facets.list.row_at(places.facets, event.column, event.row, state.facets.len()) else { return };
            if row == state.facets.list.cursor {
                facets::toggle_value(state, data);
            } else {
                state.facets.move_to(row);
            }
        }
        Focus::Preview => {}
    }
}
