//! What an earlier graph still knows: the edges between texts that are still there, so that a join looks at new texts only.

use rustc_hash::FxHashMap;

use super::Graph;
use super::nodes::Nodes;
use super::pairs::{Pairs, Sink};
use crate::error::Result;
use crate::model::Edge;

/// How to come from an earlier graph to one of other nodes. Join rows: the nodes with a known text first, then the new ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Reuse {
    /// The node of each row; ascending among the known and among the new.
    pub rows: Vec<u32>,
    /// The first row that the earlier graph does not know.
    pub first: u32,
    /// The edges among known nodes, numbered as `Nodes` numbers them, in no order.
    pub kept: Vec<Edge>,
    /// That of the earlier graph.
    pub capped: Option<u32>,
}

impl Reuse {
    /// Nothing is known: every node is a new row.
    pub fn nothing(nodes: &Nodes) -> Reuse {
        Reuse { rows: (0..nodes.len() as u32).collect(), first: 0, kept: Vec::new(), capped: None }
    }

    /// What `earlier`, a graph made in the same way (lens, method, floor), knows of `nodes`.
    ///
    /// A text is known by its digest, where exactly one node of each has it. A graph that is capped left edges out because it had
    /// others, so nothing of it is of use once one of its texts has gone.
    pub fn plan(earlier: &Graph, nodes: &Nodes) -> Reuse {
        let now = by_digest(&nodes.digests);
        let once = by_digest(&earlier.digests);
        let known: Vec<Option<u32>> = earlier
            .digests
            .iter()
            .map(|digest| now.get(digest).copied().flatten().filter(|_| once.get(digest).is_some_and(Option::is_some)))
            .collect();
        if earlier.capped.is_some() && known.contains(&None) {
            return Reuse::nothing(nodes);
        }
        let mut is_known = vec![false; nodes.len()];
        known.iter().flatten().for_each(|&node| is_known[node as usize] = true);
        let (mut rows, new): (Vec<u32>, Vec<u32>) = (0..nodes.len() as u32).partition(|&node| is_known[node as usize]);
        let first = rows.len() as u32;
        rows.extend(new);
        let renumbered = |edge: &Edge| Some(joining(known[edge.a as usize]?, known[edge.b as usize]?, edge.score));
        let kept = earlier.edges.iter().filter_map(renumbered).collect();
        Reuse { rows, first, kept, capped: earlier.capped }
    }

    /// What the join must look for.
    pub fn pairs(&self) -> Pairs {
        if self.first == 0 { Pairs::All } else { Pairs::WithNew { first: self.first } }
    }

    /// Whether there is anything to look for.
    pub fn has_new(&self) -> bool {
        (self.first as usize) < self.rows.len()
    }
}

/// The node of each digest, `None` where several have it.
fn by_digest(digests: &[u64]) -> FxHashMap<u64, Option<u32>> {
    let mut nodes: FxHashMap<u64, Option<u32>> = FxHashMap::with_capacity_and_hasher(digests.len(), Default::default());
    for (&digest, node) in digests.iter().zip(0..) {
        nodes.entry(digest).and_modify(|found| *found = None).or_insert(Some(node));
    }
    nodes
}

fn joining(a: u32, b: u32, score: f32) -> Edge {
    Edge { a: a.min(b), b: a.max(b), score }
}

/// Passes edges between rows on as edges between their nodes.
pub(super) struct ByNode<'a, S> {
    pub(super) rows: &'a [u32],
    pub(super) sink: &'a S,
}

impl<S: Sink> Sink for ByNode<'_, S> {
    fn take(&self, edges: &[Edge]) -> Result<()> {
        let node = |row: u32| self.rows[row as usize];
        let edges: Vec<Edge> = edges.iter().map(|edge| joining(node(edge.a), node(edge.b), edge.score)).collect();
        self.sink.take(&edges)
    }
}
