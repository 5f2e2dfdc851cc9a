//! The record under the cursor: what all rules together made of it, each change with its rule; below, the text after each rule.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ops::rules::Trace;
use crate::rules::Pipeline;
use crate::tui::data::RuleDetail;
use crate::tui::text::Layout;
use crate::tui::theme::Theme;
use crate::tui::widgets::diff::{inline, inline_by_rule, sides_by_rule};
use crate::tui::widgets::put;
use crate::tui::widgets::rich::Rich;

/// The drawing is made once for a record, a width and a way of showing it; scrolling only picks lines.
#[derive(Debug, Default)]
pub struct Drawing {
    of: Option<Of>,
    left: Laid,
    /// Beside `left`, when the diff is side by side.
    right: Option<Laid>,
    below: Laid,
}

#[derive(Debug)]
struct Of {
    detail: Arc<RuleDetail>,
    width: u16,
    how: How,
}

#[derive(Debug, Clone, Copy)]
pub struct How {
    pub side_by_side: bool,
    /// The first line in view.
    pub scroll: usize,
    pub theme: Theme,
}

impl How {
    fn looks_like(&self, other: &How) -> bool {
        self.side_by_side == other.side_by_side && self.theme == other.theme
    }
}

/// A text and its lines.
#[derive(Debug, Default)]
struct Laid {
    rich: Rich,
    layout: Layout,
}

impl Laid {
    fn new(rich: Rich, width: u16) -> Laid {
        Laid { rich, layout: Layout::new(usize::from(width)) }
    }

    fn height(&mut self) -> usize {
        self.layout.last_page(self.rich.text(), 0)
    }

    /// Draws its lines from `first` on.
    fn view(&mut self, buf: &mut Buffer, area: Rect, first: usize) {
        for (row, line) in self.rich.lines(&mut self.layout, first, usize::from(area.height)).iter().enumerate() {
            put(buf, area, row, line);
        }
    }
}

impl Drawing {
    /// Draws the lines in view, and says which one was the first.
    pub fn view(&mut self, buf: &mut Buffer, area: Rect, detail: &Arc<RuleDetail>, pipeline: &Pipeline, how: How) -> usize {
        let is_made = |of: &Of| Arc::ptr_eq(&of.detail, detail) && of.width == area.width && of.how.looks_like(&how);
        if !self.of.as_ref().is_some_and(is_made) {
            *self = Drawing::of(&detail.trace, pipeline, area.width, how.side_by_side, &how.theme);
            self.of = Some(Of { detail: detail.clone(), width: area.width, how });
        }
        self.lines(buf, area, how.scroll)
    }

    fn of(trace: &Trace, pipeline: &Pipeline, width: u16, side_by_side: bool, theme: &Theme) -> Drawing {
        let below = Laid::new(steps(trace, pipeline, theme), width);
        if !side_by_side {
            let left = Laid::new(inline_by_rule(&trace.raw, trace.end(), &trace.diff, theme), width);
            return Drawing { of: None, left, right: None, below };
        }
        let (left, right) = sides_by_rule(&trace.raw, trace.end(), &trace.diff, theme);
        let half = half(width);
        Drawing { of: None, left: Laid::new(left, half), right: Some(Laid::new(right, half)), below }
    }

    fn lines(&mut self, buf: &mut Buffer, area: Rect, scroll: usize) -> usize {
        let upper = self.left.height().max(self.right.as_mut().map_or(0, Laid::height));
        let total = upper + self.below.height();
        let first = scroll.min(total.saturating_sub(usize::from(area.height)));
        let above = upper.saturating_sub(first).min(usize::from(area.height)) as u16;
        let top = Rect { height: above, ..area };
        match &mut self.right {
            None => self.left.view(buf, top, first),
            Some(right) => {
                let half = half(area.width);
                self.left.view(buf, Rect { width: half, ..top }, first);
                right.view(buf, Rect { x: area.x.saturating_add(area.width - half), width: half, ..top }, first);
            }
        }
        let rest = Rect { y: area.y.saturating_add(above), height: area.height - above, ..area };
        self.below.view(buf, rest, first.saturating_sub(upper));
        first
    }
}

/// The width of a side, with two cells between the sides.
fn half(width: u16) -> u16 {
    width.saturating_sub(2) / 2
}

/// The raw text, then each rule's number, name and what it did.
fn steps(trace: &Trace, pipeline: &Pipeline, theme: &Theme) -> Rich {
    let mut rich = Rich::default();
    if trace.steps.iter().any(|step| !step.dropped) {
        rich.push("\nraw\n", theme.heading);
        rich.push(&trace.raw, theme.text);
    }
    for (n, (step, diff)) in trace.steps.iter().zip(&trace.step_diffs).enumerate() {
        let name = pipeline.rules().get(step.rule).map_or("", |rule| rule.name.as_str());
        rich.push(&format!("\n\n{} {name}", step.rule + 1), theme.rule(step.rule));
        if step.dropped {
            rich.push(" drops the record", theme.drop);
        } else {
            rich.push("\n", theme.text);
            rich.append(&inline(trace.before(n), &step.text, diff, theme));
        }
    }
    rich
}
