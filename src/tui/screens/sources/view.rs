//! The table of sources, what there is to know about the current one, and the running jobs.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::State;
use crate::display::{grouped, safe};
use crate::model::Source;
use crate::tui::data::Data;
use crate::tui::jobs::Running;
use crate::tui::text::{fit, fit_padded, width, wrap};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::bar::bar;
use crate::tui::widgets::footer::progress;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::{height, put_text};

/// Rows for the current source.
const DETAIL: u16 = 6;
/// Jobs that are shown at once.
const MOST_JOBS: u16 = 4;

pub fn screen(buf: &mut Buffer, area: Rect, state: &State, data: &Data, jobs: &[Running], theme: &Theme) {
    let running = height(jobs.len()).clamp(1, MOST_JOBS) + 1;
    let detail_rows = if area.height > DETAIL + running + 3 { DETAIL } else { 0 };
    // The current source is told about right below the table, the jobs at the foot.
    let room = area.height.saturating_sub(detail_rows + running);
    let table = height(data.sources.len() + 1).max(2).min(room);
    let rows = [Constraint::Length(table), Constraint::Length(detail_rows), Constraint::Min(0), Constraint::Length(running)];
    let [table, current, _, below] = Layout::vertical(rows).areas(area);
    sources(buf, table, state, data, theme);
    if let Some(detail) = data.sources.get(state.list.cursor) {
        about(buf, current, &detail.source, theme);
    }
    job_list(buf, below, state, jobs, theme);
}

fn sources(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let cells = row_width(area.width);
    let columns = Columns::of(data.sources.iter().map(|detail| &detail.source), cells);
    let row = |i: usize| data.sources.get(i).map_or_else(Line::default, |detail| columns.line(&detail.source, theme));
    List {
        len: data.sources.len(),
        row: &row,
        selected: &|_| false,
        header: Some(columns.header(theme)),
        focused: !state.on_jobs,
        empty: " press i to import prompts",
        theme,
    }
    .view(buf, area, &state.list);
}

/// How wide the parts of a row are; the path only where there is room.
struct Columns {
    name: usize,
    count: usize,
    path: usize,
}

const FORMAT: usize = 11;
const SPLIT: usize = 11;
const PROTECTED: usize = 10;
const COUNTS: [&str; 4] = ["read", "accepted", "blank", "rejected"];

impl Columns {
    fn of<'a>(sources: impl Iterator<Item = &'a Source> + Clone, cells: usize) -> Columns {
        let widest = sources.clone().map(|source| grouped(source.counts.read).len()).max().unwrap_or(0);
        let count = widest.max(8) + 1;
        let names = sources.map(|source| width(&source.name)).max().unwrap_or(0).max(8);
        let rest = cells.saturating_sub(FORMAT + SPLIT + PROTECTED + count * COUNTS.len() + 2);
        let name = names.min(rest.max(8));
        let path = rest.saturating_sub(name + 2);
        Columns { name, count, path: if path < 16 { 0 } else { path } }
    }

    fn header(&self, theme: &Theme) -> Line<'static> {
        let count = self.count;
        let counts: String = COUNTS.iter().map(|name| format!("{name:>count$}")).collect();
        let path = if self.path > 0 { "  path" } else { "" };
        Line::from(vec![
            Span::styled(format!(" {}", fit_padded("Sources", self.name)), theme.heading),
            Span::styled(format!(" {:FORMAT$}{counts} {:SPLIT$}{:PROTECTED$}{path}", "format", "split", "protected"), theme.dim),
        ])
    }

    fn line(&self, source: &Source, theme: &Theme) -> Line<'static> {
        let count = self.count;
        let counts = source.counts;
        let figure = |n: u64| format!("{:>count$}", grouped(n));
        let rejected = if counts.rejected > 0 { theme.warning } else { theme.dim };
        let split = source.split.as_deref().unwrap_or("–");
        let protected = if source.protected { format!("{} yes", glyph::KEEP) } else { String::new() };
        Line::from(vec![
            Span::styled(fit_padded(&source.name, self.name), theme.text),
            Span::styled(format!(" {}", fit_padded(&source.format, FORMAT)), theme.dim),
            Span::styled(figure(counts.read) + &figure(counts.accepted), theme.text),
            Span::styled(figure(counts.blank), theme.dim),
            Span::styled(figure(counts.rejected), rejected),
            Span::styled(format!(" {}", fit_padded(split, SPLIT)), theme.dim),
            Span::styled(fit_padded(&protected, PROTECTED), theme.keep),
            Span::styled(format!("  {}", fit(&source.path, self.path)), theme.dim),
        ])
    }
}

/// Where it was read from, and what else was said about it.
fn about(buf: &mut Buffer, area: Rect, source: &Source, theme: &Theme) {
    let place = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
    let cells = usize::from(place.width);
    put_text(buf, place, 1, &fit(&source.name, cells), theme.heading);
    let file = format!("file     {}", source.path);
    let digest = format!("sha256   {}", source.digest);
    let images = source.image_root.as_ref().map(|root| match &source.prefix {
        Some(prefix) => format!("images   {root}, exported as {prefix}_…"),
        None => format!("images   {root}"),
    });
    let declared = source
        .split
        .as_ref()
        .map(|split| format!("split    {split}: declared by the source, so assigning splits leaves its records there"));
    let protected = source.protected.then(|| "protect  loses no record to another source".to_owned());
    let lines = [Some(file), Some(digest), images, declared, protected];
    for (row, line) in lines.into_iter().flatten().enumerate() {
        put_text(buf, place, row + 2, &fit(&line, cells), theme.dim);
    }
}

fn job_list(buf: &mut Buffer, area: Rect, state: &State, jobs: &[Running], theme: &Theme) {
    let cells = row_width(area.width);
    let row = |i: usize| jobs.get(i).map_or_else(Line::default, |job| job_line(job, cells, theme));
    let mut list: ListState = state.jobs.clone();
    list.move_to(list.cursor, jobs.len());
    List {
        len: jobs.len(),
        row: &row,
        selected: &|_| false,
        header: Some(Line::styled(" Jobs", theme.heading)),
        focused: state.on_jobs,
        empty: " none runs",
        theme,
    }
    .view(buf, area, &list);
}

fn job_line(job: &Running, cells: usize, theme: &Theme) -> Line<'static> {
    let said = progress(job, 1);
    let bar_cells = cells.saturating_sub(width(&said) + 2).min(30);
    let bar = bar(job.progress.done, job.progress.total, bar_cells);
    let first = wrap(&safe(&said), cells).first().map_or(0, |line| line.end);
    let said = safe(&said).get(..first).unwrap_or_default().to_owned();
    Line::from(vec![Span::styled(said, theme.text), Span::styled(format!("  {bar}"), theme.accent)])
}
