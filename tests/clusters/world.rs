//! Random graphs with an oracle: the similarity of any two records, found by looking.

use proptest::prelude::*;
use tamis::clusters::Candidate;
use tamis::model::{Edge, Lens, RecordId, Threshold};
use tamis::similarity::{Forest, Graph};

/// A graph with its forest and what the policies must know.
#[derive(Debug, Clone)]
pub struct World {
    pub graph: Graph,
    pub forest: Forest,
    pub candidates: Vec<Candidate>,
}

impl World {
    pub fn alive(&self) -> Vec<bool> {
        self.candidates.iter().map(|c| c.alive).collect()
    }

    pub fn len(&self) -> usize {
        self.candidates.len()
    }

    /// 1 within a node, the edge's score between nodes.
    pub fn similarity(&self, a: usize, b: usize) -> Option<f32> {
        let (x, y) = (self.graph.node_of[a], self.graph.node_of[b]);
        if x == y {
            return Some(1.0);
        }
        self.graph.edges.iter().find(|e| (e.a, e.b) == (x.min(y), x.max(y))).map(|e| e.score)
    }

    pub fn near(&self, a: usize, b: usize, threshold: Threshold) -> bool {
        self.similarity(a, b).is_some_and(|score| score >= threshold.value())
    }

    /// Components of the alive records at the threshold, by flooding: each record's lowest companion.
    pub fn components(&self, threshold: Threshold) -> Vec<usize> {
        let mut label: Vec<usize> = (0..self.len()).collect();
        loop {
            let before = label.clone();
            for a in 0..self.len() {
                for b in 0..self.len() {
                    if self.candidates[a].alive && self.candidates[b].alive && self.near(a, b, threshold) {
                        label[a] = label[a].min(label[b]);
                    }
                }
            }
            if label == before {
                return label;
            }
        }
    }
}

/// Kruskal with plain labels: a second implementation of the spanning forest.
pub fn forest_of(edges: &[Edge], nodes: usize) -> Forest {
    let mut label: Vec<usize> = (0..nodes).collect();
    let mut kept = Vec::new();
    for edge in edges {
        let (a, b) = (label[edge.a as usize], label[edge.b as usize]);
        if a != b {
            label.iter_mut().filter(|l| **l == b).for_each(|l| *l = a);
            kept.push(*edge);
        }
    }
    Forest { edges: kept }
}

/// `node_of` numbered anew by first record, edges ordered.
pub fn graph(floor: f32, nodes: &[usize], pairs: Vec<(usize, usize, f32)>) -> Graph {
    let mut number: Vec<Option<u32>> = vec![None; nodes.iter().max().map_or(0, |n| n + 1)];
    let mut next = 0;
    let node_of: Vec<u32> = nodes
        .iter()
        .map(|&n| {
            *number[n].get_or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    let joined = pairs.into_iter().filter_map(|(a, b, score)| {
        let (a, b) = (*number.get(a)?, *number.get(b)?);
        let (a, b) = (a?, b?);
        (a != b).then_some(Edge { a: a.min(b), b: a.max(b), score })
    });
    let mut edges: Vec<Edge> = joined.collect();
    edges.sort_by_key(|e| (e.a, e.b));
    edges.dedup_by_key(|e| (e.a, e.b));
    edges.sort_by(Edge::order);
    assemble(floor, node_of, edges)
}

/// The one place here that knows all fields of a graph: records are numbered from 1.
pub fn assemble(floor: f32, node_of: Vec<u32>, edges: Vec<Edge>) -> Graph {
    let records = (1..=node_of.len() as u32).map(RecordId).collect();
    let digests = (0..node_of.iter().max().map_or(0, |last| u64::from(*last) + 1)).collect();
    Graph { lens: Lens::Lexical, method: "words".into(), floor, records, node_of, digests, edges, capped: None }
}

pub fn threshold() -> impl Strategy<Value = Threshold> {
    (600u16..=1000).prop_map(Threshold::from_thousandths)
}

/// Up to 14 records in up to 9 nodes; scores are coarse, so that ties are common; about a fifth dead, a fifth fixed.
pub fn world() -> impl Strategy<Value = World> {
    let nodes = prop::collection::vec(0..9usize, 1..14);
    let pairs = prop::collection::vec((0..9usize, 0..9usize, (60u16..=100).prop_map(|h| f32::from(h) / 100.0)), 0..24);
    (nodes, pairs, any::<bool>()).prop_flat_map(|(nodes, pairs, all_alive)| {
        let n = nodes.len();
        let ranks = Just((0..n as u32).collect::<Vec<_>>()).prop_shuffle();
        let facts = prop::collection::vec((prop::bool::weighted(0.8), prop::bool::weighted(0.2)), n);
        (Just(nodes), Just(pairs), ranks, facts, Just(all_alive)).prop_map(|(nodes, pairs, ranks, facts, all_alive)| {
            let graph = graph(0.6, &nodes, pairs);
            let forest = forest_of(&graph.edges, nodes.len());
            let candidates = ranks
                .into_iter()
                .zip(facts)
                .map(|(rank, (alive, fixed))| Candidate { alive: alive || all_alive, fixed, rank })
                .collect();
            World { graph, forest, candidates }
        })
    })
}
