//! Who is near a record: the edges of the graph, listed under both their ends.

use super::graph::Members;
use super::{Graph, bytes::offsets_of};

/// Node → its edges, strongest first, as one array and offsets. Built once a graph, 16 bytes an edge.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjacency {
    offsets: Vec<usize>,
    near: Vec<(u32, f32)>,
    members: Members,
}

impl Adjacency {
    pub fn of(graph: &Graph) -> Adjacency {
        let mut degrees = vec![0; graph.nodes()];
        graph.edges.iter().flat_map(|edge| [edge.a, edge.b]).for_each(|node| degrees[node as usize] += 1);
        let offsets = offsets_of(degrees.into_iter());

        let mut next = offsets.clone();
        let mut near = vec![(0, 0.0); 2 * graph.edges.len()];
        for edge in &graph.edges {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                near[next[from as usize]] = (to, edge.score);
                next[from as usize] += 1;
            }
        }
        Adjacency { offsets, near, members: graph.members() }
    }

    /// Nodes with score ≥ `threshold` to `node`, strongest first.
    pub fn nodes_near(&self, node: u32, threshold: f32) -> &[(u32, f32)] {
        let near = &self.near[self.offsets[node as usize]..self.offsets[node as usize + 1]];
        &near[..near.partition_point(|&(_, score)| score >= threshold)]
    }

    /// Records with score ≥ `threshold` to the record at `index` of `graph` (the one this was built of), as (index, score):
    /// the score descending, then the index. Those with the same words have 1; the record itself is not among them.
    pub fn neighbours_of(&self, graph: &Graph, index: usize, threshold: f32) -> Vec<(u32, f32)> {
        let node = graph.node_of[index];
        let itself = (threshold <= 1.0).then_some((node, 1.0));
        let nodes = itself.iter().chain(self.nodes_near(node, threshold));
        let mut neighbours: Vec<(u32, f32)> = nodes
            .flat_map(|&(node, score)| self.members.of(node).iter().map(move |&record| (record, score)))
            .filter(|&(record, _)| record as usize != index)
            .collect();
        neighbours.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        neighbours
    }

    /// Node → its records.
    pub fn members(&self) -> &Members {
        &self.members
    }
}
