//! Neighbours by node: a list of edges turned into one array and offsets, so that a walk over a node's neighbours is a slice.

use crate::model::Edge;

/// Who stands beside whom; each node's neighbours by score descending.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Adjacency {
    offsets: Vec<u32>,
    neighbours: Vec<Neighbour>,
}

/// One end of an edge as the other end sees it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Neighbour {
    pub node: u32,
    pub score: f32,
}

impl Adjacency {
    /// Neighbours among `nodes` nodes. Because `edges` are in [`Edge::order`], filling in order leaves every list sorted.
    pub fn of(nodes: usize, edges: &[Edge]) -> Adjacency {
        let mut offsets = vec![0u32; nodes + 1];
        for edge in edges {
            offsets[edge.a as usize + 1] += 1;
            offsets[edge.b as usize + 1] += 1;
        }
        for i in 0..nodes {
            offsets[i + 1] += offsets[i];
        }
        let mut next = offsets.clone();
        let mut neighbours = vec![Neighbour::default(); edges.len() * 2];
        let mut put = |at: u32, node: u32, score: f32| {
            neighbours[next[at as usize] as usize] = Neighbour { node, score };
            next[at as usize] += 1;
        };
        for edge in edges {
            put(edge.a, edge.b, edge.score);
            put(edge.b, edge.a, edge.score);
        }
        Adjacency { offsets, neighbours }
    }

    /// Neighbours of `node`, the closest first.
    pub fn neighbours_of(&self, node: u32) -> &[Neighbour] {
        &self.neighbours[self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize]
    }

    /// Score of the edge between two nodes, if there is one. A walk over the shorter list.
    pub fn score(&self, a: u32, b: u32) -> Option<f32> {
        let (few, many) = (self.neighbours_of(a), self.neighbours_of(b));
        let (list, other) = if few.len() <= many.len() { (few, b) } else { (many, a) };
        list.iter().find(|neighbour| neighbour.node == other).map(|neighbour| neighbour.score)
    }

    /// Neighbours of `node` with score ≥ `threshold`.
    pub fn at(&self, node: u32, threshold: f32) -> impl Iterator<Item = &Neighbour> {
        self.neighbours_of(node).iter().take_while(move |n| n.score >= threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_come_closest_first_and_stop_at_the_threshold() {
        let edges = [Edge { a: 0, b: 2, score: 0.9 }, Edge { a: 1, b: 2, score: 0.8 }, Edge { a: 0, b: 1, score: 0.7 }];
        let adjacency = Adjacency::of(4, &edges);
        let nodes = |node, t| adjacency.at(node, t).map(|n| n.node).collect::<Vec<_>>();
        assert_eq!(nodes(2, 0.0), [0, 1]);
        assert_eq!(nodes(1, 0.75), [2]);
        assert!(adjacency.neighbours_of(3).is_empty());
    }
}
