//! Versions: operations and snapshots on one time line, what each would mean to take back, the ways back to a snapshot, two versions
//! compared record by record, and the waterfall from what was read to what is kept.

mod compare;
mod question;
mod restore;
mod time_line;
mod typed;
mod waterfall;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use self::typed::Typed;
use crate::display::{counted, grouped};
use crate::model::OpId;
use crate::ops::NOW;
use crate::ops::history::Entry;
use crate::ops::snapshot::Snapshot;
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::effect::{Effect, Request, VersionWork};
use crate::tui::intent::Intent;
use crate::tui::theme::Theme;
use crate::tui::widgets::height;
use crate::tui::widgets::list::ListState;
use crate::tui::widgets::toast::Toast;
use crate::versions::Waterfall;

#[derive(Debug, Default)]
pub struct State {
    list: ListState,
    only_snapshots: bool,
    /// The earlier version of the next comparison.
    base: Option<String>,
    /// The waterfall has the screen for itself: of a snapshot, or of the present state.
    alone: Option<Option<String>>,
    waterfall: ListState,
    /// The revision of the data whose figures were asked for.
    asked: Option<u64>,
    over: Option<Over>,
}

/// What stands over the time line.
#[derive(Debug)]
enum Over {
    Typed(Typed),
    Undo(OpId),
    Restore(Box<restore::Dialog>),
    Compare(Box<compare::State>),
}

impl State {
    pub fn context(&self) -> Context {
        match &self.over {
            None => Context::Versions,
            Some(Over::Typed(_)) => Context::Input,
            Some(Over::Undo(_)) => Context::Question,
            Some(Over::Restore(dialog)) => dialog.context(),
            Some(Over::Compare(compare)) => compare.context(),
        }
    }

    /// Keeps cursors inside lists that may have become shorter.
    pub fn data_changed(&mut self, data: &Data) {
        self.list.move_to(self.list.cursor, time_line::len(self, data));
        self.waterfall.move_to(self.waterfall.cursor, waterfall::len(self.shown_waterfall(data)));
        if let Some(Over::Compare(compare)) = &mut self.over {
            compare.data_changed(data);
        }
    }

    /// That of the present state, or of the snapshot that was asked for once it is counted.
    fn shown_waterfall<'d>(&self, data: &'d Data) -> Option<&'d Waterfall> {
        match &self.alone {
            Some(Some(name)) => data.versions.waterfall.as_ref().filter(|(of, _)| of == name).map(|(_, waterfall)| waterfall),
            _ => data.waterfall.as_deref(),
        }
    }

    /// The figures of the present records, and what stands over them.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        let mut wants = Vec::new();
        if data.columns.is_some() && self.asked != Some(data.revision) {
            self.asked = Some(data.revision);
            wants.push(Effect::LoadStats);
        }
        match &mut self.over {
            Some(Over::Compare(compare)) => wants.extend(compare.wants(data)),
            Some(Over::Restore(dialog)) => wants.extend(dialog.wants(data)),
            _ => {}
        }
        wants
    }
}

pub fn update(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    match &mut state.over {
        None => on_time_line(state, data, intent),
        Some(Over::Typed(typed)) => match typed.update(data, intent) {
            typed::Outcome::Open => Vec::new(),
            typed::Outcome::Closed => close(state, Vec::new()),
            typed::Outcome::Done(work) => close(state, vec![Effect::Versions(work)]),
        },
        Some(Over::Undo(id)) => match intent {
            Intent::Do(Action::Yes) if question::is_known(*id, data) => {
                let work = VersionWork::UndoWithLater(*id);
                close(state, vec![Effect::Versions(work)])
            }
            Intent::Do(Action::No) => close(state, Vec::new()),
            _ => Vec::new(),
        },
        Some(Over::Restore(dialog)) => match dialog.update(data, intent) {
            restore::Outcome::Open => Vec::new(),
            restore::Outcome::Closed => close(state, Vec::new()),
            restore::Outcome::Restore(work) => close(state, vec![Effect::Versions(work)]),
        },
        Some(Over::Compare(compare)) => match compare.update(data, intent) {
            compare::Outcome::Open(effects) => effects,
            compare::Outcome::Closed => close(state, Vec::new()),
        },
    }
}

fn close(state: &mut State, effects: Vec<Effect>) -> Vec<Effect> {
    state.over = None;
    effects
}

fn on_time_line(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Intent::Do(action) = intent else { return Vec::new() };
    match action {
        Action::Waterfall => return waterfall_alone(state, data),
        Action::Back => (state.alone, state.base) = (None, None),
        Action::CopyCommand => return current(state, data).map(copy).unwrap_or_default(),
        Action::TakeSnapshot => return needs_writer(data, state, |data| Over::Typed(Typed::name(&data.versions.suggested))),
        Action::OnlySnapshots => {
            state.only_snapshots = !state.only_snapshots;
            state.list.move_to(0, time_line::len(state, data));
        }
        Action::UndoThis => return undo_this(state, data),
        Action::CompareVersions => return compare_versions(state, data),
        Action::MarkVersion => return mark_version(state, data),
        Action::RestoreVersion => return with_snapshot(state, data, restore_dialog),
        Action::ForgetSnapshot => return with_snapshot(state, data, forget),
        Action::WriteReport => {
            let name = snapshot(state, data).map(|snapshot| snapshot.name.clone());
            state.over = Some(Over::Typed(Typed::report(name)));
        }
        action if state.alone.is_some() => _ = state.waterfall.handle(*action, waterfall::len(state.shown_waterfall(data))),
        action => _ = state.list.handle(*action, time_line::len(state, data)),
    }
    Vec::new()
}

/// The operation under the cursor.
fn current<'d>(state: &State, data: &'d Data) -> Option<&'d Entry> {
    time_line::entry(state, data, state.list.cursor)
}

/// The snapshot that the operation under the cursor made.
fn snapshot<'d>(state: &State, data: &'d Data) -> Option<&'d Snapshot> {
    current(state, data).and_then(|entry| data.versions.made_by(entry))
}

fn with_snapshot(state: &mut State, data: &Data, then: fn(&mut State, &Data, &Snapshot) -> Vec<Effect>) -> Vec<Effect> {
    match snapshot(state, data).cloned() {
        Some(snapshot) => then(state, data, &snapshot),
        None => say(match data.versions.snapshots.is_empty() {
            true => "there is no snapshot yet: s makes one",
            false => "this is not a snapshot: o shows only these",
        }),
    }
}

fn say(words: &str) -> Vec<Effect> {
    vec![Effect::Say(Toast::done(words))]
}

/// What changes the workspace is not begun where another tamis writes.
fn needs_writer(data: &Data, state: &mut State, over: impl FnOnce(&Data) -> Over) -> Vec<Effect> {
    if let Some(writer) = &data.workspace.read_only {
        return vec![Effect::Say(Toast::warning(format!("reading only: {writer} has this workspace")))];
    }
    state.over = Some(over(data));
    Vec::new()
}

/// Of the snapshot under the cursor, else of the present state; again: beside the time line.
fn waterfall_alone(state: &mut State, data: &Data) -> Vec<Effect> {
    if state.alone.take().is_some() {
        return Vec::new();
    }
    let name = snapshot(state, data).map(|snapshot| snapshot.name.clone());
    state.waterfall = ListState::default();
    state.alone = Some(name.clone());
    name.map(|name| Effect::Versions(VersionWork::Waterfall(name))).into_iter().collect()
}

fn undo_this(state: &mut State, data: &Data) -> Vec<Effect> {
    let Some(entry) = current(state, data) else { return Vec::new() };
    if entry.is_step() || entry.undone {
        return say("this is undone, or an undo itself: Ctrl-r does again what was undone last");
    }
    let id = entry.id;
    let mut effects = needs_writer(data, state, |_| Over::Undo(id));
    if state.over.is_some() {
        effects.push(Effect::Versions(VersionWork::Dependents(id)));
    }
    effects
}

/// From the marked version to the one under the cursor; without a mark, from that one to now.
fn compare_versions(state: &mut State, data: &Data) -> Vec<Effect> {
    let here = snapshot(state, data).map(|snapshot| snapshot.name.clone());
    let (a, b) = match (state.base.clone(), here) {
        (None, None) => return with_snapshot(state, data, |_, _, _| Vec::new()),
        (Some(base), Some(here)) if base != here => (base, here),
        (Some(base), _) => (base, NOW.to_owned()),
        (None, Some(here)) => (here, NOW.to_owned()),
    };
    state.over = Some(Over::Compare(Box::new(compare::State::new(a, b))));
    Vec::new()
}

fn mark_version(state: &mut State, data: &Data) -> Vec<Effect> {
    if state.base.is_some() && snapshot(state, data).is_none_or(|here| state.base.as_ref() == Some(&here.name)) {
        state.base = None;
        return Vec::new();
    }
    with_snapshot(state, data, |state, _, snapshot| {
        state.base = Some(snapshot.name.clone());
        say(&format!("comparing from {}: Enter on another snapshot, or on any line for now", snapshot.name))
    })
}

fn restore_dialog(state: &mut State, data: &Data, snapshot: &Snapshot) -> Vec<Effect> {
    needs_writer(data, state, |_| Over::Restore(Box::new(restore::Dialog::new(snapshot))))
}

fn forget(_: &mut State, _: &Data, snapshot: &Snapshot) -> Vec<Effect> {
    vec![Effect::Versions(VersionWork::Forget(snapshot.name.clone()))]
}

fn copy(entry: &Entry) -> Vec<Effect> {
    vec![Effect::Terminal(Request::Copy(entry.command.clone())), Effect::Say(Toast::done(format!("copied: {}", entry.command)))]
}

/// From this width on the current operation stands beside the time line.
const WIDE: u16 = 130;
/// Rows for the current operation where it stands below.
const BELOW: u16 = 6;

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    if let Some(Over::Compare(compare)) = &state.over {
        return compare.view(frame, area, data, theme);
    }
    beneath(frame, area, state, data, theme);
    match &state.over {
        Some(Over::Typed(typed)) => {
            if let Some(cursor) = typed.view(frame.buffer_mut(), area, data, theme) {
                frame.set_cursor_position(cursor);
            }
        }
        Some(Over::Undo(id)) => question::view(frame.buffer_mut(), area, *id, data, theme),
        Some(Over::Restore(dialog)) => dialog.view(frame.buffer_mut(), area, data, theme),
        Some(Over::Compare(_)) | None => {}
    }
}

fn beneath(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let buf = frame.buffer_mut();
    let figured = state.shown_waterfall(data);
    if let Some(of) = &state.alone {
        return waterfall::alone(buf, area, &state.waterfall, of.as_deref(), figured, theme);
    }
    let figures = height(waterfall::len(figured) + 1).min(area.height / 3);
    if area.width >= WIDE {
        let [line, _, side] = Layout::horizontal([Constraint::Fill(1), Constraint::Length(3), Constraint::Fill(1)]).areas(area);
        let [current, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(figures + 1)]).areas(side);
        time_line::view(buf, line, state, data, theme);
        time_line::detail(buf, current, current.height > BELOW, state, data, theme);
        waterfall::beside(buf, below, figured, theme);
    } else {
        // The current one is told about right below the time line, the waterfall at the foot.
        let room = area.height.saturating_sub(BELOW + figures).max(3);
        let line = height(time_line::len(state, data) + 1).clamp(2, room);
        let rows = [Constraint::Length(line), Constraint::Length(BELOW), Constraint::Min(0), Constraint::Length(figures)];
        let [line, current, _, below] = Layout::vertical(rows).areas(area);
        time_line::view(buf, line, state, data, theme);
        time_line::detail(buf, current, false, state, data, theme);
        waterfall::beside(buf, below, figured, theme);
    }
}

/// For the status line.
pub fn summary(state: &State, data: &Data) -> String {
    if let Some(Over::Compare(compare)) = &state.over {
        return compare.summary(data);
    }
    let done = data.history.iter().filter(|entry| !entry.is_step()).count() as u64;
    let undone = data.history.iter().filter(|entry| entry.undone).count();
    let undone = if undone > 0 { format!(", {} of them undone", grouped(undone as u64)) } else { String::new() };
    let snapshots = counted(data.versions.snapshots.len() as u64, "snapshot");
    let base = state.base.as_ref().map(|base| format!(" · comparing from {base}")).unwrap_or_default();
    format!("{}{undone} · {snapshots}{base}", counted(done, "operation"))
}
