//! Rules: what the pipeline does to the texts, rule by rule and record by record, before it counts.
//!
//! The pipeline on the screen is the one in force as its name stands now, until another one is loaded; applying puts it in force.

mod dialog;
mod drawing;
mod editor;
mod rows;
mod view;

use std::cell::{Cell, RefCell};

pub use view::view;

use self::dialog::{Answer, Dialog};
use self::drawing::Drawing;
use self::editor::Editor;
use self::rows::Row;
use crate::display::grouped;
use crate::model::RecordId;
use crate::ops::rules::library::Edit;
use crate::ops::rules::refuse::What;
use crate::ops::rules::trace::Proposed;
use crate::ops::rules::{Fate, Preview, PreviewItem, Which};
use crate::tui::action::{Action, Context};
use crate::tui::data::{Data, Rules};
use crate::tui::effect::{Effect, Request, RuleWork};
use crate::tui::intent::Intent;
use crate::tui::widgets::list::ListState;

/// Lines that `J` and `K` scroll.
const SCROLL: usize = 3;

#[derive(Debug, Default)]
pub struct State {
    pane: Pane,
    /// Of the left pane: rules, warnings, refusals.
    rules: ListState,
    records: ListState,
    /// First line of the diff in view; drawing clamps it.
    scroll: Cell<usize>,
    side_by_side: bool,
    which: Which,
    /// The record that the cursor is on, also while the list is another one.
    record: Option<RecordId>,
    /// Which of the record's proposed changes the cursor is on.
    change: usize,
    /// Space was pressed on this record before its changes were known: it is carried out when they are.
    toggling: Option<RecordId>,
    dialog: Option<Dialog>,
    editor: Option<Editing>,
    /// Said in the status line until the next key.
    notice: Option<String>,
    asked: Asked,
    drawing: RefCell<Drawing>,
}

/// The editor, and what was listed before it was opened.
#[derive(Debug)]
struct Editing {
    editor: Editor,
    before: Which,
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
    /// The pipeline itself, once.
    rules: bool,
    preview: Option<u64>,
    /// The count was cancelled: Enter asks again.
    stopped: bool,
    /// With whether the preview was complete then.
    rows: Option<(u64, Which, bool)>,
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
        match &self.dialog {
            None if self.editor.is_some() => Context::RuleEditor,
            None => Context::Rules,
            Some(Dialog::Load(_) | Dialog::Copy(_)) => Context::Input,
            Some(_) => Context::Question,
        }
    }

    /// Keeps cursors inside lists that may have become shorter, on the record they were on.
    pub fn data_changed(&mut self, data: &Data) {
        self.rules.move_to(self.rules.cursor, self.rows(data).len());
        let rules = data.rules.shown().map_or(0, |p| p.rules().len());
        self.which.rule = self.which.rule.filter(|&rule| usize::from(rule) < rules);
        self.stay(data);
        self.change = self.change.min(self.proposals(data).len().saturating_sub(1));
        if let Some(dialog) = &self.dialog
            && dialog.is_answered(&data.rules)
        {
            self.dialog = None;
        }
    }

    /// What the screen shows and the data do not have yet; asks once for the same thing.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        let Rules { revision, preview, rows, current, .. } = &data.rules;
        if data.rules.shown().is_none() {
            let asked = std::mem::replace(&mut self.asked.rules, true);
            return if asked { Vec::new() } else { vec![Effect::Rules(RuleWork::Load)] };
        }
        let mut wants = Vec::new();
        if self.asked.preview.replace(*revision) != Some(*revision) {
            self.asked.stopped = false;
            wants.push(RuleWork::Preview);
        }
        let has_rows = self.which == Which::default() || rows.as_ref().is_some_and(|(which, _)| *which == self.which);
        if let Some(preview) = preview
            && !has_rows
        {
            let asked = (*revision, self.which, preview.complete);
            if self.asked.rows.replace(asked) != Some(asked) {
                wants.push(RuleWork::Rows(self.which));
            }
        }
        self.record = self.current(data).map(|item| item.record).or(self.record);
        if let Some(record) = self.current(data).map(|item| item.record)
            && current.as_ref().is_none_or(|current| current.record != record)
            && self.asked.detail.replace((*revision, record)) != Some((*revision, record))
        {
            wants.push(RuleWork::Detail(record));
        }
        let mut wants: Vec<Effect> = wants.into_iter().map(Effect::Rules).collect();
        if self.toggling.is_some() && self.toggling == current.as_ref().map(|current| current.record) {
            wants.extend(self.toggles_refusal(data));
        }
        wants
    }

    /// The user cancelled a job of this screen.
    pub fn stopped(&mut self) {
        self.asked.stopped = true;
    }

    fn rows(&self, data: &Data) -> Vec<Row> {
        data.rules.shown().map_or_else(Vec::new, |pipeline| rows::rows(pipeline, data.rules.preview.as_deref()))
    }

    fn row(&self, data: &Data) -> Option<Row> {
        self.rows(data).get(self.rules.cursor).copied()
    }

    /// The rule under the cursor of the left pane.
    fn rule(&self, data: &Data) -> Option<usize> {
        self.row(data).and_then(|row| if let Row::Rule(rule) = row { Some(rule) } else { None })
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

    /// What the rules propose for the record under the cursor.
    fn proposals(&self, data: &Data) -> Vec<Proposed> {
        let Some((pipeline, current)) = data.rules.shown().zip(data.rules.current.as_ref()) else { return Vec::new() };
        if self.current(data).is_none_or(|item| item.record != current.record) {
            return Vec::new();
        }
        current.trace.proposals(pipeline)
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
                self.rules.handle(action, self.rows(data).len());
                if rows::is_of_a_row(self.which)
                    && let Some(row) = self.row(data)
                {
                    self.list(row.only(self.which), data);
                }
            }
            Pane::Records => self.go_to_record(action, data),
            Pane::Diff => self.scroll.set(scrolled(self.scroll.get(), action)),
        }
    }

    fn go_to_record(&mut self, action: Action, data: &Data) {
        self.records.handle(action, self.listed(data).map_or(0, Listed::len));
        self.record = self.current(data).map(|item| item.record).or(self.record);
        self.scroll.set(0);
        self.change = 0;
    }

    fn go_to_change(&mut self, by: isize, data: &Data) {
        let last = self.proposals(data).len().saturating_sub(1);
        self.change = self.change.saturating_add_signed(by).min(last);
    }

    fn asks_to_apply(&mut self, data: &Data) -> Vec<Effect> {
        if data.rules.is_in_force() {
            self.notice = Some("these rules are in force already; p loads others".to_owned());
        } else if data.rules.preview.as_ref().is_none_or(|preview| !preview.complete) && std::mem::take(&mut self.asked.stopped) {
            // From the beginning: what was counted before it was stopped would be counted twice.
            return vec![Effect::Rules(RuleWork::Load)];
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

    /// Refuses the change under the cursor, or accepts it again; the cursor goes on to the next one.
    fn toggles_refusal(&mut self, data: &Data) -> Vec<Effect> {
        self.toggling = None;
        let known = data.rules.current.as_ref().map(|current| current.record);
        if let Some(item) = self.current(data)
            && known != Some(item.record)
        {
            self.toggling = Some(item.record);
            return Vec::new();
        }
        let Some(proposed) = self.proposals(data).into_iter().nth(self.change) else {
            self.notice = Some("there is no change to refuse here".to_owned());
            return Vec::new();
        };
        let Some(record) = self.record else { return Vec::new() };
        vec![Effect::Rules(RuleWork::Refuse { record, what: What::This(proposed.refusal), refuse: !proposed.refused })]
    }

    fn toggles_record(&mut self, data: &Data) -> Vec<Effect> {
        let (Some(record), Some(current)) = (self.record, data.rules.current.as_ref()) else { return Vec::new() };
        let refuse = !current.trace.refused_whole;
        vec![Effect::Rules(RuleWork::Refuse { record, what: What::Record, refuse })]
    }

    /// An edit of the rule under the cursor.
    fn edits(&mut self, data: &Data, edit: impl Fn(usize) -> Option<Edit>) -> Vec<Effect> {
        match self.rule(data).and_then(edit) {
            Some(edit) => vec![Effect::Rules(RuleWork::Edit(edit))],
            None => {
                self.notice = Some("put the cursor on a rule first".to_owned());
                Vec::new()
            }
        }
    }

    fn moves_rule(&mut self, data: &Data, by: isize) -> Vec<Effect> {
        let rules = data.rules.pipeline.as_ref().map_or(0, |pipeline| pipeline.rules().len());
        let Some(from) = self.rule(data) else { return Vec::new() };
        let Some(to) = from.checked_add_signed(by).filter(|to| *to < rules) else { return Vec::new() };
        self.rules.move_to(to, self.rows(data).len());
        if self.which.rule == Some(from as u16) {
            self.which.rule = Some(to as u16);
        }
        vec![Effect::Rules(RuleWork::Edit(Edit::Move { from, to }))]
    }

    fn opens_editor(&mut self, data: &Data, is_new: bool) -> Vec<Effect> {
        let Some(pipeline) = &data.rules.pipeline else { return Vec::new() };
        let rule = self.rule(data);
        let editor = match rule.filter(|_| !is_new) {
            Some(rule) => Editor::of(pipeline, rule),
            None => Ok(Editor::new_before(rule.unwrap_or(pipeline.rules().len()))),
        };
        match editor {
            Err(error) => {
                self.notice = Some(error.to_string());
                Vec::new()
            }
            Ok(editor) => {
                let before = self.which;
                let draft = editor.draft();
                self.list(Row::Rule(editor.rule()).only(Which::default()), data);
                self.editor = Some(Editing { editor, before });
                if is_new { vec![draft] } else { Vec::new() }
            }
        }
    }

    /// The editor takes every intent while it is open.
    fn typed(&mut self, data: &Data, intent: &Intent) -> Vec<Effect> {
        let Some(editing) = &mut self.editor else { return Vec::new() };
        match editing.editor.update(intent, &data.rules) {
            editor::Answer::Open(effects) => effects,
            editor::Answer::Record(action) => {
                let movement = if action == Action::NextPreviewed { Action::Down } else { Action::Up };
                self.go_to_record(movement, data);
                Vec::new()
            }
            editor::Answer::Closed(effects) => {
                let before = editing.before;
                self.editor = None;
                self.list(before, data);
                effects
            }
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
    state.toggling = None;
    if let Some(dialog) = &mut state.dialog {
        return match dialog.update(intent, &data.rules) {
            Answer::Open(effects) => effects,
            Answer::Closed(effects) => {
                state.dialog = None;
                effects
            }
        };
    }
    if state.editor.is_some() {
        return state.typed(data, intent);
    }
    let Intent::Do(action) = intent else { return Vec::new() };
    match action {
        Action::NextPane => state.pane = state.pane.next(),
        Action::PreviousPane => state.pane = state.pane.next().next(),
        Action::PreviewDown => state.scroll_by(SCROLL as isize),
        Action::PreviewUp => state.scroll_by(-(SCROLL as isize)),
        Action::NextChange => state.go_to_record(Action::Down, data),
        Action::PreviousChange => state.go_to_record(Action::Up, data),
        Action::ChangeRight => state.go_to_change(1, data),
        Action::ChangeLeft => state.go_to_change(-1, data),
        Action::OfRule => {
            let row = state.row(data).filter(|row| !row.is_listed(state.which));
            state.list(row.map_or(Which { fate: state.which.fate, ..Which::default() }, |row| row.only(state.which)), data);
        }
        Action::Fate => state.list(Which { fate: next_fate(state.which.fate), ..state.which }, data),
        Action::Back => state.list(Which::default(), data),
        Action::DiffLayout => state.side_by_side = !state.side_by_side,
        Action::Pipelines => state.dialog = Some(Dialog::load()),
        Action::CopyRules => state.dialog = Some(Dialog::copy()),
        Action::ApplyRules => return state.asks_to_apply(data),
        Action::ClearRules => state.asks_to_clear(data),
        Action::Copy => return state.copied(data),
        action => return change(state, data, *action),
    }
    Vec::new()
}

/// What changes the pipeline, or what it may do to a record.
fn change(state: &mut State, data: &Data, action: Action) -> Vec<Effect> {
    let is_on = |rule: usize| data.rules.pipeline.as_ref().is_some_and(|p| p.rules().get(rule).is_some_and(|rule| rule.enabled));
    match action {
        Action::ToggleRefusal => state.toggles_refusal(data),
        Action::RefuseRecord => state.toggles_record(data),
        Action::EditRule => state.opens_editor(data, false),
        Action::AddRule => state.opens_editor(data, true),
        Action::SwitchRule => state.edits(data, |rule| Some(Edit::Enable(rule, !is_on(rule)))),
        Action::RemoveRule => state.edits(data, |rule| Some(Edit::Remove(rule))),
        Action::RuleDown => state.moves_rule(data, 1),
        Action::RuleUp => state.moves_rule(data, -1),
        Action::Fixpoint => {
            let goes = data.rules.pipeline.as_ref().is_some_and(|pipeline| pipeline.goes_to_fixpoint());
            vec![Effect::Rules(RuleWork::Edit(Edit::Fixpoint(!goes)))]
        }
        movement => {
            state.moved(movement, data);
            Vec::new()
        }
    }
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
            let place = format!("{} of {} records", grouped(state.records.cursor as u64 + 1), grouped(listed.len() as u64));
            match state.proposals(data).len() {
                0 => place,
                changes => format!("{place} · change {} of {changes}", state.change + 1),
            }
        }
        _ => String::new(),
    }
}
