//! A text field: one line, or several that wrap. The cursor moves by grapheme clusters; keys come as actions of
//! [`Context::Input`](crate::tui::action::Context::Input).

use std::cell::Cell;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::put_text;
use crate::display::{is_forbidden, safe, safe_lines};
use crate::tui::action::Action;
use crate::tui::text::{clusters, prefix, shown, width, wrap};

/// No field holds more: a record's text has at most 1 MiB.
pub const MAX_BYTES: usize = crate::model::MAX_TEXT;

/// What a key did to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// The text is another one.
    Changed,
    /// At most the cursor moved.
    Moved,
    /// The action is none of a field's; the owner may want it (submit, leave, complete, line up in a one-line field).
    Ignored,
}

/// The text and its cursor. `text` is what is edited, byte for byte; only the drawing shows symbols for what cannot be seen.
#[derive(Debug, Clone, Default)]
pub struct Input {
    text: String,
    /// A byte offset at a cluster's start, or the end.
    cursor: usize,
    lines: bool,
    /// First visible line and width of the last drawing, for scrolling and for moves between wrapped lines.
    first: Cell<usize>,
    width: Cell<usize>,
}

impl Input {
    pub fn one_line(text: &str) -> Input {
        Input { text: text.to_owned(), cursor: text.len(), ..Input::default() }
    }

    pub fn many_lines(text: &str) -> Input {
        Input { lines: true, ..Input::one_line(text) }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cursor as a byte offset, for completion.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Replaces everything; the cursor goes to the end.
    pub fn set(&mut self, text: &str) {
        self.text = text.to_owned();
        self.cursor = text.len();
    }

    pub fn handle(&mut self, action: Action) -> Edited {
        match action {
            Action::CharLeft => self.go(self.left()),
            Action::CharRight => self.go(self.right()),
            Action::WordLeft => self.go(self.word_left()),
            Action::WordRight => self.go(self.word_right()),
            Action::LineStart => self.go(self.line_start()),
            Action::LineEnd => self.go(self.line_end()),
            Action::LineUp if self.lines => self.go(self.line_above()),
            Action::LineDown if self.lines => self.go(self.line_below()),
            Action::DeleteLeft => self.delete(self.left()),
            Action::DeleteRight => self.delete(self.right()),
            Action::DeleteWord => self.delete(self.word_left()),
            Action::DeleteToStart => self.delete(self.line_start()),
            Action::DeleteToEnd => self.delete(self.line_end()),
            Action::Newline if self.lines => self.insert("\n"),
            _ => Edited::Ignored,
        }
    }

    /// Types a character.
    pub fn type_char(&mut self, c: char) -> Edited {
        self.insert(c.encode_utf8(&mut [0; 4]))
    }

    /// Inserts pasted text without anything that cannot be seen, as far as there is room. Line ends become blanks in a one-line field.
    pub fn paste(&mut self, text: &str) -> Edited {
        let clean: String = text.replace("\r\n", "\n").chars().filter_map(|c| self.pasted(c)).collect();
        let room = MAX_BYTES.saturating_sub(self.text.len());
        self.insert(prefix(&clean, room))
    }

    fn pasted(&self, c: char) -> Option<char> {
        match c {
            '\n' | '\r' => Some(if self.lines { '\n' } else { ' ' }),
            '\t' => Some(' '),
            _ => (!is_forbidden(c)).then_some(c),
        }
    }

    fn insert(&mut self, text: &str) -> Edited {
        if text.is_empty() || self.text.len() + text.len() > MAX_BYTES {
            return Edited::Moved;
        }
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        // What was inserted may have joined the cluster after it.
        self.cursor = boundary_from(&self.text, self.cursor);
        Edited::Changed
    }

    fn go(&mut self, to: usize) -> Edited {
        self.cursor = to;
        Edited::Moved
    }

    fn delete(&mut self, to: usize) -> Edited {
        let range = self.cursor.min(to)..self.cursor.max(to);
        if range.is_empty() {
            return Edited::Moved;
        }
        self.cursor = range.start;
        self.text.replace_range(range, "");
        self.cursor = boundary_from(&self.text, self.cursor);
        Edited::Changed
    }

    fn left(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |cluster| self.cursor + cluster.len())
    }

    fn word_left(&self) -> usize {
        let before = self.text[..self.cursor].trim_end_matches(|c: char| !c.is_alphanumeric());
        before.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| boundary_from(&self.text, at + 1))
    }

    fn word_right(&self) -> usize {
        let after = &self.text[self.cursor..];
        let word = after.find(char::is_alphanumeric).unwrap_or(after.len());
        let end = after[word..].find(|c: char| !c.is_alphanumeric()).map_or(after.len(), |at| word + at);
        boundary_from(&self.text, self.cursor + end)
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind('\n').map_or(0, |at| at + 1)
    }

    /// Before the line end, which may be the one cluster CR LF.
    fn line_end(&self) -> usize {
        let after = &self.text[self.cursor..];
        let line = after.split('\n').next().unwrap_or(after);
        let end = if line.len() < after.len() { line.strip_suffix('\r').unwrap_or(line) } else { line };
        self.cursor + end.len()
    }

    fn line_above(&self) -> usize {
        self.on_line(|line| line.checked_sub(1)).unwrap_or(0)
    }

    fn line_below(&self) -> usize {
        self.on_line(|line| line.checked_add(1)).unwrap_or(self.text.len())
    }

    /// The place below or above the cursor, in the wrapped line that `pick` chooses by the number of the present one.
    fn on_line(&self, pick: impl Fn(usize) -> Option<usize>) -> Option<usize> {
        let lines = wrap(&self.text, self.width.get().max(1));
        let here = line_of(&lines, self.cursor);
        let column = width(self.text.get(lines.get(here)?.start..self.cursor)?);
        let target = lines.get(pick(here)?)?.clone();
        let line = shown(&self.text, target.clone());
        Some(boundary_from(&self.text, target.start + offset_at(line, column)))
    }

    /// Draws the field and says where the terminal's cursor belongs.
    pub fn view(&self, buf: &mut Buffer, area: Rect, style: Style) -> Option<Position> {
        let (before, after) = self.text.split_at(self.cursor);
        if self.lines {
            let before = safe_lines(before);
            self.view_lines(buf, area, &format!("{before}{}", safe_lines(after)), before.len(), style)
        } else {
            let before = safe(before);
            view_line(buf, area, &before, &safe(after), style)
        }
    }

    fn view_lines(&self, buf: &mut Buffer, area: Rect, text: &str, cursor: usize, style: Style) -> Option<Position> {
        let (cells, height) = (usize::from(area.width), usize::from(area.height));
        self.width.set(cells);
        if area.is_empty() {
            return None;
        }
        let lines = wrap(text, cells);
        let here = line_of(&lines, cursor);
        let first = self.first.get().clamp((here + 1).saturating_sub(height), here);
        self.first.set(first);
        for (row, line) in lines.iter().skip(first).take(height).enumerate() {
            put_text(buf, area, row, shown(text, line.clone()), style);
        }
        let column = width(&text[lines[here].start..cursor]).min(cells - 1);
        Some(Position { x: area.x.saturating_add(column as u16), y: area.y.saturating_add((here - first) as u16) })
    }
}

/// Draws one line so that its cursor, between `before` and `after`, is in view.
fn view_line(buf: &mut Buffer, area: Rect, before: &str, after: &str, style: Style) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let cells = usize::from(area.width);
    let hidden = (width(before) + 1).saturating_sub(cells);
    let visible = &before[first_after(before, hidden)..];
    put_text(buf, area, 0, &format!("{visible}{after}"), style);
    let column = width(visible).min(cells - 1);
    Some(Position { x: area.x.saturating_add(column as u16), y: area.y })
}

/// The byte offset of the first cluster that begins at or after a column.
fn first_after(text: &str, column: usize) -> usize {
    let mut used = 0;
    for (at, _, cells) in clusters(text) {
        if used >= column {
            return at;
        }
        used += cells;
    }
    if column == 0 { 0 } else { text.len() }
}

/// The number of the line that holds a byte offset; one at a line's start belongs to that line.
fn line_of(lines: &[std::ops::Range<usize>], offset: usize) -> usize {
    lines.partition_point(|line| line.start <= offset).saturating_sub(1)
}

/// The byte offset of the cluster at a column of a line, or its end.
fn offset_at(line: &str, column: usize) -> usize {
    let mut used = 0;
    for (at, _, cells) in clusters(line) {
        used += cells;
        if used > column {
            return at;
        }
    }
    line.len()
}

/// The first cluster boundary at or after a byte offset, which may lie within a character.
fn boundary_from(text: &str, offset: usize) -> usize {
    text.grapheme_indices(true).map(|(at, _)| at).find(|&at| at >= offset).unwrap_or(text.len())
}
