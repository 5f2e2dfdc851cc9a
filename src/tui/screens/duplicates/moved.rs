//! What enters or leaves: the records that the present threshold drops and the marked one does not, and the other way round.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::State as Screen;
use super::top::pane_style;
use crate::display::{grouped, score};
use crate::model::RecordId;
use crate::ops::duplicates::at::word_diff;
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::data::duplicates::{Cut, Move, Moves};
use crate::tui::text::{Layout, fit, fit_padded};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::diff::inline;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::put_text;

/// The marked threshold, and the cursor in the list of what moved since.
#[derive(Debug)]
pub(super) struct State {
    from: Arc<Cut>,
    list: ListState,
    /// The record under the cursor, for the next list.
    record: Option<RecordId>,
}

/// Sets the mark at the clusters on the screen, or takes it away.
pub(super) fn toggle(screen: &mut Screen, data: &Data) {
    if screen.mark.take().is_some() {
        return;
    }
    match data.duplicates.at.as_ref().filter(|_| screen.is_current(data)) {
        Some(from) => screen.mark = Some(State { from: from.clone(), list: ListState::default(), record: None }),
        None => screen.notice = Some("wait for the clusters of this threshold".to_owned()),
    }
}

impl State {
    pub(super) fn from(&self) -> &Arc<Cut> {
        &self.from
    }

    /// The mark is of the graph on the screen: numbers of records mean the same.
    pub(super) fn is_of(&self, data: &Data) -> bool {
        data.duplicates.view().is_some_and(|view| Arc::ptr_eq(&view.base, &self.from.at.view.base))
    }

    /// The moves to what is on the screen; those of the last threshold until they are there.
    fn moves<'a>(&self, data: &'a Data) -> Option<&'a Moves> {
        data.duplicates.moves.as_deref().filter(|moves| Arc::ptr_eq(&moves.from, &self.from))
    }

    fn current<'a>(&self, data: &'a Data) -> Option<&'a Move> {
        self.moves(data)?.list.get(self.list.cursor)
    }

    pub(super) fn handle(&mut self, action: Action, data: &Data) {
        self.list.handle(action, self.moves(data).map_or(0, |moves| moves.list.len()));
        self.record = self.current(data).map(|entry| entry.record);
    }

    /// `move 3 of 12`, for the status line.
    pub(super) fn place(&self, data: &Data) -> String {
        let len = self.moves(data).map_or(0, |moves| moves.list.len() as u64);
        if len == 0 { String::new() } else { format!("move {} of {}", grouped(self.list.cursor as u64 + 1), grouped(len)) }
    }

    /// Keeps the cursor on its record where that is listed still.
    pub(super) fn data_changed(&mut self, data: &Data) {
        let Some(moves) = self.moves(data) else { return };
        let is_still = moves.list.get(self.list.cursor).map(|entry| entry.record) == self.record;
        if !is_still {
            let row = self.record.and_then(|record| moves.list.iter().position(|entry| entry.record == record));
            self.list.move_to(row.unwrap_or(self.list.cursor), moves.list.len());
        }
    }

    /// `what enters and leaves since 0.80: +12 −3`, and the records.
    pub(super) fn view(&self, buf: &mut Buffer, area: Rect, data: &Data, is_current: bool, theme: &Theme) {
        let Some(columns) = &data.columns else { return };
        let cells = row_width(area.width);
        let moves = self.moves(data);
        let (enter, total) = moves.map_or((0, 0), |moves| (moves.enter, moves.list.len() as u64));
        let to = moves.map_or(self.from.wanted.threshold, |moves| moves.to.wanted.threshold);
        let from = self.from.wanted.threshold;
        let title = format!(" {from} → {to}: +{} −{}", grouped(enter), grouped(total - enter));
        let row = |n: usize| {
            let Some(entry) = moves.and_then(|moves| moves.list.get(n)) else { return Line::default() };
            let (sign, style) = if entry.enters { (glyph::KEEP, theme.drop) } else { ("−", theme.keep) };
            let text = columns.position(entry.record).map_or("", |position| columns.text(position));
            Line::from(vec![
                Span::styled(format!("{sign} "), style),
                Span::styled(format!("{} ", score(entry.score)), theme.dim),
                Span::styled(fit_padded(text, cells.saturating_sub(8)), if is_current { theme.text } else { theme.dim }),
            ])
        };
        let empty = if to == from { " move the slider: what it changes comes here" } else { " the same records go" };
        let header = Some(Line::styled(fit(&title, usize::from(area.width)), pane_style(true, theme)));
        List { len: total as usize, row: &row, selected: &|_| false, header, focused: true, empty, theme }
            .view(buf, area, &self.list);
    }

    /// The record under the cursor as a diff against its witness.
    pub(super) fn view_diff(&self, buf: &mut Buffer, area: Rect, data: &Data, theme: &Theme) {
        let (Some(columns), Some(entry)) = (&data.columns, self.current(data)) else { return };
        let Some((record, witness)) = columns.position(entry.record).zip(columns.position(entry.witness)) else { return };
        let (verb, style) = if entry.enters { ("would go", theme.drop) } else { ("would stay", theme.keep) };
        let what = format!(
            "{} {verb}: like {} at {}",
            grouped(entry.record.0.into()),
            grouped(entry.witness.0.into()),
            score(entry.score)
        );
        put_text(buf, area, 0, &fit(&what, usize::from(area.width)), style);
        let source = format!("{} · witness: {}", columns.source_name(record), columns.source_name(witness));
        put_text(buf, area, 1, &fit(&source, usize::from(area.width)), theme.dim);
        let (old, new) = (columns.text(witness), columns.text(record));
        let diff = inline(old, new, &word_diff(old, new), theme);
        let rest = Rect { y: area.y.saturating_add(3), height: area.height.saturating_sub(3), ..area };
        diff.view(buf, rest, &mut Layout::default(), 0);
    }
}
