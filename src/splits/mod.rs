//! Splits: seeded assignment that keeps clusters whole, and leakage. Pure.

pub mod assign;
pub mod leakage;
pub mod share;

pub use assign::{Member, assign};
pub use leakage::{Leak, leaks};
pub use share::{Share, parse_shares};
