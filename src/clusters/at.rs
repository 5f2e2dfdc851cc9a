//! Threshold → clusters (connected components), largest first.

use crate::model::Threshold;
use crate::similarity::{Forest, Graph};

/// All clusters of two or more records at one threshold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clusters {
    // private arrays
}

/// One cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cluster<'a> {
    /// Indices into `Graph::records`, ascending.
    pub members: &'a [u32],
    /// The lowest score of the merges that hold it together (1 for identical texts).
    pub weakest: f32,
}

impl Clusters {
    /// Clusters at `threshold`, by size descending, then first member. Only members with `alive[index]` count.
    pub fn at(_graph: &Graph, _forest: &Forest, _threshold: Threshold, _alive: &[bool]) -> Clusters {
        todo!()
    }
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    pub fn get(&self, _n: usize) -> Option<Cluster<'_>> {
        todo!()
    }
}
