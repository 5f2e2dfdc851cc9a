//! Rules: what the pipeline does to the texts, rule by rule and record by record, before it counts.
//!
//! The pipeline on the screen is the one in force until another one is loaded; applying puts it in force.

mod dialog;
mod drawing;
mod view;

use std::cell::{Cell, RefCell};

pub use view::view;

use self::dialog::{Answer, Dialog};
use self::drawing::Drawing;
use crate::display::grouped;
use crate::model::RecordId;
use crate::ops::rules::{Fate, Preview, PreviewItem, Which};
use crate::tui::action::{Action, Context};
use crate::tui::data::{Data, Rules};
use crate::tui::effect::{Effect, Request};
use crate::tui::intent::Intent;
use crate::tui::widgets::list::ListState;

/// Lines that `J` and `K` scroll.
const SCROLL: usize = 3;

#[derive(Debug, Default)]
pub struct State {
    pane: Pane,
    rules: ListState,
    records: ListState,
    /// First line of the diff in view; drawing clamps it.
    scroll: Cell<usize>,
    side_by_side: bool,
    which: Which,
    /// The record that the cursor is on, also while the list is another one.
    record: Option<RecordId>,
    dialog: Option<Dialog>,
    /// Said in the status line until the next key.
    notice: Option<String>,
    asked: Asked,
    drawing: RefCell<Drawing>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Pane {
    Rules,
    #[default]
    Records,
    Diff,
}

/// What was asked last, each with the revision of the data it was asked for.
#[derive(Debug, Default)]
struct Asked {
    preview: Option<u64>,
    /// The count was cancelled: Enter asks again.
    stopped: bool,
    rows: Option<(u64, Which)>,
    detail: Option<(u64, RecordId)>,
}

/// The records in the list: all previewed ones, or some.
#[derive(Clone, Copy)]
struct Listed<'a> {
    items: &'a [PreviewItem],
    rows: Option<&'a [u32]>,
}

impl<'a> Listed<'a> {
    fn len(self) -> usize {
        self.rows.map_or(self.items.len(), <[u32]>::len)
    }

    fn get(self, row: usize) -> Option<&'a PreviewItem> {
        self.items.get(self.rows.map_or(Some(row), |rows| rows.get(row).map(|&i| i as usize))?)
    }

    /// The row of a record, or of the one after it.
    fn row_of(self, record: RecordId) -> usize {
        match self.rows {
            None => self.items.partition_point(|item| item.record < record),
            Some(rows) => rows.partition_point(|&i| self.items.get(i as usize).is_some_and(|item| item.record < record)),
        }
    }
}

impl State {
    pub fn context(&self) -> Context {
        match self.dialog {
            None => Context::Rules,
            Some(Dialog::Load(_)) => Context::Input,
            Some(_) => Context::Question,
        }
    }

    /// Keeps cursors inside lists that may have become shorter, on the record they were on.
    pub fn data_changed(&mut self, data: &Data) {
        let rules = data.rules.pipeline.as_ref().map_or(0, |p| p.rules().len());
        self.rules.move_to(self.rules.cursor, rules);
        self.which.rule = self.which.rule.filter(|&rule| usize::from(rule) < rules);
        self.stay(data);
        if let Some(dialog) = &self.dialog
            && dialog.is_answered(&data.rules)
        {
            self.dialog = None;
        }
    }

    /// What the screen shows and the data do not have yet; asks once for the same thing.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        let Rules { revision, preview, rows, current, pipeline, .. } = &data.rules;
        if pipeline.is_none() {
            return Vec::new();
        }
        let mut wants = Vec::new();
        if preview.is_none() && self.asked.preview.replace(*revision) != Some(*revision) {
            self.asked.stopped = false;
            wants.push(Effect::PreviewRules);
        }
        let has_rows = self.which == Which::default() || rows.as_ref().is_some_and(|(which, _)| *which == self.which);
        if preview.is_some() && !has_rows && self.asked.rows.replace((*revision, self.which)) != Some((*revision, self.which)) {
            wants.push(Effect::RuleRows(self.which));
        }
        self.record = self.current(data).map(|item| item.record).or(self.record);
        if let Some(record) = self.current(data).map(|item| item.record)
            && current.as_ref().is_none_or(|current| current.record != record)
            && self.asked.detail.replace((*revision, record)) != Some((*revision, record))
        {
            wants.push(Effect::RuleDetail(record));
        }
        wants
    }

    /// The user cancelled a job of this screen.
    pub fn stopped(&mut self) {
        self.asked.stopped = true;
    }

    /// What is listed; `None` while it is being found.
    fn listed<'a>(&self, data: &'a Data) -> Option<Listed<'a>> {
        let items = &data.rules.preview.as_ref()?.items;
        if self.which == Which::default() {
            return Some(Listed { items, rows: None });
        }
        let (which, rows) = data.rules.rows.as_ref()?;
        (*which == self.which).then_some(Listed { items, rows: Some(rows) })
    }

    fn current<'a>(&self, data: &'a Data) -> Option<&'a PreviewItem> {
        self.listed(data)?.get(self.records.cursor)
    }

    fn list(&mut self, which: Which, data: &Data) {
        self.which = which;
        self.stay(data);
    }

    /// Keeps the cursor on its record, or on the one after it, in whatever is listed now.
    fn stay(&mut self, data: &Data) {
        if let Some(listed) = self.listed(data) {
            let row = self.record.map_or(0, |record| listed.row_of(record));
            self.records.move_to(row, listed.len());
        }
    }

    fn scroll_by(&self, lines: isize) {
        self.scroll.set(self.scroll.get().saturating_add_signed(lines));
    }

    /// Moves the cursor of the pane that has the focus.
    fn moved(&mut self, action: Action, data: &Data) {
        match self.pane {
            Pane::Rules => {
                self.rules.handle(action, data.rules.pipeline.as_ref().map_or(0, |p| p.rules().len()));
                if self.which.rule.is_some() {
                    self.list(Which { rule: Some(self.rules.cursor as u16), ..self.which }, data);
                }
            }
            Pane::Records => self.go_to_record(action, data),
            Pane::Diff => self.scroll.set(scrolled(self.scroll.get(), action)),
        }
    }

    fn go_to_record(&mut self, action: Action, data: &Data) {
        self.records.handle(action, self.listed(data).map_or(0, Listed::len));
        self.scroll.set(0);
    }

    fn asks_to_apply(&mut self, data: &Data) -> Vec<Effect> {
        let Some(pipeline) = &data.rules.pipeline else { return Vec::new() };
        if data.rules.in_force.as_deref() == Some(&pipeline.digest()) {
            self.notice = Some("these rules are in force already; p loads others".to_owned());
        } else if data.rules.preview.is_none() && std::mem::take(&mut self.asked.stopped) {
            return vec![Effect::PreviewRules];
        } else {
            self.dialog = Some(Dialog::Apply);
        }
        Vec::new()
    }

    fn asks_to_clear(&mut self, data: &Data) {
        match data.rules.in_force {
            Some(_) => self.dialog = Some(Dialog::Clear),
            None => self.notice = Some("no rules are in force".to_owned()),
        }
    }

    /// The text after the rules, of the record in view.
    fn copied(&self, data: &Data) -> Vec<Effect> {
        let text = data.rules.current.as_ref().map(|current| current.trace.end().to_owned());
        text.map(|text| Effect::Terminal(Request::Copy(text))).into_iter().collect()
    }
}

fn scrolled(from: usize, action: Action) -> usize {
    const PAGE: usize = 10;
    match action {
        Action::Down => from.saturating_add(1),
        Action::Up => from.saturating_sub(1),
        Action::HalfPageDown | Action::PageDown => from.saturating_add(PAGE),
        Action::HalfPageUp | Action::PageUp => from.saturating_sub(PAGE),
        Action::Top => 0,
        Action::Bottom => usize::MAX,
        _ => from,
    }
}

pub fn update(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    state.notice = None;
    if let Some(dialog) = &mut state.dialog {
        return match dialog.update(intent, &data.rules) {
            Answer::Open(effects) => effects,
            Answer::Closed(effects) => {
                state.dialog = None;
                effects
            }
        };
    }
    let Intent::Do(action) = intent else { return Vec::new() };
    match action {
        Action::NextPane => state.pane = state.pane.next(),
        Action::PreviousPane => state.pane = state.pane.next().next(),
        Action::PreviewDown => state.scroll_by(SCROLL as isize),
        Action::PreviewUp => state.scroll_by(-(SCROLL as isize)),
        Action::NextChange => state.go_to_record(Action::Down, data),
        Action::PreviousChange => state.go_to_record(Action::Up, data),
        Action::OfRule => {
            let rule = Some(state.rules.cursor as u16).filter(|_| state.which.rule.is_none());
            state.list(Which { rule, ..state.which }, data);
        }
        Action::Fate => state.list(Which { fate: next_fate(state.which.fate), ..state.which }, data),
        Action::Back => state.list(Which::default(), data),
        Action::DiffLayout => state.side_by_side = !state.side_by_side,
        Action::Pipelines => state.dialog = Some(Dialog::load()),
        Action::ApplyRules => return state.asks_to_apply(data),
        Action::ClearRules => state.asks_to_clear(data),
        Action::Copy => return state.copied(data),
        movement => state.moved(*movement, data),
    }
    Vec::new()
}

impl Pane {
    fn next(self) -> Pane {
        match self {
            Pane::Rules => Pane::Records,
            Pane::Records => Pane::Diff,
            Pane::Diff => Pane::Rules,
        }
    }
}

fn next_fate(fate: Option<Fate>) -> Option<Fate> {
    match fate {
        None => Some(Fate::Changed),
        Some(Fate::Changed) => Some(Fate::Dropped),
        Some(Fate::Dropped | Fate::Kept) => None,
    }
}

/// `changes 12,410 and drops 3,127 of 92,644`.
fn consequences(preview: &Preview) -> String {
    let totals = &preview.totals;
    format!("changes {} and drops {} of {}", grouped(totals.changed), grouped(totals.dropped), grouped(totals.records))
}

/// For the status line.
pub fn summary(state: &State, data: &Data) -> String {
    if let Some(notice) = &state.notice {
        return notice.clone();
    }
    match state.listed(data) {
        Some(listed) if listed.len() > 0 => {
            format!("{} of {} records", grouped(state.records.cursor as u64 + 1), grouped(listed.len() as u64))
        }
        _ => String::new(),
    }
}
