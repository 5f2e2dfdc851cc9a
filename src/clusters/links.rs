//! The edges that hold clusters together, when some records take no part.
//!
//! Where every node has an alive record, the spanning forest says it all. Where a node is dead, the forest may lead through it, and
//! A – dead – C would call A and C near-duplicates on the word of a record that is gone. Then every edge between alive nodes counts.

use crate::model::Edge;
use crate::similarity::{Forest, Graph, UnionFind};

/// A graph as seen by its alive records.
pub(super) struct Links<'a> {
    edges: &'a [Edge],
    /// Alive records of each node.
    pub alive_in: Vec<u32>,
}

impl<'a> Links<'a> {
    pub fn new(graph: &'a Graph, forest: &'a Forest, alive: impl Fn(usize) -> bool) -> Self {
        let mut alive_in = vec![0; graph.nodes()];
        for (index, &node) in graph.node_of.iter().enumerate() {
            alive_in[node as usize] += u32::from(alive(index));
        }
        let all_alive = alive_in.iter().all(|&n| n > 0);
        Links { edges: if all_alive { &forest.edges } else { &graph.edges }, alive_in }
    }

    /// Joins the nodes along the edges with `from` ≤ place in the list and score ≥ `threshold`, the closest first; `joined` hears of
    /// each edge that made one set of two, with the new root and the absorbed one. Returns the place after the last edge.
    pub fn join(&self, sets: &mut UnionFind, from: usize, threshold: f32, mut joined: impl FnMut(&'a Edge, u32, u32)) -> usize {
        let end = prefix(self.edges, threshold).len();
        for edge in &self.edges[from.min(end)..end] {
            if self.alive_in[edge.a as usize] > 0
                && self.alive_in[edge.b as usize] > 0
                && let Some((root, absorbed)) = sets.union(edge.a, edge.b)
            {
                joined(edge, root, absorbed);
            }
        }
        end
    }
}

/// The edges with score ≥ `threshold`.
pub(super) fn prefix(edges: &[Edge], threshold: f32) -> &[Edge] {
    &edges[..edges.partition_point(|e| e.score >= threshold)]
}
