//! Above the panes: the slider with its plot, and what the threshold comes to.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::State;
use super::figures::figures;
use crate::display::grouped;
use crate::model::Policy;
use crate::ops::duplicates::View;
use crate::tui::data::Data;
use crate::tui::text::{fit, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::slider::Slider;
use crate::tui::widgets::{put, put_right, put_text};

/// Rows above the panes, with the line below them.
pub(super) fn height(area: Rect) -> u16 {
    match area.height {
        0..12 => 4,
        12..30 => 6,
        30..50 => 9,
        _ => 14,
    }
}

pub(super) fn view(buf: &mut Buffer, area: Rect, view: &View, records: u64, state: &State, data: &Data, theme: &Theme) {
    headline(buf, area, view, state, data, theme);
    let body = below(area, 1);
    let body = Rect { height: body.height.saturating_sub(1), ..body };
    let slider_width = if area.width >= 110 { body.width / 2 } else { body.width * 2 / 5 };
    let words = Rect { x: body.x + slider_width + 2, width: body.width.saturating_sub(slider_width + 2), ..body };
    slider(buf, Rect { width: slider_width, ..body }, view, state, data, theme);
    consequences(buf, words, state, data, records, theme);
    border(buf, below(area, area.height.saturating_sub(1)), view, data, theme);
}

pub(super) fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

pub(super) fn pane_style(focused: bool, theme: &Theme) -> Style {
    if focused { theme.heading } else { theme.dim }
}

/// `0.80 · cover: keeps a record if no kept one is as close           lexical: words`.
fn headline(buf: &mut Buffer, area: Rect, view: &View, state: &State, data: &Data, theme: &Theme) {
    let (words, style) = match state.policy(data) {
        Policy::Cover => ("keeps a record if no kept one is as close", theme.dim),
        Policy::Cluster => ("keeps one record of a cluster, however long the chain", theme.dim),
        Policy::Every => ("drops both sides: what the original did by mistake; for comparison", theme.warning),
    };
    let lens = fit(&format!("{}: {}", view.lens().word(), view.method()), usize::from(area.width) / 3);
    let threshold = state.threshold(data).to_string();
    let policy = format!(" · {}: ", state.policy(data).word());
    let room = usize::from(area.width).saturating_sub(width(&threshold) + width(&policy) + width(&lens) + 2);
    let line = Line::from(vec![
        Span::styled(threshold, theme.heading),
        Span::styled(policy, theme.text),
        Span::styled(fit(words, room), style),
    ]);
    put(buf, area, 0, &line);
    put_right(buf, area, 0, &lens, theme.accent);
}

fn slider(buf: &mut Buffer, area: Rect, view: &View, state: &State, data: &Data, theme: &Theme) {
    let policy = state.policy(data);
    let points = data.duplicates.curve(policy).map_or(&[][..], |curve| &curve.curve.points);
    let bins: Vec<u64> = points.iter().map(|point| point.pairs).collect();
    let curve: Vec<u64> = points.iter().map(|point| point.dropped.into()).collect();
    let (floor, threshold) = (view.floor().value(), state.threshold(data).value());
    let mark = state.mark.as_ref().map(|mark| mark.from().wanted.threshold.value());
    Slider { floor, threshold, mark, bins: &bins, curve: &curve, theme }.view(buf, area);
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
    let drops = format!("drops {} of {}", grouped(figures.dropped), grouped(records));
    put_text(buf, area, 0, &fit(&clusters, cells), style(theme.text));
    put_text(buf, area, 1, &fit(&drops, cells), style(theme.drop));
    if let Some(cut) = &data.duplicates.at {
        let style = if state.is_current(data) { theme.text } else { theme.dim };
        put_text(buf, area, 2, &fit(&spread("sources", &cut.at.by_source), cells), style);
        put_text(buf, area, 3, &fit(&spread("splits", &cut.at.by_split), cells), style);
        if area.height > 4 {
            let said = format!("{} {} of the clusters are chains", super::clusters::CHAIN, grouped(cut.chains));
            put_text(buf, area, 4, &fit(&said, cells), if cut.chains > 0 { style } else { theme.dim });
        }
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

/// A dim line that says what is wrong or special with the graph.
fn border(buf: &mut Buffer, area: Rect, view: &View, data: &Data, theme: &Theme) {
    put_text(buf, area, 0, &"─".repeat(usize::from(area.width)), theme.dim);
    let mut said = Vec::new();
    if view.stale {
        said.push("! texts or masked phrases changed since the graph was built: B builds it again".to_owned());
    }
    if let Some(most) = view.capped() {
        said.push(format!("capped: the {} closest pairs of each text, and what holds clusters together", grouped(most.into())));
    }
    let scope = data.duplicates.info().map_or("", |info| info.filter.as_str());
    if !scope.is_empty() {
        said.push(format!("only of {scope}"));
    }
    if !said.is_empty() {
        let style = if view.stale { theme.warning } else { theme.dim };
        put_text(buf, area, 0, &format!("{} ", fit(&said.join(" · "), usize::from(area.width).saturating_sub(1))), style);
    }
}
