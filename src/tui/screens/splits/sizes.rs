//! The first pane: a row a split, a row a size that was missed, and below how the splits were made and how the next ones will be.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::draft::{Draft, Editing};
use super::{Layer, Pane, State};
use crate::display::{counted, grouped};
use crate::model::{Lens, RecordId};
use crate::ops::split::{SplitReport, SplitSize, UnmetRow, WhyRow};
use crate::tui::data::Data;
use crate::tui::data::splits::Splitting;
use crate::tui::text::{fit, fit_padded, width};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::bar::bar;
use crate::tui::widgets::list::{List, row_width};
use crate::tui::widgets::put_text;

/// Lines below the list.
pub const BELOW: u16 = 2;

/// What stands in a row.
pub enum Row<'a> {
    Size(&'a SplitSize),
    Unmet(&'a UnmetRow),
}

/// How many rows there are.
pub fn len(state: &State, data: &Data) -> usize {
    data.splits.sizes().len() + unmet(state, data).len()
}

pub fn row<'a>(state: &State, data: &'a Data, at: usize) -> Option<Row<'a>> {
    let sizes = data.splits.sizes();
    match sizes.get(at) {
        Some(size) => Some(Row::Size(size)),
        None => unmet(state, data).get(at - sizes.len()).map(Row::Unmet),
    }
}

/// The record whose cluster kept a split from its size.
pub fn cluster_of(unmet: &UnmetRow) -> Option<RecordId> {
    match unmet.why {
        WhyRow::Cluster { record, .. } => Some(record),
        WhyRow::Held { .. } | WhyRow::HeldElsewhere { .. } => None,
    }
}

/// Sizes that the splits, as they were made in this session, miss.
fn unmet<'a>(state: &State, data: &'a Data) -> &'a [UnmetRow] {
    made(state, data).map_or(&[], |report| report.unmet.as_slice())
}

/// The report of the splits there are.
fn made<'a>(state: &State, data: &'a Data) -> Option<&'a SplitReport> {
    let Splitting { args, report, .. } = data.splits.split.as_deref()?;
    let report = report.as_ref().ok().filter(|report| !report.dry_run)?;
    let recipe = data.splits.recipe()?;
    // It may have been undone meanwhile.
    let is_of_now = Draft::of(Some(recipe), state.draft(data).lens).args().is_ok_and(|now| now == *args);
    is_of_now.then_some(report)
}

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let [list, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(BELOW)]).areas(area);
    let cells = row_width(list.width);
    let drawn = |at: usize| match row(state, data, at) {
        Some(Row::Size(size)) => size_line(size, data, cells, theme),
        Some(Row::Unmet(unmet)) => unmet_line(unmet, cells, theme),
        None => Line::default(),
    };
    let header = format!(" {:<NAME$} {:>RECORDS$} {:>8} {:>9} {:>8}", "Splits", "records", "share", "asked for", "off by");
    List {
        len: len(state, data),
        row: &drawn,
        selected: &|_| false,
        header: Some(Line::styled(fit(&header, usize::from(list.width)), theme.heading)),
        focused: state.pane == Pane::Splits,
        empty: "no records yet: import some on screen 6",
        theme,
    }
    .view(frame.buffer_mut(), list, &state.splits);
    foot(frame, below, state, data, theme);
}

const NAME: usize = 14;
const RECORDS: usize = 10;

fn size_line(size: &SplitSize, data: &Data, cells: usize, theme: &Theme) -> Line<'static> {
    let asked = if size.target > 0.0 { share(size.target) } else { "–".to_owned() };
    let off = size.off.map_or_else(|| "–".to_owned(), signed);
    let figures = format!(
        "{} {:>RECORDS$} {:>8} {asked:>9} {off:>8}  ",
        fit_padded(&size.name, NAME),
        grouped(size.records),
        share(size.share)
    );
    let by_hand = data.splits.overview.as_ref().and_then(|overview| overview.by_hand.get(&size.name));
    let by_hand = by_hand.map_or_else(String::new, |n| format!("{} by hand  ", grouped(*n)));
    let most = data.splits.sizes().iter().map(|size| size.records).max().unwrap_or(0);
    let room = cells.saturating_sub(width(&figures) + width(&by_hand)).min(60);
    let style = if size.name == "none" { theme.dim } else { theme.text };
    Line::from(vec![
        Span::styled(figures, style),
        Span::styled(by_hand, theme.flag),
        Span::styled(bar(size.records, most, room), theme.accent),
    ])
}

fn share(of_one: f64) -> String {
    format!("{:.1} %", of_one * 100.0)
}

/// `+1,234`, `-5`, `0`.
pub fn signed(off: i64) -> String {
    let sign = match off {
        0 => "",
        off if off > 0 => "+",
        _ => "-",
    };
    format!("{sign}{}", grouped(off.unsigned_abs()))
}

fn unmet_line(unmet: &UnmetRow, cells: usize, theme: &Theme) -> Line<'static> {
    let way = if cluster_of(unmet).is_some() { " › Enter" } else { "" };
    let said = fit(&format!("{} {}", glyph::FLAG, in_words(unmet)), cells.saturating_sub(width(way)));
    Line::from(vec![Span::styled(said, theme.warning), Span::styled(way, theme.accent)])
}

/// By how much a split misses its size, and why.
pub fn in_words(unmet: &UnmetRow) -> String {
    let off = format!("{} {}", grouped(unmet.off.unsigned_abs()), if unmet.off > 0 { "too many" } else { "too few" });
    let why = match &unmet.why {
        WhyRow::Cluster { size, record } => {
            format!("the cluster of {record} has {} and stays whole", counted(u64::from(*size), "record"))
        }
        WhyRow::Held { records } => format!("{} stay in it", counted(*records, "record")),
        WhyRow::HeldElsewhere { records } => format!("others are {} too large, by records that stay", grouped(*records)),
    };
    format!("{}: {off}: {why}", unmet.name)
}

/// How the splits were made and how the next will be, or the field that is being edited.
fn foot(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let draft = state.draft(data);
    if let Some(Layer::Field(field)) = &state.layer {
        return field_line(frame, area, field, &draft, theme);
    }
    let recipe = data.splits.recipe();
    let made_by = Draft::of(recipe, Lens::Lexical);
    let cells = usize::from(area.width);
    let now = match recipe {
        Some(_) => format!("made by {}{}", made_by.words(), stayed(state, data)),
        None => "not made yet: a says what the next split does".to_owned(),
    };
    put_text(frame.buffer_mut(), area, 0, &fit(&format!(" {now}"), cells), theme.dim);
    if recipe.is_none() || draft != made_by {
        put_text(frame.buffer_mut(), area, 1, &fit(&format!(" next    {}", draft.words()), cells), theme.accent);
    } else if let Some(exported) = &data.splits.exported {
        let records = counted(exported.records, "record");
        let said = format!(" exported {records} to {} · sha256 {}", exported.target, exported.digest);
        put_text(frame.buffer_mut(), area, 1, &fit(&said, cells), theme.dim);
    }
}

/// Who had to stay where they were, if the splits were made in this session.
fn stayed(state: &State, data: &Data) -> String {
    let stays = made(state, data).into_iter().flat_map(|report| &report.stays);
    let said: Vec<String> = stays.map(|(why, n)| format!("{} {why}", grouped(*n))).collect();
    if said.is_empty() { String::new() } else { format!(" · fixed: {}", said.join(", ")) }
}

fn field_line(frame: &mut Frame<'_>, area: Rect, field: &Editing, draft: &Draft, theme: &Theme) {
    let label = format!(" › {}", field.label());
    put_text(frame.buffer_mut(), area, 0, &label, theme.accent);
    let skip = (width(&label) as u16).min(area.width);
    let place = Rect { x: area.x + skip, width: area.width - skip, height: area.height.min(1), ..area };
    if let Some(cursor) = field.input.view(frame.buffer_mut(), place, theme.text) {
        frame.set_cursor_position(cursor);
    }
    let (said, style) = match field.said(draft) {
        Ok(help) => (format!("   {help}"), theme.dim),
        Err(error) => (format!(" ! {error}"), theme.warning),
    };
    put_text(frame.buffer_mut(), area, 1, &fit(&said, usize::from(area.width)), style);
}
