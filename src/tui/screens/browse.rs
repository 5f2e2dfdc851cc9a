//! Browse: to be written.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::action::Context;
use crate::tui::data::Data;
use crate::tui::effect::Effect;
use crate::tui::theme::Theme;
use crate::tui::update::Intent;

#[derive(Debug, Default)]
pub struct State {
    /// The filter that another screen sent here.
    sent: Option<String>,
}

impl State {
    pub fn context(&self) -> Context {
        Context::Browse
    }

    /// Keeps cursors inside lists that may have become shorter.
    pub fn data_changed(&mut self, _data: &Data) {}

    /// Shows the records of a filter from the top; another screen sends the user here.
    pub fn show(&mut self, filter: String) {
        self.sent = Some(filter);
    }

    /// What the screen shows and the data do not have yet; asks once for the same thing.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        let sort = data.browse.sort.clone();
        self.sent.take().map(|filter| Effect::Search { filter, sort }).into_iter().collect()
    }
}

pub fn update(_state: &mut State, _data: &Data, _intent: &Intent) -> Vec<Effect> {
    Vec::new()
}

pub fn view(_frame: &mut Frame<'_>, _area: Rect, _state: &State, _data: &Data, _theme: &Theme) {}

/// For the status line.
pub fn summary(_state: &State, _data: &Data) -> String {
    String::new()
}
