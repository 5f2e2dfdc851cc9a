//! The list of clusters: how large, how weak, how much is left of each, and the first words of its keeper.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::top::pane_style;
use super::{Listed, Pane, State};
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
    let style = if state.is_current(data) { theme.text } else { theme.dim };
    let row = |n: usize| cluster_line(listed, columns, n, room, style, theme);
    let focused = state.pane == Pane::Clusters;
    let header = Line::styled(fit(&title(listed, room, state), usize::from(area.width)), pane_style(focused, theme));
    let empty = match (state.across, state.filter.is_empty()) {
        (_, false) => " no cluster has a member that matches; Esc shows all",
        (Some(_), true) => " no cluster crosses the border; Esc shows all",
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

fn cluster_line(listed: Listed<'_>, columns: &Columns, n: usize, room: Room, style: Style, theme: &Theme) -> Line<'static> {
    let cut = listed.cut;
    let at = &cut.at;
    let Some(number) = listed.get(n) else { return Line::default() };
    let Some((cluster, &keeper)) = at.clusters.get(number).zip(at.keepers.get(number)) else { return Line::default() };
    let text = columns.position(at.record(keeper)).map_or("", |position| columns.text(position));
    let sign = if cut.chained.get(number).copied().unwrap_or(false) { CHAIN } else { " " };
    // The closest pair says more where one sorts by it.
    let link = if cut.wanted.order == ClusterOrder::Score { cluster.best } else { cluster.weakest };
    let mut spans = vec![
        Span::styled(sign, theme.warning),
        Span::styled(format!("{:>5} ", grouped(cluster.members.len() as u64)), style),
        Span::styled(format!("{:>6} ", score(link)), theme.dim),
    ];
    let number_of = |of: &[u32]| of.get(number).map_or_else(String::new, |&n| grouped(u64::from(n)));
    if room.keeps {
        spans.push(Span::styled(format!("{:>5} ", number_of(&cut.keeps)), theme.keep));
    }
    if room.undecided {
        spans.push(Span::styled(format!("{:>5} ", number_of(&at.undecided)), theme.dim));
    }
    spans.push(Span::styled(fit_padded(text, room.text()), style));
    Line::from(spans)
}
