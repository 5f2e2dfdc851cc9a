//! Typing another text for the current record: here, or in `$EDITOR`.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Mode, State as Browse, records, refusal};
use crate::model::RecordId;
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::effect::{Effect, Request};
use crate::tui::intent::Intent;
use crate::tui::text::fit;
use crate::tui::theme::Theme;
use crate::tui::widgets::input::Input;
use crate::tui::widgets::put_text;

#[derive(Debug)]
pub(super) struct State {
    id: RecordId,
    before: String,
    input: Input,
}

/// The current record with its text.
fn current(browse: &Browse, data: &Data) -> Option<(RecordId, String)> {
    let id = browse.current?;
    Some((id, records::text(data, browse.list.cursor)?.to_owned()))
}

pub(super) fn open(browse: &mut Browse, data: &Data) -> Vec<Effect> {
    if let Some(refusal) = refusal(data) {
        return refusal;
    }
    if let Some((id, before)) = current(browse, data) {
        browse.mode = Mode::Editing(State { id, input: Input::many_lines(&before), before });
    }
    Vec::new()
}

pub(super) fn open_external(browse: &mut Browse, data: &Data) -> Vec<Effect> {
    if let Some(refusal) = refusal(data) {
        return refusal;
    }
    browse.external = current(browse, data);
    let text = browse.external.as_ref().map(|(_, text)| text.clone());
    text.map(|text| Effect::Terminal(Request::Edit(text))).into_iter().collect()
}

/// What `$EDITOR` made of it.
pub(super) fn came_back(browse: &mut Browse, data: &Data, text: &str) -> Vec<Effect> {
    let Some((id, before)) = browse.external.take() else { return Vec::new() };
    save(data, id, &before, text)
}

fn save(data: &Data, id: RecordId, before: &str, text: &str) -> Vec<Effect> {
    if text == before {
        return Vec::new();
    }
    refusal(data).unwrap_or_else(|| vec![Effect::Edit { id, text: Some(text.to_owned()) }])
}

pub(super) fn update(browse: &mut Browse, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Mode::Editing(editing) = &mut browse.mode else { return Vec::new() };
    match intent {
        Intent::Do(Action::Leave) => browse.mode = Mode::Browsing,
        Intent::Do(Action::Submit) => {
            let effects = save(data, editing.id, &editing.before, editing.input.text());
            browse.mode = Mode::Browsing;
            return effects;
        }
        Intent::Do(action) => _ = editing.input.handle(*action),
        Intent::Type(c) => _ = editing.input.type_char(*c),
        Intent::Paste(text) => _ = editing.input.paste(text),
        Intent::Edited(_) | Intent::Mouse(_) => {}
    }
    Vec::new()
}

pub(super) fn view(buf: &mut Buffer, area: Rect, editing: &State, theme: &Theme) -> Option<Position> {
    let title = format!("edit #{}   Enter saves, Alt-Enter begins a line, Esc leaves it as it was", editing.id);
    put_text(buf, area, 0, &fit(&title, usize::from(area.width)), theme.heading);
    let field = Rect { y: area.y.saturating_add(2), height: area.height.saturating_sub(2), ..area };
    editing.input.view(buf, field, theme.text)
}
