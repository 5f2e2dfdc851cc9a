//! Leaks, their pairs and their cure are what looking at every pair of records finds.

use proptest::prelude::*;
use tamis::model::Threshold;
use tamis::similarity::Graph;
use tamis::similarity::UnionFind;
use tamis::splits::{Leak, LeakPair, highest, leak_pairs, leaking, leaks, losses, may_overlook};

use crate::clusters::world::{World, threshold, world};

/// Both ends of small ranges, both sides of a word of 64 bits, and more than a byte holds.
const IN_USE: [u16; 6] = [0, 1, 63, 64, 255, 700];

fn groups() -> impl Strategy<Value = Vec<Option<u16>>> {
    prop::collection::vec(prop::option::weighted(0.8, prop::sample::select(IN_USE.to_vec())), 14)
}

/// Every pair of a record of one group and one of another, both ways round, with its score; whatever the score.
fn across(world: &World, groups: &[Option<u16>]) -> Vec<(u16, u16, LeakPair)> {
    let all = || (0..world.len()).filter_map(|i| Some((i, groups[i]?)));
    let pair = |(x, a): (usize, u16), (y, b): (usize, u16)| {
        let score = world.similarity(x, y).filter(|_| a != b)?;
        Some((a, b, LeakPair { a: x as u32, b: y as u32, score }))
    };
    all().flat_map(|x| all().filter_map(move |y| pair(x, y))).collect()
}

fn brute(pairs: &[(u16, u16, LeakPair)], t: Threshold) -> Vec<Leak> {
    let mut found = Vec::new();
    for a in IN_USE {
        for b in IN_USE {
            let of = || pairs.iter().filter(|(x, y, pair)| (*x, *y) == (a, b) && pair.score >= t.value());
            let Some(highest) = of().map(|(.., pair)| pair.score).max_by(f32::total_cmp) else { continue };
            let mut records: Vec<u32> = of().map(|(.., pair)| pair.a).collect();
            records.sort_unstable();
            records.dedup();
            found.push(Leak { a, b, records: records.len() as u32, pairs: of().count() as u64, highest });
        }
    }
    found
}

proptest! {
    #[test]
    fn leaks_are_the_pairs_across_groups(world in world(), t in threshold(), groups in groups()) {
        let groups = &groups[..world.len()];
        let pairs = across(&world, groups);
        prop_assert_eq!(leaks(&world.graph, t, groups), brute(&pairs, t));
        let closest = pairs.iter().map(|(.., pair)| pair.score).max_by(f32::total_cmp);
        prop_assert_eq!(highest(&world.graph, groups), closest);
    }

    #[test]
    fn who_leaks_is_in_some_pair(world in world(), t in threshold(), groups in groups()) {
        let groups = &groups[..world.len()];
        let mut expected: Vec<u32> =
            across(&world, groups).iter().filter(|(.., pair)| pair.score >= t.value()).map(|(.., pair)| pair.a).collect();
        expected.sort_unstable();
        expected.dedup();
        prop_assert_eq!(leaking(&world.graph, t, groups), expected);
    }

    #[test]
    fn the_pairs_of_a_cell_are_all_there_once_the_closest_first(world in world(), t in threshold(), groups in groups()) {
        let groups = &groups[..world.len()];
        let pairs = across(&world, groups);
        for (a, b) in IN_USE.iter().flat_map(|&a| IN_USE.map(|b| (a, b))) {
            let found: Vec<LeakPair> = leak_pairs(&world.graph, t, groups, a, b).collect();
            prop_assert!(found.is_sorted_by(|x, y| x.score >= y.score));
            let key = |pair: &LeakPair| (pair.a, pair.b, pair.score.to_bits());
            let mut found: Vec<_> = found.iter().map(key).collect();
            let of_cell = pairs.iter().filter(|(x, y, pair)| (*x, *y) == (a, b) && pair.score >= t.value());
            let mut expected: Vec<_> = of_cell.map(|(.., pair)| key(pair)).collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn who_loses_goes_with_its_closest_witness_and_then_nothing_leaks(
        world in world(),
        t in threshold(),
        groups in groups(),
        losers in prop::collection::vec(any::<bool>(), IN_USE.len()),
    ) {
        let mut groups = groups[..world.len()].to_vec();
        let mut loses = vec![false; 701];
        IN_USE.iter().zip(&losers).for_each(|(&group, &does)| loses[usize::from(group)] = does);
        let is_loser = |group: u16| loses[usize::from(group)];
        let pairs = across(&world, &groups);
        let decisive = || pairs.iter().filter(|(a, b, pair)| is_loser(*a) && !is_loser(*b) && pair.score >= t.value());
        let found = losses(&world.graph, t, &groups, &loses);
        let mut expected: Vec<u32> = decisive().map(|(.., pair)| pair.a).collect();
        expected.sort_unstable();
        expected.dedup();
        prop_assert_eq!(found.iter().map(|loss| loss.record).collect::<Vec<_>>(), expected);
        for loss in &found {
            let mine = || decisive().filter(|(.., pair)| pair.a == loss.record);
            let closest = mine().map(|(.., pair)| pair.score).max_by(f32::total_cmp);
            prop_assert_eq!(Some(loss.score), closest);
            prop_assert!(mine().any(|(.., pair)| (pair.b, pair.score) == (loss.witness, loss.score)));
            groups[loss.record as usize] = None;
        }
        for leak in leaks(&world.graph, t, &groups) {
            prop_assert_eq!(is_loser(leak.a), is_loser(leak.b), "{:?} is left", leak);
        }
    }

    /// A graph with all edges beside one that keeps the `most` strongest of each node: where nothing is said to be overlooked, nothing is.
    #[test]
    fn what_a_cap_may_have_hidden_is_said(world in world(), t in threshold(), groups in groups(), most in 1u32..4) {
        let groups = &groups[..world.len()];
        let capped = capped(&world.graph, most);
        if !may_overlook(&capped, t.value(), groups) {
            prop_assert_eq!(leaks(&capped, t, groups), leaks(&world.graph, t, groups));
        }
        prop_assert!(!may_overlook(&world.graph, t.value(), groups), "no cap, no doubt");
    }
}

/// The spanning forest, and the edges that are among the `most` strongest of either end.
fn capped(graph: &Graph, most: u32) -> Graph {
    let mut stronger = vec![0; graph.nodes()];
    let mut is_strong = |node: u32| {
        stronger[node as usize] += 1;
        stronger[node as usize] <= most
    };
    let mut forest = UnionFind::new(graph.nodes());
    let kept = |edge: &&tamis::model::Edge| {
        let (a, b) = (is_strong(edge.a), is_strong(edge.b));
        forest.union(edge.a, edge.b).is_some() || a || b
    };
    Graph { edges: graph.edges.iter().filter(kept).copied().collect(), capped: Some(most), ..graph.clone() }
}

/// Not every cap is a doubt: the property above is not empty.
#[test]
fn full_texts_of_one_group_hide_nothing() {
    let edges = [(0, 1), (0, 2), (1, 2), (3, 4)].map(|(a, b)| tamis::model::Edge { a, b, score: 0.9 });
    let graph = crate::clusters::world::assemble(0.6, (0..5).collect(), edges.to_vec());
    let graph = Graph { capped: Some(2), ..graph };
    let t = 0.8;
    assert!(!may_overlook(&graph, t, &[Some(0), Some(0), Some(0), Some(1), Some(1)]));
    assert!(may_overlook(&graph, t, &[Some(0), Some(1), Some(0), Some(1), Some(1)]));
    assert!(!may_overlook(&graph, t, &[None, Some(1), None, Some(0), Some(1)]));
    assert!(!may_overlook(&graph, 0.95, &[Some(0), Some(1), Some(0), Some(1), Some(1)]));
}

/// A cap keeps the spanning forest: what hangs together by no kept edge hangs together by none at all.
#[test]
fn full_texts_of_clusters_apart_hide_nothing() {
    let edges = [(0, 1), (0, 2), (1, 2), (3, 4)].map(|(a, b)| tamis::model::Edge { a, b, score: 0.9 });
    let graph = Graph { capped: Some(1), ..crate::clusters::world::assemble(0.6, (0..5).collect(), edges.to_vec()) };
    assert!(!may_overlook(&graph, 0.8, &[Some(0), Some(0), Some(0), Some(1), Some(1)]));
    assert!(may_overlook(&graph, 0.8, &[Some(0), Some(0), Some(0), Some(1), Some(2)]));
}

/// The product of both sides would not fit into any memory.
#[test]
fn a_page_of_the_pairs_of_one_text_is_all_that_is_made() {
    const RECORDS: u32 = 100_000;
    let graph = crate::clusters::world::assemble(0.5, vec![0; RECORDS as usize], Vec::new());
    let group_of: Vec<Option<u16>> = (0..RECORDS).map(|i| Some((i % 2) as u16)).collect();
    let page: Vec<LeakPair> =
        leak_pairs(&graph, Threshold::from_thousandths(700), &group_of, 0, 1).skip(50_000).take(2).collect();
    assert_eq!(page, [(2, 1), (2, 3)].map(|(a, b)| LeakPair { a, b, score: 1.0 }));
}

/// `cargo test --profile quick --test all -- --ignored --nocapture thirty_million`.
#[test]
#[ignore = "a clock, not a check"]
fn thirty_million_edges_of_a_million_records() {
    const RECORDS: u32 = 1_000_000;
    let mut edges: Vec<tamis::model::Edge> = Vec::with_capacity(30 * RECORDS as usize);
    let mut random = 1u64;
    for a in 0..RECORDS {
        for _ in 0..30 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let b = a + 1 + (random >> 33) as u32 % 1000;
            if b < RECORDS {
                edges.push(tamis::model::Edge { a, b, score: 0.5 + (random >> 40) as f32 / (1 << 25) as f32 });
            }
        }
    }
    edges.sort_unstable_by(tamis::model::Edge::order);
    let graph = crate::clusters::world::assemble(0.5, (0..RECORDS).collect(), edges);
    let t = Threshold::from_thousandths(500);
    for (what, groups) in [("blocks", 500_000), ("chance", 1)] {
        let group_of: Vec<Option<u16>> = (0..RECORDS).map(|i| Some((i / groups % 3) as u16)).collect();
        let clock = |name: &str, run: &dyn Fn() -> usize| {
            let start = std::time::Instant::now();
            let n = run();
            println!("{what}: {name} {:?} ({n})", start.elapsed());
        };
        clock("leaks", &|| leaks(&graph, t, &group_of).len());
        clock("highest", &|| usize::from(highest(&graph, &group_of).is_some()));
        clock("losses", &|| losses(&graph, t, &group_of, &[true, false, false]).len());
        clock("a page of pairs", &|| leak_pairs(&graph, t, &group_of, 0, 1).take(50).count());
    }
}
