//! A long safe text in several styles, drawn line by line: previews, diffs, search hits.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::put;
use crate::display;
use crate::tui::text::{Layout, shown};

/// Safe text with a style for each stretch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rich {
    text: String,
    /// Where each stretch ends, and its style.
    runs: Vec<(usize, Style)>,
}

impl Rich {
    /// Appends raw text; it is made safe here.
    pub fn push(&mut self, raw: &str, style: Style) {
        self.text.push_str(&display::safe_lines(raw));
        self.runs.push((self.text.len(), style));
    }

    /// Appends all of it to another one.
    pub fn append_to(&self, other: &mut Rich) {
        let start = other.text.len();
        other.text.push_str(&self.text);
        other.runs.extend(self.runs.iter().map(|&(end, style)| (start + end, style)));
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// `count` lines from `first` on, at the width of `layout`. The layout must be used for this text only.
    pub fn lines<'a>(&'a self, layout: &mut Layout, first: usize, count: usize) -> Vec<Line<'a>> {
        layout.lines(&self.text, first, count).iter().map(|line| self.line(line.clone())).collect()
    }

    /// Draws the lines from `first` on.
    pub fn view(&self, buf: &mut Buffer, area: Rect, layout: &mut Layout, first: usize) {
        if layout.width() != usize::from(area.width) {
            *layout = Layout::new(usize::from(area.width));
        }
        for (row, line) in self.lines(layout, first, usize::from(area.height)).iter().enumerate() {
            put(buf, area, row, line);
        }
    }

    fn line(&self, range: Range<usize>) -> Line<'_> {
        let mut at = range.start;
        let end = at + shown(&self.text, range).len();
        let first = self.runs.partition_point(|&(run_end, _)| run_end <= at);
        let mut spans = Vec::new();
        for &(run_end, style) in &self.runs[first..] {
            if at >= end {
                break;
            }
            let to = run_end.min(end);
            spans.push(Span::styled(&self.text[at..to], style));
            at = to;
        }
        Line::from(spans)
    }
}
