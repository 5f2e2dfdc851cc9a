//! What checks say: a verdict, words, how many, and the way to the records behind it.

use serde::Serialize;

use super::Name;
use crate::display::{counted, grouped};
use crate::model::{Filter, RecordId};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ready,
    /// Something a person should look at.
    Attention,
    /// Something is wrong.
    Blocked,
}

impl Verdict {
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Ready => "ready",
            Verdict::Attention => "attention",
            Verdict::Blocked => "blocked",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckRow {
    pub check: String,
    pub verdict: Verdict,
    pub detail: String,
    /// Records behind it, or what else it counts; 0 where it is ready.
    pub count: u64,
    /// The filter that shows the records behind it: all of them, or the first thousand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    pub verdict: Verdict,
    pub checks: Vec<CheckRow>,
}

impl CheckReport {
    /// The whole is as its worst part.
    pub fn of(checks: Vec<CheckRow>) -> CheckReport {
        CheckReport { verdict: checks.iter().map(|row| row.verdict).max().unwrap_or(Verdict::Ready), checks }
    }
}

/// Records that a filter spells out.
const SPELLED: usize = 1000;

impl CheckRow {
    pub(super) fn ready(check: Name, detail: impl Into<String>) -> CheckRow {
        CheckRow { check: check.word().to_owned(), verdict: Verdict::Ready, detail: detail.into(), count: 0, filter: None }
    }

    pub(super) fn attention(check: Name, count: u64, detail: impl Into<String>) -> CheckRow {
        CheckRow { verdict: Verdict::Attention, count, ..CheckRow::ready(check, detail) }
    }

    pub(super) fn blocked(check: Name, count: u64, detail: impl Into<String>) -> CheckRow {
        CheckRow { verdict: Verdict::Blocked, count, ..CheckRow::ready(check, detail) }
    }

    /// Shown by a filter that says exactly them.
    pub(super) fn shown_by(self, filter: &str) -> CheckRow {
        CheckRow { filter: Some(filter.to_owned()), ..self }
    }

    /// Shown by the ids of the first of them.
    pub(super) fn behind(self, records: impl IntoIterator<Item = RecordId>) -> CheckRow {
        let filter = Filter::of_records(records.into_iter().take(SPELLED));
        CheckRow { filter: Some(filter.to_string()), ..self }
    }
}

/// `1 record`, `2 records`.
pub(super) fn records(n: u64) -> String {
    counted(n, "record")
}

/// A count before words of which one and many differ in more than an s.
pub(super) fn either(n: u64, one: &str, more: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {more}", grouped(n)) }
}
