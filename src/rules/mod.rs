//! Rules: an ordered pipeline of text steps, what it makes of a text, and word diffs. Pure.
//!
//! | file | idea |
//! |---|---|
//! | [`pipeline`] | compiled rules in order: apply, digest |
//! | [`way`] | one text step by step, with what was refused |
//! | [`subject`], [`when`] | a record as rules see it; conditions on it |
//! | [`shadow`] | what a pattern with look-around matches at most, for the quick engine |
//! | [`need`], [`gate`] | which texts a pattern can match at all, found out for all patterns in one look |
//! | [`totals`] | counts over many texts |
//! | [`spec`] | the TOML form; every error names rule and line |
//! | [`action`] | what every kind has in common: parameters in, a compiled action out |
//! | [`kinds`] | the table of kinds; **a new kind is one file and one row there** |
//! | [`replace`], [`remove_phrases`], [`drop_if`] | the kinds that are told what to look for |
//! | [`normalise`], [`syntax`], [`collapse`] | the kinds that know what to look for |
//! | [`template`], [`set_field`] | the kinds that add something |
//! | [`phrases`], [`gap`], [`pattern`] | what kinds share: phrase search, closing the gap of a removal, checked regexes |
//! | [`edits`], [`pairs`] | and more: changing a text in places, brackets that belong together |
//! | [`builtin`] | the pipelines that are compiled in |
//! | [`diff`], [`attributed`] | word diffs, without and with the rule that made each change |
//! | [`harm`] | what a change may have spoilt |
//! | [`document`] | the TOML as lines: rules switched, moved, rewritten |
//! | [`language`], [`persons`] | what is said in, and who is named |

pub mod action;
pub mod attributed;
pub mod builtin;
pub mod collapse;
pub mod diff;
pub mod document;
pub mod drop_if;
pub mod edits;
pub mod gap;
pub mod gate;
pub mod harm;
pub mod kinds;
pub mod language;
pub mod need;
pub mod normalise;
pub mod pairs;
pub mod pattern;
pub mod persons;
pub mod phrases;
pub mod pipeline;
pub mod remove_phrases;
pub mod replace;
pub mod set_field;
pub mod shadow;
pub mod spec;
pub mod subject;
pub mod syntax;
pub mod template;
pub mod totals;
pub mod way;
pub mod when;

pub use attributed::{AttributedOp, attributed_diff};
pub use builtin::{BUILTIN, DEFAULT};
pub use diff::word_diff;
pub use kinds::{KINDS, Kind};
pub use pipeline::{Applied, ENGINE, MAX_ROUNDS, Pipeline};
pub use spec::Rule;
pub use subject::Subject;
pub use totals::{Counts, Totals};
pub use way::{Proposal, Step, Way};
