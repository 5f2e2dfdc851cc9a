//! The last step of every parser: what makes a row a record, whatever the format, and the counts.

use std::borrow::Cow;
use std::path::Path;

use super::Sink;
use super::columns::{Chosen, Layout};
use super::names::Names;
use crate::error::{Error, Result};
use crate::model::{Counts, Draft, Reject};

/// A parsed row on its way to becoming a record.
pub(super) struct Row<'a> {
    pub(super) line: u64,
    pub(super) text: Cow<'a, str>,
    pub(super) file: Option<Cow<'a, str>>,
    pub(super) fields: Option<String>,
}

/// Checks rows and passes them on to the sink.
pub(super) struct Outlet<'a> {
    sink: &'a mut dyn Sink,
    counts: Counts,
    names: Names,
    layout: Layout,
    /// Rows that may still be passed on; `None` is no end.
    left: Option<usize>,
}

impl<'a> Outlet<'a> {
    pub(super) fn new(sink: &'a mut dyn Sink, image_root: Option<&Path>) -> Self {
        Outlet { sink, counts: Counts::default(), names: Names::new(image_root), layout: Layout::default(), left: None }
    }

    /// Passes on at most `rows` records and rejects, and then fails with `Interrupted`.
    pub(super) fn limited(mut self, rows: usize) -> Self {
        self.left = Some(rows);
        self
    }

    /// The limit was reached: the `Interrupted` came from here.
    pub(super) fn is_full(&self) -> bool {
        self.left == Some(0)
    }

    /// File names are relative to `root`, unless the options said otherwise.
    pub(super) fn default_root(&mut self, root: &Path) {
        self.names.default_root(root);
    }

    /// Notes which columns there are and which were chosen; fails when that is not clear.
    pub(super) fn layout(&mut self, layout: Layout) -> Result<Chosen> {
        let chosen = layout.clear();
        self.layout = layout;
        if self.is_full() {
            return Err(Error::interrupted());
        }
        chosen
    }

    /// A row: blank when its text is only white space, a record when all is well, else a reject.
    pub(super) fn row(&mut self, row: Row<'_>) -> Result<()> {
        if is_blank(&row.text) {
            self.blank();
            return Ok(());
        }
        if let Some(at) = memchr::memchr(0, row.text.as_bytes()) {
            return self.reject(row.line, format!("U+0000 at byte offset {at} of the text"));
        }
        let named = row.file.as_deref().filter(|name| !name.is_empty());
        let file_name = match named.map(|name| self.names.resolve(name)).transpose() {
            Ok(name) => name,
            Err(reason) => return self.reject(row.line, reason),
        };
        self.step()?;
        self.counts.read += 1;
        self.counts.accepted += 1;
        self.sink.record(Draft { line: row.line, text: row.text.into_owned(), file_name, fields: row.fields })
    }

    pub(super) fn blank(&mut self) {
        self.counts.read += 1;
        self.counts.blank += 1;
    }

    pub(super) fn reject(&mut self, line: u64, reason: String) -> Result<()> {
        self.step()?;
        self.counts.read += 1;
        self.counts.rejected += 1;
        self.sink.reject(Reject { line, reason })
    }

    fn step(&mut self) -> Result<()> {
        match &mut self.left {
            Some(0) => Err(Error::interrupted()),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(super) fn finish(self) -> (Counts, Layout) {
        (self.counts, self.layout)
    }
}

/// Empty or nothing but white space (Unicode's, so a no-break or ideographic space too).
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}
