//! The threshold: a histogram of scores with the curve of what each threshold costs, over a track with the cursor.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{put_right, put_text};
use crate::display::{grouped, score};
use crate::tui::text::width;
use crate::tui::theme::Theme;

/// Scores from `floor` to 1 in bins of equal width, and where the threshold is.
pub struct Slider<'a> {
    pub floor: f32,
    pub threshold: f32,
    /// Another place on the track that is pointed out.
    pub mark: Option<f32>,
    /// Counts per bin, lowest scores first.
    pub bins: &'a [u64],
    /// What a threshold at the beginning of each bin costs; as long as `bins`, or empty.
    pub curve: &'a [u64],
    pub theme: &'a Theme,
}

const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// A line in a cell, from its bottom to its top.
const LINES: [&str; 5] = ["⎽", "⎼", "─", "⎻", "⎺"];

impl Slider<'_> {
    /// ```text
    ///  ▂▅█▇▄▃▂▁▁   ▁     bars, logarithmic; those at or above the threshold in the accent; the curve over them
    ///  ──────┃──────────  the track
    ///  0.500        1.000 where there are three rows
    /// ```
    pub fn view(&self, buf: &mut Buffer, area: Rect) {
        if area.is_empty() {
            return;
        }
        let labels = u16::from(area.height > 3);
        let bars = usize::from((area.height - labels).saturating_sub(1));
        let cells = usize::from(area.width);
        let (cursor, mark) = (self.column(self.threshold, cells), self.mark.map(|mark| self.column(mark, cells)));
        let (most, dearest) = (self.most(cells), self.curve.iter().copied().max().unwrap_or(0));
        for column in 0..cells {
            let place = Rect { x: area.x.saturating_add(column as u16), width: 1, ..area };
            let style = if column >= cursor { self.theme.accent } else { self.theme.dim };
            let eighths = eighths(self.count(column, cells), most, bars * 8);
            for row in 0..bars {
                let filled = eighths.saturating_sub((bars - 1 - row) * 8).min(8);
                put_text(buf, place, row, EIGHTHS[filled], style);
            }
            self.cost(buf, place, column, cells, bars, dearest);
            let (track, style) = match column {
                _ if column == cursor => ("┃", self.theme.heading),
                _ if Some(column) == mark => ("◆", self.theme.flag),
                _ => ("─", style),
            };
            put_text(buf, place, bars, track, style);
        }
        if labels == 1 {
            self.labels(buf, area, bars + 1, dearest);
        }
    }

    /// The curve's line in one column.
    fn cost(&self, buf: &mut Buffer, place: Rect, column: usize, cells: usize, bars: usize, dearest: u64) {
        let Some(&cost) = self.curve.get(self.bins_of(column, cells, self.curve.len()).start) else { return };
        if cost == 0 || dearest == 0 || bars == 0 {
            return;
        }
        let levels = bars * LINES.len() - 1;
        let level = (cost as f64 / dearest as f64 * levels as f64).round() as usize;
        let row = bars - 1 - (level / LINES.len()).min(bars - 1);
        put_text(buf, place, row, LINES[level % LINES.len()], self.theme.curve);
    }

    /// `0.500   ▇ pairs ⎺ drops, up to 1,234   1.000`.
    fn labels(&self, buf: &mut Buffer, area: Rect, row: usize, dearest: u64) {
        put_text(buf, area, row, &score(self.floor), self.theme.dim);
        put_right(buf, area, row, &score(1.0), self.theme.dim);
        let legends = match dearest {
            0 => vec!["▇ pairs".to_owned()],
            _ => vec![format!("▇ pairs ⎺ drops, up to {}", grouped(dearest)), format!("⎺ drops ≤ {}", grouped(dearest))],
        };
        let room = usize::from(area.width).saturating_sub(14);
        if let Some(legend) = legends.iter().find(|legend| width(legend) <= room) {
            let skip = (usize::from(area.width) - width(legend)) / 2;
            let place = Rect { x: area.x.saturating_add(skip as u16), width: area.width.saturating_sub(skip as u16), ..area };
            put_text(buf, place, row, legend, self.theme.dim);
        }
    }

    /// The column of a threshold.
    fn column(&self, threshold: f32, width: usize) -> usize {
        let span = (1.0 - self.floor).max(f32::EPSILON);
        let share = ((threshold - self.floor) / span).clamp(0.0, 1.0);
        // NaN becomes column 0.
        (share * width.saturating_sub(1) as f32).round() as usize
    }

    fn most(&self, width: usize) -> u64 {
        (0..width).map(|column| self.count(column, width)).max().unwrap_or(0)
    }

    /// What a column stands for: the sum of its bins, or its share of a bin's place where columns outnumber bins.
    fn count(&self, column: usize, width: usize) -> u64 {
        let bins = self.bins.get(self.bins_of(column, width, self.bins.len()));
        bins.map_or(0, |bins| bins.iter().fold(0, |sum, &n| sum.saturating_add(n)))
    }

    fn bins_of(&self, column: usize, width: usize, bins: usize) -> Range<usize> {
        let from = column * bins / width.max(1);
        let to = ((column + 1) * bins / width.max(1)).max(from + 1).min(bins);
        from..to
    }
}

/// Height of a column in eighths of a cell: the logarithm of its bins' sum, since low scores outnumber high ones by far. Something is
/// never shown as nothing.
fn eighths(count: u64, most: u64, full: usize) -> usize {
    if count == 0 || most == 0 {
        return 0;
    }
    let share = (count as f64).ln_1p() / (most as f64).ln_1p();
    ((share * full as f64).round() as usize).clamp(1, full.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slider<'a>(bins: &'a [u64], curve: &'a [u64], theme: &'a Theme) -> Slider<'a> {
        Slider { floor: 0.0, threshold: 1.0, mark: None, bins, curve, theme }
    }

    fn rows(slider: &Slider<'_>, width: u16, height: u16) -> Vec<String> {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        slider.view(&mut buf, area);
        let row = |y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        (0..height).map(row).collect()
    }

    #[test]
    fn the_cursor_goes_from_edge_to_edge() {
        let theme = Theme::default();
        let slider = Slider { floor: 0.5, ..slider(&[1], &[], &theme) };
        let at = |threshold| slider.column(threshold, 51);
        assert_eq!([0.5, 0.75, 1.0, 0.0, 2.0, f32::NAN].map(at), [0, 25, 50, 0, 50, 0]);
    }

    #[test]
    fn bars_show_more_as_more_and_something_as_something() {
        let theme = Theme::default();
        let mut buf = Buffer::empty(Rect::new(0, 0, 4, 2));
        slider(&[1000, 30, 1, 0], &[], &theme).view(&mut buf, Rect::new(0, 0, 4, 2));
        assert_eq!(buf, {
            let mut expected = Buffer::with_lines(["█▄▁ ", "───┃"]);
            expected.set_style(Rect::new(0, 0, 3, 2), theme.dim);
            expected.set_style(Rect::new(3, 0, 1, 1), theme.accent);
            expected.set_style(Rect::new(3, 1, 1, 1), theme.heading);
            expected
        });
    }

    #[test]
    fn the_curve_falls_over_the_bars() {
        let theme = Theme::default();
        let slider = Slider { mark: Some(0.4), ..slider(&[0; 6], &[10, 8, 5, 2, 1, 0], &theme) };
        assert_eq!(rows(&slider, 6, 3), ["⎺─⎽", "   ─⎼", "──◆──┃"]);
        let wide = Slider { mark: None, ..slider };
        assert!(rows(&wide, 44, 4)[3].contains("▇ pairs ⎺ drops, up to 10"));
    }
}
