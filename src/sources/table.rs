//! csv and tsv: rows of cells by RFC 4180, over physical lines.
//!
//! This is a state machine of our own and not the `csv` crate, because of what happens at a quote that never closes: there, the rest of
//! the file becomes one cell without an error. Here a row is fed line by line; when a quote turns out wrong (text behind the closing quote,
//! the end of the file, too many bytes), the row is rejected at the line *where that quote opened* and reading goes on with the next
//! physical line. So one bad quote costs the lines up to its own and no more. An unclosed quote usually shows at the next quote in the file,
//! which then closes it with text behind; only where that happens to look like a proper end is the wrong guess invisible, as it must be.
//!
//! A quote inside an unquoted cell is a letter like any other, as RFC 4180 leaves it undefined. In tsv, which is mostly written without
//! quoting, so are the quotes of a cell with text behind its closing quote on the same line (`"hello" said the cat`).
//! A lone CR is part of its cell. A row is over the limit with all its lines; its size is known as far as [`LOOKAHEAD`].

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Write;

use memchr::memchr;

use super::columns::{Layout, shown};
use super::json;
use super::lines::{Held, Line, Lines, Replay, oversize};
use super::outlet::{Outlet, Row, is_blank};
use super::{Options, RECORD_LIMIT};
use crate::error::{Error, Result};

/// Bytes to read on for the end of an open quote, before it counts as never closed.
const LOOKAHEAD: u64 = 16 * RECORD_LIMIT as u64;

pub(super) fn read(lines: Lines, delimiter: u8, options: &Options, out: &mut Outlet<'_>) -> Result<Lines> {
    let mut rows = Rows::new(lines, delimiter);
    let plan = header(&mut rows, options, out)?;
    while let Some(found) = rows.next()? {
        match found {
            Found::Blank => out.blank(),
            Found::Bad { line, reason } => out.reject(line, reason)?,
            Found::Row { line } => match plan.row(line, &rows.cells) {
                Ok(row) => out.row(row)?,
                Err(reason) => out.reject(line, reason)?,
            },
        }
    }
    Ok(rows.lines.into_lines())
}

/// Writes the header and the rows that begin at a line which `is_kept` says yes to, each with all its lines as they stand.
pub(super) fn copy(lines: Lines, delimiter: u8, is_kept: &mut dyn FnMut(u64) -> bool, out: &mut dyn Write) -> Result<Lines> {
    let mut rows = Rows { raw: Some(Vec::new()), ..Rows::new(lines, delimiter) };
    let mut is_header = true;
    while let Some(found) = rows.next()? {
        let Found::Row { line } = found else { continue };
        if std::mem::take(&mut is_header) || is_kept(line) {
            out.write_all(rows.raw.as_deref().unwrap_or_default())?;
        }
    }
    Ok(rows.lines.into_lines())
}

/// Reads the header and chooses the columns.
fn header(rows: &mut Rows, options: &Options, out: &mut Outlet<'_>) -> Result<Plan> {
    loop {
        match rows.next()? {
            None => return Err(Error::refused("the file has no header").hint("the first line must name the columns")),
            Some(Found::Blank) => out.blank(),
            Some(Found::Bad { line, reason }) => {
                return Err(Error::refused(format!("the header cannot be read: line {line}: {reason}"))
                    .hint("the first line must name the columns"));
            }
            Some(Found::Row { .. }) => break,
        }
    }
    let names: Vec<String> = rows.cells.iter().map(str::to_owned).collect();
    let mut known = HashSet::new();
    if let Some(twice) = names.iter().find(|name| !known.insert(name.as_str())) {
        return Err(Error::refused(format!("two columns are named {}", shown(twice))).hint("rename one of them in the header"));
    }
    let chosen = out.layout(Layout::choose(names.clone(), options))?;
    let at = |name: &str| names.iter().position(|n| n == name);
    Ok(Plan {
        text: at(&chosen.text).unwrap_or_default(),
        file: chosen.file.as_deref().and_then(at),
        keys: names.iter().map(|n| key(n)).collect(),
    })
}

/// `"name":` as JSON.
fn key(name: &str) -> String {
    let mut key = String::new();
    json::push_string(&mut key, name);
    key.push(':');
    key
}

/// What becomes of each column.
struct Plan {
    text: usize,
    file: Option<usize>,
    keys: Vec<String>,
}

impl Plan {
    fn row<'a>(&self, line: u64, cells: &'a Cells) -> Result<Row<'a>, String> {
        if cells.len() != self.keys.len() {
            return Err(format!("{} cells, the header has {}", cells.len(), self.keys.len()));
        }
        let mut row = Row { line, text: Cow::Borrowed(""), file: None, fields: None };
        let mut fields = String::new();
        for (at, cell) in cells.iter().enumerate() {
            if at == self.text {
                row.text = Cow::Borrowed(cell);
            } else if Some(at) == self.file {
                row.file = Some(Cow::Borrowed(cell));
            } else {
                fields.push(if fields.is_empty() { '{' } else { ',' });
                fields.push_str(&self.keys[at]);
                json::push_string(&mut fields, cell);
            }
        }
        if !fields.is_empty() {
            fields.push('}');
            row.fields = Some(fields);
        }
        Ok(row)
    }
}

/// What came next in the file.
enum Found {
    Blank,
    /// Its cells are in [`Rows::cells`].
    Row {
        line: u64,
    },
    Bad {
        line: u64,
        reason: String,
    },
}

/// Rows out of lines.
struct Rows {
    lines: Replay,
    cells: Cells,
    /// The lines of the row as they stand, where they are wanted.
    raw: Option<Vec<u8>>,
}

impl Rows {
    fn new(lines: Lines, delimiter: u8) -> Rows {
        Rows { lines: Replay::new(lines), cells: Cells::new(delimiter), raw: None }
    }

    fn next(&mut self) -> Result<Option<Found>> {
        let Some(line) = self.lines.next()? else { return Ok(None) };
        if line.is_oversize() {
            return Ok(Some(Found::Bad { line: line.number, reason: oversize(line.size) }));
        }
        if line.text().is_ok_and(is_blank) {
            return Ok(Some(Found::Blank));
        }
        let number = line.number;
        if let Some(raw) = &mut self.raw {
            raw.clear();
        }
        keep(&mut self.raw, &line);
        self.cells.clear();
        let step = self.cells.feed(&line);
        self.follow(number, step).map(Some)
    }

    /// Reads on while a quote is open.
    fn follow(&mut self, first: u64, mut step: Step) -> Result<Found> {
        let mut after = Held::default();
        while step == Step::Open {
            step = match self.lines.next()? {
                Some(line) if !line.is_oversize() && self.cells.size < LOOKAHEAD => {
                    after.push(&line);
                    keep(&mut self.raw, &line);
                    self.cells.feed(&line)
                }
                Some(line) => {
                    after.push(&line);
                    Step::Lost("is not closed within 16 MiB, or before a line over 1 MiB")
                }
                None => Step::Lost("is never closed"),
            };
        }
        Ok(match step {
            Step::Lost(why) => self.recover(after, why),
            _ if self.cells.size > RECORD_LIMIT as u64 => Found::Bad { line: first, reason: oversize(self.cells.size) },
            _ => match self.cells.finish(first) {
                Ok(()) => Found::Row { line: first },
                Err(reason) => Found::Bad { line: first, reason },
            },
        })
    }

    /// Gives back the lines behind the one where the bad quote opened.
    fn recover(&mut self, mut after: Held, why: &str) -> Found {
        let (line, column) = self.cells.opened;
        after.drop_through(line);
        self.lines.give_back(after);
        Found::Bad { line, reason: format!("the quote at byte offset {column} {why}") }
    }
}

fn keep(raw: &mut Option<Vec<u8>>, line: &Line<'_>) {
    if let Some(raw) = raw {
        raw.extend_from_slice(line.bytes);
        raw.extend_from_slice(line.ending);
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    /// The row is whole.
    Done,
    /// The line ended inside a quoted cell.
    Open,
    /// The last quote that opened is wrong, and how.
    Lost(&'static str),
}

/// The cells of one row, as they are found.
struct Cells {
    delimiter: u8,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    quoted: bool,
    /// Line and byte offset of the last quote that opened.
    opened: (u64, usize),
    /// Bytes of the row's lines, with the line ends between them.
    size: u64,
    inner_end: u64,
    /// The first fault that makes the row no text: its line and what.
    fault: Option<(u64, String)>,
}

impl Cells {
    fn new(delimiter: u8) -> Self {
        Cells {
            delimiter,
            bytes: Vec::new(),
            ends: Vec::new(),
            quoted: false,
            opened: (0, 0),
            size: 0,
            inner_end: 0,
            fault: None,
        }
    }

    fn clear(&mut self) {
        *self =
            Cells { bytes: std::mem::take(&mut self.bytes), ends: std::mem::take(&mut self.ends), ..Cells::new(self.delimiter) };
        self.bytes.clear();
        self.ends.clear();
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(from, to)| std::str::from_utf8(&self.bytes[from..*to]).unwrap_or_default())
    }

    /// Says why the row is no text, naming the line where it is not the row's first.
    fn finish(&mut self, first: u64) -> Result<(), String> {
        match self.fault.take() {
            None => Ok(()),
            Some((line, reason)) if line == first => Err(reason),
            Some((line, reason)) => Err(format!("{reason} of line {line}")),
        }
    }

    /// Adds one physical line to the row.
    fn feed(&mut self, line: &Line<'_>) -> Step {
        self.check(line);
        self.size += self.inner_end + line.size;
        self.inner_end = line.ending.len() as u64;
        let mut at = 0;
        loop {
            if !self.quoted {
                if line.bytes.get(at) != Some(&b'"') {
                    match self.plain(&line.bytes[at..]) {
                        Some(taken) => at += taken,
                        None => return Step::Done,
                    }
                    continue;
                }
                self.opened = (line.number, at);
                self.quoted = true;
                at += 1;
            }
            let Some(taken) = self.inside(&line.bytes[at..]) else {
                self.push(line.ending);
                return Step::Open;
            };
            at += taken;
            match line.bytes.get(at) {
                None => {
                    self.end_cell();
                    return Step::Done;
                }
                Some(byte) if *byte == self.delimiter => at += 1,
                Some(_) if self.is_literal(line) => {
                    at = self.opened.1;
                    match self.reopen_plain(&line.bytes[at..]) {
                        Some(taken) => at += taken,
                        None => return Step::Done,
                    }
                    continue;
                }
                Some(_) => return Step::Lost("has text after its closing quote"),
            }
            self.end_cell();
        }
    }

    /// Notes what makes the line no text.
    fn check(&mut self, line: &Line<'_>) {
        if self.fault.is_some() {
            return;
        }
        if let Err(reason) = line.text() {
            self.fault = Some((line.number, reason));
        } else if let Some(at) = memchr(0, line.bytes) {
            self.fault = Some((line.number, format!("U+0000 at byte offset {at}")));
        }
    }

    /// An unquoted cell up to and with its delimiter; `None` when it is the row's last.
    fn plain(&mut self, rest: &[u8]) -> Option<usize> {
        let stop = memchr(self.delimiter, rest);
        self.push(&rest[..stop.unwrap_or(rest.len())]);
        self.end_cell();
        stop.map(|at| at + 1)
    }

    /// Whether a cell like `"so" he said` on this line may be taken as it stands: in tsv, which is mostly written without quoting.
    fn is_literal(&self, line: &Line<'_>) -> bool {
        self.delimiter == b'\t' && self.opened.0 == line.number
    }

    /// Takes the cell whose quote opened last as unquoted after all.
    fn reopen_plain(&mut self, rest: &[u8]) -> Option<usize> {
        self.bytes.truncate(self.ends.last().copied().unwrap_or_default());
        self.plain(rest)
    }

    /// A quoted cell up to and with its closing quote; `None` when the line ends before.
    fn inside(&mut self, rest: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(quote) = memchr(b'"', &rest[at..]) {
            self.push(&rest[at..at + quote]);
            at += quote + 1;
            if rest.get(at) != Some(&b'"') {
                return Some(at);
            }
            self.push(b"\"");
            at += 1;
        }
        self.push(&rest[at..]);
        None
    }

    fn end_cell(&mut self) {
        self.quoted = false;
        if self.size <= RECORD_LIMIT as u64 {
            self.ends.push(self.bytes.len());
        }
    }

    /// Keeps bytes while the row is within the limit; beyond it only its end is looked for.
    fn push(&mut self, bytes: &[u8]) {
        if self.size <= RECORD_LIMIT as u64 {
            self.bytes.extend_from_slice(bytes);
        }
    }
}
