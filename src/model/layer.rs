//! The layers over a raw record: mark, outcome of the rules, duplicate drop, split. Each is ground state and undoable.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::filter::CauseKind;
use super::{Lens, Policy, RecordId, Threshold};

/// What stands in the place of a split's name for the records without one; no split has that name.
pub const NO_SPLIT: &str = "none";

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

/// A proposal, applied: this record goes because a kept one resembles it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DuplicateDrop {
    /// The kept record it resembles.
    pub witness: RecordId,
    /// Similarity to the witness, 0..=1.
    pub score: f32,
    /// What was applied; `None` where it was applied before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<DropRecipe>,
}

/// By what a duplicate was dropped: lens, policy and threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DropRecipe {
    pub lens: Lens,
    pub by: DropBy,
    pub threshold: Threshold,
}

/// Who proposed a drop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DropBy {
    Policy(Policy),
    /// It stood in a split that was to lose what leaks into another one.
    Leakage,
}

impl DropBy {
    pub fn word(self) -> &'static str {
        match self {
            DropBy::Policy(policy) => policy.word(),
            DropBy::Leakage => "leakage",
        }
    }
}

/// `lexical cover 0.70`, `semantic leakage 0.75`: parsed again, it is the same.
impl fmt::Display for DropRecipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.lens.word(), self.by.word(), self.threshold)
    }
}

impl FromStr for DropRecipe {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut words = text.split(' ');
        let mut word = || words.next().ok_or(());
        let (lens, by, threshold) = (word()?.parse()?, word()?, word()?.parse()?);
        let by = if by == DropBy::Leakage.word() { DropBy::Leakage } else { DropBy::Policy(by.parse()?) };
        Ok(DropRecipe { lens, by, threshold })
    }
}

impl Serialize for DropRecipe {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DropRecipe {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom(format!("`{text}` is no recipe of a drop")))
    }
}

/// Where a record is in the split.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "AssignmentForm", into = "AssignmentForm")]
pub struct Assignment {
    pub split: String,
    /// A person put it there: later splits leave it where it is.
    pub by_hand: bool,
}

impl Assignment {
    /// As a split by shares puts it.
    pub fn to(split: impl Into<String>) -> Assignment {
        Assignment { split: split.into(), by_hand: false }
    }
}

/// How an assignment is written: its split alone, as before hands could move records, or both.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum AssignmentForm {
    Split(String),
    Whole { split: String, by_hand: bool },
}

impl From<AssignmentForm> for Assignment {
    fn from(form: AssignmentForm) -> Self {
        match form {
            AssignmentForm::Split(split) => Assignment { split, by_hand: false },
            AssignmentForm::Whole { split, by_hand } => Assignment { split, by_hand },
        }
    }
}

impl From<Assignment> for AssignmentForm {
    fn from(Assignment { split, by_hand }: Assignment) -> Self {
        if by_hand { AssignmentForm::Whole { split, by_hand } } else { AssignmentForm::Split(split) }
    }
}

/// All that stands over a raw record.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Layers {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<MarkValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<DuplicateDrop>,
    /// Its own; the split that its source declares is not part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Assignment>,
}

impl Layers {
    pub fn is_empty(&self) -> bool {
        let Layers { mark, edit, outcome, duplicate, assignment } = self;
        mark.is_none() && edit.is_none() && outcome.is_none() && duplicate.is_none() && assignment.is_none()
    }

    /// The effective text: edit over rules over raw.
    pub fn text<'a>(&'a self, raw: &'a str) -> &'a str {
        let ruled = self.outcome.as_ref().and_then(|outcome| outcome.text.as_deref());
        self.edit.as_deref().or(ruled).unwrap_or(raw)
    }
}

/// The effective state of a record. All but `Drop` are kept by an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum State {
    #[default]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_is_read_as_it_is_written() {
        for text in ["lexical cover 0.70", "semantic every 0.875", "lexical leakage 0.6666667"] {
            assert_eq!(text.parse::<DropRecipe>().map(|recipe| recipe.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "lexical", "lexical cover", "lexical nothing 0.7", "visual cover 0.7", "lexical cover 1.7"] {
            assert_eq!(text.parse::<DropRecipe>(), Err(()), "{text}");
        }
    }

    #[test]
    fn an_assignment_by_shares_is_written_as_it_always_was() {
        let json = |assignment: &Assignment| serde_json::to_string(assignment).expect("JSON");
        assert_eq!(json(&Assignment::to("train")), r#""train""#);
        let moved = Assignment { split: "test".into(), by_hand: true };
        assert_eq!(serde_json::from_str::<Assignment>(&json(&moved)).expect("read"), moved);
        assert_eq!(serde_json::from_str::<Assignment>(r#""train""#).expect("read"), Assignment::to("train"));
    }
}
