//! Parquet files from strangers, read a batch of rows at a time.
//!
//! Flat columns of text, integers, floats and booleans are read; the columns besides text and file become JSON fields (null is `null`,
//! NaN and the infinities are those words as text, since JSON has no number for them). Nested columns, raw bytes, dates, times, decimals and
//! fixed-length bytes are left out and named in the report. A row is a "line". A null text or file name follows jsonl: null text rejects the
//! row, a null file name is no file name. Rows whose text or fields are not UTF-8 are rejected one by one, so text is read as bytes.
//!
//! The `parquet` crate trusts its input more than we may: see [`pages`] for what is checked before it allocates, and [`guard`] for the panics
//! that are left. Besides, a file may not become more than 1,000 times its size in text (after the first 64 MiB), since a dictionary repeats
//! a long value for a few bits.

mod cells;
mod header;
mod pages;
pub mod pairs;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::schema::types::SchemaDescriptor;

use self::cells::{Cells, Reading, Values};
use self::pages::{Held, Pages};
use super::columns::{Chosen, Layout, shown};
use super::input::{Input, RATIO_LIMIT};
use super::json::push_string;
use super::lines::{bad_utf8, oversize};
use super::outlet::{Outlet, Row};
use super::{Options, RECORD_LIMIT};
use crate::error::{Error, Result};
use crate::progress::Progress;

/// Rows read at once: enough that a call costs nothing, few enough that the longest rows fit in memory.
const BATCH: usize = 128;
const FOOTER_LIMIT: u64 = 32 << 20;
const COLUMN_LIMIT: usize = 4096;
/// Bytes of text any file may become.
const EXPANSION_FREE: u64 = 64 << 20;

/// Reads the rows of `path`, then hashes it.
pub(super) fn read(path: &Path, options: &Options, out: &mut Outlet<'_>, progress: &Progress) -> Result<String> {
    let mut file = File::open(path).map_err(|e| Error::file(path, e))?;
    let size = check_ends(path, &mut file)?;
    let handle = file.try_clone().map_err(|e| Error::file(path, e))?;
    let reader = guard(|| SerializedFileReader::new(handle))?;
    let plan = Plan::new(reader.metadata().file_metadata().schema_descr(), options, out)?;
    progress.stage("reading", "rows", u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0))?;
    let mut table = Table { plan, line: 0, left: EXPANSION_FREE.saturating_add(size.saturating_mul(RATIO_LIMIT)) };
    for group in 0..reader.num_row_groups() {
        table.group(&reader, &file, group, out, progress)?;
    }
    digest(path, size, progress)
}

/// Refuses what is no parquet file by its first and last bytes; returns its length.
fn check_ends(path: &Path, file: &mut File) -> Result<u64> {
    let size = file.metadata().map_err(|e| Error::file(path, e))?.len();
    let mut tail = [0; 8];
    let ends = size >= 12 && file.seek(SeekFrom::End(-8)).and_then(|_| file.read_exact(&mut tail)).is_ok();
    match (&tail[4..], ends) {
        (b"PAR1", true) => {}
        (b"PARE", true) => return Err(Error::refused("the parquet file is encrypted").hint("write it without encryption")),
        _ => {
            return Err(Error::refused(format!("{} is not a whole parquet file", path.display()))
                .hint("it may be cut off, or of another format"));
        }
    }
    let footer = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    if footer > FOOTER_LIMIT || footer + 12 > size {
        return Err(Error::refused(format!("the parquet file says that its footer has {footer} bytes"))
            .hint("it is damaged, or has too many columns"));
    }
    Ok(size)
}

fn digest(path: &Path, size: u64, progress: &Progress) -> Result<String> {
    let input = Input::open(path, progress)?;
    progress.stage("hashing", "bytes", size)?;
    input.finish()
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread runs a decoder whose panic will be caught. A panic hook stays silent then.
pub fn guarded() -> bool {
    GUARDED.get()
}

/// Runs a step of the decoder; its errors and panics refuse the file.
fn guard<T>(step: impl FnOnce() -> Result<T, ParquetError>) -> Result<T> {
    GUARDED.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(step));
    GUARDED.set(false);
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(damaged().caused_by(error)),
        Err(_) => Err(damaged()),
    }
}

fn damaged() -> Error {
    Error::refused("the parquet file is damaged, or more than tamis reads")
        .hint("write it again, with snappy or zstd, and flat columns")
}

/// What becomes of each column that is read.
struct Plan {
    columns: Vec<Column>,
}

struct Column {
    /// Its place in the file.
    at: usize,
    reading: Reading,
    role: Role,
}

enum Role {
    Text,
    File,
    /// With `"name":` as JSON.
    Field(String),
}

impl Plan {
    fn new(schema: &SchemaDescriptor, options: &Options, out: &mut Outlet<'_>) -> Result<Self> {
        if schema.num_columns() > COLUMN_LIMIT {
            return Err(Error::refused(format!("{} columns are too many (at most {COLUMN_LIMIT})", schema.num_columns())));
        }
        let readings: Vec<_> = schema.columns().iter().map(|column| Reading::of(column)).collect();
        let names: Vec<String> = schema.columns().iter().map(|column| column.path().string()).collect();
        let readable: Vec<usize> = (0..names.len()).filter(|at| readings[*at].is_some()).collect();
        let mut known = HashSet::new();
        if let Some(twice) = readable.iter().find(|at| !known.insert(&names[**at])) {
            return Err(Error::refused(format!("two columns are named {}", shown(&names[*twice]))).hint("rename one of them"));
        }
        let mut layout = Layout::choose(readable.iter().map(|at| names[*at].clone()).collect(), options);
        let is_kept = |at: usize| {
            let name = Some(&names[at]);
            readings[at].is_some_and(|r| r != Reading::Bytes)
                || layout.text.chosen().as_ref() == name
                || layout.file.chosen().as_ref() == name
        };
        let (kept, skipped): (Vec<usize>, Vec<usize>) = (0..names.len()).partition(|at| is_kept(*at));
        layout.skipped = skipped.into_iter().map(|at| names[at].clone()).collect();
        let chosen = out.layout(layout)?;
        let columns = kept
            .into_iter()
            .filter_map(|at| Some((at, readings[at]?)))
            .map(|(at, reading)| column(at, &names[at], reading, &chosen));
        Ok(Plan { columns: columns.collect::<Result<_>>()? })
    }
}

fn column(at: usize, name: &str, reading: Reading, chosen: &Chosen) -> Result<Column> {
    let role = if name == chosen.text {
        Role::Text
    } else if chosen.file.as_deref() == Some(name) {
        Role::File
    } else {
        let mut key = String::new();
        push_string(&mut key, name);
        key.push(':');
        Role::Field(key)
    };
    if !matches!(role, Role::Field(_)) && !matches!(reading, Reading::Text | Reading::Bytes) {
        return Err(Error::usage(format!("the column {} holds no text", shown(name)))
            .hint("name another with --text-column or --file-column"));
    }
    Ok(Column { at, reading, role })
}

/// A file on its way through.
struct Table {
    plan: Plan,
    /// Rows so far.
    line: u64,
    /// Bytes the file may still become.
    left: u64,
}

impl Table {
    fn group(
        &mut self,
        reader: &SerializedFileReader<File>,
        file: &File,
        group: usize,
        out: &mut Outlet<'_>,
        progress: &Progress,
    ) -> Result<()> {
        let held = Held::default();
        let mut columns = guard(|| {
            let group = reader.get_row_group(group)?;
            let open = |column: &Column| {
                let meta = group.metadata().column(column.at);
                let pages = Pages::new(group.get_column_page_reader(column.at)?, file, meta, held.clone())?;
                Ok(Cells::new(meta.column_descr_ptr(), column.reading, Box::new(pages)))
            };
            self.plan.columns.iter().map(open).collect::<Result<Vec<_>, ParquetError>>()
        })?;
        let mut rows = u64::try_from(reader.metadata().row_group(group).num_rows()).map_err(|_| damaged())?;
        while rows > 0 {
            let batch = rows.min(BATCH as u64);
            self.batch(&mut columns, batch as usize, out)?;
            rows -= batch;
            progress.add(batch)?;
        }
        Ok(())
    }

    /// Reads the columns one after the other, so that the values of only one are held beside the rows.
    fn batch(&mut self, columns: &mut [Cells], rows: usize, out: &mut Outlet<'_>) -> Result<()> {
        let mut drafts: Vec<Parts> = Vec::new();
        drafts.resize_with(rows, Parts::default);
        for (cells, column) in columns.iter_mut().zip(&self.plan.columns) {
            let values = guard(|| cells.batch(rows))?;
            if values.len() != rows {
                return Err(damaged());
            }
            match values {
                Values::Text(values) => drafts
                    .iter_mut()
                    .zip(values)
                    .for_each(|(row, value)| row.text(&column.role, value.as_ref().map(|v| v.data()))),
                Values::Json(values) => {
                    drafts.iter_mut().zip(values).for_each(|(row, value)| row.json(&column.role, value.as_deref()))
                }
            }
        }
        for row in drafts {
            self.line += 1;
            self.spend(row.size)?;
            match row.finish(self.line) {
                Ok(row) => out.row(row)?,
                Err(reason) => out.reject(self.line, reason)?,
            }
        }
        Ok(())
    }

    fn spend(&mut self, size: u64) -> Result<()> {
        self.left = self.left.checked_sub(size + 1).ok_or_else(|| {
            Error::refused(format!("the parquet file grows more than {RATIO_LIMIT}:1"))
                .hint("if you trust it, convert it to jsonl yourself")
        })?;
        Ok(())
    }
}

/// A row that is being put together.
#[derive(Default)]
struct Parts {
    text: Option<String>,
    file: Option<String>,
    fields: String,
    fault: Option<String>,
    /// Bytes of its values.
    size: u64,
}

impl Parts {
    fn text(&mut self, role: &Role, value: Option<&[u8]>) {
        let Some(bytes) = value else { return self.json(role, None) };
        if !self.fits(bytes.len()) {
            return;
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => {
                self.fault.get_or_insert_with(|| bad_utf8(e.valid_up_to()));
                return;
            }
        };
        match role {
            Role::Text => self.text = Some(text.to_owned()),
            Role::File => self.file = Some(text.to_owned()),
            Role::Field(key) => {
                self.key(key);
                push_string(&mut self.fields, text);
            }
        }
    }

    fn json(&mut self, role: &Role, value: Option<&str>) {
        let Role::Field(key) = role else { return };
        let value = value.unwrap_or("null");
        if self.fits(value.len()) {
            self.key(key);
            self.fields.push_str(value);
        }
    }

    /// Counts the bytes; what is over the limit is not kept.
    fn fits(&mut self, bytes: usize) -> bool {
        self.size += bytes as u64;
        self.size <= RECORD_LIMIT as u64
    }

    fn key(&mut self, key: &str) {
        self.fields.push(if self.fields.is_empty() { '{' } else { ',' });
        self.fields.push_str(key);
    }

    fn finish(mut self, line: u64) -> Result<Row<'static>, String> {
        if self.size > RECORD_LIMIT as u64 {
            return Err(oversize(self.size));
        }
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let text = self.text.ok_or("the text is null")?;
        if !self.fields.is_empty() {
            self.fields.push('}');
        }
        let fields = (!self.fields.is_empty()).then_some(self.fields);
        Ok(Row { line, text: Cow::Owned(text), file: self.file.map(Cow::Owned), fields })
    }
}
