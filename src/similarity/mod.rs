//! Similarity: the exact lexical join, the similarity graph and its maximum spanning forest.
//!
//! Pure, and the same bytes for any number of threads. The way of a text through the folder:
//!
//! ```text
//! texts ─ tokens ─► sets of word numbers ─ graph ─► nodes ─ lexical ─► edges ─ graph ─► Graph ─ forest ─► Forest
//!                                                                                         └─ adjacency ─► neighbours
//! ```
//!
//! **The score** of two texts is the Jaccard similarity of their sets of words, `|A ∩ B| / |A ∪ B|`, as a correctly rounded
//! `f32` division ([`jaccard`]), so that 7 of 10 equals `0.7_f32` and a comparison with a threshold is exact at its edge. Two
//! texts without any word share nothing: their score is 0.
//!
//! Which file to open: what a word is: [`tokens`]; how every pair is found without looking at every pair: [`lexical`]; what the
//! layers above ask: [`graph`] and [`adjacency`]; clusters at every threshold: [`forest`]; the reference that the tests
//! believe: [`brute`].

pub mod adjacency;
pub mod brute;
pub mod bytes;
pub mod forest;
pub mod graph;
pub mod histogram;
pub mod lexical;
mod limits;
pub mod neighbours;
mod prefix_index;
pub mod tokens;
pub mod union_find;

pub use adjacency::{Adjacency, Neighbour};
pub use forest::Forest;
pub use graph::{Graph, Members};
pub use histogram::PairHistogram;
pub use neighbours::Neighbours;
pub use tokens::Words;
pub use union_find::UnionFind;

/// Jaccard similarity of two sets with `shared` words in both and `union` words in either, correctly rounded.
///
/// 0 where there is no word at all: two empty texts share nothing.
pub fn jaccard(shared: usize, union: usize) -> f32 {
    if union == 0 { 0.0 } else { shared as f32 / union as f32 }
}
