//! The lines of a source that did not become records, and why.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::display::grouped;
use crate::model::{Reject, SourceId};
use crate::ops::sources::SourceDetail;
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::intent::Intent;
use crate::tui::text::{fit, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::height;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;

#[derive(Debug)]
pub struct Rejects {
    source: SourceId,
    list: ListState,
}

impl Rejects {
    pub fn of(source: SourceId) -> Rejects {
        Rejects { source, list: ListState::default() }
    }

    pub fn source<'a>(&self, data: &'a Data) -> Option<&'a SourceDetail> {
        data.sources.iter().find(|detail| detail.source.id == self.source)
    }

    /// False when the layer is to be closed.
    pub fn update(&mut self, data: &Data, intent: &Intent) -> bool {
        match intent {
            Intent::Do(Action::Dismiss | Action::Accept) => return false,
            Intent::Do(action) => {
                let len = self.source(data).map_or(0, |detail| detail.rejects.len());
                self.list.handle(*action, len);
            }
            _ => {}
        }
        true
    }

    pub fn view(&self, buf: &mut Buffer, area: Rect, data: &Data, theme: &Theme) {
        let Some(detail) = self.source(data) else { return };
        let rejects = &detail.rejects;
        let all = detail.source.counts.rejected;
        let of =
            if all > rejects.len() as u64 { format!(", the first {}", grouped(rejects.len() as u64)) } else { String::new() };
        let title = format!("{}: {} lines rejected{of}", detail.source.name, grouped(all));
        let rows = height(rejects.len()).clamp(1, area.height.saturating_sub(2).max(1));
        let inside = popup(buf, area, area.width, rows, &title, theme);
        let cells = row_width(inside.width);
        let row = |i: usize| rejects.get(i).map_or_else(Line::default, |reject| reject_line(reject, cells, theme));
        let empty = "every line became a record or was blank";
        List { len: rejects.len(), row: &row, selected: &|_| false, header: None, focused: true, empty, theme }
            .view(buf, inside, &self.list);
    }
}

/// `line 12  file name "/a.png" is absolute`.
pub fn reject_line(reject: &Reject, cells: usize, theme: &Theme) -> Line<'static> {
    let line = format!("line {:>6}  ", grouped(reject.line));
    let reason = fit(&reject.reason, cells.saturating_sub(width(&line)));
    Line::from(vec![Span::styled(line, theme.dim), Span::styled(reason, theme.text)])
}
