//! The checks: what is known of each, those that take longer still to come, and the way to the records behind one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::{Pane, State};
use crate::ops::check::{CheckRow, Name, Verdict};
use crate::tui::data::Data;
use crate::tui::text::{fit, fit_padded, shown, width, wrap};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::list::{List, row_width};
use crate::tui::widgets::{height, put_text};

/// Lines for all that the check under the cursor says.
const DETAIL: u16 = 4;

pub fn len() -> usize {
    Name::ALL.len()
}

/// What is known of the check in a row.
pub fn row(data: &Data, at: usize) -> Option<&CheckRow> {
    let name = Name::ALL.get(at)?.word();
    data.splits.checked().iter().find(|row| row.check == name)
}

/// How many came out so.
pub fn count(data: &Data, verdict: Verdict) -> usize {
    data.splits.checked().iter().filter(|row| row.verdict == verdict).count()
}

pub fn view(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let focused = state.pane == Pane::Checks;
    let below = if focused && area.height > DETAIL + 3 { DETAIL } else { 0 };
    let wanted = height(len() + 1);
    let [list, detail] = Layout::vertical([Constraint::Max(wanted), Constraint::Length(below)]).areas(area);
    let cells = row_width(list.width);
    let drawn = |at: usize| line(at, data, cells, theme);
    List {
        len: len(),
        row: &drawn,
        selected: &|_| false,
        header: Some(Line::styled(fit(&heading(data), usize::from(list.width)), theme.heading)),
        focused,
        empty: "",
        theme,
    }
    .view(buf, list, &state.checks);
    if let Some(check) = row(data, state.checks.cursor) {
        said(buf, detail, check, theme);
    }
}

fn heading(data: &Data) -> String {
    let old = data.splits.checks.as_ref().is_some_and(|checks| checks.revision != data.revision);
    format!(" Checks{}", if old { " · of a moment ago" } else { "" })
}

fn line(at: usize, data: &Data, cells: usize, theme: &Theme) -> Line<'static> {
    let Some(check) = row(data, at) else {
        let name = Name::ALL.get(at).map_or("", |name| name.word());
        return Line::styled(fit(&format!("…           {name:<17}takes longer; c runs it"), cells), theme.dim);
    };
    let (sign, style) = match check.verdict {
        Verdict::Ready => (glyph::KEEP, theme.keep),
        Verdict::Attention => (glyph::FLAG, theme.flag),
        Verdict::Blocked => (glyph::DROP, theme.error),
    };
    let way = if check.filter.is_some() { " › o" } else { "" };
    let verdict = format!("{sign} {:<10}", check.verdict.word());
    let name = fit_padded(&check.check, 17);
    let room = cells.saturating_sub(width(&verdict) + width(&name) + width(way));
    Line::from(vec![
        Span::styled(verdict, style),
        Span::styled(name, theme.text),
        Span::styled(if way.is_empty() { fit(&check.detail, room) } else { fit_padded(&check.detail, room) }, theme.dim),
        Span::styled(way, theme.accent),
    ])
}

/// All that the check under the cursor says, and the way to its records.
fn said(buf: &mut Buffer, area: Rect, check: &CheckRow, theme: &Theme) {
    let place = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
    let text = crate::display::safe(&check.detail);
    let rows = usize::from(area.height.saturating_sub(1));
    let lines: Vec<_> = wrap(&text, usize::from(place.width)).into_iter().take(rows).collect();
    for (row, line) in lines.iter().enumerate() {
        put_text(buf, place, row, shown(&text, line.clone()), theme.text);
    }
    if let Some(filter) = &check.filter {
        put_text(buf, place, lines.len(), &fit(&format!("Enter shows them: {filter}"), usize::from(place.width)), theme.accent);
    }
}
