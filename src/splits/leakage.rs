//! Leakage: near-duplicates across splits.

use crate::model::Threshold;
use crate::similarity::Graph;

/// How much of split `a` stands in split `b`.
#[derive(Debug, Clone, PartialEq)]
pub struct Leak {
    pub a: u8,
    pub b: u8,
    /// Records of `a` with a neighbour ≥ t in `b`.
    pub records: u32,
    /// Pairs ≥ t between them.
    pub pairs: u64,
    /// Highest similarity between them.
    pub highest: f32,
}

/// Every ordered pair of different splits with at least one leak. `split_of[index]` is `None` for records that do not take part.
pub fn leaks(_graph: &Graph, _threshold: Threshold, _split_of: &[Option<u8>]) -> Vec<Leak> {
    todo!()
}
