//! The members of one cluster: the keeper's text whole, the others as word diffs against it. Only what is in view is diffed, once.

use std::cell::{Cell, RefCell};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use rustc_hash::FxHashMap;

use super::clusters::CHAIN;
use super::line::{self, Against};
use super::listed::{Listed, Row};
use crate::clusters::{Change, Changes};
use crate::display::{grouped, score};
use crate::model::{Lens, RecordId, TextPair};
use crate::ops::duplicates::at::{Member, Wording, members, word_diff};
use crate::query::Columns;
use crate::similarity::digest;
use crate::tui::action::Action;
use crate::tui::data::Data;
use crate::tui::data::duplicates::{Cluster, Cut, Scores};
use crate::tui::text::{Layout, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::diff::inline;
use crate::tui::widgets::list::ListState;
use crate::tui::widgets::put;
use crate::tui::widgets::rich::Rich;

/// The members in view and the cursor among them.
#[derive(Debug, Default)]
pub struct Members {
    of: Option<Cluster>,
    /// What the list of clusters says of it.
    row: Option<Row>,
    list: Vec<Member>,
    cursor: ListState,
    /// The members stand in the order of the lens in use.
    sorted: bool,
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
    /// The score with the keeper by the words themselves.
    words: f32,
    change: Change,
    /// What a judgement of the two goes by.
    pair: Option<TextPair>,
}

/// Up to so many members are put in order while one waits.
const SORTED: usize = 10_000;
/// Cells that a text stands in from the left.
const INDENT: u16 = 2;

impl Members {
    /// Takes the members of the cluster in a row. The cursor stays on its record where that is one of them; all of it stays where they are
    /// the same.
    pub fn show(&mut self, listed: Listed<'_>, place: usize, columns: &Columns, wording: &Wording) {
        let (of, row) = (listed.cluster(place), listed.row(place));
        if row.is_none() || self.of != of {
            let record = self.current().map(|member| member.record);
            let of_row = |row: Row| members(&listed.view().graph, columns, &listed.members(place), row.keeper, wording);
            let list = row.map_or_else(Vec::new, of_row);
            let mut cursor = ListState::default();
            cursor.cursor = list.iter().position(|member| Some(member.record) == record).unwrap_or(0);
            *self = Members { of, list, cursor, ..Members::default() };
        }
        self.row = row;
    }

    /// Puts the closest by the lens in use first, once its scores are there; the cursor stays on its record.
    pub fn sort(&mut self, data: &Data) {
        let Some(scores) = self.scores(data).filter(|_| !self.sorted && self.list.len() <= SORTED) else { return };
        let score = |member: &Member| scores.of.get(&member.index).and_then(|[own, _]| *own).unwrap_or(0.0);
        let record = self.current().map(|member| member.record);
        let mut list = self.list.clone();
        if let Some(others) = list.get_mut(1..) {
            others.sort_by(|a, b| score(b).total_cmp(&score(a)));
        }
        self.sorted = true;
        if list != self.list {
            self.cursor.cursor = list.iter().position(|member| Some(member.record) == record).unwrap_or(0);
            self.list = list;
            self.drawn.borrow_mut().texts.clear();
        }
    }

    /// Puts the cursor on a record; false where it is no member.
    pub fn go_to(&mut self, record: RecordId) -> bool {
        let place = self.list.iter().position(|member| member.record == record);
        self.cursor.cursor = place.unwrap_or(self.cursor.cursor);
        place.is_some()
    }

    pub fn current(&self) -> Option<Member> {
        self.list.get(self.cursor.cursor).copied()
    }

    /// The one that stands for the cluster.
    pub fn keeper(&self) -> Option<Member> {
        self.list.first().copied()
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

    /// `27 members · weakest link 0.801 · farthest from the keeper 0.712 · cover keeps 3`.
    pub fn title(&self, data: &Data, cells: usize) -> String {
        let long = self.titled(data, " · weakest link ", " members", "cover keeps");
        let short = self.titled(data, " · weakest ", " members", "keeps");
        let shortest = self.titled(data, " · weakest ", "", "keeps");
        [long, short].into_iter().find(|title| width(title) <= cells).unwrap_or(shortest)
    }

    fn titled(&self, data: &Data, link: &str, members: &str, keep: &str) -> String {
        let (Some(of), Some(row)) = (&self.of, self.row) else { return String::new() };
        let chain = if row.counts.is_some_and(|counts| counts.is_chain) { format!("{CHAIN} ") } else { String::new() };
        let weakest = format!("{link}{}", score(row.weakest));
        let far = self.scores(data).map_or_else(String::new, |scores| {
            let floor = of.view.floor().value();
            format!(" · farthest {}", line::shown(scores.quality.farthest.ok_or(floor)))
        });
        let keeps = row.counts.map_or_else(String::new, |counts| format!(" · {keep} {}", grouped(counts.keeps.into())));
        format!("{chain}{}{members}{weakest}{far}{keeps}", grouped(self.list.len() as u64))
    }

    /// What the compute lane found of these members.
    fn scores<'a>(&self, data: &'a Data) -> Option<&'a Scores> {
        data.duplicates.scores.as_deref().filter(|scores| Some(&scores.cluster) == self.of.as_ref())
    }

    /// Draws the members from the first in view on; `fates`: what happens to each, where that is known. `dimmed` while they are those of
    /// another threshold.
    pub fn view(
        &self,
        buf: &mut Buffer,
        area: Rect,
        data: &Data,
        fates: Option<&Cut>,
        (focused, dimmed): (bool, bool),
        theme: &Theme,
    ) {
        let (Some(of), Some(columns), Some(keeper)) = (&self.of, &data.columns, self.list.first()) else { return };
        let wording = &data.duplicates.ground.wording;
        let scores = self.scores(data);
        let cells = usize::from(area.width);
        let mut drawn = self.drawn.borrow_mut();
        drawn.fit(area.width.saturating_sub(INDENT), theme);
        let height = usize::from(area.height);
        let mut rows_of = |n: usize| line::height(n == 0, cells) + drawn.text(n, &self.list, columns, wording, theme).lines;
        let first = self.first_in_view(height, &mut rows_of);
        let cursor_rows = rows_of(self.cursor.cursor);
        let skipped = self.skipped.get().min(cursor_rows.saturating_sub(height));
        self.skipped.set(skipped);

        let mut row = 0;
        for (n, member) in self.list.iter().enumerate().skip(first) {
            if row >= height {
                break;
            }
            let text = drawn.text(n, &self.list, columns, wording, theme);
            let above = if n == self.cursor.cursor { skipped } else { 0 };
            let heading = line::height(n == 0, cells);
            let against = against(member, (n > 0).then_some(&*text), scores, of.view.lens(), data);
            let lines = line::lines(member, keeper, &against, fates, columns, cells, theme);
            for line in lines.iter().skip(above) {
                put(buf, area, row, line);
                if n == self.cursor.cursor {
                    let style = if focused { theme.cursor } else { theme.cursor_unfocused };
                    paint(buf, area, row, style);
                }
                row += 1;
            }
            let below = Rect {
                x: area.x + INDENT.min(area.width),
                y: area.y.saturating_add(row.min(height) as u16),
                width: area.width.saturating_sub(INDENT),
                height: height.saturating_sub(row) as u16,
            };
            let hidden = above.saturating_sub(heading);
            text.rich.view(buf, below, &mut text.layout, hidden);
            row += text.lines.saturating_sub(hidden);
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

    fn text(&mut self, n: usize, list: &[Member], columns: &Columns, wording: &Wording, theme: &Theme) -> &mut Text {
        let width = self.width;
        self.texts.entry(n).or_insert_with(|| Text::new(n, list, columns, wording, width, theme))
    }
}

impl Text {
    fn new(n: usize, list: &[Member], columns: &Columns, wording: &Wording, width: u16, theme: &Theme) -> Text {
        let raw = |n: usize| list.get(n).and_then(|m| columns.position(m.record)).map_or("", |p| columns.text(p));
        let (keeper, own) = (raw(0), raw(n));
        let mut rich = Rich::default();
        if n == 0 {
            rich.push(own, theme.text);
        } else {
            rich = inline(keeper, own, &word_diff(keeper, own), theme);
        }
        let words = wording.of(keeper).score(own);
        let change = Changes::between(keeper, own).main();
        let mut layout = Layout::new(usize::from(width));
        let lines = layout.last_page(rich.text(), 0);
        let pair = TextPair::new(digest(keeper), digest(own));
        Text { rich, layout, lines, words, change, pair }
    }
}

/// The graphs' scores where they have one; the words of two texts can always be compared. `text` is `None` for the keeper.
fn against(member: &Member, text: Option<&Text>, scores: Option<&Scores>, lens: Lens, data: &Data) -> Against {
    let Some(text) = text else { return Against::default() };
    let found = scores.and_then(|scores| scores.of.get(&member.index)).copied();
    let [own, other] = found.unwrap_or_default();
    let (words, meaning) = if lens == Lens::Lexical { (own, other) } else { (other, own) };
    let floor = data.duplicates.of(Lens::Semantic).view.as_ref().map(|view| view.floor().value());
    let of = |lens: Lens, score: Option<Result<f32, f32>>| score.map(|score| (data.duplicates.score_name(lens), score));
    let words = of(Lens::Lexical, Some(Ok(words.unwrap_or(text.words))));
    let meaning = of(Lens::Semantic, found.and(floor).map(|floor| meaning.ok_or(floor)));
    Against {
        scores: if lens == Lens::Lexical { [words, meaning] } else { [meaning, words] },
        change: Some(text.change),
        judged: text.pair.and_then(|pair| data.duplicates.ground.judged.get(&pair)).map(|judged| judged.verdict),
    }
}

fn paint(buf: &mut Buffer, area: Rect, row: usize, style: Style) {
    let place = Rect { y: area.y.saturating_add(row as u16), height: 1, ..area };
    buf.set_style(place.intersection(buf.area), style);
}
