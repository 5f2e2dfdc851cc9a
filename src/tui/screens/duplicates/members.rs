//! The members of one cluster: the keeper's text whole, the others as word diffs against it. Only what is in view is diffed, once.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rustc_hash::FxHashMap;

use crate::display::{grouped, score};
use crate::model::{Sets, State as RecordState};
use crate::ops::duplicates::at::{AtThreshold, Items, Member, members, word_diff};
use crate::query::Columns;
use crate::tui::action::Action;
use crate::tui::text::{Layout, fit};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::diff::inline;
use crate::tui::widgets::list::ListState;
use crate::tui::widgets::put;
use crate::tui::widgets::rich::Rich;

/// The members in view and the cursor among them.
#[derive(Debug, Default)]
pub struct Members {
    /// The cluster, by its number.
    of: Option<(Arc<AtThreshold>, usize)>,
    list: Vec<Member>,
    cursor: ListState,
    /// First member in view.
    offset: Cell<usize>,
    /// Lines of the member under the cursor above the view, where it is higher than the view.
    skipped: Cell<usize>,
    drawn: RefCell<Drawn>,
}

/// Texts as they were drawn, by place in the list, for one width and theme.
#[derive(Debug, Default)]
struct Drawn {
    width: u16,
    theme: Theme,
    texts: FxHashMap<usize, Text>,
}

#[derive(Debug)]
struct Text {
    rich: Rich,
    layout: Layout,
    lines: usize,
    /// To the keeper.
    score: f32,
}

/// Cells that a text stands in from the left.
const INDENT: u16 = 2;

impl Members {
    pub fn is_of(&self, at: &Arc<AtThreshold>) -> bool {
        self.of.as_ref().is_some_and(|(of, _)| Arc::ptr_eq(of, at))
    }

    /// Takes the members of a cluster; the cursor stays on its record where that is one of them.
    pub fn show(&mut self, at: &Arc<AtThreshold>, columns: &Columns, cluster: usize) {
        if self.is_of(at) && self.of.as_ref().is_some_and(|(_, n)| *n == cluster) {
            return;
        }
        let record = self.current().map(|member| member.record);
        let list = members(at, columns, cluster);
        let mut cursor = ListState::default();
        cursor.cursor = list.iter().position(|member| Some(member.record) == record).unwrap_or(0);
        *self = Members { of: Some((at.clone(), cluster)), list, cursor, ..Members::default() };
    }

    pub fn current(&self) -> Option<Member> {
        self.list.get(self.cursor.cursor).copied()
    }

    pub fn is_at_top(&self) -> bool {
        self.cursor.cursor == 0
    }

    /// The cursor's place, from 1, and how many there are.
    pub fn place(&self) -> (String, String) {
        (grouped(self.cursor.cursor as u64 + 1), grouped(self.list.len() as u64))
    }

    pub fn handle(&mut self, action: Action) {
        self.cursor.handle(action, self.list.len());
        self.skipped.set(0);
    }

    pub fn scroll_by(&self, lines: isize) {
        self.skipped.set(self.skipped.get().saturating_add_signed(lines));
    }

    pub fn title(&self) -> String {
        let Some((at, n)) = &self.of else { return String::new() };
        let weakest = at.clusters.get(*n).map_or_else(String::new, |c| format!(" · weakest link {}", score(c.weakest)));
        format!("{} members{weakest}", grouped(self.list.len() as u64))
    }

    /// Draws the members from the first in view on; `dimmed` while they are those of another threshold.
    pub fn view(&self, buf: &mut Buffer, area: Rect, columns: &Columns, focused: bool, dimmed: bool, theme: &Theme) {
        let Some((at, _)) = &self.of else { return };
        let mut drawn = self.drawn.borrow_mut();
        drawn.fit(area.width.saturating_sub(INDENT), theme);
        let height = usize::from(area.height);
        let mut rows_of = |n: usize| 1 + drawn.text(n, &self.list, columns, theme).lines;
        let first = self.first_in_view(height, &mut rows_of);
        let cursor_rows = rows_of(self.cursor.cursor);
        let skipped = self.skipped.get().min(cursor_rows.saturating_sub(height));
        self.skipped.set(skipped);

        let mut row = 0;
        for n in first..self.list.len() {
            if row >= height {
                break;
            }
            let text = drawn.text(n, &self.list, columns, theme);
            let above = if n == self.cursor.cursor { skipped } else { 0 };
            if above == 0 {
                let line = heading(n, &self.list, at, columns, text.score, usize::from(area.width), theme);
                put(buf, area, row, &line);
                if n == self.cursor.cursor {
                    let style = if focused { theme.cursor } else { theme.cursor_unfocused };
                    paint(buf, area, row, style);
                }
                row += 1;
            }
            let below = Rect {
                x: area.x + INDENT.min(area.width),
                y: area.y.saturating_add(row as u16),
                width: area.width.saturating_sub(INDENT),
                height: area.height.saturating_sub(row as u16),
            };
            text.rich.view(buf, below, &mut text.layout, above.saturating_sub(1));
            row += text.lines.saturating_sub(above.saturating_sub(1));
        }
        if dimmed {
            buf.set_style(area.intersection(buf.area), theme.dim);
        }
    }

    /// The first member in view: as before, but so that the one under the cursor is in view, whole if it can be.
    fn first_in_view(&self, height: usize, rows_of: &mut impl FnMut(usize) -> usize) -> usize {
        let cursor = self.cursor.cursor;
        let mut lowest = cursor;
        let mut rows = rows_of(cursor);
        while lowest > 0 && rows < height {
            rows += rows_of(lowest - 1);
            if rows <= height {
                lowest -= 1;
            }
        }
        let first = self.offset.get().clamp(lowest, cursor);
        self.offset.set(first);
        first
    }
}

impl Drawn {
    /// Forgets what was drawn for another width or theme.
    fn fit(&mut self, width: u16, theme: &Theme) {
        if self.width != width || self.theme != *theme {
            *self = Drawn { width, theme: *theme, texts: FxHashMap::default() };
        }
    }

    fn text(&mut self, n: usize, list: &[Member], columns: &Columns, theme: &Theme) -> &mut Text {
        let width = self.width;
        self.texts.entry(n).or_insert_with(|| Text::new(n, list, columns, width, theme))
    }
}

impl Text {
    fn new(n: usize, list: &[Member], columns: &Columns, width: u16, theme: &Theme) -> Text {
        let raw = |n: usize| list.get(n).and_then(|m| columns.position(m.record)).map_or("", |p| columns.text(p));
        let (keeper, own) = (raw(0), raw(n));
        let mut rich = Rich::default();
        if n == 0 {
            rich.push(own, theme.text);
        } else {
            rich = inline(keeper, own, &word_diff(keeper, own), theme);
        }
        let score = list
            .get(n)
            .and_then(|m| m.score)
            .unwrap_or_else(|| if n == 0 { 1.0 } else { Items::of(keeper, Sets::Words).score(own) });
        let mut layout = Layout::new(usize::from(width));
        let lines = layout.last_page(rich.text(), 0);
        Text { rich, layout, lines, score }
    }
}

/// `- 12,345  0.867  prompts · train  goes: like 12,001 at 0.867`.
fn heading(
    n: usize,
    list: &[Member],
    at: &AtThreshold,
    columns: &Columns,
    to_keeper: f32,
    cells: usize,
    theme: &Theme,
) -> Line<'static> {
    let (Some(member), Some(keeper)) = (list.get(n), list.first()) else { return Line::default() };
    let Some(position) = columns.position(member.record) else { return Line::default() };
    let state = columns.state(position);
    let (sign, style) = sign(state, theme);
    let (said, said_style) = verdict(member, keeper, at, state, theme);
    let near = if n == 0 { "keeper".to_owned() } else { score(to_keeper) };
    let split = columns.split_name(position).map_or_else(String::new, |split| format!(" · {split}"));
    let place = format!("{}{split}", columns.source_name(position));
    let start = format!("{sign} {} ", grouped(u64::from(member.record.0)));
    let room = cells.saturating_sub(start.chars().count() + near.len() + said.chars().count() + 5);
    Line::from(vec![
        Span::styled(start, style),
        Span::styled(format!(" {near}  "), theme.accent),
        Span::styled(format!("{said}  "), said_style),
        Span::styled(fit(&place, room), theme.dim),
    ])
}

fn sign(state: RecordState, theme: &Theme) -> (&'static str, Style) {
    match state {
        RecordState::Keep => (glyph::KEEP, theme.keep),
        RecordState::Drop => (glyph::DROP, theme.drop),
        RecordState::Flag => (glyph::FLAG, theme.flag),
        RecordState::Undecided => (glyph::NONE, theme.text),
    }
}

/// What the policy would do to the record, and why.
fn verdict(member: &Member, keeper: &Member, at: &AtThreshold, state: RecordState, theme: &Theme) -> (String, Style) {
    if let Some(proposal) = at.proposal(member.index) {
        let witness = match at.record(proposal.witness) {
            record if record == keeper.record => "the keeper".to_owned(),
            record => grouped(u64::from(record.0)),
        };
        let verb = if state == RecordState::Drop { "dropped" } else { "goes" };
        return (format!("{verb}: like {witness} at {}", score(proposal.score)), theme.drop);
    }
    let said = match state {
        RecordState::Keep => "kept by hand",
        RecordState::Flag => "flagged, stays",
        RecordState::Drop => "dropped before, comes back",
        RecordState::Undecided => "stays",
    };
    (said.to_owned(), theme.keep)
}

fn paint(buf: &mut Buffer, area: Rect, row: usize, style: Style) {
    let place = Rect { y: area.y.saturating_add(row as u16), height: 1, ..area };
    buf.set_style(place.intersection(buf.area), style);
}
