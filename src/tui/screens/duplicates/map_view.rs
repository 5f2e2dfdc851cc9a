//! The frame of the map:
//!
//! ```text
//! same words × same meaning, 12,345 pairs
//! meaning │      ░▒│▓█      1,234  same words & meaning
//! 1.00    │    ·░▒▒│▓▓        567  same words only
//! 0.85 ───┼────────┼──      › 890  same meaning only
//!         │ ·░░▒▒▒▒│▒░      4,321  neither
//!         └───────────      3 of 48: words 0.512 meaning 0.901  ! subject
//!           0.50 0.80       a red car on a road …
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::map::State;
use super::top::below;
use super::{State as Screen, line, not_built};
use crate::clusters::Changes;
use crate::clusters::pair_map::{Density, MappedPair, PairMap, Quadrant, Region};
use crate::display::grouped;
use crate::model::{Lens, RecordId, Threshold};
use crate::ops::duplicates::View;
use crate::ops::duplicates::at::word_diff;
use crate::tui::data::Data;
use crate::tui::text::{Layout, fit};
use crate::tui::theme::Theme;
use crate::tui::widgets::diff::inline;
use crate::tui::widgets::{put, put_right, put_text};

/// From no pair to the most.
const SHADES: [&str; 6] = [" ", "·", "░", "▒", "▓", "█"];
/// Cells left of the plot: the scale, the pairs below the lexical floor, and a line.
const LEFT: u16 = 8;
/// Rows below the plot: a line, the pairs below the semantic floor, and the scale.
const UNDER: u16 = 3;

pub(super) fn view(buf: &mut Buffer, area: Rect, state: &State, screen: &Screen, data: &Data, theme: &Theme) {
    put_text(buf, area, 0, "The same words → and the same meaning ↑", theme.heading);
    if let Some(missing) = Lens::ALL.into_iter().find(|&lens| data.duplicates.of(lens).view.is_none()) {
        put_text(buf, area, 2, &format!("The map needs both lenses: {}.", not_built(missing, data)), theme.text);
        return put_text(buf, area, 4, "Esc goes back; B there builds it.", theme.dim);
    }
    let Some((views, mapped)) = data.duplicates.both().zip(data.duplicates.map.as_ref()) else {
        return put_text(buf, area, 2, "counting the pairs by both lenses", theme.dim);
    };
    let map = &mapped.map;
    put_right(buf, area, 0, &format!("{} pairs of texts", grouped(map.total())), theme.dim);
    let body = below(area, 1);
    let side = body.height.saturating_sub(UNDER).min((body.width * 3 / 5).saturating_sub(LEFT) / 2);
    let places = Lens::ALL.map(|lens| screen.place(lens, data).0);
    let plot = Rect { width: LEFT + side * 2, ..body };
    draw(buf, plot, map, usize::from(side), places, views, theme);
    let x = plot.width.saturating_add(2).min(body.width);
    let words = Rect { x: body.x.saturating_add(x), width: body.width - x, ..body };
    quadrants(buf, words, map, state, places, theme);
    sample(buf, below(words, 6), state, views, data, theme);
}

fn draw(buf: &mut Buffer, area: Rect, map: &PairMap, side: usize, places: [Threshold; 2], views: (&View, &View), theme: &Theme) {
    if side == 0 {
        return;
    }
    let density = map.density(side);
    let most = density.cells.iter().chain(&density.words_only).chain(&density.meaning_only).copied().max().unwrap_or(0);
    // The rows of a density are lexical: they go across here, and its columns upwards.
    let cross = [0, 1].map(|axis| {
        let hundredths = places[axis].thousandths() / 10;
        (0..side).rfind(|&n| map.begins(axis, side, n) <= hundredths).unwrap_or(0)
    });
    for row in 0..side {
        let column = side - 1 - row;
        let is_cross = column == cross[1];
        scale(buf, area, row, (is_cross, places[1]), column, side, theme);
        let shaded = shade(density.meaning_only.get(column).copied().unwrap_or(0), most);
        put_text(buf, at(area, LEFT - 2), row, &format!("{shaded}│"), theme.dim);
        for n in 0..side {
            let count = cell(&density, n, column);
            let place = at(area, LEFT + 2 * n as u16);
            let style = if n >= cross[0] && column >= cross[1] { theme.accent } else { theme.text };
            // The lower edge of the row, and the left edge of the column, are the thresholds.
            match (is_cross, shade(count, most)) {
                (true, " ") => put_text(buf, place, row, "──", theme.dim),
                (true, shaded) => put_text(buf, place, row, &shaded.repeat(2), style.add_modifier(Modifier::UNDERLINED)),
                (false, shaded) => put_text(buf, place, row, &shaded.repeat(2), style),
            }
            if n == cross[0] {
                put_text(buf, place, row, "│", theme.heading);
            }
        }
    }
    foot(buf, below(area, side as u16), &density, most, (cross[0], places[0]), views, theme);
}

/// The scale on the left: 1 at the top, the floor at the bottom, the threshold where it is.
fn scale(buf: &mut Buffer, area: Rect, row: usize, cross: (bool, Threshold), column: usize, side: usize, theme: &Theme) {
    let (is_cross, threshold) = cross;
    if is_cross {
        put_text(buf, area, row, &threshold.to_string(), theme.heading);
    } else if column + 1 == side {
        put_text(buf, area, row, "1.00", theme.dim);
    }
}

/// Below the plot: its line, the pairs that are below the semantic floor, and the lexical scale.
fn foot(
    buf: &mut Buffer,
    area: Rect,
    density: &Density,
    most: u64,
    (cross, threshold): (usize, Threshold),
    views: (&View, &View),
    theme: &Theme,
) {
    let (lexical, semantic) = views;
    put_text(buf, area, 0, &format!("{:<6}", semantic.floor()), theme.dim);
    let line = Rect { x: area.x.saturating_add(LEFT - 1), width: area.width.saturating_sub(LEFT - 1), ..area };
    put_text(buf, line, 0, &format!("└{}", "─".repeat(usize::from(line.width))), theme.dim);
    let plot = at(area, LEFT);
    put_text(buf, area, 1, "below", theme.dim);
    for n in 0..density.side {
        let shaded = shade(density.words_only.get(n).copied().unwrap_or(0), most);
        put_text(buf, at(area, LEFT + 2 * n as u16), 1, &shaded.repeat(2), theme.dim);
    }
    put_text(buf, plot, 2, &lexical.floor().to_string(), theme.dim);
    put_right(buf, plot, 2, "1.00", theme.dim);
    let said = threshold.to_string();
    let room = usize::from(plot.width).saturating_sub(said.len());
    put_text(buf, at(plot, (2 * cross).min(room) as u16), 2, &said, theme.heading);
}

fn at(area: Rect, cells: u16) -> Rect {
    let cells = cells.min(area.width);
    Rect { x: area.x.saturating_add(cells), width: area.width - cells, ..area }
}

fn cell(density: &Density, lexical: usize, semantic: usize) -> u64 {
    density.cells.get(lexical * density.side + semantic).copied().unwrap_or(0)
}

/// By the logarithm; something is never shown as nothing.
fn shade(count: u64, most: u64) -> &'static str {
    if count == 0 || most == 0 {
        return SHADES[0];
    }
    let share = (count as f64).ln_1p() / (most as f64).ln_1p();
    SHADES[((share * (SHADES.len() - 1) as f64).ceil() as usize).clamp(1, SHADES.len() - 1)]
}

fn in_words(quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::Both => "same words & meaning",
        Quadrant::Words => "same words only",
        Quadrant::Meaning => "same meaning only",
        Quadrant::Neither => "neither",
    }
}

fn quadrants(buf: &mut Buffer, area: Rect, map: &PairMap, state: &State, places: [Threshold; 2], theme: &Theme) {
    let [lexical, semantic] = places;
    for (row, quadrant) in Quadrant::ALL.into_iter().enumerate() {
        let count = grouped(map.count(&Region::of(quadrant, lexical, semantic)));
        let (sign, style) = if quadrant == state.quadrant { ("›", theme.selected) } else { (" ", theme.text) };
        let said = format!("{sign} {count:>9}  {}", in_words(quadrant));
        put_text(buf, area, row, &fit(&said, usize::from(area.width)), style);
    }
}

/// One pair of the quadrant, as a word diff.
fn sample(buf: &mut Buffer, area: Rect, state: &State, views: (&View, &View), data: &Data, theme: &Theme) {
    let (Some(pair), Some(columns)) = (state.samples.get(state.at), &data.columns) else {
        return put_text(buf, area, 0, "no pairs here; Tab goes to the next side", theme.dim);
    };
    let text = |record: RecordId| columns.position(record).map_or("", |position| columns.text(position));
    let (old, new) = (text(pair.a), text(pair.b));
    let place = format!("pair {} of {}", state.at + 1, state.samples.len());
    let of = format!("{place}: {} and {}", grouped(pair.a.0.into()), grouped(pair.b.0.into()));
    put_text(buf, area, 0, &fit(&of, usize::from(area.width)), theme.dim);
    let mut spans = scores(pair, views, data, theme);
    spans.extend(line::changed(Changes::between(old, new).main(), theme));
    put(buf, area, 1, &Line::from(spans));
    let diff = inline(old, new, &word_diff(old, new), theme);
    diff.view(buf, below(area, 3), &mut Layout::default(), 0);
}

fn scores(pair: &MappedPair, views: (&View, &View), data: &Data, theme: &Theme) -> Vec<Span<'static>> {
    let names = Lens::ALL.map(|lens| data.duplicates.score_name(lens));
    let both = [(names[0], pair.lexical, views.0), (names[1], pair.semantic, views.1)];
    let said = both.map(|(name, score, view)| (name, line::shown(score.ok_or(view.floor().value()))));
    let span = |text: String, style: Style| Span::styled(text, style);
    said.into_iter()
        .flat_map(|(name, score)| [span(format!("{name} "), theme.dim), span(format!("{score}  "), theme.accent)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_darker_and_something_is_something() {
        assert_eq!([0, 1, 30, 1000].map(|count| shade(count, 1000)), [" ", "·", "▒", "█"]);
        assert_eq!((shade(0, 0), shade(1, 1), shade(1, u64::MAX)), (" ", "█", "·"));
    }
}
