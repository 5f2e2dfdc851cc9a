//! Versions: the operations on one time line, what each would mean to take back, and the waterfall from what was read to what is kept.

mod waterfall;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use crate::display::grouped;
use crate::model::OpKind;
use crate::ops::history::{Entry, time};
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::effect::{Effect, Request};
use crate::tui::intent::Intent;
use crate::tui::text::{fit, shown, width, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::toast::Toast;
use crate::tui::widgets::{height, put_text};

#[derive(Debug, Default)]
pub struct State {
    list: ListState,
    /// The waterfall has the screen for itself.
    alone: bool,
    waterfall: ListState,
    /// The revision of the data whose figures were asked for.
    asked: Option<u64>,
}

impl State {
    pub fn context(&self) -> Context {
        Context::Versions
    }

    /// Keeps cursors inside lists that may have become shorter.
    pub fn data_changed(&mut self, data: &Data) {
        self.list.move_to(self.list.cursor, data.history.len());
        self.waterfall.move_to(self.waterfall.cursor, waterfall::len(data));
    }

    /// The figures of the present records.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        if data.columns.is_none() || self.asked == Some(data.revision) {
            return Vec::new();
        }
        self.asked = Some(data.revision);
        vec![Effect::LoadStats]
    }
}

pub fn update(state: &mut State, data: &Data, intent: &Intent) -> Vec<Effect> {
    let Intent::Do(action) = intent else { return Vec::new() };
    match action {
        Action::Waterfall => state.alone = !state.alone,
        Action::Back => state.alone = false,
        Action::CopyCommand => return data.history.get(state.list.cursor).map(copy).unwrap_or_default(),
        action if state.alone => _ = state.waterfall.handle(*action, waterfall::len(data)),
        action => _ = state.list.handle(*action, data.history.len()),
    }
    Vec::new()
}

fn copy(entry: &Entry) -> Vec<Effect> {
    vec![Effect::Terminal(Request::Copy(entry.command.clone())), Effect::Say(Toast::done(format!("copied: {}", entry.command)))]
}

/// From this width on the current operation stands beside the time line.
const WIDE: u16 = 130;
/// Rows for the current operation where it stands below.
const BELOW: u16 = 6;

pub fn view(frame: &mut Frame<'_>, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let buf = frame.buffer_mut();
    if state.alone {
        return waterfall::view(buf, area, &state.waterfall, true, data, theme);
    }
    let figures = height(waterfall::len(data) + 1).min(area.height / 3);
    if area.width >= WIDE {
        let [line, _, side] = Layout::horizontal([Constraint::Fill(1), Constraint::Length(3), Constraint::Fill(1)]).areas(area);
        let [current, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(figures + 1)]).areas(side);
        time_line(buf, line, state, data, theme);
        detail(buf, current, state, data, theme);
        waterfall::view(buf, below, &state.waterfall, false, data, theme);
    } else {
        // The current one is told about right below the time line, the waterfall at the foot.
        let room = area.height.saturating_sub(BELOW + figures).max(3);
        let line = height(data.history.len() + 1).clamp(2, room);
        let rows = [Constraint::Length(line), Constraint::Length(BELOW), Constraint::Min(0), Constraint::Length(figures)];
        let [line, current, _, below] = Layout::vertical(rows).areas(area);
        time_line(buf, line, state, data, theme);
        detail(buf, current, state, data, theme);
        waterfall::view(buf, below, &state.waterfall, false, data, theme);
    }
}

fn time_line(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let cells = row_width(area.width);
    let row = |i: usize| data.history.get(i).map_or_else(Line::default, |entry| entry_line(entry, cells, theme));
    List {
        len: data.history.len(),
        row: &row,
        selected: &|_| false,
        header: Some(Line::styled(" History, newest first", theme.heading)),
        focused: true,
        empty: "nothing was done yet: press 6, then i to import prompts",
        theme,
    }
    .view(buf, area, &state.list);
}

fn entry_line(entry: &Entry, cells: usize, theme: &Theme) -> Line<'static> {
    // Without seconds and zone: the current one says them.
    let when: String = time(entry.at).chars().take(16).collect();
    let start = format!("{:>4} {when}  {}", entry.id, sign(entry));
    let end = if entry.undone { " undone" } else { "" };
    let room = cells.saturating_sub(width(&start) + width(end));
    let style = match (entry.undone, entry.is_step()) {
        (true, _) => theme.dim.add_modifier(Modifier::CROSSED_OUT),
        (false, true) => theme.dim,
        (false, false) => theme.text,
    };
    let description = fit(&entry.description, room);
    let gap = " ".repeat(room.saturating_sub(width(&description)));
    Line::from(vec![
        Span::styled(start, theme.dim),
        Span::styled(description, style),
        Span::raw(gap),
        Span::styled(end, theme.warning),
    ])
}

/// Back or forth for a step, `-` for what is taken back.
fn sign(entry: &Entry) -> &'static str {
    match entry.op_kind() {
        Some(OpKind::Undo) => "← ",
        Some(OpKind::Redo) => "→ ",
        _ if entry.undone => "- ",
        _ => "  ",
    }
}

/// What the operation under the cursor was, the command that does the same, and what taking it back means.
fn detail(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let Some(entry) = data.history.get(state.list.cursor) else { return };
    let place = Rect {
        x: area.x.saturating_add(1),
        width: area.width.saturating_sub(2),
        y: area.y.saturating_add(1),
        height: area.height.saturating_sub(1),
    };
    let cells = usize::from(place.width);
    let head = format!("{} · {} · {} changes", entry.id, time(entry.at), grouped(entry.changes));
    put_text(buf, place, 0, &fit(&head, cells), theme.heading);
    let mut row = 1;
    let mut say = |text: &str, most: usize, style| {
        let text = crate::display::safe(text);
        for line in wrap(&text, cells).into_iter().take(most) {
            put_text(buf, place, row, shown(&text, line), style);
            row += 1;
        }
    };
    let roomy = area.height > BELOW;
    say(&entry.description, if roomy { 3 } else { 1 }, theme.text);
    say(&entry.command, if roomy { 8 } else { 2 }, theme.accent);
    say(&undoing(&data.history, state.list.cursor), if roomy { 4 } else { 1 }, theme.dim);
}

/// What undoing this operation would mean, or why there is nothing to undo.
fn undoing(history: &[Entry], at: usize) -> String {
    let Some(entry) = history.get(at) else { return String::new() };
    let target = || entry.target.map_or_else(String::new, |id| format!(" operation {id}"));
    match entry.op_kind() {
        Some(OpKind::Undo) => return format!("took{} back", target()),
        Some(OpKind::Redo) => return format!("did{} again", target()),
        _ if entry.undone => return "undone; Ctrl-r does again what was undone last, until something new is done".to_owned(),
        _ => {}
    }
    let later = history[..at].iter().filter(|e| !e.undone && !e.is_step()).count();
    let then = match later {
        0 => "u takes it back".to_owned(),
        n => format!("u {} times takes it back, the {n} later ones first", n + 1),
    };
    format!("{then}: {}", meaning(entry))
}

fn meaning(entry: &Entry) -> String {
    let n = grouped(entry.changes);
    match entry.op_kind() {
        Some(OpKind::Import) => "its records leave the workspace".to_owned(),
        Some(OpKind::Mark) => format!("{n} records get the mark back that they had"),
        Some(OpKind::Edit) => "the text is again what it was".to_owned(),
        Some(OpKind::ApplyRules | OpKind::ClearRules) => "the rules that were in force before are again".to_owned(),
        Some(OpKind::EditRules) => "the pipeline is again what it was; texts follow when it is applied".to_owned(),
        Some(OpKind::RefuseRules) => "the rules may do to these texts what they could before".to_owned(),
        Some(OpKind::ApplyDuplicates) => format!("{n} records are dropped or kept as they were before"),
        Some(OpKind::JudgePairs) => "of these pairs is said what was said before".to_owned(),
        Some(OpKind::SetDuplicates) => "clusters are made and kept as they were before".to_owned(),
        Some(OpKind::Split) => "every record is in the split it was in before".to_owned(),
        Some(OpKind::Assign) => format!("{n} records are in the split they were in before"),
        Some(OpKind::FixLeakage) => format!("{n} records are kept again, and leak again"),
        Some(OpKind::RemoveSource) => "the source and its records are part of the workspace again".to_owned(),
        Some(OpKind::Snapshot) => "the name no longer stands for this state".to_owned(),
        Some(OpKind::Restore) => "everything is as it was before the restore".to_owned(),
        Some(OpKind::Protect) => "the source is protected or not, as before".to_owned(),
        Some(OpKind::Undo | OpKind::Redo) | None => format!("{n} changes are reversed"),
    }
}

/// For the status line.
pub fn summary(_state: &State, data: &Data) -> String {
    let done = data.history.iter().filter(|entry| !entry.is_step());
    let undone = data.history.iter().filter(|entry| entry.undone).count();
    let undone = if undone > 0 { format!(", {} of them undone", grouped(undone as u64)) } else { String::new() };
    format!("{} operations{undone}", grouped(done.count() as u64))
}
