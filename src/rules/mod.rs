//! Rules: an ordered pipeline of text steps, what it makes of a text, and word diffs. Pure.

pub mod diff;
pub mod pipeline;
pub mod rule;
pub mod spec;

pub use diff::word_diff;
pub use pipeline::{Applied, Counts, Pipeline, Step, Totals};
