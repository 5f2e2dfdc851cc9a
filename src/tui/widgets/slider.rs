//! The threshold: a histogram of scores over a track with the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{put_right, put_text};
use crate::tui::theme::Theme;

/// Scores from `floor` to 1, `bins` of equal width, and where the threshold is.
pub struct Slider<'a> {
    pub floor: f32,
    pub threshold: f32,
    /// Counts per bin, lowest scores first.
    pub bins: &'a [u64],
    pub theme: &'a Theme,
}

const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

impl Slider<'_> {
    /// ```text
    ///  ▂▅█▇▄▃▂▁▁   ▁     bars, logarithmic; those at or above the threshold in the accent
    ///  ──────┃──────────  the track
    ///  0.500        1.000 where there are three rows
    /// ```
    pub fn view(&self, buf: &mut Buffer, area: Rect) {
        if area.is_empty() {
            return;
        }
        let labels = u16::from(area.height > 3);
        let bars = usize::from((area.height - labels).saturating_sub(1));
        let cursor = self.column(usize::from(area.width));
        for column in 0..usize::from(area.width) {
            let place = Rect { x: area.x.saturating_add(column as u16), width: 1, ..area };
            let style = if column >= cursor { self.theme.accent } else { self.theme.dim };
            let eighths = self.eighths(column, usize::from(area.width), bars * 8);
            for row in 0..bars {
                let filled = eighths.saturating_sub((bars - 1 - row) * 8).min(8);
                put_text(buf, place, row, EIGHTHS[filled], style);
            }
            let (track, style) = if column == cursor { ("┃", self.theme.heading) } else { ("─", style) };
            put_text(buf, place, bars, track, style);
        }
        if labels == 1 {
            put_text(buf, area, bars + 1, &crate::display::score(self.floor), self.theme.dim);
            put_right(buf, area, bars + 1, &crate::display::score(1.0), self.theme.dim);
        }
    }

    /// The column of the threshold.
    fn column(&self, width: usize) -> usize {
        let span = (1.0 - self.floor).max(f32::EPSILON);
        let share = ((self.threshold - self.floor) / span).clamp(0.0, 1.0);
        // NaN becomes column 0.
        (share * width.saturating_sub(1) as f32).round() as usize
    }

    /// Height of a column in eighths of a cell: the logarithm of its bins' sum, since low scores outnumber high ones by far. Something is
    /// never shown as nothing.
    fn eighths(&self, column: usize, width: usize, full: usize) -> usize {
        let count = self.count(column, width);
        let most = (0..width).map(|c| self.count(c, width)).max().unwrap_or(0);
        if count == 0 || most == 0 {
            return 0;
        }
        let share = (count as f64).ln_1p() / (most as f64).ln_1p();
        ((share * full as f64).round() as usize).clamp(1, full.max(1))
    }

    /// What a column stands for: the sum of its bins, or its share of a bin's place where columns outnumber bins.
    fn count(&self, column: usize, width: usize) -> u64 {
        let bins = self.bins.len();
        let from = column * bins / width.max(1);
        let to = ((column + 1) * bins / width.max(1)).max(from + 1).min(bins);
        self.bins.get(from..to).map_or(0, |bins| bins.iter().fold(0, |sum, &n| sum.saturating_add(n)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_goes_from_edge_to_edge() {
        let theme = Theme::default();
        let at = |threshold| Slider { floor: 0.5, threshold, bins: &[1], theme: &theme }.column(51);
        assert_eq!([0.5, 0.75, 1.0, 0.0, 2.0, f32::NAN].map(at), [0, 25, 50, 0, 50, 0]);
    }

    #[test]
    fn bars_show_more_as_more_and_something_as_something() {
        let theme = Theme::default();
        let mut buf = Buffer::empty(Rect::new(0, 0, 4, 2));
        Slider { floor: 0.0, threshold: 1.0, bins: &[1000, 30, 1, 0], theme: &theme }.view(&mut buf, Rect::new(0, 0, 4, 2));
        assert_eq!(buf, {
            let mut expected = Buffer::with_lines(["█▄▁ ", "───┃"]);
            expected.set_style(Rect::new(0, 0, 3, 2), theme.dim);
            expected.set_style(Rect::new(3, 0, 1, 1), theme.accent);
            expected.set_style(Rect::new(3, 1, 1, 1), theme.heading);
            expected
        });
    }
}
