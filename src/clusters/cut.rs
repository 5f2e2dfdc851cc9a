//! Cutting a cluster in two at its weakest link, and the pairs that must be judged "not a duplicate" to make the cut last.

use rayon::slice::ParallelSliceMut;
use rustc_hash::FxHashMap;

use crate::model::{Edge, Threshold};
use crate::similarity::{Adjacency, Graph, UnionFind};

/// A cluster as two.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// The link that held the two sides together: of nodes.
    pub link: Edge,
    /// Members of either side, as indices into `Graph::records`, ascending. The first side has the first member of all.
    pub sides: [Vec<u32>; 2],
    /// Every edge of the graph from one side to the other, at any score: of nodes, in [`Edge::order`]. As long as one of these that is
    /// ≥ t counts, the cluster is one.
    pub crossing: Vec<Edge>,
}

/// Cuts the cluster at `threshold` with these `members` at the weakest merge of its spanning tree (of equal ones the last in
/// [`Edge::order`]). `adjacency` is of all edges of the graph. `None` where there is no link to cut: all members have the same text.
///
/// O(edges of the cluster), and a sort of those ≥ threshold. A record that takes no part today may tie the sides together again when it
/// comes back: its pairs are not among those that cross.
pub fn cut(graph: &Graph, adjacency: &Adjacency, threshold: Threshold, members: &[u32]) -> Option<Cut> {
    let nodes = Nodes::of(graph, members);
    let (link, mut halves) = nodes.halves(adjacency, threshold.value())?;
    let first = members.iter().min().and_then(|&member| nodes.place(graph.node_of[member as usize]))?;
    let first = halves.find(first);
    let mut on_first = |place: u32| halves.find(place) == first;
    let is_first: Vec<bool> = (0..nodes.ids.len() as u32).map(&mut on_first).collect();
    let on_first = |node: u32| nodes.place(node).map(|place| is_first[place as usize]);

    let mut sides = [Vec::new(), Vec::new()];
    for &member in members {
        let side = usize::from(on_first(graph.node_of[member as usize]) != Some(true));
        sides[side].push(member);
    }
    sides.iter_mut().for_each(|side| side.sort_unstable());
    let mut crossing: Vec<Edge> = nodes.edges(adjacency, 0.0).filter(|e| on_first(e.a) != on_first(e.b)).collect();
    crossing.par_sort_unstable_by(Edge::order);
    Some(Cut { link, sides, crossing })
}

/// The nodes of a cluster, with a dense number each.
struct Nodes {
    /// Ascending.
    ids: Vec<u32>,
    places: FxHashMap<u32, u32>,
}

impl Nodes {
    fn of(graph: &Graph, members: &[u32]) -> Nodes {
        let mut ids: Vec<u32> = members.iter().map(|&member| graph.node_of[member as usize]).collect();
        ids.sort_unstable();
        ids.dedup();
        let places = ids.iter().zip(0..).map(|(&node, place)| (node, place)).collect();
        Nodes { ids, places }
    }

    fn place(&self, node: u32) -> Option<u32> {
        self.places.get(&node).copied()
    }

    /// Edges with both ends in the cluster and score ≥ `threshold`, each once.
    fn edges<'a>(&'a self, adjacency: &'a Adjacency, threshold: f32) -> impl Iterator<Item = Edge> + 'a {
        self.ids.iter().flat_map(move |&a| {
            let higher = adjacency.at(a, threshold).filter(move |n| a < n.node && self.places.contains_key(&n.node));
            higher.map(move |n| Edge { a, b: n.node, score: n.score })
        })
    }

    /// The last link that Kruskal's walk takes, and the sets just before it; `None` where there is none.
    fn halves(&self, adjacency: &Adjacency, threshold: f32) -> Option<(Edge, UnionFind)> {
        let mut edges: Vec<Edge> = self.edges(adjacency, threshold).collect();
        edges.par_sort_unstable_by(Edge::order);
        let mut halves = UnionFind::new(self.ids.len());
        let mut left = self.ids.len().checked_sub(1)?;
        for edge in edges {
            let (Some(a), Some(b)) = (self.place(edge.a), self.place(edge.b)) else { continue };
            if left == 1 && !halves.same(a, b) {
                return Some((edge, halves));
            }
            left -= usize::from(halves.union(a, b).is_some());
        }
        None
    }
}
