//! Rules: an ordered pipeline of text steps, what it makes of a text, and word diffs. Pure.
//!
//! | file | idea |
//! |---|---|
//! | [`pipeline`] | compiled rules in order: apply, steps, digest |
//! | [`totals`] | counts over many texts |
//! | [`spec`] | the TOML form; every error names rule and line |
//! | [`action`] | what every kind has in common: parameters in, a compiled action out
//! | [`kinds`] | the table of kinds; **a new kind is one file and one row there** |
//! | [`replace`], [`remove_phrases`], [`drop_if`] | the kinds |
//! | [`phrases`], [`gap`], [`pattern`] | what kinds share: phrase search, closing the gap of a removal, checked regexes |
//! | [`builtin`] | the pipelines that are compiled in |
//! | [`diff`], [`attributed`] | word diffs, without and with the rule that made each change |

pub mod action;
pub mod attributed;
pub mod builtin;
pub mod diff;
pub mod drop_if;
pub mod gap;
pub mod kinds;
pub mod pattern;
pub mod phrases;
pub mod pipeline;
pub mod remove_phrases;
pub mod replace;
pub mod spec;
pub mod totals;

pub use attributed::{AttributedOp, attributed_diff};
pub use builtin::{BUILTIN, DEFAULT};
pub use diff::word_diff;
pub use kinds::{KINDS, Kind};
pub use pipeline::{Applied, Pipeline, Step};
pub use spec::Rule;
pub use totals::{Counts, Totals};
