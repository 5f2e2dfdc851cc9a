//! The pairs across a border: those between two groups, and the closest of all.

use std::rc::Rc;

use super::nodes::Nodes;
use crate::model::Threshold;
use crate::similarity::{Graph, UnionFind};

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
/// As many as the product of both groups in the worst case: take what is needed. They are made as they are asked for.
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
        // The members of both sides, never their product: of one text there may be tens of thousands on either side.
        let (left, right) = (of(x, a).collect::<Vec<u32>>(), of(y, b).collect::<Rc<[u32]>>());
        left.into_iter().flat_map(move |left| with_each(left, &right, score))
    })
}

fn with_each(left: u32, right: &Rc<[u32]>, score: f32) -> impl Iterator<Item = LeakPair> + use<> {
    let right = Rc::clone(right);
    (0..right.len()).map(move |at| LeakPair { a: left, b: right[at], score })
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
/// `score`. The spanning forest was kept, so both are of one cluster. As long as all such nodes of each cluster are in one group, every pair
/// across a border is there.
pub fn may_overlook(graph: &Graph, score: f32, group_of: &[Option<u16>]) -> bool {
    let Some(most) = graph.capped else { return false };
    let nodes = Nodes::of(graph, group_of);
    let mut neighbours = vec![0u32; nodes.len()];
    let mut clusters = UnionFind::new(nodes.len());
    for edge in graph.at(score) {
        clusters.union(edge.a, edge.b);
        neighbours[edge.a as usize] += 1;
        neighbours[edge.b as usize] += 1;
    }
    // Of each cluster: two at least, and not all of one group. If no other one crosses with the first, they are all of its group.
    let mut firsts: Vec<Option<u32>> = vec![None; nodes.len()];
    let mut full = (0..nodes.len() as u32).filter(|&node| neighbours[node as usize] >= most && nodes.takes_part(node));
    full.any(|node| {
        let first = *firsts[clusters.find(node) as usize].get_or_insert(node);
        first != node && (nodes.crosses(first) || nodes.cross(first, node))
    })
}
