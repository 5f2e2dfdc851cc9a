//! Who goes when one side loses: every record of it that resembles one of the others.

use crate::model::Threshold;
use crate::similarity::Graph;

/// `record` goes because `witness`, of a group that does not lose, is this close. Indices into `Graph::records`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    pub record: u32,
    pub witness: u32,
    pub score: f32,
}

/// Every record of a losing group with a neighbour ≥ t in a group that does not lose, by index, each with its closest such neighbour.
/// Without these records nothing leaks between the losers and the others.
///
/// `loses` is by group. O(edges + records).
pub fn losses(graph: &Graph, threshold: Threshold, group_of: &[Option<u16>], loses: &[bool]) -> Vec<Loss> {
    let does_lose = |group: u16| loses.get(usize::from(group)) == Some(&true);
    let mut has_loser = vec![false; graph.nodes()];
    // Of each node, its first record that stays; then the closest one in reach.
    let mut stays: Vec<Option<u32>> = vec![None; graph.nodes()];
    for ((&node, &group), index) in graph.node_of.iter().zip(group_of).zip(0..) {
        match group {
            Some(group) if does_lose(group) => has_loser[node as usize] = true,
            Some(_) => _ = stays[node as usize].get_or_insert(index),
            None => {}
        }
    }
    let mut closest: Vec<Option<(u32, f32)>> = stays.iter().map(|stays| stays.map(|index| (index, 1.0))).collect();
    for edge in graph.at(threshold.value()) {
        for (x, y) in [(edge.a as usize, edge.b as usize), (edge.b as usize, edge.a as usize)] {
            if let Some(witness) = stays[y]
                && has_loser[x]
                && closest[x].is_none()
            {
                closest[x] = Some((witness, edge.score));
            }
        }
    }
    let losers = (0..group_of.len()).filter(|&index| group_of[index].is_some_and(does_lose));
    losers
        .filter_map(|index| {
            let (witness, score) = closest[graph.node_of[index] as usize]?;
            Some(Loss { record: index as u32, witness, score })
        })
        .collect()
}
