//! Versions: what differs between two states of a workspace, and what became of all that was read.
//!
//! A version is [`Columns`](crate::query::Columns), be it the present one or a snapshot. [`compare()`] walks two of them side by side;
//! [`waterfall()`] counts one of them from what was read down to what is kept. Both are pure and one pass.

mod compare;
mod difference;
mod markdown;
mod names;
mod waterfall;

pub use compare::{Comparison, Entry, compare};
pub use difference::{Difference, Group, Why};
pub use names::Names;
pub use waterfall::{Course, Exported, NO_SPLIT, UNKNOWN_RECIPE, UNKNOWN_RULE, Waterfall, waterfall};
