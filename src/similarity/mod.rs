//! Similarity: exact joins, the similarity graph and its spanning forest. Pure and deterministic for any thread count.

pub mod brute;
pub mod forest;
pub mod graph;
pub mod lexical;
pub mod tokens;

pub use forest::Forest;
pub use graph::Graph;
