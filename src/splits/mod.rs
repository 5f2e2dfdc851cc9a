//! Splits: seeded assignment that keeps clusters whole, and what leaks across borders. Pure.
//!
//! | file | what it answers |
//! |---|---|
//! | [`share`], [`target`] | how large the splits are to be: what was typed, and what it comes to |
//! | [`assign`](mod@assign) | which split each record goes to |
//! | [`room`] | how much each split still takes, in all and of each stratum |
//! | [`unmet`] | which sizes were missed, by how much and why |
//! | [`leakage`] | how much of one group of records stands in another |
//! | [`crossing`] | the pairs behind it, and the closest of all |
//! | [`losses()`] | which records go when one side loses |
//! | `nodes` | which groups the records of each node are in |

pub mod assign;
pub mod crossing;
pub mod leakage;
pub mod losses;
mod nodes;
pub mod room;
pub mod share;
pub mod target;
pub mod unmet;

pub use assign::{Assigned, Member, assign};
pub use crossing::{LeakPair, highest, leak_pairs, may_overlook};
pub use leakage::{Leak, leaking, leaks};
pub use losses::{Loss, losses};
pub use share::{Share, parse_shares};
pub use target::{Size, Target, Targets};
pub use unmet::{Unmet, Why};
