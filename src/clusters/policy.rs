//! Policies: which records a cluster loses.

use super::links::{Links, prefix};
use crate::model::{Edge, Policy, Threshold};
use crate::similarity::{Adjacency, Forest, Graph, UnionFind};

/// What a policy must know of each record of the graph (same order as `Graph::records`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Candidate {
    /// Takes part at all; a record dropped by hand or by a rule neither drops nor witnesses.
    pub alive: bool,
    /// Never dropped: protected source, or marked keep or flag by a person.
    pub fixed: bool,
    /// Place in the keeper order, from [`keeper::rank`](super::keeper::rank).
    pub rank: u32,
}

/// `record` (an index into `Graph::records`) goes because `witness` stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proposal {
    pub record: u32,
    pub witness: u32,
    pub score: f32,
}

/// What the policy would drop at the threshold, by record index ascending.
///
/// - **cover**: the fixed records stay; then the others in keeper order, each staying if no record that stays so far is ≥ t. The witness is
///   the closest of those that stayed *before* it (ties: the best rank), so that it is always the reason, and never worse in keeper order.
/// - **cluster**: the fixed members of a component stay; where there are none, its best rank. The witness is the member that stays with
///   the closest similarity to the record, be it below t. Where none of them has an edge to the record, the witness is the best rank that
///   stays, and the score is the weakest link of the strongest chain between the two.
/// - **every**: all unfixed records with an alive neighbour ≥ t go; the witness is the closest one, and may go as well.
pub fn propose(graph: &Graph, forest: &Forest, threshold: Threshold, policy: Policy, candidates: &[Candidate]) -> Vec<Proposal> {
    let mut proposals = match policy {
        Policy::Cover => cover(graph, threshold.value(), candidates),
        Policy::Cluster => cluster(graph, forest, threshold.value(), candidates),
        Policy::Every => every(graph, threshold.value(), candidates),
    };
    proposals.sort_unstable_by_key(|p| p.record);
    proposals
}

/// The closest witness that a node has seen so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Witness {
    pub index: u32,
    pub rank: u32,
    pub score: f32,
}

impl Witness {
    /// Closer, or as close and earlier in keeper order.
    pub fn better_than(&self, other: &Option<Witness>) -> bool {
        other.is_none_or(|o| self.score > o.score || (self.score == o.score && self.rank < o.rank))
    }
}

fn offer(place: &mut Option<Witness>, witness: Witness) {
    if witness.better_than(place) {
        *place = Some(witness);
    }
}

pub(super) fn proposal(record: u32, witness: Witness) -> Proposal {
    Proposal { record, witness: witness.index, score: witness.score }
}

/// Alive records in the order in which cover looks at them: the fixed ones, then by rank.
pub(super) fn cover_order(candidates: &[Candidate], contested: impl Fn(usize) -> bool) -> Vec<u32> {
    let mut order: Vec<u32> = (0..candidates.len()).filter(|&i| candidates[i].alive && contested(i)).map(|i| i as u32).collect();
    order.sort_unstable_by_key(|&i| (!candidates[i as usize].fixed, candidates[i as usize].rank, i));
    order
}

/// A record that stays tells its neighbours at once, and only the first one of a node has anything new to tell: O(edges + records).
fn cover(graph: &Graph, threshold: f32, candidates: &[Candidate]) -> Vec<Proposal> {
    let nodes = graph.nodes();
    let adjacency = Adjacency::of(nodes, prefix(&graph.edges, threshold));
    let mut told = vec![false; nodes];
    let mut closest: Vec<Option<Witness>> = vec![None; nodes];
    let mut proposals = Vec::new();
    for index in cover_order(candidates, |_| true) {
        let Candidate { fixed, rank, .. } = candidates[index as usize];
        let node = graph.node_of[index as usize];
        match closest[node as usize] {
            Some(witness) if !fixed => proposals.push(proposal(index, witness)),
            _ if told[node as usize] => {}
            _ => {
                told[node as usize] = true;
                offer(&mut closest[node as usize], Witness { index, rank, score: 1.0 });
                for neighbour in adjacency.neighbours_of(node) {
                    offer(&mut closest[neighbour.node as usize], Witness { index, rank, score: neighbour.score });
                }
            }
        }
    }
    proposals
}

fn cluster(graph: &Graph, forest: &Forest, threshold: f32, candidates: &[Candidate]) -> Vec<Proposal> {
    let nodes = graph.nodes();
    let links = Links::new(graph, forest, |index| candidates[index].alive);
    let mut sets = UnionFind::new(nodes);
    let mut joins: Vec<Edge> = Vec::new();
    links.join(&mut sets, 0, threshold, |edge, _, _| joins.push(*edge));
    let root_of: Vec<u32> = (0..nodes as u32).map(|node| sets.find(node)).collect();

    let keepers = Keepers::choose(graph, &root_of, candidates);
    let direct = keepers.closest_by_edge(graph, &root_of);
    let chained = keepers.closest_by_chain(&Adjacency::of(nodes, &joins), graph);
    let dropped = (0..candidates.len()).filter(|&i| candidates[i].alive && !keepers.stays[i]);
    let witnessed = dropped.filter_map(|i| {
        let node = graph.node_of[i] as usize;
        direct[node].or(chained[node]).map(|witness| proposal(i as u32, witness))
    });
    witnessed.collect()
}

/// Who stays under the policy `cluster`.
struct Keepers {
    /// Per record.
    stays: Vec<bool>,
    /// Per node, the best rank that stays.
    of_node: Vec<Option<Witness>>,
    /// The best rank that stays, for each component.
    heads: Vec<Witness>,
}

impl Keepers {
    fn choose(graph: &Graph, root_of: &[u32], candidates: &[Candidate]) -> Keepers {
        let order = |i: u32| (!candidates[i as usize].fixed, candidates[i as usize].rank, i);
        let mut head_of: Vec<Option<u32>> = vec![None; root_of.len()];
        for i in (0..candidates.len() as u32).filter(|&i| candidates[i as usize].alive) {
            let head = &mut head_of[root_of[graph.node_of[i as usize] as usize] as usize];
            if head.is_none_or(|h| order(i) < order(h)) {
                *head = Some(i);
            }
        }
        let witness = |index: u32| Witness { index, rank: candidates[index as usize].rank, score: 1.0 };
        let mut stays: Vec<bool> = candidates.iter().map(|c| c.alive && c.fixed).collect();
        let heads: Vec<Witness> = head_of.into_iter().flatten().map(witness).collect();
        for head in &heads {
            stays[head.index as usize] = true;
        }
        let mut of_node = vec![None; root_of.len()];
        for i in (0..candidates.len()).filter(|&i| stays[i]) {
            offer(&mut of_node[graph.node_of[i] as usize], witness(i as u32));
        }
        Keepers { stays, of_node, heads }
    }

    /// Per node, the closest keeper of its component that has an edge to it at any score, or stands in it.
    fn closest_by_edge(&self, graph: &Graph, root_of: &[u32]) -> Vec<Option<Witness>> {
        let mut closest = self.of_node.clone();
        for edge in &graph.edges {
            let (a, b) = (edge.a as usize, edge.b as usize);
            if root_of[a] != root_of[b] {
                continue;
            }
            for (from, to) in [(a, b), (b, a)] {
                if let Some(keeper) = self.of_node[from] {
                    offer(&mut closest[to], Witness { score: edge.score, ..keeper });
                }
            }
        }
        closest
    }

    /// Per node, the head of its component with the weakest link on the way there. In a maximum spanning forest the only path is the
    /// strongest one (Hu 1961), so that the score does not depend on which forest it is.
    fn closest_by_chain(&self, joins: &Adjacency, graph: &Graph) -> Vec<Option<Witness>> {
        let mut reached: Vec<Option<Witness>> = vec![None; self.of_node.len()];
        let mut open = Vec::new();
        for &head in &self.heads {
            let node = graph.node_of[head.index as usize];
            reached[node as usize] = Some(head);
            open.push((node, head));
            while let Some((node, at)) = open.pop() {
                for neighbour in joins.neighbours_of(node) {
                    let place = &mut reached[neighbour.node as usize];
                    if place.is_none() {
                        let next = Witness { score: at.score.min(neighbour.score), ..at };
                        *place = Some(next);
                        open.push((neighbour.node, next));
                    }
                }
            }
        }
        reached
    }
}

fn every(graph: &Graph, threshold: f32, candidates: &[Candidate]) -> Vec<Proposal> {
    let closest = Companions::of(graph, prefix(&graph.edges, threshold), candidates);
    let open = (0..candidates.len()).filter(|&i| candidates[i].alive && !candidates[i].fixed);
    open.filter_map(|i| closest.to(i as u32, graph.node_of[i]).map(|w| proposal(i as u32, w))).collect()
}

/// The closest alive neighbour of every record.
pub(super) struct Companions {
    /// The two best ranks among a node's alive records: a record's own company is the one that it is not.
    inside: Vec<[Option<Witness>; 2]>,
    outside: Vec<Option<Witness>>,
}

impl Companions {
    pub fn of(graph: &Graph, edges: &[Edge], candidates: &[Candidate]) -> Companions {
        let nodes = graph.nodes();
        let mut inside: Vec<[Option<Witness>; 2]> = vec![[None, None]; nodes];
        for (i, candidate) in candidates.iter().enumerate().filter(|(_, c)| c.alive) {
            let mut witness = Witness { index: i as u32, rank: candidate.rank, score: 1.0 };
            for place in &mut inside[graph.node_of[i] as usize] {
                match place {
                    Some(other) if other.rank < witness.rank => {}
                    Some(other) => std::mem::swap(other, &mut witness),
                    None => {
                        *place = Some(witness);
                        break;
                    }
                }
            }
        }
        let mut outside = vec![None; nodes];
        for edge in edges {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                if let Some(neighbour) = inside[from as usize][0] {
                    offer(&mut outside[to as usize], Witness { score: edge.score, ..neighbour });
                }
            }
        }
        Companions { inside, outside }
    }

    fn to(&self, index: u32, node: u32) -> Option<Witness> {
        let mut closest = self.outside[node as usize];
        for witness in self.inside[node as usize].iter().flatten().filter(|w| w.index != index) {
            offer(&mut closest, *witness);
        }
        closest
    }

    /// Highest similarity of the record to any alive one.
    pub fn score(&self, index: u32, node: u32) -> Option<f32> {
        self.to(index, node).map(|w| w.score)
    }
}
