//! The list of records: a glyph for the state, the source, the text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use regex::Regex;

use super::{Focus, Mode, State, marks};
use crate::model::{Record, RecordId, State as Verdict};
use crate::query::Columns;
use crate::tui::data::Data;
use crate::tui::text::{fit, fit_padded, width};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::list::{List, row_width};

/// Whether rows are hits; before the columns are read they are the first records of the workspace.
pub(super) fn are_searched(data: &Data) -> bool {
    data.columns.is_some() && data.browse.answers > 0
}

/// Rows there are.
pub(super) fn len(data: &Data) -> usize {
    if are_searched(data) { data.browse.hits.positions.len() } else { data.first_page.len() }
}

/// A row's columns and position; hits may be older than the columns for a moment.
pub(super) fn hit(data: &Data, row: usize) -> Option<(&Columns, usize)> {
    let columns = data.columns.as_ref().filter(|_| data.browse.answers > 0)?;
    let position = *data.browse.hits.positions.get(row)? as usize;
    (position < columns.len()).then_some((columns, position))
}

fn first(data: &Data, row: usize) -> Option<&Record> {
    data.first_page.get(row).filter(|_| !are_searched(data))
}

pub(super) fn at(data: &Data, row: usize) -> Option<RecordId> {
    hit(data, row).map(|(columns, position)| columns.id(position)).or_else(|| Some(first(data, row)?.id))
}

/// The effective text.
pub(super) fn text(data: &Data, row: usize) -> Option<&str> {
    hit(data, row).map(|(columns, position)| columns.text(position)).or_else(|| Some(first(data, row)?.text()))
}

/// Rows around the old one that are looked through for a record where the hits are not in order of id.
const AROUND: usize = 10_000;

/// The row of a record: by binary search in hits by id, else among the rows near `near`.
pub(super) fn row_of(data: &Data, id: RecordId, near: usize) -> Option<usize> {
    let wanted = data.columns.as_ref()?.position(id)? as u32;
    let positions = data.browse.hits.positions.as_slice();
    // What a binary search finds in an order that is not ascending is still the record; it may just miss it.
    if let Ok(row) = positions.binary_search(&wanted) {
        return Some(row);
    }
    let from = near.saturating_sub(AROUND).min(positions.len());
    let to = near.saturating_add(AROUND).min(positions.len());
    positions[from..to].iter().position(|&position| position == wanted).map(|at| from + at)
}

pub(super) fn view(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let cells = row_width(area.width);
    let source_cells = source_width(data, cells);
    let row = |i: usize| line(data, i, cells, source_cells, theme);
    let selected = marks::selected(state);
    let focused = state.focus == Focus::Records && !matches!(state.mode, Mode::Editing(_));
    List {
        len: len(data),
        row: &row,
        selected: &|i| selected.contains(i as u32),
        header: None,
        focused,
        empty: empty(data),
        theme,
    }
    .view(buf, area, &state.list);
}

fn empty(data: &Data) -> &'static str {
    match data.workspace.records {
        0 => "no records yet: 6 goes to the sources, i imports",
        _ if are_searched(data) => "nothing matches: / changes the filter, Esc clears it",
        _ => "reading the records …",
    }
}

/// As wide as the longest name of the first few, a fifth of the row at most.
fn source_width(data: &Data, cells: usize) -> usize {
    let Some(columns) = &data.columns else { return 0 };
    let names = columns.names.sources.iter().take(100).map(|name| width(&fit(name, 16)));
    if columns.names.sources.len() < 2 { 0 } else { names.max().unwrap_or(0).min(cells / 5) }
}

fn line(data: &Data, row: usize, cells: usize, source_cells: usize, theme: &Theme) -> Line<'static> {
    let (glyph, style, source, text) = match (hit(data, row), first(data, row)) {
        (Some((columns, position)), _) => {
            let (glyph, style) = sign(columns.state(position), columns.fired(position).is_some(), theme);
            (glyph, style, columns.source_name(position), columns.text(position))
        }
        (None, Some(record)) => {
            let (glyph, style) =
                sign(record.state().0, record.outcome.as_ref().is_some_and(|outcome| !outcome.fired.is_empty()), theme);
            (glyph, style, "", record.text())
        }
        (None, None) => return Line::default(),
    };
    let mut spans = vec![Span::styled(format!("{glyph} "), style)];
    if source_cells > 0 {
        spans.push(Span::styled(format!("{}  ", fit_padded(source, source_cells)), theme.dim));
    }
    let used = 2 + if source_cells > 0 { source_cells + 2 } else { 0 };
    let style = if glyph == glyph::DROP { theme.dim } else { theme.text };
    spans.extend(marked(fit(text, cells.saturating_sub(used)), &data.browse.found, style, theme));
    Line::from(spans)
}

/// One cell and its style: the state, else whether rules changed the text.
pub(super) fn sign(state: Verdict, changed: bool, theme: &Theme) -> (&'static str, Style) {
    match state {
        Verdict::Keep => (glyph::KEEP, theme.keep),
        Verdict::Drop => (glyph::DROP, theme.drop),
        Verdict::Flag => (glyph::FLAG, theme.flag),
        Verdict::Undecided if changed => (glyph::CHANGED, theme.dim),
        Verdict::Undecided => (glyph::NONE, theme.text),
    }
}

/// A safe text with what the filter found in it.
fn marked(text: String, found: &[Regex], style: Style, theme: &Theme) -> Vec<Span<'static>> {
    let pieces = pieces(&text, found);
    pieces
        .into_iter()
        .map(|(piece, is_found)| Span::styled(piece.to_owned(), if is_found { style.patch(theme.matched) } else { style }))
        .collect()
}

/// A text cut at what the filter finds in it, each piece with whether it was found.
pub(super) fn pieces<'t>(text: &'t str, found: &[Regex]) -> Vec<(&'t str, bool)> {
    let mut ranges: Vec<_> = found.iter().flat_map(|regex| regex.find_iter(text)).map(|m| m.range()).collect();
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut pieces = Vec::new();
    let mut at = 0;
    for range in ranges {
        let start = range.start.max(at);
        if start < range.end {
            pieces.extend([(&text[at..start], false), (&text[start..range.end], true)]);
            at = range.end;
        }
    }
    pieces.push((&text[at..], false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_cut_out_once() {
        let found = [Regex::new("car").unwrap(), Regex::new("red c").unwrap(), Regex::new("x*").unwrap()];
        assert_eq!(pieces("a red car", &found), [("a ", false), ("red c", true), ("ar", true)]);
        assert_eq!(pieces("", &found), []);
    }
}
