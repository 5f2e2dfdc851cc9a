//! How good one cluster is: what the list says beside it. For the clusters in view, each at the price of its own edges.

use rustc_hash::{FxHashMap, FxHashSet};

use super::at::{Cluster, Clusters};
use super::policy::{self, Candidate, Proposal, Witness};
use crate::model::Threshold;
use crate::similarity::{Adjacency, Graph};

/// What is said of a cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// The lowest score of the merges that hold it together.
    pub weakest: f32,
    /// The highest score of two members.
    pub best: f32,
    /// The lowest similarity of a member to the keeper; `None`: the graph has no edge for some member, so it is below the floor.
    pub farthest: Option<f32>,
    /// How many members the policy cover would keep.
    pub kept: u32,
    /// Members about which nobody has decided yet.
    pub undecided: u32,
}

impl Quality {
    /// `adjacency` is of all edges of the graph; `keeper` is one of the members; `candidates` and `is_undecided` are by index into
    /// `Graph::records`. O(members + edges of the members that stay).
    pub fn of(
        graph: &Graph,
        adjacency: &Adjacency,
        cluster: Cluster,
        keeper: u32,
        threshold: Threshold,
        candidates: &[Candidate],
        is_undecided: impl Fn(u32) -> bool,
    ) -> Quality {
        Quality {
            weakest: cluster.weakest,
            best: cluster.best,
            farthest: farthest(graph, adjacency, cluster.members, keeper),
            kept: (cluster.members.len() - cover_within(graph, adjacency, cluster.members, threshold, candidates).len()) as u32,
            undecided: cluster.members.iter().filter(|&&member| is_undecided(member)).count() as u32,
        }
    }
}

/// The lowest similarity of the members to the keeper; `None` below the floor. 1 where there is nobody else.
pub fn farthest(graph: &Graph, adjacency: &Adjacency, members: &[u32], keeper: u32) -> Option<f32> {
    let home = graph.node_of[keeper as usize];
    let scores: FxHashMap<u32, f32> = adjacency.neighbours_of(home).iter().map(|n| (n.node, n.score)).collect();
    let to_keeper = |&member: &u32| {
        let node = graph.node_of[member as usize];
        if node == home { Some(1.0) } else { scores.get(&node).copied() }
    };
    members.iter().map(to_keeper).try_fold(1.0, |lowest: f32, score| Some(lowest.min(score?)))
}

/// What cover proposes for the members of one cluster: what [`propose`](super::propose) says of them, without a walk over all others.
/// Whoever is near a member is a member, so that the walk never leaves the cluster. In keeper order; O(edges of the members that stay).
pub fn cover_within(
    graph: &Graph,
    adjacency: &Adjacency,
    members: &[u32],
    threshold: Threshold,
    candidates: &[Candidate],
) -> Vec<Proposal> {
    let mut order = members.to_vec();
    order.sort_unstable_by_key(|&i| (!candidates[i as usize].fixed, candidates[i as usize].rank, i));
    let mut closest: FxHashMap<u32, Witness> = FxHashMap::default();
    let mut told: FxHashSet<u32> = FxHashSet::default();
    let mut proposals = Vec::new();
    for index in order {
        let Candidate { fixed, rank, .. } = candidates[index as usize];
        let node = graph.node_of[index as usize];
        match closest.get(&node) {
            Some(&witness) if !fixed => proposals.push(policy::proposal(index, witness)),
            _ if !told.insert(node) => {}
            _ => {
                let company = adjacency.at(node, threshold.value()).map(|n| (n.node, n.score));
                for (node, score) in company.chain([(node, 1.0)]) {
                    let witness = Witness { index, rank, score };
                    let place = closest.entry(node).or_insert(witness);
                    if witness.better_than(&Some(*place)) {
                        *place = witness;
                    }
                }
            }
        }
    }
    proposals
}

/// Of every cluster, how many members stay when the policy's proposals are applied. One pass over the proposals.
pub fn stays(clusters: &Clusters, proposals: &[Proposal]) -> Vec<u32> {
    let mut stays: Vec<u32> = clusters.iter().map(|cluster| cluster.members.len() as u32).collect();
    for cluster in proposals.iter().filter_map(|p| clusters.of(p.record as usize)) {
        stays[cluster] -= 1;
    }
    stays
}

/// Of every cluster, how many members nobody has decided about.
pub fn undecided(clusters: &Clusters, is_undecided: impl Fn(u32) -> bool) -> Vec<u32> {
    clusters.iter().map(|cluster| cluster.members.iter().filter(|&&member| is_undecided(member)).count() as u32).collect()
}
