//! What can differ between two versions, and why.

use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::model::DropRecipe;

/// How a record differs. It is looked at by its id, and only where it is kept: a text that changes while its record is dropped is no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Difference {
    /// Kept now, and not before.
    Added,
    /// Kept before, and not now.
    Removed,
    /// Kept in both, with another text.
    Changed,
    /// Kept in both, in another split.
    Moved,
}

impl Difference {
    pub const ALL: [Difference; 4] = [Difference::Added, Difference::Removed, Difference::Changed, Difference::Moved];

    pub fn word(self) -> &'static str {
        match self {
            Difference::Added => "added",
            Difference::Removed => "removed",
            Difference::Changed => "changed",
            Difference::Moved => "moved",
        }
    }
}

impl FromStr for Difference {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Difference::ALL.into_iter().find(|difference| difference.word() == word).ok_or(())
    }
}

impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// Why it differs. For what was removed: what takes it out now; for what was added: what took it out before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// Its source is in one of the two versions only.
    Source,
    /// Index into [`Names::rules`](super::Names::rules): that rule drops it.
    Rule(u16),
    /// It is a duplicate, by this recipe where that is known.
    Duplicate(Option<DropRecipe>),
    /// A person marked it, typed its text, or moved it.
    Hand,
    /// The rules in force make another text of it.
    Rules,
    /// A split by shares put it elsewhere.
    Split,
}

/// Records of one source that differ in the same way and for the same reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Group {
    pub difference: Difference,
    /// Index into [`Names::sources`](super::Names::sources).
    pub source: u16,
    pub why: Why,
    /// Index into [`Names::splits`](super::Names::splits): where it was; `None` without a split, and for what was added.
    pub split_before: Option<u16>,
    /// Where it is; `None` without a split, and for what was removed.
    pub split: Option<u16>,
}
