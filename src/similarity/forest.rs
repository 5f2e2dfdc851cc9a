//! The maximum spanning forest: at most n−1 edges that give the clusters at every threshold.
//!
//! Kruskal, "On the Shortest Spanning Subtree of a Graph" (1956), over edges that are sorted already. Of edges with one score,
//! [`Edge::order`] takes the first, so a graph has exactly one such forest, and the edges of it with score ≥ t join the same
//! nodes as all edges of the graph with score ≥ t (single linkage).

use super::union_find::UnionFind;
use super::{Graph, graph};
use crate::model::Edge;

/// Edges of a maximum spanning forest, in [`Edge::order`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forest {
    pub edges: Vec<Edge>,
}

impl Forest {
    pub fn of(graph: &Graph) -> Forest {
        Forest { edges: spanning(&graph.edges) }
    }

    /// The forest of the union of two graphs, from their forests and the edges between them (any order).
    ///
    /// All three number nodes alike. An edge that loses within a graph loses within the union too (the cycle that threw it
    /// out is still there), so the forests are all that is needed of each.
    pub fn merge(a: &Forest, b: &Forest, cross: &[Edge]) -> Forest {
        let mut edges = [&a.edges, &b.edges, cross].concat();
        edges.sort_unstable_by(Edge::order);
        Forest { edges: spanning(&edges) }
    }

    /// The edges with score ≥ `threshold`: a prefix.
    pub fn at(&self, threshold: f32) -> &[Edge] {
        graph::prefix_at(&self.edges, threshold)
    }
}

/// Those of `edges` (in [`Edge::order`]) that join what no earlier one has joined.
fn spanning(edges: &[Edge]) -> Vec<Edge> {
    let nodes = edges.iter().map(|edge| edge.b as usize + 1).max().unwrap_or(0);
    let mut trees = UnionFind::new(nodes);
    let joining = edges.iter().filter(|edge| trees.union(edge.a, edge.b).is_some());
    // Once all nodes are one tree no edge joins anything: in a dense graph long before the weak edges, which are most of them.
    joining.take(nodes.saturating_sub(1)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_edge_of_a_cycle_is_left_out() {
        let edge = |a, b, score| Edge { a, b, score };
        let kept = spanning(&[edge(0, 1, 0.9), edge(1, 2, 0.8), edge(0, 2, 0.7), edge(2, 3, 0.6)]);
        assert_eq!(kept, [edge(0, 1, 0.9), edge(1, 2, 0.8), edge(2, 3, 0.6)]);
    }
}
