//! The maximum spanning forest: at most n−1 edges that give the clusters at every threshold.

use super::Graph;
use crate::model::Edge;

/// Edges of a maximum spanning forest, in [`Edge::order`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forest {
    pub edges: Vec<Edge>,
}

impl Forest {
    pub fn of(_graph: &Graph) -> Forest {
        todo!()
    }
}
