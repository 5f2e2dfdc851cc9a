//! The edges that hold clusters together, when some records take no part.
//!
//! Where every node has an alive record, the spanning forest says it all. Where a node is dead, the forest may lead through it, and
//! A – dead – C would call A and C near-duplicates on the word of a record that is gone. Then every edge between alive nodes counts.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::model::Edge;
use crate::similarity::{Forest, Graph, UnionFind};

/// A graph as seen by its alive records.
pub(super) struct Links<'a> {
    /// At least the edges of the spanning forest of the alive nodes; in [`Edge::order`].
    edges: Cow<'a, [Edge]>,
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
        let edges = if all_alive { Cow::Borrowed(&forest.edges[..]) } else { Cow::Owned(reconnected(graph, forest, &alive_in)) };
        Links { edges, alive_in }
    }

    /// Joins the nodes along the edges with `from` ≤ place in the list and score ≥ `threshold`, the closest first; `joined` hears of
    /// each edge that made one set of two, with the new root and the absorbed one. Returns the place after the last edge.
    pub fn join(&self, sets: &mut UnionFind, from: usize, threshold: f32, mut joined: impl FnMut(&Edge, u32, u32)) -> usize {
        let end = prefix(&self.edges, threshold).len();
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

/// The forest's edges between alive nodes, and the graph's edges that may join again what the dead leave apart.
///
/// No cycle among the alive throws an edge of the forest out, so all of those stay; an edge within one of the trees that they form closes a
/// cycle of closer ones and is not needed. One look at each edge of the graph, shared among the cores, instead of a walk in order.
fn reconnected(graph: &Graph, forest: &Forest, alive_in: &[u32]) -> Vec<Edge> {
    let is_alive = |edge: &&Edge| alive_in[edge.a as usize] > 0 && alive_in[edge.b as usize] > 0;
    let mut edges: Vec<Edge> = forest.edges.iter().filter(is_alive).copied().collect();
    let mut trees = UnionFind::new(alive_in.len());
    edges.iter().for_each(|edge| _ = trees.union(edge.a, edge.b));
    let tree_of: Vec<u32> = (0..alive_in.len() as u32).map(|node| trees.find(node)).collect();
    let between: Vec<Edge> =
        graph.edges.par_iter().filter(|e| tree_of[e.a as usize] != tree_of[e.b as usize]).filter(is_alive).copied().collect();
    edges.extend(between);
    // Two runs in order: what this sort is quickest at.
    edges.sort_by(Edge::order);
    edges
}

/// The edges with score ≥ `threshold`.
pub(super) fn prefix(edges: &[Edge], threshold: f32) -> &[Edge] {
    &edges[..edges.partition_point(|e| e.score >= threshold)]
}
