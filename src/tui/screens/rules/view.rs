//! The frame of the Rules screen:
//!
//! ```text
//! default · in force                     changes 812 and drops 43 of 3,000
//!  rule        changes  drops  only  │ 855 changed or dropped
//!   1 urls           0     12    12  │ ~    17 a photo of …
//!  …                                 │ ──────────────────────────────
//!  ! cuts-word             3         │ 17 · prompts · praise
//! ────────────────────────────────── │ the diff, then each rule's step
//! why the rule is there              │
//! ```
//!
//! While a rule is edited, its lines stand above, over the whole width.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::drawing::How;
use super::rows::Row;
use super::{Pane, State, consequences};
use crate::display::grouped;
use crate::ops::rules::{Fate, PreviewItem};
use crate::rules::{Counts, Pipeline, Rule};
use crate::tui::data::Data;
use crate::tui::text::{fit, fit_padded, shown, width, wrap_from};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::list::{List, row_width};
use crate::tui::widgets::{put, put_right, put_text};

/// From here on the records stand beside the diff, not above it.
const THREE_COLUMNS: u16 = 150;

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let buf = frame.buffer_mut();
    match data.rules.shown() {
        None => put_text(buf, area, 0, "reading the rules", theme.dim),
        Some(pipeline) if state.editor.is_some() => {
            headline(buf, area, pipeline, state, data, theme);
            if let Some(cursor) = editing(buf, below(area, 1), pipeline, state, data, theme) {
                frame.set_cursor_position(cursor);
            }
        }
        Some(pipeline) => {
            let [rules, records, diff] = areas(area);
            headline(buf, area, pipeline, state, data, theme);
            rules_pane(buf, rules, pipeline, state, data, theme);
            separate(buf, rules, theme);
            records_pane(buf, records, pipeline, state, data, theme);
            if records.x == diff.x {
                rule_above(buf, diff, theme);
            } else {
                separate(buf, records, theme);
            }
            diff_pane(buf, diff, pipeline, state, data, theme);
        }
    }
    if let Some(dialog) = &state.dialog {
        dialog.view(frame, area, data, theme);
    }
}

/// The lines of the rule, and below them the records it changes beside the diff of one.
fn editing(
    buf: &mut Buffer,
    area: Rect,
    pipeline: &Pipeline,
    state: &State,
    data: &Data,
    theme: &Theme,
) -> Option<ratatui::layout::Position> {
    let editor = &state.editor.as_ref()?.editor;
    let above = editor.height().min(area.height * 3 / 5).max(area.height.min(5));
    let cursor = editor.view(buf, Rect { height: above.saturating_sub(1), ..area }, &data.rules, theme);
    let rest = below(area, above);
    rule_above(buf, rest, theme);
    let first = (rest.width * 2 / 5).min(60);
    let records = Rect { width: first, ..rest };
    let diff = Rect { x: rest.x + first + 2, width: rest.width.saturating_sub(first + 2), ..rest };
    records_pane(buf, records, pipeline, state, data, theme);
    separate(buf, records, theme);
    diff_pane(buf, diff, pipeline, state, data, theme);
    cursor
}

/// Rules, records and diff; each has a column or row of its own to its right or above.
fn areas(area: Rect) -> [Rect; 3] {
    let body = below(area, 1);
    let first = (body.width * 2 / 5).clamp(34, 50).min(body.width);
    let rules = Rect { width: first, ..body };
    let rest = Rect { x: body.x + first + 2, width: body.width.saturating_sub(first + 2), ..body };
    if area.width >= THREE_COLUMNS {
        let second = rest.width * 2 / 5;
        let diff = Rect { x: rest.x + second + 2, width: rest.width - second - 2, ..rest };
        return [rules, Rect { width: second, ..rest }, diff];
    }
    let upper = rest.height * 2 / 5;
    [rules, Rect { height: upper, ..rest }, below(rest, upper + 1)]
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// A dim line to the right of a pane.
fn separate(buf: &mut Buffer, pane: Rect, theme: &Theme) {
    let column = Rect { x: pane.right(), width: 1, ..pane };
    (0..usize::from(pane.height)).for_each(|row| put_text(buf, column, row, "│", theme.dim));
}

/// A dim line in the row above a pane.
fn rule_above(buf: &mut Buffer, pane: Rect, theme: &Theme) {
    let row = Rect { y: pane.y.saturating_sub(1), height: 1, ..pane };
    put_text(buf, row, 0, &"─".repeat(usize::from(pane.width)), theme.dim);
}

fn headline(buf: &mut Buffer, area: Rect, pipeline: &Pipeline, state: &State, data: &Data, theme: &Theme) {
    let (said, style) = match &data.rules.in_force {
        _ if data.rules.draft.is_some() => ("as it is typed", theme.warning),
        _ if data.rules.is_in_force() => ("in force", theme.keep),
        Some((name, _)) if name == pipeline.name() => ("changed since it was applied", theme.warning),
        Some(_) => ("not in force, another one is", theme.warning),
        None => ("not in force", theme.warning),
    };
    let said = if pipeline.goes_to_fixpoint() { format!("{said} · to its fixpoint") } else { said.to_owned() };
    let said = said.as_str();
    let figures = match &data.rules.preview {
        Some(preview) if preview.complete => consequences(preview),
        _ if state.asked.stopped => "not counted: Enter counts".to_owned(),
        Some(preview) => format!("{} so far", consequences(preview)),
        None => "counting".to_owned(),
    };
    let room = usize::from(area.width).saturating_sub(width(&figures) + 2);
    // Where there is no room for both, the state says more than the name.
    let said = &fit(said, room);
    let name = fit(pipeline.name(), room.saturating_sub(width(said) + 3));
    if name.is_empty() {
        put(buf, area, 0, &Line::styled(said.clone(), style));
        put_right(buf, area, 0, &figures, theme.text);
        return;
    }
    let line =
        Line::from(vec![Span::styled(name, theme.heading), Span::styled(" · ", theme.dim), Span::styled(said.clone(), style)]);
    put(buf, area, 0, &line);
    put_right(buf, area, 0, &figures, theme.text);
}

fn rules_pane(buf: &mut Buffer, area: Rect, pipeline: &Pipeline, state: &State, data: &Data, theme: &Theme) {
    let why = why_rows(pipeline, area);
    let (list, foot) = (Rect { height: area.height.saturating_sub(why), ..area }, below(area, area.height.saturating_sub(why)));
    let cells = row_width(area.width);
    let figures = Figures::of(data, cells);
    let title = format!(" {}", figures.titled("rule", cells));
    let rows = state.rows(data);
    let row = |n: usize| match rows.get(n) {
        Some(Row::Rule(n)) => rule_line(*n, pipeline, data, cells, figures, theme),
        Some(Row::Warning(warning)) => {
            let records = data.rules.preview.as_ref().map_or(0, |preview| preview.warned(*warning));
            figures.line(format!("!  {}", warning.word()), theme.warning, records, cells, theme)
        }
        Some(Row::Refused) => {
            let records = data.rules.preview.as_ref().map_or(0, |preview| preview.refused);
            figures.line("=  refused".to_owned(), theme.flag, records, cells, theme)
        }
        None => Line::default(),
    };
    List {
        len: rows.len(),
        row: &row,
        selected: &|n| rows.get(n).is_some_and(|row| row.is_listed(state.which)),
        header: Some(Line::styled(title, pane_style(state.pane == Pane::Rules, theme))),
        focused: state.pane == Pane::Rules,
        empty: " no rules: i adds one, p loads others",
        theme,
    }
    .view(buf, list, &state.rules);
    put_text(buf, foot, 0, &"─".repeat(usize::from(foot.width)), theme.dim);
    if let Some(why) = state.row(data).map(|row| meaning(row, pipeline)) {
        let why = crate::display::safe(&why);
        let lines = wrap_from(&why, usize::from(foot.width), 0, usize::from(foot.height));
        for (row, line) in lines.into_iter().enumerate() {
            put_text(buf, foot, row + 1, shown(&why, line), theme.text);
        }
    }
}

/// Rows for the reason of any rule, with the line above it; the same for all, so that the list stands still.
fn why_rows(pipeline: &Pipeline, area: Rect) -> u16 {
    let lines = |rule: &Rule| wrap_from(&rule.why, usize::from(area.width), 0, 5).len();
    let most = pipeline.rules().iter().map(lines).max().unwrap_or(0);
    (most as u16 + 1).min(area.height / 3)
}

/// The reason of a rule, the meaning of a warning.
fn meaning(row: Row, pipeline: &Pipeline) -> String {
    match row {
        Row::Rule(n) => pipeline.rules().get(n).map_or_else(String::new, |rule| rule.why.clone()),
        Row::Warning(warning) => format!("Records where {}. f lists them.", warning.about()),
        Row::Refused => "Records of which something is refused. f lists them.".to_owned(),
    }
}

/// Cells of the columns of numbers: as few as hold the largest.
#[derive(Debug, Clone, Copy)]
struct Figures {
    changed: usize,
    dropped: usize,
    /// 0 where there is no room for it.
    alone: usize,
}

impl Figures {
    fn of(data: &Data, cells: usize) -> Figures {
        /// Names of rules are cut below this.
        const NAME: usize = 22;
        let all = data.rules.preview.as_ref().map_or(&[][..], |preview| &preview.totals.rules);
        let wide = |title: &str, number: &dyn Fn(&Counts) -> u64| {
            grouped(all.iter().map(number).max().unwrap_or(0)).len().max(title.len()) + 1
        };
        let (changed, dropped) = (wide("changes", &|c| c.changed), wide("drops", &|c| c.dropped));
        let alone = wide("only", &|c| c.alone);
        Figures { changed, dropped, alone: if cells > NAME + 3 + changed + dropped + alone { alone } else { 0 } }
    }

    fn sum(self) -> usize {
        self.changed + self.dropped + self.alone
    }

    fn titled(self, title: &str, cells: usize) -> String {
        let only = if self.alone > 0 { "only" } else { "" };
        let numbers = format!("{:>c$}{:>d$}{only:>a$}", "changes", "drops", c = self.changed, d = self.dropped, a = self.alone);
        format!("{}{numbers}", fit_padded(title, cells.saturating_sub(self.sum())))
    }

    /// A row with one number.
    fn line(self, title: String, style: Style, number: u64, cells: usize, theme: &Theme) -> Line<'static> {
        let wide = self.changed;
        Line::from(vec![
            Span::styled(fit_padded(&title, cells.saturating_sub(self.sum())), style),
            Span::styled(format!("{:>wide$}", grouped(number)), theme.text),
        ])
    }
}

fn rule_line(n: usize, pipeline: &Pipeline, data: &Data, cells: usize, figures: Figures, theme: &Theme) -> Line<'static> {
    let Some(rule) = pipeline.rules().get(n) else { return Line::default() };
    let counts = data.rules.preview.as_ref().and_then(|preview| preview.totals.rules.get(n)).copied();
    let name = if rule.enabled { rule.name.clone() } else { format!("{} (off)", rule.name) };
    let name_style = if rule.enabled { theme.text } else { theme.dim };
    let number = |count: Option<u64>, cells: usize, style| {
        let style = if count.is_none_or(|n| n == 0) { theme.dim } else { style };
        Span::styled(format!("{:>cells$}", count.map_or_else(|| "·".to_owned(), grouped)), style)
    };
    let mut spans = vec![
        Span::styled(format!("{:>2} ", n + 1), theme.dim),
        Span::styled(fit_padded(&name, cells.saturating_sub(3 + figures.sum())), name_style),
        number(counts.map(|c| c.changed), figures.changed, theme.text),
        number(counts.map(|c| c.dropped), figures.dropped, theme.drop),
    ];
    if figures.alone > 0 {
        spans.push(number(counts.map(|c| c.alone), figures.alone, theme.dim));
    }
    Line::from(spans)
}

fn pane_style(focused: bool, theme: &Theme) -> Style {
    if focused { theme.heading } else { theme.dim }
}

fn records_pane(buf: &mut Buffer, area: Rect, pipeline: &Pipeline, state: &State, data: &Data, theme: &Theme) {
    let listed = state.listed(data);
    let cells = row_width(area.width);
    let row = |n: usize| {
        let item = listed.and_then(|listed| listed.get(n));
        item.map_or_else(Line::default, |item| record_line(item, pipeline, data, cells, theme))
    };
    let count = listed.map_or_else(String::new, |listed| grouped(listed.len() as u64));
    let title = fit(&format!(" {count} {}", what_is_listed(state, pipeline)), cells);
    let empty = match (&data.rules.preview, listed) {
        (Some(preview), Some(_)) if preview.items.is_empty() && preview.complete => " these rules leave every text as it is",
        (Some(preview), Some(_)) if !preview.complete => " none so far",
        (Some(_), Some(_)) => " none; Esc lists all",
        _ => "",
    };
    List {
        len: listed.map_or(0, |listed| listed.len()),
        row: &row,
        selected: &|_| false,
        header: Some(Line::styled(title, pane_style(state.pane == Pane::Records, theme))),
        focused: state.pane == Pane::Records,
        empty,
        theme,
    }
    .view(buf, area, &state.records);
}

fn what_is_listed(state: &State, pipeline: &Pipeline) -> String {
    let what = match state.which.fate {
        None => "changed or dropped",
        Some(Fate::Changed) => "changed",
        Some(Fate::Dropped) => "dropped",
        Some(Fate::Kept) => "kept by refusal",
    };
    let rule = state.which.rule.and_then(|rule| pipeline.rules().get(usize::from(rule)));
    match (rule, state.which.warning) {
        (Some(rule), _) => format!("{what} by {}", rule.name),
        (_, Some(warning)) => format!("{what}: {}", warning.word()),
        _ if state.which.refused => "with something refused".to_owned(),
        _ => what.to_owned(),
    }
}

/// Cells for the names of rules, where there is room for them.
const NAMES: usize = 28;

fn record_line(item: &PreviewItem, pipeline: &Pipeline, data: &Data, cells: usize, theme: &Theme) -> Line<'static> {
    let (sign, style) = match item.fate() {
        Fate::Changed => (glyph::CHANGED, theme.text),
        Fate::Dropped => (glyph::DROP, theme.drop),
        Fate::Kept => ("=", theme.dim),
    };
    let names = if cells > NAMES * 3 { NAMES } else { 0 };
    let text = data.columns.as_ref().and_then(|columns| Some(columns.text(columns.position(item.record)?))).unwrap_or_default();
    let room = cells.saturating_sub(11 + names);
    let mut spans = vec![
        Span::styled(format!("{sign} "), style),
        Span::styled(format!("{:>8} ", grouped(u64::from(item.record.0))), theme.dim),
        Span::styled(fit_padded(text, room), style),
    ];
    if names > 0 {
        spans.push(Span::styled(format!("  {}", fit(&rule_names(item, pipeline), names - 2)), theme.dim));
    }
    Line::from(spans)
}

/// The rule that dropped the record, else those that changed it.
fn rule_names(item: &PreviewItem, pipeline: &Pipeline) -> String {
    let name = |n: u16| pipeline.rules().get(usize::from(n)).map_or("", |rule| rule.name.as_str());
    match item.dropped_by {
        Some(rule) => name(rule).to_owned(),
        None => item.fired.iter().map(|&n| name(n)).collect::<Vec<_>>().join(", "),
    }
}

fn diff_pane(buf: &mut Buffer, area: Rect, pipeline: &Pipeline, state: &State, data: &Data, theme: &Theme) {
    let Some(item) = state.current(data) else { return };
    let source = data.columns.as_ref().and_then(|c| Some(c.source_name(c.position(item.record)?))).unwrap_or_default();
    let drops = if item.dropped_by.is_some() { "dropped by " } else { "" };
    let names = if item.fate() == Fate::Kept { "left alone, as refused".to_owned() } else { rule_names(item, pipeline) };
    let title = format!("{} · {source} · {drops}{names}", grouped(u64::from(item.record.0)));
    put_text(buf, area, 0, &fit(&title, usize::from(area.width)), pane_style(state.pane == Pane::Diff, theme));
    let body = below(area, 1);
    if let Some(detail) = data.rules.current.as_ref().filter(|detail| detail.record == item.record) {
        let mut drawing = state.drawing.borrow_mut();
        let change = state.proposals(data).get(state.change).map(|proposed| (proposed.step, proposed.change));
        let how = How { side_by_side: state.side_by_side, change, scroll: state.scroll.get(), theme: *theme };
        state.scroll.set(drawing.view(buf, body, detail, pipeline, how));
    }
}
