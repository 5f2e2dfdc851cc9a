//! A prompt before and after it is stored, and the counts of an import.

use serde::Serialize;

use super::{Assignment, Cause, DuplicateDrop, Layers, MarkValue, Outcome, RecordId, SourceId, State};

/// Bytes of a record's text at most, wherever it comes from: a file, a rule, a person.
pub const MAX_TEXT: usize = 1 << 20;

/// A parsed record that has no id yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// 1-based line (for tables of rows: row) where the record begins in its file.
    pub line: u64,
    /// The prompt, byte for byte as it stands in the file. Valid UTF-8 without U+0000, at most 1 MiB.
    pub text: String,
    /// Path of the image relative to the image root, with `/` between the parts.
    pub file_name: Option<String>,
    /// The other columns as one JSON object text; the values are the very characters of the file where it was JSON.
    pub fields: Option<String>,
}

/// A line that did not become a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// 1-based line or row.
    pub line: u64,
    /// Why, in a few words, with the offset where there is one.
    pub reason: String,
}

/// What an import read. Always `read = accepted + blank + rejected`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    pub read: u64,
    pub accepted: u64,
    pub blank: u64,
    pub rejected: u64,
}

/// A stored record with its layers: raw → rules → edit, and the reasons it may be dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: RecordId,
    pub source: SourceId,
    pub line: u64,
    /// As imported; never changes.
    pub raw_text: String,
    pub file_name: Option<String>,
    /// A JSON object text.
    pub fields: Option<String>,
    /// What the applied pipeline made of it.
    pub outcome: Option<Outcome>,
    /// The text a person typed instead.
    pub edit: Option<String>,
    pub mark: Option<MarkValue>,
    pub duplicate: Option<DuplicateDrop>,
    pub assignment: Option<Assignment>,
}

impl Record {
    /// The effective text: edit over rules over raw.
    pub fn text(&self) -> &str {
        let ruled = self.outcome.as_ref().and_then(|o| o.text.as_deref());
        self.edit.as_deref().or(ruled).unwrap_or(&self.raw_text)
    }

    /// The effective state with its cause: a person's mark wins, then rules, then duplicates.
    pub fn state(&self) -> (State, Option<Cause>) {
        State::of(self.mark.as_ref(), self.outcome.as_ref(), self.duplicate.as_ref())
    }
}

/// The split that its source declares counts as its own here.
impl From<&Record> for Layers {
    fn from(record: &Record) -> Self {
        Layers {
            mark: record.mark.clone(),
            edit: record.edit.clone(),
            outcome: record.outcome.clone(),
            duplicate: record.duplicate,
            assignment: record.assignment.clone(),
        }
    }
}
