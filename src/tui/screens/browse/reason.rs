//! The dialog that asks for a mark and why.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::{Mode, State as Browse, marks, refusal};
use crate::display::grouped;
use crate::model::Mark;
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::effect::Effect;
use crate::tui::intent::Intent;
use crate::tui::theme::Theme;
use crate::tui::widgets::input::Input;
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::{put, put_text};

#[derive(Debug)]
pub(super) struct State {
    mark: usize,
    reason: Input,
    /// What it will be for.
    title: String,
}

const MARKS: [Mark; 3] = [Mark::Keep, Mark::Drop, Mark::Flag];
const DROP: usize = 1;

pub(super) fn open(browse: &mut Browse, data: &Data) -> Vec<Effect> {
    if let Some(refusal) = refusal(data) {
        return refusal;
    }
    let title = match (marks::selected(browse).len(), browse.current) {
        (0, Some(id)) => format!("mark record {id}"),
        (0, None) => return Vec::new(),
        (n, _) => format!("mark {} selected records", grouped(n as u64)),
    };
    browse.mode = Mode::Reasoning(State { mark: DROP, reason: Input::one_line(""), title });
    Vec::new()
}

pub(super) fn update(browse: &mut Browse, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Mode::Reasoning(dialog) = &mut browse.mode else { return Vec::new() };
    match intent {
        Intent::Do(Action::Leave) => browse.mode = Mode::Browsing,
        Intent::Do(Action::Submit) => {
            let mark = MARKS.get(dialog.mark).copied();
            let reason = Some(dialog.reason.text().trim().to_owned()).filter(|reason| !reason.is_empty());
            browse.mode = Mode::Browsing;
            return marks::mark(browse, data, mark, reason);
        }
        Intent::Do(Action::Complete | Action::LineDown) => dialog.mark = (dialog.mark + 1) % MARKS.len(),
        Intent::Do(Action::CompleteBack | Action::LineUp) => dialog.mark = (dialog.mark + MARKS.len() - 1) % MARKS.len(),
        Intent::Do(action) => _ = dialog.reason.handle(*action),
        Intent::Type(c) => _ = dialog.reason.type_char(*c),
        Intent::Paste(text) => _ = dialog.reason.paste(text),
        Intent::Edited(_) | Intent::Mouse(_) => {}
    }
    Vec::new()
}

pub(super) fn view(buf: &mut Buffer, area: Rect, dialog: &State, theme: &Theme) -> Option<Position> {
    let inside = popup(buf, area, 60, 3, &dialog.title, theme);
    let choices = MARKS.iter().enumerate().flat_map(|(i, mark)| {
        let (sign, style) = if i == dialog.mark { ("•", theme.selected) } else { (" ", theme.dim) };
        [Span::styled(format!("({sign}) {}", mark.word()), style), Span::raw("   ")]
    });
    put(buf, inside, 0, &Line::from_iter(choices.chain([Span::styled("Tab changes", theme.dim)])));
    put_text(buf, inside, 2, "because ", theme.dim);
    let field = Rect {
        x: inside.x.saturating_add(8),
        y: inside.y.saturating_add(2),
        width: inside.width.saturating_sub(8),
        height: inside.height.saturating_sub(2).min(1),
    };
    dialog.reason.view(buf, field, theme.text)
}
