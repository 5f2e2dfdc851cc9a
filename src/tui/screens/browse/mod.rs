//! Browse: facets · the records that match · the whole text of the current one.
//!
//! A row is a place in the hits; everything a key does costs what the screen shows, never what the workspace holds. The record under the
//! cursor is remembered by id, so that the cursor stays on it when the hits become others.

mod edit;
mod facets;
mod filter_line;
mod layout;
mod marks;
mod mouse;
mod moving;
mod preview;
mod reason;
mod records;
mod sort;

use std::cell::Cell;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::layout::Places;
use crate::display::{grouped, safe};
use crate::model::RecordId;
use crate::ops::list::list_row;
use crate::similarity::Graph;
use crate::tui::action::{Action, Context};
use crate::tui::data::{Data, Detail};
use crate::tui::effect::{Effect, Request};
use crate::tui::intent::Intent;
use crate::tui::theme::Theme;
use crate::tui::widgets::list::ListState;
use crate::tui::widgets::selection::Selection;
use crate::tui::widgets::toast::Toast;

/// What has the keys within the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Focus {
    Facets,
    #[default]
    Records,
    Preview,
}

/// What is going on.
#[derive(Debug, Default)]
enum Mode {
    #[default]
    Browsing,
    Filtering(filter_line::State),
    Editing(edit::State),
    Sorting(sort::State),
    Reasoning(reason::State),
    Moving(moving::State),
}

/// Which search, and whether it was sent.
#[derive(Debug, Default)]
struct Asked {
    filter: String,
    sort: Option<String>,
    /// No answer came since it was sent.
    waits: bool,
    /// The answer is looked at from its top.
    from_top: bool,
}

#[derive(Debug, Default)]
pub struct State {
    mode: Mode,
    focus: Focus,
    list: ListState,
    facets: facets::State,
    preview: preview::State,
    /// Rows of the present hits.
    selection: Selection,
    /// Where a range began that goes to the cursor.
    range_from: Option<usize>,
    /// The preview shows who resembles the record.
    similar: bool,
    asked: Asked,
    /// The record under the cursor.
    current: Option<RecordId>,
    /// What the data last had, to see what is new.
    seen: Seen,
    asked_detail: Option<RecordId>,
    asked_similar: Option<RecordId>,
    /// Whose JSON goes to the clipboard once it is read.
    copies: Option<RecordId>,
    /// What `$EDITOR` has.
    external: Option<(RecordId, String)>,
    places: Cell<Places>,
}

#[derive(Debug, Default)]
struct Seen {
    answers: u64,
    hits: Arc<Vec<u32>>,
    detail: Option<Arc<Detail>>,
    graph: Option<Arc<Graph>>,
}

impl State {
    pub fn context(&self) -> Context {
        match self.mode {
            Mode::Browsing => Context::Browse,
            Mode::Sorting(_) => Context::Dialog,
            Mode::Moving(ref dialog) => dialog.context(),
            Mode::Filtering(_) | Mode::Editing(_) | Mode::Reasoning(_) => Context::Input,
        }
    }

    /// Takes up what is new; the cursor stays on its record as long as that is there.
    pub fn data_changed(&mut self, data: &Data) {
        if self.seen.answers != data.browse.answers {
            self.answered(data);
        }
        if data.browse.error.as_ref().is_some_and(|error| error.filter == self.asked.filter) {
            self.asked.waits = false;
        }
        if self.seen.detail.as_ref().map(Arc::as_ptr) != data.detail.as_ref().map(Arc::as_ptr) {
            self.seen.detail = data.detail.clone();
            self.asked_detail = None;
        }
        let graph = data.duplicates.view().map(|view| &view.graph);
        if self.seen.graph.as_ref().map(Arc::as_ptr) != graph.map(Arc::as_ptr) {
            self.seen.graph = graph.cloned();
            self.asked_similar = None;
        }
        self.facets.data_changed(data);
        self.list.move_to(self.list.cursor, records::len(data));
        self.remember(data);
    }

    fn answered(&mut self, data: &Data) {
        self.seen.answers = data.browse.answers;
        self.asked.waits = false;
        if !Arc::ptr_eq(&self.seen.hits, &data.browse.hits.positions) {
            self.seen.hits = data.browse.hits.positions.clone();
            self.selection.clear();
            self.range_from = None;
            let row = self.current.and_then(|id| records::row_of(data, id, self.list.cursor));
            self.list.move_to(row.unwrap_or(self.list.cursor), records::len(data));
        }
        if self.asked.from_top && self.is_answered(data) {
            self.asked.from_top = false;
            self.list.move_to(0, records::len(data));
        }
    }

    /// The hits, or the word why there are none, are those that were asked for.
    fn is_answered(&self, data: &Data) -> bool {
        let error = data.browse.error.as_ref().is_some_and(|error| error.filter == self.asked.filter);
        error || (data.browse.filter == self.asked.filter && data.browse.sort == self.asked.sort)
    }

    /// Shows what a filter of another screen selects.
    pub fn show(&mut self, filter: String) {
        self.mode = Mode::Browsing;
        self.search(filter, true);
    }

    fn search(&mut self, filter: String, from_top: bool) {
        self.asked = Asked { filter, sort: self.asked.sort.take(), waits: false, from_top };
    }

    /// To be called when the cursor may be on another record.
    fn remember(&mut self, data: &Data) {
        let current = records::at(data, self.list.cursor);
        if current != self.current {
            self.current = current;
            self.preview.rewind();
        }
    }

    /// What the screen shows and the data do not have yet; asks once for the same thing.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        let mut wants = Vec::new();
        if data.columns.is_some() && !self.asked.waits && !self.is_answered(data) {
            self.asked.waits = true;
            wants.push(Effect::Search { filter: self.asked.filter.clone(), sort: self.asked.sort.clone() });
        }
        let Some(id) = self.current else { return wants };
        if detail_of(data, id).is_none() && self.asked_detail != Some(id) {
            self.asked_detail = Some(id);
            wants.push(Effect::Detail(id));
        }
        let has_similar = data.similar.as_ref().is_some_and(|likes| likes.similar.to == id);
        if self.similar && data.duplicates.view().is_some() && !has_similar && self.asked_similar != Some(id) {
            self.asked_similar = Some(id);
            wants.push(Effect::Similar(id));
        }
        wants.extend(self.json_to_copy(data));
        wants
    }

    /// The row of `tamis list --json`, once the record that was asked for is read; nothing where the cursor went on before.
    fn json_to_copy(&mut self, data: &Data) -> Vec<Effect> {
        let Some(id) = self.copies else { return Vec::new() };
        let detail = detail_of(data, id);
        if detail.is_some() || self.current != Some(id) {
            self.copies = None;
        }
        let row = detail.map(|detail| list_row(detail.source.clone(), detail.record.clone()));
        match row.map(|row| serde_json::to_string(&row)) {
            Some(Ok(json)) => copied(json, format!("record {id} is copied as JSON")),
            _ => Vec::new(),
        }
    }

    fn len(&self, data: &Data) -> usize {
        records::len(data)
    }
}

/// The whole record, if it is the one that the data have.
fn detail_of(data: &Data, id: RecordId) -> Option<&Arc<Detail>> {
    data.detail.as_ref().filter(|detail| detail.record.id == id)
}

fn copied(text: String, words: String) -> Vec<Effect> {
    vec![Effect::Terminal(Request::Copy(text)), Effect::Say(Toast::done(words))]
}

pub fn update(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let effects = match (&state.mode, intent) {
        (_, Intent::Edited(text)) => edit::came_back(state, data, text),
        (Mode::Filtering(_), _) => filter_line::update(state, data, intent),
        (Mode::Editing(_), _) => edit::update(state, data, intent),
        (Mode::Sorting(_), _) => sort::update(state, data, intent),
        (Mode::Reasoning(_), _) => reason::update(state, data, intent),
        (Mode::Moving(_), _) => moving::update(state, data, intent),
        (Mode::Browsing, Intent::Do(action)) => act(state, data, *action),
        (Mode::Browsing, Intent::Mouse(event)) => mouse::update(state, data, event),
        (Mode::Browsing, Intent::Type(_) | Intent::Paste(_)) => Vec::new(),
    };
    state.remember(data);
    effects
}

/// An action while nothing else is going on.
fn act(state: &mut State, data: &Data, action: Action) -> Vec<Effect> {
    if moved(state, data, action) {
        return Vec::new();
    }
    match action {
        Action::NextPane => state.focus = layout::next(state, true),
        Action::PreviousPane => state.focus = layout::next(state, false),
        Action::NextMatch => _ = state.list.handle(Action::Down, state.len(data)),
        Action::PreviousMatch => _ = state.list.handle(Action::Up, state.len(data)),
        Action::PreviewDown => state.preview.scroll(1),
        Action::PreviewUp => state.preview.scroll(-1),
        Action::ToggleWrap => state.preview.toggle_wrap(),
        Action::Facets => layout::toggle_facets(state),
        Action::FindSimilar => state.similar = !state.similar,
        Action::Search => filter_line::open(state),
        Action::Sort => sort::open(state, data),
        Action::Open | Action::Select if state.focus == Focus::Facets => facets::toggle_value(state, data),
        Action::Open => state.focus = if state.focus == Focus::Preview { Focus::Records } else { Focus::Preview },
        Action::Back => back(state),
        Action::Copy => return copy(state, data),
        Action::CopyJson => state.copies = state.current,
        Action::Edit => return edit::open(state, data),
        Action::EditExternal => return edit::open_external(state, data),
        action => return marks::act(state, data, action),
    }
    Vec::new()
}

/// Movement within the pane that has the focus.
fn moved(state: &mut State, data: &Data, action: Action) -> bool {
    match state.focus {
        Focus::Facets => state.facets.moved(action),
        Focus::Records => state.list.handle(action, state.len(data)),
        Focus::Preview => state.preview.moved(action),
    }
}

/// Esc: the last thing that was begun, then the filter.
fn back(state: &mut State) {
    if state.range_from.take().is_some() {
        return;
    }
    if !state.selection.is_empty() {
        state.selection.clear();
    } else if state.focus != Focus::Records {
        state.focus = Focus::Records;
    } else if state.similar {
        state.similar = false;
    } else if !state.asked.filter.is_empty() {
        state.search(String::new(), false);
    }
}

fn copy(state: &State, data: &Data) -> Vec<Effect> {
    match state.current.zip(records::text(data, state.list.cursor)) {
        Some((id, text)) => copied(text.to_owned(), format!("the text of record {id} is copied")),
        None => Vec::new(),
    }
}

/// Why nothing can be changed, if nothing can.
fn refusal(data: &Data) -> Option<Vec<Effect>> {
    let writer = data.workspace.read_only.as_ref()?;
    let words = format!(
        "nothing can be changed here while another tamis writes to this workspace ({writer}); close that one, then open this again"
    );
    Some(vec![Effect::Say(Toast::warning(words))])
}

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let error = filter_line::error(state, data);
    let places = layout::places(area, state, error.is_some());
    state.places.set(places);
    let buf = frame.buffer_mut();
    layout::rules(buf, &places, state.focus, theme);
    let mut cursor = filter_line::view(buf, places.filter, state, error, theme);
    facets::view(buf, places.facets, state, theme);
    records::view(buf, places.records, state, data, theme);
    match &state.mode {
        Mode::Editing(editing) => cursor = edit::view(buf, places.preview, editing, theme),
        _ => preview::view(buf, places.preview, state, data, theme),
    }
    match &state.mode {
        Mode::Sorting(menu) => sort::view(buf, area, menu, theme),
        Mode::Reasoning(dialog) => cursor = reason::view(buf, area, dialog, theme),
        Mode::Moving(dialog) => cursor = moving::view(buf, area, dialog, theme),
        _ => {}
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

/// `1,204 of 92,644 records · 1,100 kept · by chars, descending · 3 selected`.
pub fn summary(state: &State, data: &Data) -> String {
    let mut parts = Vec::new();
    if data.workspace.read_only.is_some() {
        parts.push("reading only".to_owned());
    }
    if records::are_searched(data) {
        let hits = &data.browse.hits;
        parts.push(format!("{} of {} records", grouped(hits.positions.len() as u64), grouped(data.workspace.records)));
        parts.push(format!("{} kept", grouped(hits.kept as u64)));
    } else {
        parts.push(format!("{} records", grouped(data.workspace.records)));
    }
    if let Some(sort) = &data.browse.sort {
        parts.push(sort::in_words(sort));
    }
    let selected = marks::selected(state).len();
    if selected > 0 {
        parts.push(format!("{} selected", grouped(selected as u64)));
    }
    safe(&parts.join(" · ")).into_owned()
}
