//! The waterfall: per source what was read, what was lost at each step, and what is kept, with a bar of the kept share.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::display::grouped;
use crate::ops::stats::SourceStats;
use crate::tui::data::Data;
use crate::tui::text::{fit, fit_padded, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::bar::bar;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::put;

const STEPS: [&str; 7] = ["read", "rejected", "blank", "rules", "copies", "by hand", "kept"];

/// The figures of a source in the order of [`STEPS`].
type Figures = [u64; 7];

fn figures(source: &SourceStats) -> Figures {
    let counts = source.counts;
    let lost = [source.dropped_by_rules, source.dropped_as_duplicates, source.dropped_by_hand];
    [counts.read, counts.rejected, counts.blank, lost[0], lost[1], lost[2], source.kept]
}

fn sum(sources: &[SourceStats]) -> Figures {
    sources.iter().map(figures).fold(Figures::default(), |sum, of| std::array::from_fn(|i| sum[i] + of[i]))
}

/// Rows: the sources, and with more than one of them their sum.
pub fn len(data: &Data) -> usize {
    let sources = data.stats.as_ref().map_or(0, |stats| stats.sources.len());
    if sources > 1 { sources + 1 } else { sources }
}

/// Alone: a list that one moves in. Beside the history: as many rows as there is room for, the sum among them.
pub fn view(buf: &mut Buffer, area: Rect, state: &ListState, alone: bool, data: &Data, theme: &Theme) {
    let sources = data.stats.as_ref().map_or(&[][..], |stats| &stats.sources);
    let total = sum(sources);
    let columns = Columns::of(&total, sources, row_width(area.width));
    let row = |i: usize| match sources.get(i) {
        Some(source) => columns.line(&source.name, &figures(source), theme),
        None => columns.line("all", &total, theme),
    };
    let rows = len(data);
    if alone {
        let header = Some(columns.header(theme));
        List { len: rows, row: &row, selected: &|_| false, header, focused: true, empty: "no sources yet", theme }
            .view(buf, area, state);
        return;
    }
    if rows == 0 {
        return;
    }
    put(buf, area, 0, &columns.header(theme));
    let room = usize::from(area.height).saturating_sub(1);
    let inside = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(1), ..area };
    for line in 0..room.min(rows) {
        // Where not all have room, the last line is the sum.
        let i = if line + 1 == room { rows - 1 } else { line };
        put(buf, inside, line + 1, &row(i));
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
    fn of(total: &Figures, sources: &[SourceStats], cells: usize) -> Columns {
        let widest = total.iter().map(|&n| grouped(n).len()).max().unwrap_or(0);
        let figure = widest.max(8) + 1;
        let names = sources.iter().map(|source| width(&source.name)).max().unwrap_or(0);
        let rest = cells.saturating_sub(figure * STEPS.len());
        let name = names.max(9).min(rest.max(6));
        Columns { name, figure, bar: rest.saturating_sub(name + 2).min(40) }
    }

    fn header(&self, theme: &Theme) -> Line<'static> {
        let figure = self.figure;
        let steps: String = STEPS.iter().map(|step| format!("{step:>figure$}")).collect();
        Line::from(vec![
            Span::styled(format!(" {}", fit_padded("Waterfall", self.name)), theme.heading),
            Span::styled(steps, theme.dim),
        ])
    }

    fn line(&self, name: &str, figures: &Figures, theme: &Theme) -> Line<'static> {
        let figure = self.figure;
        let mut spans = vec![Span::styled(fit_padded(name, self.name), theme.text)];
        spans.extend(figures.iter().enumerate().map(|(step, &n)| {
            // What nothing was lost at is not worth a look.
            let style = if n == 0 { theme.dim } else { theme.text };
            let sign = if n > 0 && (1..6).contains(&step) { "-" } else { "" };
            Span::styled(format!("{:>figure$}", format!("{sign}{}", grouped(n))), style)
        }));
        let [read, .., kept] = *figures;
        spans.push(Span::styled(format!("  {}", fit(&bar(kept, read, self.bar), self.bar)), theme.accent));
        Line::from(spans)
    }
}
