//! The list of clusters: how large, how weak, how much is left of each, and the first words of its keeper.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::listed::{Counts, Listed, Row};
use super::top::pane_style;
use super::{Pane, State};
use crate::clusters::ClusterOrder;
use crate::display::{grouped, score};
use crate::ops::duplicates::Across;
use crate::query::Columns;
use crate::tui::data::Data;
use crate::tui::text::{fit, fit_padded};
use crate::tui::theme::Theme;
use crate::tui::widgets::list::{List, row_width};

/// Stands before a cluster that is a chain.
pub(super) const CHAIN: &str = "⋈";

/// Which columns there is room for.
#[derive(Debug, Clone, Copy)]
struct Room {
    cells: usize,
    keeps: bool,
    undecided: bool,
}

impl Room {
    fn of(cells: usize) -> Room {
        Room { cells, keeps: cells >= 36, undecided: cells >= 44 }
    }

    /// Cells left for the text.
    fn text(self) -> usize {
        let numbers = 14 + if self.keeps { 6 } else { 0 } + if self.undecided { 6 } else { 0 };
        self.cells.saturating_sub(numbers)
    }
}

pub(super) fn view(
    buf: &mut Buffer,
    area: Rect,
    listed: Listed<'_>,
    columns: &Columns,
    state: &State,
    data: &Data,
    theme: &Theme,
) {
    let room = Room::of(row_width(area.width));
    let style = if state.is_listed(data) { theme.text } else { theme.dim };
    let row = |n: usize| listed.row(n).map_or_else(Line::default, |row| cluster_line(listed, row, columns, room, style, theme));
    let focused = state.pane == Pane::Clusters;
    let header = Line::styled(fit(&title(listed, room, state), usize::from(area.width)), pane_style(focused, theme));
    let empty = match (state.across, state.filter.is_empty()) {
        (_, false) => " no cluster has a member that matches; Esc shows all",
        (Some(_), true) => " no cluster crosses the border; Esc shows all",
        (None, true) if state.is_at_floor(data) => " no clusters down to this graph's floor; B builds a lower one",
        (None, true) => " no clusters; ← lowers the threshold",
    };
    List { len: listed.len(), row: &row, selected: &|_| false, header: Some(header), focused, empty, theme }.view(
        buf,
        area,
        &state.clusters,
    );
}

/// `  size   link keeps  open 1,234 clusters by weakest link`.
fn title(listed: Listed<'_>, room: Room, state: &State) -> String {
    let which = match state.across {
        None if listed.len() == 1 => "cluster",
        None => "clusters",
        Some(Across::Splits) => "across splits",
        Some(Across::Sources) => "across sources",
    };
    let which = match (state.order, state.reversed) {
        (ClusterOrder::Size, false) => which.to_owned(),
        (order, reversed) => format!("by {}{}", by(order), if reversed { " ↑" } else { "" }),
    };
    let keeps = if room.keeps { " keeps" } else { "" };
    let undecided = if room.undecided { "  open" } else { "" };
    format!("  {:>5} {:>6}{keeps}{undecided} {} {which}", "size", "link", grouped(listed.len() as u64))
}

/// In a word, for the heading.
fn by(order: ClusterOrder) -> &'static str {
    match order {
        ClusterOrder::Size => "size",
        ClusterOrder::Score => "score",
        ClusterOrder::Weakest => "weakest",
        ClusterOrder::Undecided => "undecided",
    }
}

fn cluster_line(listed: Listed<'_>, row: Row, columns: &Columns, room: Room, style: Style, theme: &Theme) -> Line<'static> {
    let record = listed.view().graph.records.get(row.keeper as usize);
    let text = record.and_then(|&record| columns.position(record)).map_or("", |position| columns.text(position));
    let sign = if row.counts.is_some_and(|counts| counts.is_chain) { CHAIN } else { " " };
    // The closest pair says more where one sorts by it.
    let link = if listed.wanted().order == ClusterOrder::Score { row.best } else { row.weakest };
    let mut spans = vec![
        Span::styled(sign, theme.warning),
        Span::styled(format!("{:>5} ", grouped(row.size.into())), style),
        Span::styled(format!("{:>6} ", score(link)), theme.dim),
    ];
    let counted = |of: fn(Counts) -> u32| row.counts.map_or_else(|| "·".to_owned(), |counts| grouped(of(counts).into()));
    if room.keeps {
        spans.push(Span::styled(format!("{:>5} ", counted(|counts| counts.keeps)), theme.keep));
    }
    if room.undecided {
        spans.push(Span::styled(format!("{:>5} ", counted(|counts| counts.undecided)), theme.dim));
    }
    spans.push(Span::styled(fit_padded(text, room.text()), style));
    Line::from(spans)
}
