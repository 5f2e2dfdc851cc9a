//! The record under the cursor: what all rules together made of it, each change with its rule; below, the text after each rule.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::model::DiffTag;
use crate::ops::rules::Trace;
use crate::rules::Pipeline;
use crate::tui::data::RuleDetail;
use crate::tui::text::Layout;
use crate::tui::theme::Theme;
use crate::tui::widgets::diff::{inline_by_rule, sides_by_rule};
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
    /// The change under the cursor: its step, and its place in it; no place for a drop.
    pub change: Option<(usize, Option<usize>)>,
    /// The first line in view.
    pub scroll: usize,
    pub theme: Theme,
}

impl How {
    fn looks_like(&self, other: &How) -> bool {
        self.side_by_side == other.side_by_side && self.change == other.change && self.theme == other.theme
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
            *self = Drawing::of(&detail.trace, pipeline, area.width, &how);
            self.of = Some(Of { detail: detail.clone(), width: area.width, how });
        }
        self.lines(buf, area, how.scroll)
    }

    fn of(trace: &Trace, pipeline: &Pipeline, width: u16, how: &How) -> Drawing {
        let theme = &how.theme;
        let below = Laid::new(steps(trace, pipeline, how), width);
        if !how.side_by_side {
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

/// The raw text, then each rule's number, name, harm, and what it did or wanted to do; at the end what is refused in vain.
fn steps(trace: &Trace, pipeline: &Pipeline, how: &How) -> Rich {
    let theme = &how.theme;
    let mut rich = Rich::default();
    if trace.refused_whole {
        rich.push("\nrefused as a whole: the rules leave it alone (R accepts)\n", theme.flag);
    }
    if trace.steps.iter().any(|step| !step.changes.is_empty()) {
        rich.push("\nraw\n", theme.heading);
        rich.push(&trace.raw, theme.text);
    }
    for (n, step) in trace.steps.iter().enumerate() {
        head(&mut rich, trace, n, pipeline, how);
        if !step.changes.is_empty() {
            rich.push("\n", theme.text);
            proposed(&mut rich, trace, n, how);
        }
    }
    if !trace.unproposed.is_empty() {
        rich.push("\n\nrefused, and not proposed any more: ", theme.flag);
        let words: Vec<String> = trace.unproposed.iter().map(ToString::to_string).collect();
        rich.push(&words.join(", "), theme.text);
    }
    rich
}

/// `12 flags ! cuts-word`, `7 too-short drops the record`.
fn head(rich: &mut Rich, trace: &Trace, n: usize, pipeline: &Pipeline, how: &How) {
    let theme = &how.theme;
    let step = &trace.steps[n];
    let name = pipeline.rules().get(step.rule).map_or("", |rule| rule.name.as_str());
    let again = if step.round > 0 { format!(" (round {})", step.round + 1) } else { String::new() };
    rich.push(&format!("\n\n{} {name}{again}", step.rule + 1), theme.rule(step.rule));
    let is_chosen = how.change == Some((n, None));
    if step.dropped {
        rich.push(" ", theme.text);
        rich.push("drops the record", chosen(theme.drop, is_chosen));
    }
    if step.drop_refused {
        rich.push(" ", theme.text);
        rich.push("would drop the record: refused", chosen(theme.flag, is_chosen));
    }
    if let Some((field, value)) = &step.field {
        rich.push(&format!(" sets {field} = {value}"), theme.inserted);
    }
    if let Some(why) = &step.failed {
        rich.push(&format!(" gave up: {why}"), theme.error);
    }
    for warning in trace.step_warnings.get(n).copied().unwrap_or_default().iter() {
        rich.push(&format!(" ! {}", warning.about()), theme.warning);
    }
}

/// The text before the step with what the rule would do to it, each refused change as such.
fn proposed(rich: &mut Rich, trace: &Trace, n: usize, how: &How) {
    let theme = &how.theme;
    let (step, before) = (&trace.steps[n], trace.before(n));
    let mut done = 0;
    for (place, change) in step.changes.iter().enumerate() {
        let is_chosen = how.change == Some((n, Some(place)));
        rich.push(before.get(done..change.old.start).unwrap_or_default(), theme.text);
        done = change.old.end;
        let (gone, come) = (before.get(change.old.clone()), step.proposed().get(change.new.clone()));
        let (gone, come) = (gone.unwrap_or_default(), come.unwrap_or_default());
        if change.refused {
            let instead = if come.trim().is_empty() { String::new() } else { format!(": {come}") };
            let (words, loose) = gone.split_at(gone.trim_end_matches([' ', ',', ';', '.']).len());
            rich.push(words, chosen(theme.keep, is_chosen));
            rich.push(&format!("‹refused{instead}›"), chosen(theme.flag, is_chosen));
            rich.push(loose, theme.text);
            continue;
        }
        mark(rich, gone, DiffTag::Delete, is_chosen, theme);
        mark(rich, come, DiffTag::Insert, is_chosen, theme);
    }
    rich.push(before.get(done..).unwrap_or_default(), theme.text);
}

fn mark(rich: &mut Rich, text: &str, tag: DiffTag, is_chosen: bool, theme: &Theme) {
    if text.is_empty() {
        return;
    }
    let (style, before, after) = if tag == DiffTag::Delete { (theme.deleted, "[-", "-]") } else { (theme.inserted, "{+", "+}") };
    let (before, after) = if theme.colour { ("", "") } else { (before, after) };
    for part in [before, text, after] {
        rich.push(part, chosen(style, is_chosen));
    }
}

fn chosen(style: Style, is_chosen: bool) -> Style {
    if is_chosen { style.add_modifier(Modifier::REVERSED) } else { style }
}
