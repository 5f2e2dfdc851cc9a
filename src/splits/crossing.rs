//! The pairs across a border: those between two groups, and the closest of all.

use super::nodes::Nodes;
use crate::model::Threshold;
use crate::similarity::Graph;

/// A record of one group with one of another, as indices into `Graph::records`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeakPair {
    pub a: u32,
    pub b: u32,
    pub score: f32,
}

/// Every pair ≥ t of a record of group `a` and one of group `b`, the closest first: those of one text, text by text, then those across
/// each edge, in the order of edges.
///
/// As many as the product of both groups in the worst case: take what is needed.
pub fn leak_pairs(
    graph: &Graph,
    threshold: Threshold,
    group_of: &[Option<u16>],
    a: u16,
    b: u16,
) -> impl Iterator<Item = LeakPair> {
    let nodes = Nodes::of(graph, group_of);
    let members = graph.members();
    let within = (0..graph.nodes() as u32).map(|node| (node, node, 1.0));
    // Either end of an edge may be the one in `a`; both, where texts of both groups stand at both ends.
    let across = graph.at(threshold.value()).iter().flat_map(|edge| [(edge.a, edge.b, edge.score), (edge.b, edge.a, edge.score)]);
    let is_meant = move |x, y| a != b && nodes.holds(x, a) && nodes.holds(y, b);
    within.chain(across).filter(move |&(x, y, _)| is_meant(x, y)).flat_map(move |(x, y, score)| {
        let of = |node, group| members.of(node).iter().copied().filter(move |&i| group_of[i as usize] == Some(group));
        let pairs = of(x, a).flat_map(|left| of(y, b).map(move |right| LeakPair { a: left, b: right, score }));
        pairs.collect::<Vec<_>>()
    })
}

/// The highest similarity of two records of different groups; `None` where there is none at the graph's floor or above.
pub fn highest(graph: &Graph, group_of: &[Option<u16>]) -> Option<f32> {
    let nodes = Nodes::of(graph, group_of);
    if (0..nodes.len() as u32).any(|node| nodes.crosses(node)) {
        return Some(1.0);
    }
    graph.edges.iter().find(|edge| nodes.cross(edge.a, edge.b)).map(|edge| edge.score)
}

/// Whether a cap may have left out a pair ≥ `score` of records of different groups. `graph` is as it was built, nothing cut out of it.
///
/// An edge was left out only where both of its ends have K that are as strong: an edge ≥ `score` only between two nodes with K neighbours ≥
/// `score`. As long as all such nodes are in one group, every pair across a border is there.
pub fn may_overlook(graph: &Graph, score: f32, group_of: &[Option<u16>]) -> bool {
    let Some(most) = graph.capped else { return false };
    let nodes = Nodes::of(graph, group_of);
    let mut neighbours = vec![0u32; nodes.len()];
    for edge in graph.at(score) {
        neighbours[edge.a as usize] += 1;
        neighbours[edge.b as usize] += 1;
    }
    let mut full = (0..nodes.len() as u32).filter(|&node| neighbours[node as usize] >= most && nodes.takes_part(node));
    // Two at least, and not all of one group: if no other one crosses with the first, they are all of its group.
    let Some(first) = full.next() else { return false };
    full.any(|node| nodes.crosses(first) || nodes.cross(first, node))
}
