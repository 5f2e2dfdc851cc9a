//! The similarity graph: every pair of texts with similarity ≥ floor, sorted by score.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::histogram::PairHistogram;
use super::lexical;
use super::tokens::WordSets;
use crate::error::{Error, Result};
use crate::model::{Edge, Lens, RecordId};
use crate::progress::Progress;

/// Every pair ≥ floor among a scope of records.
///
/// Records with the same set of words are one *node* (similarity 1 by definition); a record without any word is a node of its
/// own and has no edge. Edges join nodes. An *index* is a record's place in [`records`](Graph::records), 0-based.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    pub lens: Lens,
    /// Lowest score of an edge.
    pub floor: f32,
    /// The scope, ids ascending.
    pub records: Vec<RecordId>,
    /// Node of each record; nodes are numbered 0.. by their first record.
    pub node_of: Vec<u32>,
    /// In [`Edge::order`]; `a < b` are nodes.
    pub edges: Vec<Edge>,
}

impl Graph {
    /// Finds every pair ≥ `floor` among `texts` (same order as `records`, ids ascending).
    ///
    /// Time and memory: see [`lexical`]. Fails where `floor` is not in (0, 1] and where pairs are more than
    /// [`lexical::MAX_EDGES`].
    pub fn build(lens: Lens, floor: f32, records: Vec<RecordId>, texts: &[&str], progress: &Progress) -> Result<Graph> {
        check(floor, &records, texts)?;
        let Lens::Lexical = lens;
        let sets = WordSets::read(texts, progress)?;
        let (node_of, first_of) = collapse(&sets);
        let nodes = sets.select(&first_of);
        drop(sets);
        let edges = lexical::join(&nodes, floor, lexical::MAX_EDGES, progress)?;
        Ok(Graph { lens, floor, records, node_of, edges })
    }

    /// A graph from its stored parts; `None` where they are not a graph (ids or edges out of order, nodes out of range).
    pub fn from_parts(lens: Lens, floor: f32, records: Vec<RecordId>, node_of: Vec<u32>, edges: Vec<Edge>) -> Option<Graph> {
        let mut nodes = 0;
        let numbered = node_of.iter().all(|&node| {
            let new = node == nodes;
            nodes += u32::from(new);
            node < nodes
        });
        let whole = numbered
            && node_of.len() == records.len()
            && records.is_sorted_by(|a, b| a < b)
            && edges.is_sorted_by(|a, b| a.order(b).is_lt())
            && edges.iter().all(|edge| edge.a < edge.b && edge.b < nodes && (floor..=1.0).contains(&edge.score));
        whole.then_some(Graph { lens, floor, records, node_of, edges })
    }

    /// How many nodes there are. O(records).
    pub fn nodes(&self) -> usize {
        self.node_of.iter().max().map_or(0, |&last| last as usize + 1)
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

fn check(floor: f32, records: &[RecordId], texts: &[&str]) -> Result<()> {
    if !(floor > 0.0 && floor <= 1.0) {
        return Err(Error::usage(format!("the floor {floor} is not above 0 and at most 1"))
            .hint("a floor between 0.3 and 0.8 is sensible: thresholds can move down to it"));
    }
    if records.len() != texts.len() {
        return Err(Error::refused(format!("{} records came with {} texts", records.len(), texts.len())));
    }
    if !records.is_sorted_by(|a, b| a < b) {
        return Err(Error::refused("the records of a graph must be in ascending order, each once"));
    }
    Ok(())
}

/// The node of each set, and the first set of each node: equal sets are one node, each empty set is its own.
fn collapse(sets: &WordSets) -> (Vec<u32>, Vec<u32>) {
    let mut known: FxHashMap<&[u32], u32> = FxHashMap::default();
    let mut first_of = Vec::new();
    let node_of = (0..sets.len() as u32)
        .map(|n| {
            let next = first_of.len() as u32;
            let node = match known.entry(sets.get(n)) {
                Entry::Occupied(entry) if !entry.key().is_empty() => *entry.get(),
                Entry::Occupied(_) => next,
                Entry::Vacant(entry) => *entry.insert(next),
            };
            if node == next {
                first_of.push(n);
            }
            node
        })
        .collect();
    (node_of, first_of)
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
    use crate::error::Kind;

    fn graph(texts: &[&str], floor: f32) -> Result<Graph> {
        let records = (1..=texts.len() as u32).map(|n| RecordId(n * 10)).collect();
        Graph::build(Lens::Lexical, floor, records, texts, &Progress::none())
    }

    #[test]
    fn equal_sets_are_one_node_and_empty_texts_are_alone() {
        let graph = graph(&["a red car", "!", "Car, a RED", "blue", "", "red a car car"], 0.5).unwrap();
        assert_eq!(graph.node_of, [0, 1, 0, 2, 3, 0]);
        assert_eq!(graph.nodes(), 4);
        assert_eq!(graph.members().of(0), [0, 2, 5]);
        assert!(graph.edges.is_empty());
        let (a, b, c) = (RecordId(10), RecordId(30), RecordId(60));
        assert_eq!(graph.pairs(1.0).collect::<Vec<_>>(), [(a, b, 1.0), (a, c, 1.0), (b, c, 1.0)]);
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
    fn parts_that_are_no_graph_are_not_taken() {
        let good = graph(&["a b c", "a b d", "a b c", "a b e"], 0.4).unwrap();
        let again = |change: fn(&mut Graph)| {
            let mut parts = good.clone();
            change(&mut parts);
            Graph::from_parts(parts.lens, parts.floor, parts.records, parts.node_of, parts.edges)
        };
        assert_eq!(again(|_| {}), Some(good.clone()));
        assert_eq!(again(|parts| parts.edges.swap(0, 1)), None);
        assert_eq!(again(|parts| parts.edges[0].b = 9), None);
        assert_eq!(again(|parts| parts.floor = 0.6), None);
        assert_eq!(again(|parts| parts.node_of[0] = 1), None);
        assert_eq!(again(|parts| parts.records.swap(0, 1)), None);
        assert_eq!(again(|parts| parts.records.truncate(2)), None);
    }
}
