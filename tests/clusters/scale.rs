//! A million records, for the clock: `cargo test --release -- --ignored --nocapture a_million`.

use std::time::Instant;

use tamis::clusters::{Candidate, Clusters, Curve, Dendrogram, propose};
use tamis::model::{Edge, Policy, Threshold};
use tamis::progress::Progress;
use tamis::similarity::{Forest, Graph, UnionFind};

/// Numbers that look like chance (splitmix64).
fn chance(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A million nodes, `count` edges among the first 500 000, in neighbourhoods of 64.
fn big(count: usize) -> Graph {
    let mut state = 7;
    let mut edges: Vec<Edge> = (0..count)
        .map(|_| {
            let a = (chance(&mut state) % 500_000) as u32;
            let b = (a & !63) + (chance(&mut state) % 64) as u32;
            let score = (600 + chance(&mut state) % 401) as f32 / 1000.0;
            Edge { a: a.min(b), b: a.max(b), score }
        })
        .filter(|e| e.a != e.b)
        .collect();
    edges.sort_by(Edge::order);
    super::world::assemble(0.6, (0..1_000_000).collect(), edges)
}

#[test]
#[ignore = "a clock, not a check"]
fn a_million_records() {
    let graph = big(5_000_000);
    let mut sets = UnionFind::new(1_000_000);
    let forest = Forest { edges: graph.edges.iter().filter(|e| sets.union(e.a, e.b).is_some()).copied().collect() };
    let mut alive = vec![true; 1_000_000];
    let floor = Threshold::from_thousandths(600);
    println!("{} edges, {} in the forest", graph.edges.len(), forest.edges.len());
    let clock = |what: &str, start: Instant| println!("{what}: {:?}", start.elapsed());

    let start = Instant::now();
    let clusters = Clusters::at(&graph, &forest, floor, &alive);
    clock(&format!("{} clusters, all alive", clusters.len()), start);
    let candidates: Vec<Candidate> = (0..1_000_000).map(|rank| Candidate { alive: true, fixed: rank % 50 == 0, rank }).collect();
    let start = Instant::now();
    let tree = Dendrogram::of(&graph, &forest, &candidates);
    clock("dendrogram", start);
    let start = Instant::now();
    tree.page(floor, 0, 50);
    clock("its first page", start);
    alive[17] = false;
    let start = Instant::now();
    Clusters::at(&graph, &forest, floor, &alive);
    clock("clusters, one dead", start);
    for policy in Policy::ALL {
        let start = Instant::now();
        let proposals = propose(&graph, &forest, floor, policy, &candidates);
        clock(&format!("propose {} ({})", policy.word(), proposals.len()), start);
        let start = Instant::now();
        Curve::compute(&graph, &forest, policy, &candidates, &Progress::none()).expect("not cancelled");
        clock(&format!("curve {}", policy.word()), start);
    }
}
