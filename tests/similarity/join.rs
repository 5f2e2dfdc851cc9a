//! The join finds exactly what brute force finds, whatever the texts, the sets, the floor, the pairs asked for and the threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use tamis::error::Error;
use tamis::similarity::{ItemSets, Pairs, brute, bytes, lexical};

use super::*;

/// What brute force finds, as record ids.
fn expected(texts: &[&str], sets: Sets, floor: f32) -> Vec<(RecordId, RecordId, f32)> {
    brute::pairs(texts, sets, floor).into_iter().map(|(a, b, score)| (id(a), id(b), score)).collect()
}

fn found(graph: &Graph, threshold: f32) -> Vec<(RecordId, RecordId, f32)> {
    let mut pairs: Vec<_> = graph.pairs(threshold).collect();
    pairs.sort_by_key(|&(a, b, _)| (a, b));
    pairs
}

/// The join alone; rows are texts.
fn join(texts: &[&str], sets: Sets, pairs: Pairs, floor: f32) -> Vec<Edge> {
    let (heap, progress) = (Heap::default(), Progress::none());
    let read = ItemSets::read(texts, sets, &progress).expect("not cancelled");
    lexical::join(&read, pairs, floor, &heap, &progress).expect("not cancelled");
    heap.sorted()
}

fn is_asked_for(pairs: Pairs, edge: &Edge) -> bool {
    match pairs {
        Pairs::All => true,
        Pairs::WithNew { first } => edge.a >= first || edge.b >= first,
        Pairs::Across { first } => edge.a < first && edge.b >= first,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_join_finds_every_pair_and_no_other(texts in texts(), sets in sets(), floor in floor()) {
        let texts = as_strs(&texts);
        let graph = graph(&texts, sets, floor);
        prop_assert_eq!(found(&graph, floor), expected(&texts, sets, floor));
        prop_assert!(graph.edges.iter().all(|edge| edge.a < edge.b));
        prop_assert_eq!(graph.clone().checked(), Some(graph), "sorted, none twice, in range");
    }

    /// Rows may be equal texts here: a join knows nothing of nodes.
    #[test]
    fn only_the_pairs_asked_for_are_found_and_all_of_them(texts in texts(), sets in sets(), floor in floor(), first in 0u32..70) {
        let texts = as_strs(&texts);
        let all = join(&texts, sets, Pairs::All, floor);
        for pairs in [Pairs::WithNew { first }, Pairs::Across { first }] {
            let asked_for: Vec<Edge> = all.iter().filter(|edge| is_asked_for(pairs, edge)).copied().collect();
            prop_assert_eq!(join(&texts, sets, pairs, floor), asked_for, "{:?}", pairs);
        }
    }

    #[test]
    fn a_threshold_above_the_floor_is_a_join_at_that_floor(texts in texts(), sets in sets()) {
        let texts = as_strs(&texts);
        let low = graph(&texts, sets, 0.2);
        for threshold in FLOORS {
            prop_assert_eq!(found(&low, threshold), found(&graph(&texts, sets, threshold), threshold));
        }
    }

    #[test]
    fn the_histogram_counts_the_pairs(texts in texts(), floor in floor()) {
        let graph = graph(&as_strs(&texts), Sets::Words, floor);
        let histogram = graph.pair_count_histogram();
        let mut above = 0;
        for hundredths in (histogram.first..=100).rev() {
            above += histogram.at(hundredths);
            prop_assert_eq!(above, graph.pairs(f32::from(hundredths) / 100.0).count() as u64, "from {} up", hundredths);
        }
    }
}

/// Texts made of overlapping runs of words: long sets, many sizes, every degree of overlap.
fn runs(n: usize) -> Vec<String> {
    let run = |n: usize| (n * 7 % 300..n * 7 % 300 + 1 + n * 13 % 70).map(|word| format!("w{} ", word * word % 997)).collect();
    (0..n).map(run).collect()
}

#[test]
fn long_sets_are_joined_exactly() {
    let texts = runs(120);
    let texts = as_strs(&texts);
    for (sets, floor) in [(Sets::Words, 0.3), (Sets::Words, 0.8), (Sets::Grams, 0.5)] {
        let graph = graph(&texts, sets, floor);
        assert!(graph.edges.len() > 20, "a test with pairs in it");
        assert_eq!(found(&graph, floor), expected(&texts, sets, floor), "floor {floor}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let texts = runs(1500);
    let texts = as_strs(&texts);
    let with = |threads: usize, sets: Sets| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| graph(&texts, sets, 0.6))
    };
    for sets in Sets::ALL {
        let one = with(1, sets);
        assert!(one.edges.len() > 300);
        for threads in [2, 7] {
            let many = with(threads, sets);
            assert_eq!(bytes::edges_to_bytes(&one.edges), bytes::edges_to_bytes(&many.edges), "{threads} threads");
            assert_eq!(one, many);
        }
    }
}

#[test]
fn edges_survive_the_way_through_bytes() {
    let texts = runs(200);
    let edges: Vec<Edge> = graph(&as_strs(&texts), Sets::Words, 0.3).edges;
    assert_eq!(bytes::edges_from_bytes(&bytes::edges_to_bytes(&edges)), Some(edges));
}

#[test]
fn a_cancelled_join_is_interrupted() {
    let progress = Progress::new();
    let read = ItemSets::read(&["a b", "a b"], Sets::Words, &progress).expect("not cancelled");
    progress.cancel();
    let heap = Heap::default();
    assert!(lexical::join(&read, Pairs::All, 0.5, &heap, &progress).expect_err("cancelled").is_interrupted());
    let error = build::lexical(Sets::Words, 0.5, vec![id(0)], &["a"], None, &progress).expect_err("cancelled");
    assert!(error.is_interrupted());
}

/// Takes one batch, then refuses.
struct Full(AtomicUsize);

impl Sink for Full {
    fn take(&self, _: &[Edge]) -> Result<()> {
        match self.0.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(()),
            _ => Err(Error::refused("full")),
        }
    }
}

#[test]
fn a_sink_that_fails_stops_the_join() {
    let texts: Vec<String> = (0..600).map(|n| format!("a b c d e f g h i j k {n}")).collect();
    let read = ItemSets::read(&as_strs(&texts), Sets::Words, &Progress::none()).expect("not cancelled");
    let full = Full(AtomicUsize::new(0));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let error = pool.install(|| lexical::join(&read, Pairs::All, 0.5, &full, &Progress::none())).expect_err("full");
    assert_eq!((error.message.as_str(), full.0.into_inner()), ("full", 2));
}
