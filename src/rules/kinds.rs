//! The kinds of rule there are: one row per kind, one file per row.
//!
//! To add a kind, write a file with a parameter struct (`Deserialize` with `deny_unknown_fields`, and `Serialize` for the
//! digest), an [`Action`](super::action::Action) and a `build` function, and add a row to [`KINDS`]. Nothing else knows the kinds.

use super::action::{Built, Fault, Params};
use super::{drop_if, remove_phrases, replace};

/// A kind of rule.
pub struct Kind {
    /// The word after `kind =`.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// Reads the parameters and compiles them.
    pub build: fn(Params<'_>) -> Result<Built, Fault>,
}

/// Every kind, in the order in which help lists them.
pub const KINDS: &[Kind] = &[
    Kind { name: "replace", about: "rewrite what a pattern matches", build: replace::build },
    Kind { name: "remove-phrases", about: "remove listed phrases and close the gap", build: remove_phrases::build },
    Kind { name: "drop-if", about: "drop the record when any condition holds", build: drop_if::build },
];
