//! The map of pairs: the same words across, the same meaning upwards.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Over, State as Screen};
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::theme::Theme;

#[derive(Debug)]
pub(super) struct State;

impl State {
    pub(super) fn new(_data: &Data) -> State {
        State
    }
}

pub(super) fn update(map: Box<State>, screen: &mut Screen, _data: &Data, intent: &Intent) -> Vec<Effect> {
    if *intent != Intent::Do(Action::LeaveMap) {
        screen.over = Over::Map(map);
    }
    Vec::new()
}

pub(super) fn view(_buf: &mut Buffer, _area: Rect, _map: &State, _screen: &Screen, _data: &Data, _theme: &Theme) {}
