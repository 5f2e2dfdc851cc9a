//! The pairs behind a cell: a list, the closest first, of which only what is near the cursor is read; below it the two texts of one pair.

use std::cell::Cell as Remembered;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout as Rows, Rect};
use ratatui::text::{Line, Span};

use crate::display::{counted, grouped, score};
use crate::model::Filter;
use crate::ops::leaks::PairRow;
use crate::query::Columns;
use crate::rules::word_diff;
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::data::splits::Page;
use crate::tui::effect::{Border, Cell, Effect, SplitWork};
use crate::tui::intent::Intent;
use crate::tui::lanes::PAGE;
use crate::tui::screens::duplicates::place;
use crate::tui::text::{fit, fit_padded, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::diff::{beside, inline, sides};
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::{put, put_text};

/// From this width on the two texts stand beside each other.
const SIDES: u16 = 100;
/// A stretch of the list; a page is three, the cursor in the middle one.
const STRETCH: u64 = PAGE as u64 / 3;

#[derive(Debug)]
pub struct State {
    cell: Cell,
    /// As many as the matrix says, until a page is read.
    pairs: u64,
    list: ListState,
    scroll: Remembered<usize>,
    /// The page that was asked for, and of which revision of the data.
    asked: Option<(u64, u64)>,
}

/// What a key did.
pub enum Answer {
    Open(Vec<Effect>),
    Closed,
}

impl State {
    pub fn new(cell: Cell, pairs: u64) -> State {
        State { cell, pairs, list: ListState::default(), scroll: Remembered::new(0), asked: None }
    }

    /// The page around the cursor, where it is not there yet.
    pub fn wants(&mut self, data: &Data) -> Option<Effect> {
        let offset = (self.list.cursor as u64 / STRETCH).saturating_sub(1) * STRETCH;
        let wanted = Some((offset, data.revision));
        let is_there = self.page(data).and_then(|page| page.page.as_ref().ok()).is_some_and(|page| {
            let cursor = self.list.cursor as u64;
            let (from, to) = (page.offset, page.offset + page.pairs.len() as u64);
            // A screenful each way, or the end of the list.
            (from == 0 || cursor >= from + STRETCH) && (to >= page.total || cursor + STRETCH <= to)
        });
        if is_there || self.asked == wanted {
            return None;
        }
        self.asked = wanted;
        Some(Effect::Splits(SplitWork::Pairs { cell: self.cell.clone(), offset }))
    }

    fn page<'a>(&self, data: &'a Data) -> Option<&'a Page> {
        data.splits.pairs.as_deref().filter(|page| page.cell == self.cell && page.revision == data.revision)
    }

    fn len(&self, data: &Data) -> usize {
        let total = self.page(data).and_then(|page| page.page.as_ref().ok()).map_or(self.pairs, |page| page.total);
        usize::try_from(total).unwrap_or(usize::MAX)
    }

    fn pair(&self, at: usize, data: &Data) -> Option<PairRow> {
        let page = self.page(data)?.page.as_ref().ok()?;
        let at = (at as u64).checked_sub(page.offset)?;
        page.pairs.get(usize::try_from(at).ok()?).copied()
    }

    /// Keeps the cursor inside a list that may have become shorter.
    pub fn data_changed(&mut self, data: &Data) {
        self.list.move_to(self.list.cursor, self.len(data));
    }

    pub fn update(&mut self, data: &Data, intent: &Intent) -> Answer {
        let Intent::Do(action) = intent else { return Answer::Open(Vec::new()) };
        match action {
            Action::LeavePairs => return Answer::Closed,
            Action::PairInDuplicates => return Answer::Open(self.in_duplicates(data).into_iter().collect()),
            Action::PairInBrowse => return Answer::Open(self.in_browse(data).into_iter().collect()),
            Action::PreviewDown => self.scroll.set(self.scroll.get().saturating_add(1)),
            Action::PreviewUp => self.scroll.set(self.scroll.get().saturating_sub(1)),
            action => {
                self.scroll.set(0);
                self.list.handle(*action, self.len(data));
            }
        }
        Answer::Open(Vec::new())
    }

    fn in_duplicates(&self, data: &Data) -> Option<Effect> {
        let pair = self.pair(self.list.cursor, data)?;
        let Border { lens, threshold, .. } = self.cell.border;
        Some(Effect::GoDuplicates { lens, threshold, filter: both(pair), record: pair.a })
    }

    fn in_browse(&self, data: &Data) -> Option<Effect> {
        Some(Effect::GoBrowse(both(self.pair(self.list.cursor, data)?)))
    }

    pub fn view(&self, buf: &mut Buffer, area: Rect, data: &Data, theme: &Theme) {
        let list = (area.height / 2).max(4).min(area.height);
        let [top, below] = Rows::vertical([Constraint::Length(list), Constraint::Min(0)]).areas(area);
        let cells = row_width(top.width);
        let Some(columns) = &data.columns else { return };
        let row = |at: usize| self.line(at, data, columns, cells, theme);
        List {
            len: self.len(data),
            row: &row,
            selected: &|_| false,
            header: Some(Line::styled(fit(&self.heading(data), usize::from(top.width)), theme.heading)),
            focused: true,
            empty: "nothing leaks here any more: Esc goes back",
            theme,
        }
        .view(buf, top, &self.list);
        if let Some(Err(trouble)) = self.page(data).map(|page| &page.page) {
            return put_text(buf, below, 0, &fit(&format!(" ! {}", trouble.message), usize::from(below.width)), theme.warning);
        }
        if let Some(pair) = self.pair(self.list.cursor, data) {
            self.texts(buf, below, pair, columns, theme);
        }
    }

    fn heading(&self, data: &Data) -> String {
        let Cell { of, inside, border } = &self.cell;
        let pairs = counted(self.len(data) as u64, "pair");
        format!(" {of} in {inside} · {pairs}, the closest first · {} ≥ {}", border.lens.word(), border.threshold)
    }

    /// `0.987  12 ↔ 345  the text of the first`.
    fn line(&self, at: usize, data: &Data, columns: &Columns, cells: usize, theme: &Theme) -> Line<'static> {
        let Some(pair) = self.pair(at, data) else { return Line::styled("…", theme.dim) };
        let ids = format!("{} ↔ {}", grouped(u64::from(pair.a.0)), grouped(u64::from(pair.b.0)));
        let start = format!("{}  {}  ", score(pair.score), fit_padded(&ids, IDS));
        let text = columns.position(pair.a).map_or("", |position| columns.text(position));
        let room = cells.saturating_sub(width(&start));
        Line::from(vec![Span::styled(start, theme.accent), Span::styled(fit(text, room), theme.text)])
    }

    /// Both texts as a diff from the first to the second.
    fn texts(&self, buf: &mut Buffer, area: Rect, pair: PairRow, columns: &Columns, theme: &Theme) {
        let cells = usize::from(area.width);
        let rule = "─".repeat(cells);
        put_text(buf, area, 0, &rule, theme.dim);
        let both = format!(" {}   ↔   {}", place(pair.a, columns), place(pair.b, columns));
        put(buf, area, 1, &Line::styled(fit(&both, cells), theme.dim));
        let text = |record| columns.position(record).map_or("", |position| columns.text(position));
        let (old, new) = (text(pair.a), text(pair.b));
        let diff = word_diff(old, new);
        let inside = Rect {
            x: area.x.saturating_add(1),
            y: area.y.saturating_add(2),
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(2),
        };
        if area.width < SIDES {
            return beside(buf, inside, &[inline(old, new, &diff, theme)], &self.scroll);
        }
        let (left, right) = sides(old, new, &diff, theme);
        beside(buf, inside, &[left, right], &self.scroll);
    }
}

/// The filter that finds the two records.
fn both(pair: PairRow) -> String {
    Filter::of_records([pair.a, pair.b]).to_string()
}

/// Columns for two ids.
const IDS: usize = 21;
