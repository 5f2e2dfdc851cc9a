//! The time line: operations newest first, those that made a snapshot with its name, and what the one under the cursor was.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::State;
use crate::display::{counted, grouped};
use crate::model::OpKind;
use crate::ops::history::{Entry, time};
use crate::ops::snapshot::Snapshot;
use crate::tui::data::Data;
use crate::tui::text::{fit, shown, width, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::list::{List, row_width};
use crate::tui::widgets::put_text;

/// A snapshot's sign in front of its name.
const SNAPSHOT: &str = "◆ ";

/// Rows of the time line.
pub(super) fn len(state: &State, data: &Data) -> usize {
    if state.only_snapshots { snapshots(data).count() } else { data.history.len() }
}

/// The operation in a row.
pub(super) fn entry<'d>(state: &State, data: &'d Data, row: usize) -> Option<&'d Entry> {
    if state.only_snapshots { snapshots(data).nth(row) } else { data.history.get(row) }
}

/// The operations that made a snapshot which has its name.
fn snapshots(data: &Data) -> impl Iterator<Item = &Entry> {
    data.history.iter().filter(|entry| data.versions.made_by(entry).is_some())
}

pub(super) fn view(buf: &mut Buffer, area: Rect, state: &State, data: &Data, theme: &Theme) {
    let cells = row_width(area.width);
    let row = |i: usize| entry(state, data, i).map_or_else(Line::default, |entry| line(entry, state, data, cells, theme));
    let (header, empty) = match state.only_snapshots {
        true => (" Snapshots, newest first", "no snapshots yet: s freezes the present state under a name"),
        false => (" History, newest first", "nothing was done yet: press 6, then i to import prompts"),
    };
    List {
        len: len(state, data),
        row: &row,
        selected: &|_| false,
        header: Some(Line::styled(header, theme.heading)),
        focused: state.over.is_none(),
        empty,
        theme,
    }
    .view(buf, area, &state.list);
}

fn line(entry: &Entry, state: &State, data: &Data, cells: usize, theme: &Theme) -> Line<'static> {
    // Without seconds and zone: the current one says them.
    let when: String = time(entry.at).chars().take(16).collect();
    let snapshot = data.versions.made_by(entry);
    let sign = if snapshot.is_some() { SNAPSHOT } else { sign(entry) };
    let start = format!("{:>4} {when}  {sign}", entry.id);
    let end = match snapshot {
        Some(snapshot) if state.base.as_ref() == Some(&snapshot.name) => " from here",
        _ if entry.undone => " undone",
        _ => "",
    };
    let room = cells.saturating_sub(width(&start) + width(end));
    let style = match (entry.undone, entry.is_step(), snapshot.is_some()) {
        (true, ..) => theme.dim.add_modifier(Modifier::CROSSED_OUT),
        (_, true, _) => theme.dim,
        (_, _, true) => theme.accent.add_modifier(Modifier::BOLD),
        _ => theme.text,
    };
    let description = fit(&snapshot.map_or_else(|| entry.description.clone(), in_a_line), room);
    let gap = " ".repeat(room.saturating_sub(width(&description)));
    Line::from(vec![
        Span::styled(start, theme.dim),
        Span::styled(description, style),
        Span::raw(gap),
        Span::styled(end, theme.warning),
    ])
}

/// Name, what is kept of how many, splits.
fn in_a_line(snapshot: &Snapshot) -> String {
    let summary = &snapshot.summary;
    let splits = summary.splits.iter().filter(|(split, _)| *split != "none");
    let splits: Vec<String> = splits.map(|(split, records)| format!("{split} {}", grouped(*records))).collect();
    let splits = if splits.is_empty() { String::new() } else { format!(" · {}", splits.join(" · ")) };
    format!("{}: {} of {} kept{splits}", snapshot.name, grouped(summary.kept), grouped(summary.records))
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
pub(super) fn detail(buf: &mut Buffer, area: Rect, roomy: bool, state: &State, data: &Data, theme: &Theme) {
    let Some(entry) = super::current(state, data) else { return };
    let place = Rect {
        x: area.x.saturating_add(1),
        width: area.width.saturating_sub(2),
        y: area.y.saturating_add(1),
        height: area.height.saturating_sub(1),
    };
    let cells = usize::from(place.width);
    let snapshot = data.versions.made_by(entry);
    let about = match snapshot {
        Some(snapshot) => format!("sha256 {}", snapshot.digest),
        None => counted(entry.changes, "change"),
    };
    put_text(buf, place, 0, &fit(&format!("{} · {} · {about}", entry.id, time(entry.at)), cells), theme.heading);
    let mut row = 1;
    let mut say = |text: &str, most: usize, style| {
        let text = crate::display::safe(text);
        for line in wrap(&text, cells).into_iter().take(most) {
            put_text(buf, place, row, shown(&text, line), style);
            row += 1;
        }
    };
    let description = snapshot.map_or_else(|| entry.description.clone(), in_a_line);
    say(&description, if roomy { 3 } else { 1 }, theme.text);
    say(&entry.command, if roomy { 8 } else { 2 }, theme.accent);
    let then = match snapshot {
        Some(_) => "Enter: what changed since · r goes back · b: compare from here · w: report".to_owned(),
        None => undoing(data, entry),
    };
    say(&then, if roomy { 4 } else { 1 }, theme.dim);
}

/// What undoing this operation would mean, or why there is nothing to undo.
fn undoing(data: &Data, entry: &Entry) -> String {
    let target = || entry.target.map_or_else(String::new, |id| format!(" operation {id}"));
    match entry.op_kind() {
        Some(OpKind::Undo) => return format!("took{} back", target()),
        Some(OpKind::Redo) => return format!("did{} again", target()),
        _ if entry.undone => return "undone; Ctrl-r does again what was undone last, until something new is done".to_owned(),
        _ => {}
    }
    let is_newest = !data.history.iter().any(|other| other.id > entry.id && !other.undone && !other.is_step());
    let key = if is_newest { "u" } else { "z" };
    format!("{key} takes it back: {}", meaning(entry))
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
        Some(OpKind::RemoveSource) => "the source and its records are part of the workspace, or not, as before".to_owned(),
        Some(OpKind::Snapshot) => "the name stands for what it stood for before".to_owned(),
        Some(OpKind::Restore) => "everything is as it was before the restore".to_owned(),
        Some(OpKind::Protect) => "the source is protected or not, as before".to_owned(),
        Some(OpKind::Undo | OpKind::Redo) | None => format!("{n} changes are reversed"),
    }
}
