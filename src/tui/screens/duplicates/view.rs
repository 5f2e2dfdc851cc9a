//! The frame of the Duplicates screen:
//!
//! ```text
//! 0.80 · cover: keeps a record if no kept one is as close
//!  ▂▅█▇▄▃▂▁▁   ▁        1,234 clusters · 3,456 records · largest 27
//!  ──────┃──────────    drops 1,800 of 9,264
//! ─────────────────────────────────────────────────────────────────────
//!  size   link 1,234 cl… │ 27 members · weakest link 0.801
//!    27  0.801 a photo  │   1,234  keeper  stays  prompts · train
//!     9  0.867 …        │   a photo of …
//! ```

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::figures::figures;
use super::{Pane, State};
use crate::display::{grouped, score};
use crate::model::Policy;
use crate::ops::duplicates::at::AtThreshold;
use crate::ops::duplicates::{Across, View};
use crate::query::Columns;
use crate::tui::data::Data;
use crate::tui::text::{fit, fit_padded};
use crate::tui::theme::Theme;
use crate::tui::widgets::list::{List, row_width};
use crate::tui::widgets::slider::Slider;
use crate::tui::widgets::{put, put_text};

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let buf = frame.buffer_mut();
    match (&data.duplicates.view, &data.columns) {
        (Some(view), Some(columns)) => graph(buf, area, view, columns, state, data, theme),
        _ => empty(buf, area, data, theme),
    }
    if let Some(dialog) = &state.dialog {
        dialog.view(frame, area, state, data, theme);
    }
}

fn empty(buf: &mut Buffer, area: Rect, data: &Data, theme: &Theme) {
    if !data.duplicates.known {
        return put_text(buf, area, 1, "  reading the records", theme.dim);
    }
    put_text(buf, area, 1, "  There is no similarity graph yet.", theme.text);
    put_text(buf, area, 3, "  B finds every pair of records that share most of their words.", theme.text);
    put_text(buf, area, 4, "  From then on the threshold moves without waiting.", theme.dim);
}

fn graph(buf: &mut Buffer, area: Rect, view: &View, columns: &Columns, state: &State, data: &Data, theme: &Theme) {
    let high = if area.height > 30 { 6 } else { 4 };
    let (top, rest) = split(area, high + 1);
    headline(buf, top, state, data, theme);
    let body = split(top, 1).1;
    let slider_width = body.width * 2 / 5;
    let words = Rect { x: body.x + slider_width + 2, width: body.width.saturating_sub(slider_width + 2), ..body };
    slider(buf, Rect { width: slider_width, ..body }, view, state, data, theme);
    consequences(buf, words, state, data, columns.len() as u64, theme);

    let (border, lists) = split(rest, 1);
    border_line(buf, border, view, theme);
    let Some(at) = &data.duplicates.at else { return };
    let first = (lists.width * 2 / 5).clamp(28, 70).min(lists.width);
    let list = Rect { width: first, ..lists };
    let members = Rect { x: lists.x + first + 2, width: lists.width.saturating_sub(first + 2), ..lists };
    clusters_pane(buf, list, at, columns, state, data, theme);
    let column = Rect { x: list.right(), width: 1, ..list };
    (0..usize::from(list.height)).for_each(|row| put_text(buf, column, row, "│", theme.dim));
    let focused = state.pane == Pane::Members;
    put_text(buf, members, 0, &fit(&state.members.title(), usize::from(members.width)), pane_style(focused, theme));
    state.members.view(buf, split(members, 1).1, columns, focused, !state.is_current(data), theme);
}

/// The first rows of an area, and the others.
fn split(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    (Rect { height: rows, ..area }, Rect { y: area.y + rows, height: area.height - rows, ..area })
}

fn headline(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let wanted = state.wanted(data);
    let (words, style) = match wanted.policy {
        Policy::Cover => ("keeps a record if no kept one is as close", theme.dim),
        Policy::Cluster => ("keeps one record of a cluster, however long the chain", theme.dim),
        Policy::Every => ("what the original scripts did, by mistake; for comparison only", theme.warning),
    };
    let line = Line::from(vec![
        Span::styled(wanted.threshold.to_string(), theme.heading),
        Span::styled(format!(" · {}: ", wanted.policy.word()), theme.text),
        Span::styled(words, style),
    ]);
    put(buf, area, 0, &line);
}

fn slider(buf: &mut Buffer, area: Rect, view: &View, state: &State, data: &Data, theme: &Theme) {
    let curve = data.duplicates.curve.as_ref();
    let bins: Vec<u64> = curve.map_or_else(Vec::new, |curve| curve.curve.points.iter().map(|point| point.pairs).collect());
    let threshold = state.wanted(data).threshold.value();
    Slider { floor: view.floor().value(), threshold, bins: &bins, theme }.view(buf, area);
}

fn consequences(buf: &mut Buffer, area: Rect, state: &State, data: &Data, records: u64, theme: &Theme) {
    let cells = usize::from(area.width);
    let Some((figures, exact)) = figures(state, data) else {
        return put_text(buf, area, 0, "counting", theme.dim);
    };
    let style = |style: Style| if exact { style } else { theme.dim };
    let clusters = format!(
        "{} {} · {} records · largest {}",
        grouped(figures.clusters),
        if figures.clusters == 1 { "cluster" } else { "clusters" },
        grouped(figures.clustered),
        grouped(figures.largest)
    );
    put_text(buf, area, 0, &fit(&clusters, cells), style(theme.text));
    put_text(
        buf,
        area,
        1,
        &fit(&format!("drops {} of {}", grouped(figures.dropped), grouped(records)), cells),
        style(theme.drop),
    );
    if let Some(at) = &data.duplicates.at {
        let style = if state.is_current(data) { theme.text } else { theme.dim };
        put_text(buf, area, 2, &fit(&spread("sources", &at.by_source), cells), style);
        put_text(buf, area, 3, &fit(&spread("splits", &at.by_split), cells), style);
    }
}

/// `sources: prompts 1,200 · photos 600`.
fn spread(what: &str, counts: &[(String, u64)]) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {}", grouped(*count))).collect();
    format!("{what}: {}", counts.join(" · "))
}

fn border_line(buf: &mut Buffer, area: Rect, view: &View, theme: &Theme) {
    put_text(buf, area, 0, &"─".repeat(usize::from(area.width)), theme.dim);
    if view.stale {
        put_text(buf, area, 0, "! texts changed since the graph was built: B builds it again ", theme.warning);
    }
}

fn pane_style(focused: bool, theme: &Theme) -> Style {
    if focused { theme.heading } else { theme.dim }
}

fn clusters_pane(buf: &mut Buffer, area: Rect, at: &AtThreshold, columns: &Columns, state: &State, data: &Data, theme: &Theme) {
    let cells = row_width(area.width);
    let style = if state.is_current(data) { theme.text } else { theme.dim };
    let row = |n: usize| cluster_line(at, columns, n, cells, style, theme);
    let which = match state.across {
        None if at.listed.len() == 1 => "cluster",
        None => "clusters",
        Some(Across::Splits) => "across splits",
        Some(Across::Sources) => "across sources",
    };
    let title = format!(" {:>5} {:>6} {} {which}", "size", "link", grouped(at.listed.len() as u64));
    let empty = match at.asked.across {
        Some(_) => " no cluster crosses the border",
        None => " no clusters; ← lowers the threshold",
    };
    let focused = state.pane == Pane::Clusters;
    let header = Some(Line::styled(fit(&title, usize::from(area.width)), pane_style(focused, theme)));
    List { len: at.listed.len(), row: &row, selected: &|_| false, header, focused, empty, theme }.view(
        buf,
        area,
        &state.clusters,
    );
}

/// Size, weakest link and the first words of the keeper.
fn cluster_line(at: &AtThreshold, columns: &Columns, n: usize, cells: usize, style: Style, theme: &Theme) -> Line<'static> {
    let number = at.listed.get(n).map(|&number| number as usize);
    let Some((cluster, &keeper)) = number.and_then(|number| at.clusters.get(number).zip(at.keepers.get(number))) else {
        return Line::default();
    };
    let text = columns.position(at.record(keeper)).map_or("", |position| columns.text(position));
    Line::from(vec![
        Span::styled(format!("{:>5} ", grouped(cluster.members.len() as u64)), style),
        Span::styled(format!("{:>6} ", score(cluster.weakest)), theme.dim),
        Span::styled(fit_padded(text, cells.saturating_sub(13)), style),
    ])
}
