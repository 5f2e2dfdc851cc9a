//! Who is near a record: its node's neighbours, and the records with the very same text.

use super::Graph;
use super::adjacency::Adjacency;
use super::graph::Members;

/// The adjacency of a whole graph with the records of its nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    adjacency: Adjacency,
    members: Members,
}

impl Neighbours {
    pub fn of(graph: &Graph) -> Neighbours {
        Neighbours { adjacency: Adjacency::of(graph.nodes(), &graph.edges), members: graph.members() }
    }

    /// Node by node.
    pub fn adjacency(&self) -> &Adjacency {
        &self.adjacency
    }

    /// Records with score ≥ `threshold` to the record at `index` of `graph` (the one this was built of), as (index, score):
    /// the score descending, then the index. Those with the same text have 1; the record itself is not among them.
    pub fn neighbours_of(&self, graph: &Graph, index: usize, threshold: f32) -> Vec<(u32, f32)> {
        let node = graph.node_of[index];
        let itself = (threshold <= 1.0).then_some((node, 1.0));
        let nodes = itself.into_iter().chain(self.adjacency.at(node, threshold).map(|n| (n.node, n.score)));
        let mut neighbours: Vec<(u32, f32)> = nodes
            .flat_map(|(node, score)| self.members.of(node).iter().map(move |&record| (record, score)))
            .filter(|&(record, _)| record as usize != index)
            .collect();
        neighbours.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        neighbours
    }
}
