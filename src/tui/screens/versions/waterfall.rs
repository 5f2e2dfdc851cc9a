//! The waterfall: per source what was read, what was lost at each step, and what is kept, with a bar of the kept share; alone on the screen
//! also to which rule, which policy and into which split.

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use crate::display::{grouped, safe};
use crate::tui::text::{fit, fit_padded, shown, width, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::bar::bar;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::{height, put, put_text};
use crate::versions::{Course, Waterfall};

const STEPS: [&str; 7] = ["read", "rejected", "blank", "rules", "copies", "by hand", "kept"];

/// The figures of a source in the order of [`STEPS`].
fn figures(course: &Course) -> [u64; 7] {
    let counts = course.counts;
    let lost = [course.by_rules(), course.as_duplicates(), course.by_hand];
    [counts.read, counts.rejected, counts.blank, lost[0], lost[1], lost[2], course.kept]
}

/// Rows: the sources, and with more than one of them their sum.
pub(super) fn len(waterfall: Option<&Waterfall>) -> usize {
    let sources = waterfall.map_or(0, |waterfall| waterfall.sources.len());
    if sources > 1 { sources + 1 } else { sources }
}

fn course(waterfall: &Waterfall, row: usize) -> &Course {
    waterfall.sources.get(row).unwrap_or(&waterfall.total)
}

/// A list that one moves in, and below it what the source under the cursor lost to what. `of` is the snapshot's name.
pub(super) fn alone(
    buf: &mut Buffer,
    area: Rect,
    state: &ListState,
    of: Option<&str>,
    waterfall: Option<&Waterfall>,
    theme: &Theme,
) {
    let Some(waterfall) = waterfall else { return put_text(buf, area, 0, " counting …", theme.dim) };
    let title = of.map_or_else(
        || " Waterfall of the present state · Esc goes back".to_owned(),
        |name| format!(" Waterfall of {name} · Esc goes back"),
    );
    put_text(buf, area, 0, &fit(&title, usize::from(area.width)), theme.heading);
    let rows = len(Some(waterfall));
    let below = area.height / 2;
    let constraints =
        [Constraint::Length(1), Constraint::Length(height(rows + 1).min(below)), Constraint::Length(1), Constraint::Min(0)];
    let [_, list, _, detail] = Layout::vertical(constraints).areas(area);
    let columns = Columns::of(waterfall, row_width(area.width));
    let row = |i: usize| columns.line(course(waterfall, i), theme);
    let header = Some(columns.header("source", theme));
    List { len: rows, row: &row, selected: &|_| false, header, focused: true, empty: "no sources yet", theme }
        .view(buf, list, state);
    breakdown(buf, detail, course(waterfall, state.cursor), theme);
}

/// What a source lost to what, and where the rest is.
fn breakdown(buf: &mut Buffer, area: Rect, course: &Course, theme: &Theme) {
    let label = 16;
    let place = Rect { x: area.x.saturating_add(label), width: area.width.saturating_sub(label + 1), ..area };
    let mut row = 0;
    for (what, counts) in [("by rules", &course.rules), ("as duplicates", &course.duplicates), ("kept, by split", &course.splits)]
    {
        if counts.is_empty() {
            continue;
        }
        put_text(buf, area, row, &format!(" {what}"), theme.dim);
        let words = safe(&by_size(counts)).into_owned();
        for line in wrap(&words, usize::from(place.width)) {
            put_text(buf, place, row, shown(&words, line), theme.text);
            row += 1;
        }
    }
}

/// `urls 1,204 · too-short 87`, the largest first.
fn by_size(counts: &BTreeMap<String, u64>) -> String {
    let mut sorted: Vec<_> = counts.iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    sorted.iter().map(|(name, n)| format!("{name} {}", grouped(**n))).collect::<Vec<_>>().join(" · ")
}

/// As many rows as there is room for, the sum among them.
pub(super) fn beside(buf: &mut Buffer, area: Rect, waterfall: Option<&Waterfall>, theme: &Theme) {
    let rows = len(waterfall);
    let Some(waterfall) = waterfall.filter(|_| rows > 0) else { return };
    let columns = Columns::of(waterfall, row_width(area.width));
    put(buf, area, 0, &columns.header("Waterfall", theme));
    let room = usize::from(area.height).saturating_sub(1);
    let inside = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(1), ..area };
    for line in 0..room.min(rows) {
        // Where not all have room, the last line is the sum.
        let i = if line + 1 == room { rows - 1 } else { line };
        put(buf, inside, line + 1, &columns.line(course(waterfall, i), theme));
    }
}

/// How wide each part of a row is.
struct Columns {
    name: usize,
    figure: usize,
    bar: usize,
}

impl Columns {
    /// Figures get what they need, names what they need of the rest, the bar what is left.
    fn of(waterfall: &Waterfall, cells: usize) -> Columns {
        let widest = figures(&waterfall.total).iter().map(|&n| grouped(n).len()).max().unwrap_or(0);
        let figure = widest.max(8) + 1;
        let names = waterfall.sources.iter().map(|source| width(&source.name)).max().unwrap_or(0);
        let rest = cells.saturating_sub(figure * STEPS.len());
        let name = names.max(9).min(rest.max(6));
        Columns { name, figure, bar: rest.saturating_sub(name + 2).min(40) }
    }

    fn header(&self, title: &str, theme: &Theme) -> Line<'static> {
        let figure = self.figure;
        let steps: String = STEPS.iter().map(|step| format!("{step:>figure$}")).collect();
        Line::from(vec![
            Span::styled(format!(" {}", fit_padded(title, self.name)), theme.heading),
            Span::styled(steps, theme.dim),
        ])
    }

    fn line(&self, course: &Course, theme: &Theme) -> Line<'static> {
        let (figure, figures) = (self.figure, figures(course));
        let mut spans = vec![Span::styled(fit_padded(&course.name, self.name), theme.text)];
        spans.extend(figures.iter().enumerate().map(|(step, &n)| {
            // What nothing was lost at is not worth a look.
            let style = if n == 0 { theme.dim } else { theme.text };
            let sign = if n > 0 && (1..6).contains(&step) { "-" } else { "" };
            Span::styled(format!("{:>figure$}", format!("{sign}{}", grouped(n))), style)
        }));
        let [read, .., kept] = figures;
        spans.push(Span::styled(format!("  {}", fit(&bar(kept, read, self.bar), self.bar)), theme.accent));
        Line::from(spans)
    }
}
