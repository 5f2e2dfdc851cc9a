//! The filter language as a tree: what a reader asks for, in words, not in SQL. `query` parses and evaluates it.

use regex::Regex;

use super::State;

/// A condition on a record. [`Filter::All`] matches everything.
#[derive(Debug, Clone)]
pub enum Filter {
    All,
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    /// The text contains it, ignoring case. A bare word or a `"phrase"`.
    Contains(String),
    /// `/regex/`, ignoring case.
    Regex(Regex),
    /// `~fuzzy`: the characters occur in order; ranked by the fuzzy score.
    Fuzzy(String),
    /// `source:NAME` (substring, ignoring case).
    Source(String),
    /// `split:NAME`; `split:none` for unassigned ones.
    Split(Option<String>),
    State(State),
    /// `cause:hand|rule|duplicate|none`.
    Cause(Option<CauseKind>),
    /// `rule:NAME`: the rule changed or dropped the record.
    Rule(String),
    /// `id:17` or `id:>100`.
    Id(Compare, f64),
    Chars(Compare, f64),
    Words(Compare, f64),
    /// CLIP tokens without begin and end.
    Tokens(Compare, f64),
    /// `has:image`: names an image file.
    HasImage,
    /// A numeric field of the source, e.g. `clip_score:<0.3`; records without it do not match.
    Number(String, Compare, f64),
    /// A field whose text contains the value, ignoring case.
    Field(String, String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum CauseKind {
    Hand = 1,
    Rule = 2,
    Duplicate = 3,
}

impl CauseKind {
    pub const ALL: [CauseKind; 3] = [CauseKind::Hand, CauseKind::Rule, CauseKind::Duplicate];

    pub fn word(self) -> &'static str {
        match self {
            CauseKind::Hand => "hand",
            CauseKind::Rule => "rule",
            CauseKind::Duplicate => "duplicate",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Compare {
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Compare::Less => left < right,
            Compare::AtMost => left <= right,
            Compare::Equal => left == right,
            Compare::AtLeast => left >= right,
            Compare::More => left > right,
        }
    }
}

/// What a list is sorted by. `descending` turns it round; ties go by id, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    pub field: SortField,
    pub descending: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortField {
    Id,
    Text,
    Chars,
    Tokens,
    Source,
    State,
    Split,
    Number(String),
}
