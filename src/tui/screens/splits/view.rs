//! How the screen is drawn: splits and leaks, checks below or, in a wide terminal, beside them.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::assign::Editing;
use super::{Layer, Pane, State, checks};
use crate::display::{grouped, score};
use crate::ops::check::{CheckRow, Verdict};
use crate::ops::leaks::LeakRow;
use crate::ops::split::SplitSize;
use crate::tui::data::Data;
use crate::tui::text::{fit, fit_padded, shown, width, wrap};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::bar::bar;
use crate::tui::widgets::list::{List, row_width};
use crate::tui::widgets::{height, put, put_text};

/// From this width on checks stand beside the splits.
const WIDE: u16 = 130;
/// Splits that are shown at once.
const MOST_SPLITS: usize = 8;
/// Pairs of splits that are listed at once.
const MOST_PAIRS: usize = 12;

pub fn screen(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    if data.splits.checks.is_none() {
        let said = if data.columns.is_some() { "checking …" } else { "reading the records …" };
        return put_text(frame.buffer_mut(), area, 0, said, theme.dim);
    }
    let (main, side) = if area.width >= WIDE {
        let [main, _, side] = Layout::horizontal([Constraint::Fill(3), Constraint::Length(3), Constraint::Fill(2)]).areas(area);
        (main, Some(side))
    } else {
        (area, None)
    };
    let leak_lines = leaks(data, usize::from(main.width), theme);
    let splits = height(data.splits.sizes.len().clamp(1, MOST_SPLITS) + 4);
    let checked = height(checks(data).len() + 4);
    let heights = [splits, height(leak_lines.len() + 1)];
    let blank = |others: u16| u16::from(area.height > heights.iter().sum::<u16>() + others);
    match side {
        Some(side) => {
            let [top, bottom] = Layout::vertical([Constraint::Length(splits + 1), Constraint::Min(0)]).areas(main);
            sizes_pane(frame, top, state, data, theme);
            lines(frame.buffer_mut(), bottom, &leak_lines);
            checks_pane(frame.buffer_mut(), side, state, data, theme);
        }
        None => {
            // The checks keep their heading and two rows, however much leaks.
            let room = area.height.saturating_sub(splits + 3);
            let leaks_height = (height(leak_lines.len()) + blank(checked)).min(room);
            let rows = [Constraint::Length(splits), Constraint::Length(leaks_height), Constraint::Min(0)];
            let [top, middle, bottom] = Layout::vertical(rows).areas(area);
            sizes_pane(frame, top, state, data, theme);
            lines(frame.buffer_mut(), middle, &leak_lines);
            checks_pane(frame.buffer_mut(), bottom, state, data, theme);
        }
    }
}

fn lines(buf: &mut Buffer, area: Rect, lines: &[Line<'_>]) {
    for (row, line) in lines.iter().enumerate() {
        put(buf, area, row, line);
    }
}

/// Heading, a row a split, and below how the splits were made and how the next ones will be.
fn sizes_pane(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let [list, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(3)]).areas(area);
    let sizes = &data.splits.sizes;
    let cells = row_width(list.width);
    let row = |i: usize| sizes.get(i).map_or_else(Line::default, |size| size_line(size, sizes, cells, theme));
    let header = format!(" {:<NAME$} {:>RECORDS$} {:>8} {:>9}", "Splits", "records", "share", "asked for");
    List {
        len: sizes.len(),
        row: &row,
        selected: &|_| false,
        header: Some(Line::styled(fit(&header, usize::from(list.width)), theme.heading)),
        focused: state.pane == Pane::Splits,
        empty: "no records yet: import some on screen 6",
        theme,
    }
    .view(frame.buffer_mut(), list, &state.splits);
    recipe(frame, below, state, data, theme);
}

const NAME: usize = 14;
const RECORDS: usize = 12;

fn size_line(size: &SplitSize, all: &[SplitSize], cells: usize, theme: &Theme) -> Line<'static> {
    let asked = if size.target > 0.0 { share(size.target) } else { "–".to_owned() };
    let figures =
        format!("{} {:>RECORDS$} {:>8} {asked:>9}  ", fit_padded(&size.name, NAME), grouped(size.records), share(size.share));
    let most = all.iter().map(|size| size.records).max().unwrap_or(0);
    let room = cells.saturating_sub(width(&figures)).min(60);
    let style = if size.name == "none" { theme.dim } else { theme.text };
    Line::from(vec![Span::styled(figures, style), Span::styled(bar(size.records, most, room), theme.accent)])
}

fn share(of_one: f64) -> String {
    format!("{:.1} %", of_one * 100.0)
}

/// How the splits were made, how the next will be, and the field that is being edited.
fn recipe(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let draft = state.draft(data);
    let made = super::Draft::of(data.splits.recipe.as_ref());
    let cells = usize::from(area.width);
    let now = match &data.splits.recipe {
        Some(_) => format!("made by {}", made.words()),
        None => "not made yet".to_owned(),
    };
    put_text(frame.buffer_mut(), area, 0, &fit(&format!(" {now}"), cells), theme.dim);
    if let Some(Layer::Field(field)) = &state.layer {
        return field_line(
            frame,
            Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area },
            field,
            theme,
        );
    }
    if data.splits.recipe.is_none() || draft != made {
        put_text(frame.buffer_mut(), area, 1, &fit(&format!(" next    {}", draft.words()), cells), theme.accent);
    } else if let Some(exported) = &data.splits.exported {
        let said = format!(" exported {} records to {} · sha256 {}", grouped(exported.records), exported.target, exported.digest);
        put_text(frame.buffer_mut(), area, 1, &fit(&said, cells), theme.dim);
    }
}

fn field_line(frame: &mut Frame<'_>, area: Rect, field: &Editing, theme: &Theme) {
    let label = format!(" › {}", field.label());
    put_text(frame.buffer_mut(), area, 0, &label, theme.accent);
    let skip = (width(&label) as u16).min(area.width);
    let place = Rect { x: area.x + skip, width: area.width - skip, height: area.height.min(1), ..area };
    if let Some(cursor) = field.input.view(frame.buffer_mut(), place, theme.text) {
        frame.set_cursor_position(cursor);
    }
    if let Some(error) = field.error() {
        put_text(frame.buffer_mut(), area, 1, &fit(&format!(" ! {error}"), usize::from(area.width)), theme.warning);
    }
}

/// What leaks: good news in a line, or a matrix, or, where that is too wide, a line a pair.
fn leaks(data: &Data, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let splits = &data.splits;
    let Some(at) = splits.leaks_at else {
        let said = "not known: there is no similarity graph yet; assigning builds one, or B on screen 3";
        return vec![Line::styled(" Leaks", theme.heading), Line::styled(fit(&format!(" ! {said}"), cells), theme.warning)];
    };
    let heading = Line::from(vec![
        Span::styled(format!(" Leaks from {at}"), theme.heading),
        Span::styled(fit("  records with a near-copy in another split · highest score", cells.saturating_sub(18)), theme.dim),
    ]);
    let names: Vec<&str> = splits.sizes.iter().map(|size| size.name.as_str()).filter(|name| *name != "none").collect();
    let mut lines = vec![heading];
    if names.is_empty() {
        lines.push(Line::styled(" no record has a split yet", theme.dim));
    } else if splits.leaks.is_empty() {
        let said = format!(" {} none: no record has a near-copy in another split", glyph::KEEP);
        lines.push(Line::styled(fit(&said, cells), theme.keep));
    } else if NAME + 1 + names.len() * CELL <= cells && names.len() > 1 {
        lines.extend(matrix(&splits.leaks, &names, theme));
    } else {
        lines.extend(splits.leaks.iter().take(MOST_PAIRS).map(|leak| pair(leak, cells, theme)));
        if splits.leaks.len() > MOST_PAIRS {
            lines.push(Line::styled(format!("   … and {} more pairs of splits", splits.leaks.len() - MOST_PAIRS), theme.warning));
        }
    }
    lines
}

/// Cells of the matrix: `12,345 · 0.873`.
const CELL: usize = 17;

fn matrix(leaks: &[LeakRow], names: &[&str], theme: &Theme) -> Vec<Line<'static>> {
    let head: String = names.iter().map(|name| format!("{:>CELL$}", fit(&format!("in {name}"), CELL - 1))).collect();
    let mut lines = vec![Line::styled(format!(" {:NAME$}{head}", ""), theme.dim)];
    lines.extend(names.iter().map(|of| {
        let mut spans = vec![Span::styled(format!(" {}", fit_padded(&format!("of {of}"), NAME)), theme.dim)];
        spans.extend(names.iter().map(|inside| {
            let leak = leaks.iter().find(|leak| leak.of == *of && leak.inside == *inside);
            match leak {
                Some(leak) => Span::styled(
                    format!("{:>CELL$}", format!("{} · {}", grouped(leak.records), score(leak.highest))),
                    theme.warning,
                ),
                None if of == inside => Span::styled(format!("{:>CELL$}", "·"), theme.dim),
                None => Span::styled(format!("{:>CELL$}", "none"), theme.keep),
            }
        }));
        Line::from(spans)
    }));
    lines
}

fn pair(leak: &LeakRow, cells: usize, theme: &Theme) -> Line<'static> {
    let said = format!(" ! {} records of {} in {}, highest {}", grouped(leak.records), leak.of, leak.inside, score(leak.highest));
    Line::styled(fit(&said, cells), theme.warning)
}

fn checks_pane(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let rows = checks(data);
    let focused = state.pane == Pane::Checks;
    let below = if focused && area.height > 5 { 3 } else { 0 };
    let [list, detail] = Layout::vertical([Constraint::Min(0), Constraint::Length(below)]).areas(area);
    let cells = row_width(list.width);
    let row = |i: usize| rows.get(i).map_or_else(Line::default, |check| check_line(check, cells, theme));
    List {
        len: rows.len(),
        row: &row,
        selected: &|_| false,
        header: Some(Line::styled(" Checks", theme.heading)),
        focused,
        empty: "",
        theme,
    }
    .view(buf, Rect { height: list.height.min(height(rows.len() + 1)), ..list }, &state.checks);
    if let Some(check) = rows.get(state.checks.cursor) {
        check_detail(buf, Rect { y: list.y + list.height.min(height(rows.len() + 1)), ..detail }, check, theme);
    }
}

fn check_line(check: &CheckRow, cells: usize, theme: &Theme) -> Line<'static> {
    let (sign, word, style) = match check.verdict {
        Verdict::Ready => (glyph::KEEP, "ready", theme.keep),
        Verdict::Attention => (glyph::FLAG, "attention", theme.flag),
        Verdict::Blocked => (glyph::DROP, "blocked", theme.error),
    };
    let way = if check.filter.is_some() { " › o" } else { "" };
    let verdict = format!("{sign} {word:<10}");
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
fn check_detail(buf: &mut Buffer, area: Rect, check: &CheckRow, theme: &Theme) {
    let place = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
    let text = crate::display::safe(&check.detail);
    let mut row = 0;
    for line in wrap(&text, usize::from(place.width)).into_iter().take(2) {
        put_text(buf, place, row, shown(&text, line), theme.text);
        row += 1;
    }
    if let Some(filter) = &check.filter {
        put_text(buf, place, row, &fit(&format!("Enter shows them: {filter}"), usize::from(place.width)), theme.accent);
    }
}
