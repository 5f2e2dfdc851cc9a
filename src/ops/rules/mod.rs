//! rules: pipelines by name, what they would do, what they do, and what the curator refuses of it.
//!
//! | file | idea |
//! |---|---|
//! | [`mod@find`] | a pipeline by name or file |
//! | [`library`] | the curator's own pipelines: new, edited, switched, moved, imported, removed |
//! | [`ruling`] | a pipeline over many records, with their sources and refusals |
//! | [`mod@preview`] | what it would do, streamed |
//! | [`mod@trace`] | one record through every rule |
//! | [`mod@apply`] | put it in force, take it back, keep its outcomes up to date |
//! | [`refuse`] | what it may not do to a text |
//! | [`check`] | whether it comes to rest |
//!
//! Which pipeline rules the texts is ground state: one setting, one operation, one undo. What it made of each record is derived from
//! the raw text and kept by pipeline, so that undo and redo recompute nothing.

pub mod apply;
pub mod check;
pub mod find;
pub mod library;
pub mod preview;
pub mod refuse;
pub mod ruling;
pub mod trace;

pub use apply::{ApplyReport, apply, are_outcomes_current, clear, in_force};
pub use find::{find, find_kept};
pub use preview::{Fate, Part, Preview, PreviewItem, Which, preview};
pub use trace::{Trace, Tracer, trace};

pub(super) use apply::bring_up_to_date;

pub use crate::rules::{AttributedOp, BUILTIN, Proposal, Step, word_diff};
