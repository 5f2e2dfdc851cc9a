//! Similarity: the exact lexical join, the similarity graph and its maximum spanning forest.
//!
//! Pure, and the same bytes for any number of threads. The way of a text through the folder:
//!
//! ```text
//! texts ─ nodes ─► nodes ─ reuse ─► rows ─ items, item_sets ─► sets of numbers ─ lexical ─► edges ─ collect ─► Graph ─ forest ─► Forest
//!                              └──────────────── edges known from an earlier graph ──────────────┘         └─ adjacency ─► neighbours
//! ```
//!
//! **The score** of two texts is the Jaccard similarity of their sets of items (words, or windows of five characters),
//! `|A ∩ B| / |A ∪ B|`, as a correctly rounded `f32` division ([`jaccard`]), so that 7 of 10 equals `0.7_f32` and a comparison
//! with a threshold is exact at its edge. Texts that differ in case and white space only are one node, whatever they consist of;
//! other texts without any item share nothing: their score is 0.
//!
//! Which file to open: when texts are the same: [`normal`] and [`nodes`]; what an item is: [`items`]; how every pair is found
//! without looking at every pair: [`lexical`]; what any join promises: [`pairs`]; which edges a graph keeps: [`collect`]; how a
//! graph grows without being built anew: [`reuse`] and [`build`]; what the layers above ask: [`graph`] and [`adjacency`];
//! clusters at every threshold: [`forest`]; the reference that the tests believe: [`brute`].

pub mod adjacency;
pub mod brute;
pub mod build;
pub mod bytes;
pub mod collect;
pub mod cosine;
pub mod forest;
pub mod graph;
pub mod histogram;
pub mod item_sets;
pub mod items;
pub mod lexical;
mod limits;
pub mod mask;
pub mod minilm;
pub mod neighbours;
pub mod nodes;
pub mod normal;
pub mod pairs;
mod prefix_index;
pub mod reuse;
pub mod union_find;

pub use adjacency::{Adjacency, Neighbour};
pub use build::Recipe;
pub use collect::Collector;
pub use forest::Forest;
pub use graph::{Graph, Members};
pub use histogram::PairHistogram;
pub use item_sets::ItemSets;
pub use items::Items;
pub use neighbours::Neighbours;
pub use nodes::{Nodes, Same};
pub use normal::digest;
pub use pairs::{Pairs, Sink};
pub use reuse::Reuse;
pub use union_find::UnionFind;

/// Jaccard similarity of two sets with `shared` items in both and `union` words in either, correctly rounded.
///
/// 0 where there is no item at all: two empty sets share nothing.
pub fn jaccard(shared: usize, union: usize) -> f32 {
    if union == 0 { 0.0 } else { shared as f32 / union as f32 }
}
