//! The layers over a raw record: mark, outcome of the rules, duplicate drop, split. Each is ground state and undoable.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::RecordId;
use super::filter::CauseKind;

/// What a person decided about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    Keep,
    Drop,
    /// Look at it again.
    Flag,
}

impl Mark {
    pub fn word(self) -> &'static str {
        match self {
            Mark::Keep => "keep",
            Mark::Drop => "drop",
            Mark::Flag => "flag",
        }
    }
}

impl FromStr for Mark {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        [Mark::Keep, Mark::Drop, Mark::Flag].into_iter().find(|m| m.word() == word).ok_or(())
    }
}

/// A mark with the reason that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkValue {
    pub mark: Mark,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the applied pipeline made of a record; absent when it changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The text after the rules; `None` when it is the raw one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The rule that dropped the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped_by: Option<String>,
    /// Names of the rules that changed the text, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fired: Vec<String>,
    /// Names and JSON values of the fields that rules set; they stand over the imported ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
}

/// A policy's proposal, applied: this record goes because a kept one resembles it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DuplicateDrop {
    /// The kept record it resembles.
    pub witness: RecordId,
    /// Similarity to the witness, 0..=1.
    pub score: f32,
}

/// Where a record is in the split.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Assignment(pub String);

/// The effective state of a record. All but `Drop` are kept by an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum State {
    Undecided = 0,
    Keep = 1,
    Flag = 2,
    Drop = 3,
}

impl State {
    pub const ALL: [State; 4] = [State::Undecided, State::Keep, State::Flag, State::Drop];

    pub fn word(self) -> &'static str {
        match self {
            State::Undecided => "undecided",
            State::Keep => "keep",
            State::Flag => "flag",
            State::Drop => "drop",
        }
    }

    pub fn is_kept(self) -> bool {
        self != State::Drop
    }

    /// The layers' verdict: a person's mark wins over the rules, the rules over duplicates.
    pub fn of(mark: Option<&MarkValue>, outcome: Option<&Outcome>, duplicate: Option<&DuplicateDrop>) -> (State, Option<Cause>) {
        if let Some(value) = mark {
            let cause = Cause::Hand { reason: value.reason.clone() };
            return match value.mark {
                Mark::Keep => (State::Keep, Some(cause)),
                Mark::Flag => (State::Flag, Some(cause)),
                Mark::Drop => (State::Drop, Some(cause)),
            };
        }
        if let Some(rule) = outcome.and_then(|o| o.dropped_by.clone()) {
            return (State::Drop, Some(Cause::Rule { name: rule }));
        }
        if let Some(drop) = duplicate {
            return (State::Drop, Some(Cause::Duplicate { witness: drop.witness, score: drop.score }));
        }
        (State::Undecided, None)
    }
}

/// Why a record is in its state.
#[derive(Debug, Clone, PartialEq)]
pub enum Cause {
    Hand { reason: Option<String> },
    Rule { name: String },
    Duplicate { witness: RecordId, score: f32 },
}

impl Cause {
    pub fn kind(&self) -> CauseKind {
        match self {
            Cause::Hand { .. } => CauseKind::Hand,
            Cause::Rule { .. } => CauseKind::Rule,
            Cause::Duplicate { .. } => CauseKind::Duplicate,
        }
    }
}

/// `hand`, `hand: blurred`, `rule: urls`, `duplicate of 17 at 0.870`.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Hand { reason: None } => f.write_str("hand"),
            Cause::Hand { reason: Some(reason) } => write!(f, "hand: {reason}"),
            Cause::Rule { name } => write!(f, "rule: {name}"),
            Cause::Duplicate { witness, score } => write!(f, "duplicate of {witness} at {score:.3}"),
        }
    }
}
