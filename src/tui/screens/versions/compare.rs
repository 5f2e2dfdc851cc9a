//! Two versions compared: what differs in groups, the records of a group, and the text of one as a word diff.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::typed::path;
use crate::display::{counted, grouped};
use crate::model::RecordId;
use crate::ops::NOW;
use crate::ops::diff::GroupRow;
use crate::query::Columns;
use crate::rules::word_diff;
use crate::tui::action::{Action, Context};
use crate::tui::data::Data;
use crate::tui::data::versions::Compared;
use crate::tui::effect::{Effect, VersionWork};
use crate::tui::intent::Intent;
use crate::tui::text::{self, fit, fit_padded, width};
use crate::tui::theme::{Theme, glyph};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::list::{List, ListState, row_width};
use crate::tui::widgets::popup::popup;
use crate::tui::widgets::rich::Rich;
use crate::tui::widgets::toast::Toast;
use crate::tui::widgets::{diff, height, put, put_text};
use crate::versions::{Difference, Entry};

/// Longer texts are shown one below the other: their diff would cost a frame.
const LONGEST: usize = 20_000;

#[derive(Debug)]
pub(super) struct State {
    a: String,
    b: String,
    groups: ListState,
    records: ListState,
    in_records: bool,
    asked: Option<u64>,
    asked_rows: Option<(usize, usize)>,
    /// The file that the records are to be written to.
    file: Option<Input>,
}

pub(super) enum Outcome {
    Open(Vec<Effect>),
    Closed,
}

impl State {
    pub(super) fn new(a: String, b: String) -> State {
        let (groups, records) = (ListState::default(), ListState::default());
        State { a, b, groups, records, in_records: false, asked: None, asked_rows: None, file: None }
    }

    pub(super) fn context(&self) -> Context {
        if self.file.is_some() { Context::Input } else { Context::Comparison }
    }

    /// The comparison of these two, maybe of older data.
    fn compared<'d>(&self, data: &'d Data) -> Option<&'d Arc<Compared>> {
        data.versions.compared.as_ref().filter(|compared| compared.a == self.a && compared.b == self.b)
    }

    /// The records of the group under the cursor.
    fn rows<'d>(&self, data: &'d Data) -> Option<&'d [Entry]> {
        let (compared, rows) = (self.compared(data)?, data.versions.rows.as_ref()?);
        (Arc::ptr_eq(compared, &rows.of) && rows.group == self.groups.cursor).then(|| rows.entries.as_slice())
    }

    pub(super) fn data_changed(&mut self, data: &Data) {
        let groups = self.compared(data).map_or(0, |compared| compared.summary.groups.len());
        self.groups.move_to(self.groups.cursor, groups);
        self.in_records &= groups > 0;
        self.records.move_to(self.records.cursor, self.rows(data).map_or(0, <[Entry]>::len));
    }

    /// The comparison, again where the present state is part of it and became another one; the records of the group in view.
    pub(super) fn wants(&mut self, data: &Data) -> Option<Effect> {
        let moves = self.a == NOW || self.b == NOW;
        let is_current = self.compared(data).is_some_and(|compared| !moves || compared.revision == data.revision);
        if !is_current && self.asked != Some(data.revision) {
            self.asked = Some(data.revision);
            return Some(Effect::Versions(VersionWork::Compare { a: self.a.clone(), b: self.b.clone() }));
        }
        let compared = self.compared(data)?;
        let wanted = (Arc::as_ptr(compared) as usize, self.groups.cursor);
        if self.rows(data).is_some() || self.asked_rows == Some(wanted) || compared.summary.groups.is_empty() {
            return None;
        }
        self.asked_rows = Some(wanted);
        Some(Effect::Versions(VersionWork::Rows { of: compared.clone(), group: self.groups.cursor }))
    }

    pub(super) fn update(&mut self, data: &Data, intent: &Intent) -> Outcome {
        if self.file.is_some() {
            return Outcome::Open(self.type_file(data, intent));
        }
        let Intent::Do(action) = intent else { return Outcome::Open(Vec::new()) };
        match action {
            Action::LeaveComparison if self.in_records => self.in_records = false,
            Action::LeaveComparison => return Outcome::Closed,
            Action::NextPane | Action::PreviousPane => self.in_records = !self.in_records,
            Action::BrowseDifference if !self.in_records => self.in_records = true,
            Action::BrowseDifference => return Outcome::Open(self.browse(data)),
            Action::WriteDifference if self.rows(data).is_some() => self.file = Some(Input::one_line(&self.file_name(data))),
            action if self.in_records => _ = self.records.handle(*action, self.rows(data).map_or(0, <[Entry]>::len)),
            action => {
                let groups = self.compared(data).map_or(0, |compared| compared.summary.groups.len());
                if self.groups.handle(*action, groups) {
                    self.records = ListState::default();
                }
            }
        }
        Outcome::Open(Vec::new())
    }

    fn browse(&self, data: &Data) -> Vec<Effect> {
        let Some((compared, entry)) = self.compared(data).zip(self.entry(data)) else { return Vec::new() };
        let id = id(compared, entry);
        let is_there = id.is_some_and(|id| data.columns.as_ref().is_some_and(|columns| columns.position(id).is_some()));
        match id.filter(|_| is_there) {
            Some(id) => vec![Effect::GoBrowse(format!("id:{id}"))],
            None => vec![Effect::Say(Toast::done("its source is no longer part of the workspace"))],
        }
    }

    fn entry(&self, data: &Data) -> Option<Entry> {
        self.rows(data)?.get(self.records.cursor).copied()
    }

    fn file_name(&self, data: &Data) -> String {
        let group = self.compared(data).and_then(|compared| compared.summary.groups.get(self.groups.cursor));
        let parts = [self.a.as_str(), self.b.as_str(), group.map_or("records", |group| group.change.word())];
        let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
        let name: String = parts.join("-").chars().map(plain).collect();
        format!("{}.jsonl", name.trim_start_matches('.'))
    }

    fn type_file(&mut self, data: &Data, intent: &Intent) -> Vec<Effect> {
        let Some(input) = &mut self.file else { return Vec::new() };
        match intent {
            Intent::Do(Action::Leave) => self.file = None,
            Intent::Do(Action::Submit) => {
                let path = path(input.text().trim(), data);
                self.file = None;
                if let Some(of) = self.compared(data).cloned() {
                    return vec![Effect::Versions(VersionWork::WriteRows { of, group: self.groups.cursor, path })];
                }
            }
            Intent::Do(action) => _ = input.handle(*action),
            Intent::Type(c) => _ = input.type_char(*c),
            Intent::Paste(text) => _ = input.paste(text.trim()),
            Intent::Edited(_) | Intent::Mouse(_) => {}
        }
        Vec::new()
    }

    pub(super) fn summary(&self, data: &Data) -> String {
        let Some(compared) = self.compared(data) else { return format!("comparing {} and {}", self.a, self.b) };
        let records = self.rows(data).map_or_else(String::new, |rows| format!(" · {} in this group", grouped(rows.len() as u64)));
        let counts = [Difference::Added, Difference::Removed, Difference::Changed, Difference::Moved]
            .map(|difference| format!("{} {}", grouped(compared.diff.comparison.count(difference)), difference.word()));
        format!("{}{records}", counts.join(" · "))
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, area: Rect, data: &Data, theme: &Theme) {
        let buf = frame.buffer_mut();
        let Some(compared) = self.compared(data) else {
            return put_text(buf, area, 0, &format!(" comparing {} and {} …", self.a, self.b), theme.dim);
        };
        let summary = &compared.summary;
        let stale =
            if compared.revision != data.revision && (self.a == NOW || self.b == NOW) { " · comparing again …" } else { "" };
        let head = format!(" {} → {}: {} → {} kept{stale}", self.a, self.b, grouped(summary.kept_before), grouped(summary.kept));
        put_text(buf, area, 0, &fit(&head, usize::from(area.width)), theme.heading);
        if summary.groups.is_empty() {
            return put_text(buf, area, 2, " Nothing differs: the same records, texts and splits. Esc goes back.", theme.keep);
        }
        let groups = height(summary.groups.len() + 1).min((area.height / 3).max(3));
        let text = (area.height / 4).max(4);
        let rows = [Constraint::Length(1), Constraint::Length(groups), Constraint::Min(3), Constraint::Length(text)];
        let [_, groups, records, text] = Layout::vertical(rows).areas(area);
        self.groups_view(buf, groups, compared, theme);
        self.records_view(buf, records, compared, data, theme);
        self.text_view(buf, text, compared, data, theme);
        if let Some(cursor) = self.file.as_ref().and_then(|input| file_view(buf, area, input, theme)) {
            frame.set_cursor_position(cursor);
        }
    }

    fn groups_view(&self, buf: &mut Buffer, area: Rect, compared: &Compared, theme: &Theme) {
        let groups = &compared.summary.groups;
        let sources = groups.iter().map(|group| width(&group.source)).max().unwrap_or(0).clamp(6, 24);
        let row =
            |i: usize| groups.get(i).map_or_else(Line::default, |group| group_line(group, sources, row_width(area.width), theme));
        List {
            len: groups.len(),
            row: &row,
            selected: &|_| false,
            header: Some(Line::styled(" What differs", theme.heading)),
            focused: !self.in_records && self.file.is_none(),
            empty: "",
            theme,
        }
        .view(buf, area, &self.groups);
    }

    fn records_view(&self, buf: &mut Buffer, area: Rect, compared: &Compared, data: &Data, theme: &Theme) {
        let rows = self.rows(data).unwrap_or_default();
        let cells = row_width(area.width);
        let row = |i: usize| rows.get(i).map_or_else(Line::default, |entry| record_line(compared, *entry, cells, theme));
        let group = compared.summary.groups.get(self.groups.cursor);
        let header = group.map_or_else(String::new, |group| {
            format!(" {} {} · {}", counted(group.records, "record"), group.change.word(), group.words)
        });
        List {
            len: rows.len(),
            row: &row,
            selected: &|_| false,
            header: Some(Line::styled(fit(&header, usize::from(area.width)), theme.heading)),
            focused: self.in_records && self.file.is_none(),
            empty: "finding records …",
            theme,
        }
        .view(buf, area, &self.records);
    }

    /// The text under the cursor; where it changed, from the one to the other.
    fn text_view(&self, buf: &mut Buffer, area: Rect, compared: &Compared, data: &Data, theme: &Theme) {
        let Some(entry) = self.entry(data) else { return };
        put_text(buf, area, 0, &"─".repeat(usize::from(area.width)), theme.dim);
        let place = Rect {
            x: area.x.saturating_add(1),
            y: area.y.saturating_add(1),
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(1),
        };
        words(compared, entry, theme).view(buf, place, &mut text::Layout::default(), 0);
    }
}

fn id(compared: &Compared, entry: Entry) -> Option<RecordId> {
    let of = |columns: &Columns, position: Option<usize>| position.map(|position| columns.id(position));
    of(&compared.diff.b, entry.b()).or_else(|| of(&compared.diff.a, entry.a()))
}

/// The texts before and after; none where it was not, or is not, kept.
fn texts(compared: &Compared, entry: Entry) -> (Option<&str>, Option<&str>) {
    let kept = |position: Option<usize>, columns: &'_ Columns| position.filter(|&position| columns.is_kept(position));
    let before = kept(entry.a(), &compared.diff.a).map(|position| compared.diff.a.text(position));
    let after = kept(entry.b(), &compared.diff.b).map(|position| compared.diff.b.text(position));
    (before, after)
}

fn words(compared: &Compared, entry: Entry, theme: &Theme) -> Rich {
    let mut rich = Rich::default();
    match texts(compared, entry) {
        (Some(before), Some(after)) if before.len() + after.len() <= LONGEST => {
            return diff::inline(before, after, &word_diff(before, after), theme);
        }
        (Some(before), Some(after)) => {
            rich.push(before, theme.deleted);
            rich.push("\n", theme.text);
            rich.push(after, theme.inserted);
        }
        (Some(before), None) => rich.push(before, theme.text),
        (None, Some(after)) => rich.push(after, theme.text),
        (None, None) => {}
    }
    rich
}

fn sign(difference: Difference) -> &'static str {
    match difference {
        Difference::Added => glyph::KEEP,
        Difference::Removed => glyph::DROP,
        Difference::Changed => glyph::CHANGED,
        Difference::Moved => "→",
    }
}

fn group_line(group: &GroupRow, sources: usize, cells: usize, theme: &Theme) -> Line<'static> {
    let style = match group.change {
        Difference::Added => theme.keep,
        Difference::Removed => theme.drop,
        Difference::Changed | Difference::Moved => theme.flag,
    };
    let count = format!("{} {:<8}{:>11}  ", sign(group.change), group.change.word(), grouped(group.records));
    let source = format!("{}  ", fit_padded(&group.source, sources));
    let splits = match (&group.split_before, &group.split) {
        (Some(before), Some(after)) if before != after => format!("  {before} → {after}"),
        (None, Some(after)) if group.change == Difference::Moved => format!("  none → {after}"),
        (Some(before), None) if group.change == Difference::Moved => format!("  {before} → none"),
        (Some(split), _) | (None, Some(split)) => format!("  {split}"),
        (None, None) => String::new(),
    };
    let room = cells.saturating_sub(width(&count) + width(&source) + width(&splits));
    Line::from(vec![
        Span::styled(count, style),
        Span::styled(source, theme.text),
        Span::styled(fit_padded(&group.words, room), theme.text),
        Span::styled(fit(&splits, cells), theme.dim),
    ])
}

fn record_line(compared: &Compared, entry: Entry, cells: usize, theme: &Theme) -> Line<'static> {
    let start = format!("{:>8}  ", id(compared, entry).map_or(0, |id| id.0));
    let (before, after) = texts(compared, entry);
    let text = fit(after.or(before).unwrap_or_default(), cells.saturating_sub(width(&start)));
    Line::from(vec![Span::styled(start, theme.dim), Span::styled(text, theme.text)])
}

fn file_view(buf: &mut Buffer, area: Rect, input: &Input, theme: &Theme) -> Option<ratatui::layout::Position> {
    let inside = popup(buf, area, 76, 3, "write the records of this group", theme);
    put_text(buf, inside, 0, "file ", theme.dim);
    let skip = 5.min(inside.width);
    let field = Rect { x: inside.x + skip, width: inside.width - skip, height: inside.height.min(1), ..inside };
    put(buf, inside, 2, &Line::styled("one JSON object a line · Enter writes · Esc closes", theme.dim));
    input.view(buf, field, theme.text)
}
