//! The current record, whole: text, state with its cause, who resembles it, what became of the raw text, fields, history.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{State as Browse, detail_of, records};
use crate::display::{grouped, score};
use crate::model::{Cause, Lens, RecordId, State as Verdict};
use crate::ops::history;
use crate::query::Columns;
use crate::tui::action::Action;
use crate::tui::data::{Data, Detail, Likes};
use crate::tui::text::{Layout, prefix};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::diff;
use crate::tui::widgets::rich::Rich;
use crate::tui::widgets::{put, put_right};

#[derive(Debug, Default)]
pub(super) struct State {
    first: Cell<usize>,
    height: Cell<usize>,
    /// Lines are cut at the edge instead of wrapped.
    cut: bool,
    drawn: RefCell<Option<Drawn>>,
}

/// What was drawn last, kept as long as it is the same: a megabyte is laid out once.
#[derive(Debug)]
struct Drawn {
    of: Of,
    rich: Rich,
    layout: Layout,
}

/// What the drawing is of.
#[derive(Debug, Clone)]
struct Of {
    record: Option<RecordId>,
    detail: Option<Arc<Detail>>,
    similar: Option<Arc<Likes>>,
    shows_similar: bool,
    has_graph: bool,
    answers: u64,
    theme: Theme,
}

impl Of {
    fn is_same(&self, other: &Of) -> bool {
        let same_detail = self.detail.as_ref().map(Arc::as_ptr) == other.detail.as_ref().map(Arc::as_ptr);
        let same_similar = self.similar.as_ref().map(Arc::as_ptr) == other.similar.as_ref().map(Arc::as_ptr);
        let rest = |of: &Of| (of.record, of.shows_similar, of.has_graph, of.answers, of.theme);
        same_detail && same_similar && rest(self) == rest(other)
    }
}

impl State {
    pub fn rewind(&mut self) {
        self.first.set(0);
    }

    /// Where it ends is known when it is drawn.
    pub fn scroll(&mut self, lines: isize) {
        self.first.set(self.first.get().saturating_add_signed(lines));
    }

    pub fn toggle_wrap(&mut self) {
        self.cut = !self.cut;
        self.drawn.take();
    }

    pub fn moved(&mut self, action: Action) -> bool {
        let page = self.height.get().max(1) as isize;
        match action {
            Action::Down => self.scroll(1),
            Action::Up => self.scroll(-1),
            Action::HalfPageDown => self.scroll(page / 2),
            Action::HalfPageUp => self.scroll(-page / 2),
            Action::PageDown => self.scroll(page),
            Action::PageUp => self.scroll(-page),
            Action::Top => self.rewind(),
            Action::Bottom => self.first.set(usize::MAX / 2),
            _ => return false,
        }
        true
    }
}

pub(super) fn view(buf: &mut Buffer, area: Rect, browse: &Browse, data: &Data, theme: &Theme) {
    let of = Of {
        record: browse.current,
        detail: browse.current.and_then(|id| detail_of(data, id)).cloned(),
        similar: data.similar.clone().filter(|likes| Some(likes.similar.to) == browse.current),
        shows_similar: browse.similar,
        has_graph: data.duplicates.info().is_some(),
        answers: data.browse.answers,
        theme: *theme,
    };
    let state = &browse.preview;
    let mut drawn = state.drawn.borrow_mut();
    let drawn = match &mut *drawn {
        Some(drawn) if drawn.of.is_same(&of) => drawn,
        other => {
            let rich = Page { browse, data, theme, rich: Rich::default() }.written(&of);
            other.insert(Drawn { of, rich, layout: Layout::default() })
        }
    };
    let width = if state.cut { usize::MAX } else { usize::from(area.width) };
    if drawn.layout.width() != width {
        drawn.layout = Layout::new(width);
    }
    let height = usize::from(area.height);
    state.height.set(height);
    let first = first_line(drawn, state.first.get(), height);
    state.first.set(first);
    for (row, line) in drawn.rich.lines(&mut drawn.layout, first, height).iter().enumerate() {
        put(buf, area, row, line);
    }
    if !drawn.layout.lines(drawn.rich.text(), first + height, 1).is_empty() {
        put_right(buf, area, height.saturating_sub(1), " ↓", theme.accent);
    }
}

/// The first line in view: never one behind which the pane would be half empty.
fn first_line(drawn: &mut Drawn, wanted: usize, height: usize) -> usize {
    let Drawn { rich, layout, .. } = drawn;
    let is_full = wanted == 0 || layout.lines(rich.text(), wanted, height).len() == height;
    if is_full { wanted } else { wanted.min(layout.last_page(rich.text(), height)) }
}

/// Bytes of a text that are shown while the whole record is read.
const AT_FIRST: usize = 16 << 10;

/// The page being written.
struct Page<'a> {
    browse: &'a Browse,
    data: &'a Data,
    theme: &'a Theme,
    rich: Rich,
}

impl Page<'_> {
    fn written(mut self, of: &Of) -> Rich {
        let row = self.browse.list.cursor;
        let Some(id) = of.record else { return self.rich };
        match (&of.detail, records::hit(self.data, row)) {
            (Some(detail), _) => self.head_of(detail),
            (None, Some((columns, position))) => self.first_head(columns, position),
            (None, None) => self.say(&format!("#{id}\n\n"), self.theme.accent),
        }
        match &of.detail {
            Some(detail) => self.text(detail.record.text()),
            None => self.text(prefix(records::text(self.data, row).unwrap_or_default(), AT_FIRST)),
        }
        if of.shows_similar {
            self.similar(of);
        }
        if let Some(detail) = &of.detail {
            self.became(detail);
            self.fields(detail);
            self.history(detail);
        }
        self.rich
    }

    fn say(&mut self, text: &str, style: Style) {
        self.rich.push(text, style);
    }

    fn heading(&mut self, text: &str) {
        self.say("\n\n", self.theme.text);
        self.say(text, self.theme.heading);
    }

    fn head_of(&mut self, detail: &Detail) {
        let record = &detail.record;
        let split = record.assignment.as_ref().map(|to| in_split(&to.split, to.by_hand));
        let place = format!("{} line {}", detail.source, grouped(record.line));
        self.place(record.id, &place, split.as_deref(), record.file_name.as_deref());
        let (state, cause) = record.state();
        self.verdict(state, cause.map(|cause| because(&cause)));
    }

    /// What the columns know, in the same two lines.
    fn first_head(&mut self, columns: &Columns, position: usize) {
        let split = columns.split_name(position).map(|name| in_split(name, columns.is_assigned_by_hand(position)));
        self.place(columns.id(position), columns.source_name(position), split.as_deref(), None);
        self.verdict(columns.state(position), None);
    }

    fn place(&mut self, id: RecordId, place: &str, split: Option<&str>, file: Option<&str>) {
        self.say(&format!("#{id}"), self.theme.accent);
        let more = [Some(place), split, file].into_iter().flatten();
        self.say(&more.map(|part| format!(" · {}", one_line(part))).collect::<String>(), self.theme.dim);
        self.say("\n", self.theme.text);
    }

    fn verdict(&mut self, state: Verdict, cause: Option<String>) {
        let (sign, style) = records::sign(state, false, self.theme);
        let word = match state {
            Verdict::Undecided => "undecided",
            Verdict::Keep => "kept",
            Verdict::Flag => "flagged",
            Verdict::Drop => "dropped",
        };
        let style = if sign == glyph::NONE { self.theme.dim } else { style };
        self.say(format!("{sign} {word}").trim_start(), style);
        self.say(&cause.map(|cause| format!(" {}", one_line(&cause))).unwrap_or_default(), self.theme.dim);
        self.say("\n\n", self.theme.text);
    }

    fn text(&mut self, text: &str) {
        for (piece, found) in records::pieces(text, &self.data.browse.found) {
            self.say(piece, if found { self.theme.matched } else { self.theme.text });
        }
    }

    /// From the raw text to the present one.
    fn became(&mut self, detail: &Detail) {
        let record = &detail.record;
        if record.raw_text == record.text() {
            return;
        }
        let fired = record.outcome.as_ref().map(|outcome| outcome.fired.join(", ")).filter(|fired| !fired.is_empty());
        let by = [fired.map(|fired| format!("by {fired}")), record.edit.is_some().then(|| "by hand".to_owned())];
        let by: Vec<String> = by.into_iter().flatten().collect();
        self.heading("changed");
        self.say(&format!(" {}\n", one_line(&by.join(", "))), self.theme.dim);
        let diff = diff::inline(&record.raw_text, record.text(), &detail.diff, self.theme);
        self.rich.append(&diff);
    }

    fn fields(&mut self, detail: &Detail) {
        if detail.fields.is_empty() {
            return;
        }
        self.heading("fields");
        for (name, value) in &detail.fields {
            self.say(&format!("\n{}  ", one_line(name)), self.theme.dim);
            self.say(&one_line(value), self.theme.text);
        }
    }

    fn history(&mut self, detail: &Detail) {
        if detail.events.is_empty() {
            return;
        }
        self.heading("history");
        for event in &detail.events {
            self.say(&format!("\n{}  ", history::time(event.operation.at)), self.theme.dim);
            let undone = if event.operation.undone { " (undone)" } else { "" };
            self.say(&format!("{}{undone}", one_line(&event.what)), self.theme.text);
        }
    }

    fn similar(&mut self, of: &Of) {
        self.heading("similar");
        let stale = self.data.duplicates.view().is_some_and(|view| view.stale);
        let Some(Likes { similar, other }) = of.similar.as_deref() else {
            let words = if of.has_graph {
                "\nlooking …"
            } else {
                "\nnot known yet: 3 goes to the duplicates, B finds all similar pairs"
            };
            return self.say(words, self.theme.dim);
        };
        match &similar.records {
            None => self.say("\nthis record was not there when the pairs were found: 3, then B finds them again", self.theme.dim),
            Some(records) if records.is_empty() => self.say("\nno other record resembles this one", self.theme.dim),
            Some(records) => {
                let shown =
                    if records.len() < similar.total { format!(", the {} closest", records.len()) } else { String::new() };
                let noun = if similar.total == 1 { "record" } else { "records" };
                self.say(&format!("  {} {noun}{shown}", grouped(similar.total as u64)), self.theme.dim);
                for (n, &(id, score)) in records.iter().enumerate() {
                    let other = other.as_ref().and_then(|(lens, scores)| Some((*lens, *scores.get(n)?)));
                    self.neighbour(id, score, other);
                }
            }
        }
        if stale {
            self.say("\ntexts changed since: 3, then B finds the pairs again", self.theme.warning);
        }
    }

    fn neighbour(&mut self, id: RecordId, value: f32, other: Option<(Lens, Result<f32, f32>)>) {
        let columns = self.data.columns.as_ref();
        let Some((columns, position)) = columns.and_then(|columns| Some((columns, columns.position(id)?))) else { return };
        let (sign, style) = records::sign(columns.state(position), false, self.theme);
        self.say(&format!("\n{} ", score(value)), self.theme.accent);
        if let Some((lens, other)) = other {
            let name = self.data.duplicates.score_name(lens);
            let said = other.map_or_else(|floor| format!("<{floor:.2}"), score);
            self.say(&format!("{name} {said} "), self.theme.dim);
        }
        self.say(&format!("{sign} "), style);
        self.say(prefix(columns.text(position), 2000), self.theme.text);
        self.say(&format!("  #{id} {}", one_line(columns.source_name(position))), self.theme.dim);
    }
}

/// Names and values of strangers stay in their line.
fn one_line(text: &str) -> String {
    crate::display::safe(text).into_owned()
}

fn because(cause: &Cause) -> String {
    match cause {
        Cause::Hand { reason: None } => "by hand".to_owned(),
        Cause::Hand { reason: Some(reason) } => format!("by hand: {reason}"),
        Cause::Rule { name } => format!("by rule {name}"),
        Cause::Duplicate { .. } => format!("as a {cause}"),
    }
}

/// A split's name; said to be by hand where a person moved the record there.
fn in_split(name: &str, by_hand: bool) -> String {
    if by_hand { format!("{name}, by hand") } else { name.to_owned() }
}
