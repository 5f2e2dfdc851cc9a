//! Every pair of vectors whose cosine reaches a floor: exactly those, without computing every cosine.
//!
//! What is right is defined by [`score()`] alone. Before it stand two looks at a pair, each cheaper than the next, which leave out
//! only what provably cannot reach the floor (`bound` has the proof):
//!
//! ```text
//! vectors ─ pca ─► rotation ─ heads ─► panels ── sweep ──► some pairs ── dots ──► few pairs ── score ──► edges
//!                  (plan: how long a head)       whole numbers           (coded: whole rows)   f64
//! ```
//!
//! 1. **Heads.** A rotation moves what the rows have in common into their first values (`pca`, `rotation`); these, as 8-bit
//!    codes in `panels` of 64 rows, bound a pair with a sixth to a third of the products. How many values is measured on a
//!    sample (`plan`). Where few rows meet many, or nothing is in common, the panels hold whole rows; the many are coded in passing.
//! 2. **Whole rows** as 8-bit codes (`coded`).
//! 3. [`score()`], in `f64`, of the rows themselves.
//!
//! `cascade` walks over `blocks` of panels that fit a core's cache; [`kernel`] has the loops over whole numbers, once for each
//! kind of processor, all with the same result.
//!
//! **Memory** besides the rows, for `D` dimensions and a head of `d`: `D + d` bytes a row and about 50 more while comparing, `5d` and
//! 60 while preparing; the rows take `4D`. Edges are handed over as they are found, at most some thousands at once per thread.

mod blocks;
mod bound;
mod cascade;
mod coded;
mod heads;
pub mod kernel;
mod panels;
mod pca;
mod plan;
mod rotation;
mod score;
mod vectors;

pub use cascade::{Counts, Method, join, join_by};
pub use kernel::Kernel;
pub use plan::Head;
pub use score::score;
pub use vectors::Vectors;
