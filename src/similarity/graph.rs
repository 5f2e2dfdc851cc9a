//! The similarity graph: every pair of texts with similarity ≥ floor, sorted by score.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::build::Recipe;
use super::histogram::PairHistogram;
use super::nodes::Nodes;
use crate::model::{Edge, Lens, RecordId};

/// Every pair ≥ floor among a scope of records.
///
/// Records with the same text are one *node* (similarity 1 by definition); edges join nodes. An *index* is a record's place in
/// [`records`](Graph::records), 0-based.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    pub lens: Lens,
    /// What scores are of, for people: `words`, `grams`, or the name of a model.
    pub method: String,
    /// Lowest score of an edge.
    pub floor: f32,
    /// The scope, ids ascending.
    pub records: Vec<RecordId>,
    /// Node of each record; nodes are numbered 0.. by their first record.
    pub node_of: Vec<u32>,
    /// Of each node, the [`digest`](super::digest) of its text.
    pub digests: Vec<u64>,
    /// In [`Edge::order`]; `a < b` are nodes.
    pub edges: Vec<Edge>,
    /// K, where edges were left out: what is there is the spanning forest and of each node the K strongest edges.
    pub capped: Option<u32>,
}

impl Graph {
    /// A graph from its nodes and what a [`Collector`](super::Collector) gathered.
    pub fn assemble(recipe: &Recipe, nodes: Nodes, edges: Vec<Edge>, capped: Option<u32>) -> Graph {
        let Recipe { lens, ref method, floor, .. } = *recipe;
        let Nodes { records, node_of, digests, .. } = nodes;
        Graph { lens, method: method.clone(), floor, records, node_of, digests, edges, capped }
    }

    /// The graph itself, as it came from a file; `None` where it is none (ids or edges out of order, nodes out of range).
    pub fn checked(self) -> Option<Graph> {
        let mut nodes = 0;
        let numbered = self.node_of.iter().all(|&node| {
            let new = node == nodes;
            nodes += u32::from(new);
            node < nodes
        });
        let whole = numbered
            && self.node_of.len() == self.records.len()
            && self.digests.len() == nodes as usize
            && self.records.is_sorted_by(|a, b| a < b)
            && self.edges.is_sorted_by(|a, b| a.order(b).is_lt())
            && self.edges.iter().all(|edge| edge.a < edge.b && edge.b < nodes && (self.floor..=1.0).contains(&edge.score));
        whole.then_some(self)
    }

    /// The graph without the edges between texts that were judged to be no duplicates: `pairs` of digests, in any order.
    ///
    /// The very same graph where there is no such edge. O(nodes + edges), with next to no work for an edge none of whose ends was
    /// judged.
    pub fn without(self: &Arc<Graph>, pairs: &[(u64, u64)]) -> Arc<Graph> {
        let judged: FxHashSet<(u64, u64)> = pairs.iter().map(|&(a, b)| (a.min(b), a.max(b))).collect();
        let ends: FxHashSet<u64> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
        let has_judged: Vec<bool> = self.digests.iter().map(|digest| ends.contains(digest)).collect();
        let is_cut = |edge: &Edge| {
            let (a, b) = (edge.a as usize, edge.b as usize);
            has_judged[a] && has_judged[b] && {
                let (a, b) = (self.digests[a], self.digests[b]);
                judged.contains(&(a.min(b), a.max(b)))
            }
        };
        if ends.is_empty() || !self.edges.iter().any(is_cut) {
            return Arc::clone(self);
        }
        let edges = self.edges.iter().filter(|edge| !is_cut(edge)).copied().collect();
        Arc::new(Graph {
            method: self.method.clone(),
            records: self.records.clone(),
            node_of: self.node_of.clone(),
            digests: self.digests.clone(),
            edges,
            ..**self
        })
    }

    pub fn nodes(&self) -> usize {
        self.digests.len()
    }

    /// The edges with score ≥ `threshold`: a prefix.
    pub fn at(&self, threshold: f32) -> &[Edge] {
        prefix_at(&self.edges, threshold)
    }

    /// Place of a record in the scope.
    pub fn index_of(&self, record: RecordId) -> Option<usize> {
        self.records.binary_search(&record).ok()
    }

    /// Records of each node: `members().of(node)` are indices into `records`, ascending.
    pub fn members(&self) -> Members {
        Members::of_nodes(&self.node_of, self.nodes())
    }

    /// Every pair of records with score ≥ `threshold`, the smaller id first: those of one node (score 1), node by node, then
    /// those across each edge, in the order of edges.
    ///
    /// As many as the square of the records in the worst case: take what is needed.
    pub fn pairs(&self, threshold: f32) -> impl Iterator<Item = (RecordId, RecordId, f32)> + use<'_> {
        let members = self.members();
        let identical = if threshold <= 1.0 { members.nodes() as u32 } else { 0 };
        let edges = self.at(threshold);
        let within = (0..identical).map(|node| (node, node, 1.0));
        let across = edges.iter().map(|edge| (edge.a, edge.b, edge.score));
        within.chain(across).flat_map(move |(a, b, score)| self.pairs_between(&members, a, b, score))
    }

    /// All pairs of a record of node `a` and another of node `b`, each once.
    fn pairs_between(&self, members: &Members, a: u32, b: u32, score: f32) -> Vec<(RecordId, RecordId, f32)> {
        let mut pairs = Vec::new();
        for &left in members.of(a) {
            let partners = members.of(b).iter().filter(|&&right| a != b || left < right);
            pairs.extend(partners.map(|&right| {
                let (first, second) = (left.min(right), left.max(right));
                (self.records[first as usize], self.records[second as usize], score)
            }));
        }
        pairs
    }

    /// How many pairs of records there are per hundredth of the score.
    pub fn pair_count_histogram(&self) -> PairHistogram {
        PairHistogram::of(self)
    }
}

/// The edges with score ≥ `threshold` of `edges` in [`Edge::order`].
pub(super) fn prefix_at(edges: &[Edge], threshold: f32) -> &[Edge] {
    &edges[..edges.partition_point(|edge| edge.score >= threshold)]
}

/// Node → its records, as one array and offsets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members {
    offsets: Vec<u32>,
    indices: Vec<u32>,
}

impl Members {
    fn of_nodes(node_of: &[u32], nodes: usize) -> Members {
        let mut offsets = vec![0; nodes + 1];
        node_of.iter().for_each(|&node| offsets[node as usize + 1] += 1);
        (0..nodes).for_each(|node| offsets[node + 1] += offsets[node]);
        let mut next = offsets.clone();
        let mut indices = vec![0; node_of.len()];
        for (&node, index) in node_of.iter().zip(0..) {
            indices[next[node as usize] as usize] = index;
            next[node as usize] += 1;
        }
        Members { offsets, indices }
    }

    pub fn of(&self, node: u32) -> &[u32] {
        &self.indices[self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize]
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Kind, Result};
    use crate::model::Sets;
    use crate::progress::Progress;
    use crate::similarity::{build, digest};

    fn graph(texts: &[&str], floor: f32) -> Result<Graph> {
        let records = (1..=texts.len() as u32).map(|n| RecordId(n * 10)).collect();
        build::lexical(Sets::Words, floor, records, texts, None, &Progress::none())
    }

    #[test]
    fn equal_texts_are_one_node_and_equal_sets_are_an_edge_of_one() {
        let graph = graph(&["a red car", "!", "a RED  car", "blue", "car a red", "!"], 0.5).unwrap();
        assert_eq!(graph.node_of, [0, 1, 0, 2, 3, 1]);
        assert_eq!(graph.members().of(0), [0, 2]);
        assert_eq!(graph.edges, [Edge { a: 0, b: 3, score: 1.0 }]);
        let pair = |a, b| (RecordId(a), RecordId(b), 1.0);
        assert_eq!(graph.pairs(1.0).collect::<Vec<_>>(), [pair(10, 30), pair(20, 60), pair(10, 50), pair(30, 50)]);
    }

    #[test]
    fn a_threshold_at_the_edge_of_a_score_takes_it_in() {
        let graph = graph(&["a b c d e f g", "a b c d e f g h i j", "z"], 0.3).unwrap();
        assert_eq!(graph.edges, [Edge { a: 0, b: 1, score: 0.7 }]);
        assert_eq!(graph.at(0.7).len(), 1);
        assert_eq!(graph.at(0.7f32.next_up()).len(), 0);
        assert_eq!(graph.index_of(RecordId(20)), Some(1));
        assert_eq!(graph.index_of(RecordId(21)), None);
    }

    #[test]
    fn a_floor_that_is_no_floor_is_a_usage_error() {
        for floor in [0.0, -0.1, 1.01, f32::NAN] {
            assert_eq!(graph(&["a"], floor).unwrap_err().kind, Kind::Usage, "{floor}");
        }
        assert!(graph(&[], 1.0).unwrap().records.is_empty());
    }

    #[test]
    fn what_is_no_graph_is_not_taken() {
        let good = graph(&["a b c", "a b d", "a b c", "a b e"], 0.4).unwrap();
        let again = |change: fn(&mut Graph)| {
            let mut graph = good.clone();
            change(&mut graph);
            graph.checked()
        };
        assert_eq!(again(|_| {}), Some(good.clone()));
        assert_eq!(again(|graph| graph.edges.swap(0, 1)), None);
        assert_eq!(again(|graph| graph.edges[0].b = 9), None);
        assert_eq!(again(|graph| graph.floor = 0.6), None);
        assert_eq!(again(|graph| graph.node_of[0] = 1), None);
        assert_eq!(again(|graph| graph.records.swap(0, 1)), None);
        assert_eq!(again(|graph| graph.records.truncate(2)), None);
        assert_eq!(again(|graph| _ = graph.digests.pop()), None);
    }

    #[test]
    fn judged_pairs_are_no_edges_any_more() {
        let graph = Arc::new(graph(&["red car on blue box", "blue car on red box", "blue car on red", "x"], 0.5).unwrap());
        let [a, b, c, x] = graph.digests[..] else { panic!("four nodes") };
        assert_eq!(graph.edges.len(), 3);
        let cut = graph.without(&[(a.min(b), a.max(b)), (digest("gone"), x)]);
        assert_eq!(cut.edges, graph.edges[1..]);
        assert_eq!(cut.without(&[(c.max(a), c.min(a)), (b.min(c), b.max(c))]).edges, []);
        for without_effect in [&[][..], &[(a, a)], &[(a.min(x), a.max(x))], &[(1, 2)]] {
            assert!(Arc::ptr_eq(&graph, &graph.without(without_effect)));
        }
    }
}
