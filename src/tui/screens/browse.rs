//! Browse: a placeholder that lists texts and filters them, until the real screen comes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::display::grouped;
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::effect::{Effect, Request};
use crate::tui::text::fit;
use crate::tui::theme::Theme;
use crate::tui::update::Intent;
use crate::tui::widgets::input::{Edited, Input};
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::put_text;
use crate::tui::widgets::selection::Selection;

#[derive(Debug, Default)]
pub struct State {
    list: ListState,
    selection: Selection,
    filter: Input,
    typing: bool,
}

impl State {
    pub fn context(&self) -> Context {
        if self.typing { Context::Input } else { Context::Browse }
    }

    pub fn data_changed(&mut self, data: &Data) {
        self.list.move_to(self.list.cursor, data.rows.len());
    }
}

pub fn update(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    if state.typing { typed(state, data, intent) } else { moved(state, data, intent) }
}

fn typed(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let edited = match intent {
        Intent::Do(Action::Submit) => {
            state.typing = false;
            Edited::Ignored
        }
        Intent::Do(Action::Leave) => {
            state.typing = false;
            state.filter.set("");
            Edited::Changed
        }
        Intent::Do(action) => state.filter.handle(*action),
        Intent::Type(c) => state.filter.type_char(*c),
        Intent::Paste(text) => state.filter.paste(text),
        Intent::Mouse(_) | Intent::Edited(_) => Edited::Ignored,
    };
    match edited {
        Edited::Changed => vec![Effect::Filter(data.texts.clone(), state.filter.text().to_owned())],
        _ => Vec::new(),
    }
}

fn moved(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    if let Intent::Edited(text) = intent {
        state.filter.set(text);
        return vec![Effect::Filter(data.texts.clone(), text.clone())];
    }
    let Intent::Do(action) = *intent else { return Vec::new() };
    let rows = &data.rows;
    match action {
        Action::Search => state.typing = true,
        Action::Select => {
            rows.get(state.list.cursor).into_iter().for_each(|&row| state.selection.toggle(row));
            state.list.handle(Action::Down, rows.len());
        }
        Action::SelectAll => state.selection.add(rows.iter().copied()),
        Action::InvertSelection => state.selection.invert(rows.iter().copied()),
        Action::Back => state.selection.clear(),
        Action::EditExternal => return vec![Effect::Terminal(Request::Edit(state.filter.text().to_owned()))],
        Action::Copy => {
            let text = rows.get(state.list.cursor).and_then(|&row| data.texts.get(row as usize));
            return text.map(|text| Effect::Terminal(Request::Copy(text.clone()))).into_iter().collect();
        }
        action => _ = state.list.handle(action, rows.len()),
    }
    Vec::new()
}

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let rows = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    put_text(frame.buffer_mut(), area, 0, "/", theme.dim);
    let field = Rect { x: area.x + 1, width: area.width.saturating_sub(1), height: 1, ..area };
    let cursor = state.filter.view(frame.buffer_mut(), field, theme.text);
    if let Some(cursor) = cursor.filter(|_| state.typing) {
        frame.set_cursor_position(cursor);
    }
    let cells = row_width(area.width);
    let text = |i: usize| data.rows.get(i).and_then(|&row| data.texts.get(row as usize)).map_or("", String::as_str);
    let row = |i: usize| Line::from(fit(text(i), cells));
    let selected = |i: usize| data.rows.get(i).is_some_and(|&row| state.selection.contains(row));
    List {
        len: data.rows.len(),
        row: &row,
        selected: &selected,
        header: None,
        focused: !state.typing,
        empty: "nothing matches",
        theme,
    }
    .view(frame.buffer_mut(), rows, &state.list);
}

pub fn summary(data: &Data) -> String {
    format!("{} of {} records", grouped(data.rows.len() as u64), grouped(data.texts.len() as u64))
}
