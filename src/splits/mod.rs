//! Splits: seeded assignment that keeps clusters whole, and leakage. Pure.

pub mod assign;
pub mod leakage;

pub use assign::{Member, Share, assign, parse_shares};
pub use leakage::{Leak, leaks};
