//! The second pane: what of each split, or source, stands in each other one; what is proven of it in a line.
//!
//! ```text
//!  Leakage between splits · words ≥ 0.70     records with a near-copy · highest score
//!  - 12 pairs leak; f mends them
//!                   in train    in validation
//!  of train                ·       12 · 0.987
//!  of validation   9 · 0.987                ·
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Pane, State};
use crate::display::{counted, grouped, score};
use crate::ops::leaks::{Between, Certificate, Gaps, Group, LeakRow, Matrix};
use crate::tui::data::Data;
use crate::tui::data::splits::Measured;
use crate::tui::effect::{Border, Cell};
use crate::tui::text::{fit, fit_padded, shown, width, wrap};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::{height, put, put_text};

/// The cell under the cursor, by the places of its groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    pub row: usize,
    pub column: usize,
}

impl Cursor {
    /// Kept inside a matrix of so many groups.
    pub fn inside(self, groups: usize) -> Cursor {
        let last = groups.saturating_sub(1);
        Cursor { row: self.row.min(last), column: self.column.min(last) }
    }
}

/// The matrix on the screen: the last that was counted, be it of another threshold, of this border.
pub fn measured(border: Border, data: &Data) -> Option<&Measured> {
    data.splits.matrix.as_deref().filter(|known| (known.border.lens, known.border.by) == (border.lens, border.by))
}

/// The leak under the cursor; `None` where nothing leaks.
pub fn under_cursor<'a>(state: &State, data: &'a Data) -> Option<(&'a LeakRow, Cell)> {
    let border = state.border(data);
    let Measured { matrix, border: of, .. } = measured(border, data)?;
    let at = state.cell.inside(matrix.groups.len());
    let name = |at: usize| matrix.groups.get(at).map(|group| group.name.as_str());
    let leak = matrix.cell(name(at.row)?, name(at.column)?)?;
    Some((leak, Cell { border: *of, of: leak.of.clone(), inside: leak.inside.clone() }))
}

/// Rows that the pane can use.
pub fn wanted_height(state: &State, data: &Data) -> u16 {
    let groups = measured(state.border(data), data).map_or(0, |known| known.matrix.groups.len());
    // Heading, certificate, names of the columns, a row a group, a line for what is not covered.
    height(groups + 3 + gaps(state, data).map_or(0, |gaps| gaps.words().len())).max(3)
}

fn gaps(state: &State, data: &Data) -> Option<Gaps> {
    measured(state.border(data), data).map(|known| known.matrix.gaps)
}

pub fn view(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let border = state.border(data);
    let cells = usize::from(area.width);
    put(buf, area, 0, &heading(border, data, cells, theme));
    let Some(view) = data.duplicates.of(border.lens).view.as_ref() else {
        let said = match data.duplicates.known {
            false => "reading the similarity graph …".to_owned(),
            true => format!(
                "! not known: there is no similarity graph yet ({}): B finds all pairs; so does a, first",
                border.lens.word()
            ),
        };
        return paragraph(buf, area, 1, &said, theme.warning);
    };
    let Some(known) = measured(border, data) else {
        return put_text(buf, area, 1, " counting leaks …", theme.dim);
    };
    let mut top = 1;
    for (line, style) in proven(known, border, data, theme) {
        put_text(buf, area, top, &fit(&format!(" {line}"), cells), style);
        top += 1;
    }
    if view.stale {
        put_text(buf, area, top, &fit(" B builds the graph again, so that this is of the present texts", cells), theme.accent);
        top += 1;
    }
    let rest = Rect { y: area.y.saturating_add(top as u16), height: area.height.saturating_sub(top as u16), ..area };
    Grid::new(&known.matrix, state, usize::from(area.width), theme).view(buf, rest);
}

fn heading(border: Border, data: &Data, cells: usize, theme: &Theme) -> Line<'static> {
    let view = data.duplicates.of(border.lens).view.as_ref();
    let method = view.map_or_else(String::new, |view| format!(" · {}", view.method()));
    let lens = format!("{}{method}", border.lens.word());
    let is_old = measured(border, data).is_some_and(|known| known.border != border || known.revision != data.revision);
    let title =
        format!(" Leakage between {} · {lens} ≥ {}{}", border.by.word(), border.threshold, if is_old { " …" } else { "" });
    let title = fit(&title, cells);
    let help = "   records with a near-copy · highest score";
    let help = if width(&title) + width(help) <= cells { help } else { "" };
    Line::from(vec![Span::styled(title, theme.heading), Span::styled(help, theme.dim)])
}

/// What is proven, in a line; and what is not covered, each in one.
fn proven(known: &Measured, border: Border, data: &Data, theme: &Theme) -> Vec<(String, Style)> {
    let matrix = &known.matrix;
    let mut lines = Vec::new();
    let groups = matrix.by.word();
    if matrix.groups.len() < 2 {
        let how = if border.by == Between::Splits { ": a assigns them" } else { "" };
        return vec![(format!("there is no border yet: fewer than two {groups} have records{how}"), theme.dim)];
    }
    let certificate = data.splits.certificate.as_deref();
    let certificate = certificate.filter(|c| c.border == known.border && c.revision == known.revision).map(|c| &c.certificate);
    let style = match (matrix.leaks.is_empty(), matrix.gaps.are_none()) {
        (true, true) => theme.keep,
        (true, false) => theme.flag,
        (false, _) => theme.warning,
    };
    lines.push((verdict(matrix, certificate), style));
    lines.extend(matrix.gaps.words().into_iter().map(|gap| (format!("{} {gap}", glyph::FLAG), theme.flag)));
    lines
}

fn verdict(matrix: &Matrix, certificate: Option<&Certificate>) -> String {
    let pairs: u64 = matrix.leaks.iter().map(|leak| leak.pairs).sum::<u64>() / 2;
    if pairs > 0 {
        let leak = if pairs == 1 { "leaks" } else { "leak" };
        let tested = certificate.map_or_else(String::new, |c| format!(" of {} tested", grouped(c.pairs_tested)));
        let highest = matrix.highest.map_or_else(String::new, |highest| format!(", the closest {}", score(highest)));
        let pairs = counted(pairs, "pair");
        return format!("{} {pairs}{tested} {leak}{highest}; Enter shows them, f mends", glyph::DROP);
    }
    let tested = certificate.map_or_else(String::new, |c| format!(": {} pairs tested", grouped(c.pairs_tested)));
    let remains = match matrix.highest {
        Some(highest) => format!("the closest that remains {}", score(highest)),
        None => format!("none reaches {}", score(matrix.floor)),
    };
    match matrix.gaps.are_none() {
        true => format!("{} proven{tested}; {remains}", glyph::KEEP),
        false => format!("{} nothing found, but not proven{tested}; {remains}", glyph::FLAG),
    }
}

fn paragraph(buf: &mut Buffer, area: Rect, top: usize, said: &str, style: Style) {
    let place = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(1), ..area };
    for (row, line) in wrap(said, usize::from(place.width)).into_iter().enumerate() {
        put_text(buf, place, top + row, shown(said, line), style);
    }
}

/// Columns of a name and of a cell: at least, and at most where there is room for whole names.
const NAME: (usize, usize) = (15, 40);
const CELL: (usize, usize) = (16, 30);

/// The groups that fit, the one under the cursor among them.
struct Grid<'a> {
    matrix: &'a Matrix,
    cursor: Cursor,
    focused: bool,
    /// Columns of a name and of a cell.
    name: usize,
    cell: usize,
    theme: &'a Theme,
}

impl<'a> Grid<'a> {
    fn new(matrix: &'a Matrix, state: &State, cells: usize, theme: &'a Theme) -> Grid<'a> {
        let longest = matrix.groups.iter().map(|group| width(&group.name)).max().unwrap_or(0);
        let name = (longest + 4).clamp(NAME.0, NAME.1.min(cells / 4).max(NAME.0));
        let share = cells.saturating_sub(name + 2) / matrix.groups.len().max(1);
        let cell = (longest + 6).min(share).clamp(CELL.0, CELL.1);
        Grid { matrix, cursor: state.cell, focused: state.pane == Pane::Leaks, name, cell, theme }
    }
}

impl Grid<'_> {
    fn view(&self, buf: &mut Buffer, area: Rect) {
        let groups = &self.matrix.groups;
        if groups.len() < 2 || area.height < 2 {
            return;
        }
        let cursor = self.cursor.inside(groups.len());
        let columns = (usize::from(area.width).saturating_sub(self.name + 1) / self.cell).clamp(1, groups.len());
        let rows = usize::from(area.height - 1).clamp(1, groups.len());
        let first = |at: usize, fit: usize| (at + 1).saturating_sub(fit);
        let (left, top) = (first(cursor.column, columns), first(cursor.row, rows));
        put(buf, area, 0, &self.names(&groups[left..left + columns], left));
        for row in top..top + rows {
            put(buf, area, 1 + row - top, &self.row(row, left..left + columns, cursor));
        }
    }

    fn names(&self, groups: &[Group], left: usize) -> Line<'static> {
        let before = if left > 0 { "‹" } else { " " };
        let after = if left + groups.len() < self.matrix.groups.len() { "›" } else { "" };
        let named = |group: &Group| padded(&fit(&format!("in {}", group.name), self.cell - 2), self.cell);
        let names: String = groups.iter().map(named).collect();
        Line::styled(format!("{before}{}{names} {after}", " ".repeat(self.name)), self.theme.dim)
    }

    fn row(&self, row: usize, columns: std::ops::Range<usize>, cursor: Cursor) -> Line<'static> {
        let groups = &self.matrix.groups;
        let of = groups[row].name.as_str();
        let mut spans = vec![Span::styled(format!(" {}", fit_padded(&format!("of {of}"), self.name)), self.theme.dim)];
        for column in columns {
            let (said, style) = self.said(row, column);
            let is_here = self.focused && cursor == Cursor { row, column };
            let style = if is_here { self.theme.cursor } else { style };
            let pad = self.cell.saturating_sub(width(&said) + 2);
            spans.push(Span::raw(" ".repeat(pad)));
            spans.push(Span::styled(format!(" {said} "), style));
        }
        Line::from(spans)
    }

    /// `12,345 · 0.873`.
    fn said(&self, row: usize, column: usize) -> (String, Style) {
        let groups = &self.matrix.groups;
        if row == column {
            return ("·".to_owned(), self.theme.dim);
        }
        match self.matrix.cell(&groups[row].name, &groups[column].name) {
            Some(leak) => (format!("{} · {}", grouped(leak.records), score(leak.highest)), self.theme.warning),
            None => ("none".to_owned(), self.theme.keep),
        }
    }
}

/// With blanks before it, up to so many cells.
fn padded(text: &str, cells: usize) -> String {
    format!("{}{text}", " ".repeat(cells.saturating_sub(width(text))))
}
