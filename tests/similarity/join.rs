//! The join finds exactly what brute force finds, whatever the texts, the floor and the number of threads.

use proptest::prelude::*;
use tamis::model::{Edge, RecordId};
use tamis::progress::Progress;
use tamis::similarity::{brute, bytes};

use super::*;

/// What brute force finds, as record ids.
fn expected(texts: &[&str], floor: f32) -> Vec<(RecordId, RecordId, f32)> {
    brute::pairs(texts, floor).into_iter().map(|(a, b, score)| (id(a), id(b), score)).collect()
}

fn found(graph: &Graph, threshold: f32) -> Vec<(RecordId, RecordId, f32)> {
    let mut pairs: Vec<_> = graph.pairs(threshold).collect();
    pairs.sort_by_key(|&(a, b, _)| (a, b));
    pairs
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_join_finds_every_pair_and_no_other(texts in texts(), floor in prop::sample::select(FLOORS.to_vec())) {
        let texts = as_strs(&texts);
        let graph = graph(&texts, floor);
        prop_assert_eq!(found(&graph, floor), expected(&texts, floor));
        prop_assert!(graph.edges.is_sorted_by(|a, b| a.order(b).is_lt()), "sorted, none twice");
        prop_assert!(graph.edges.iter().all(|edge| edge.a < edge.b));
        let Graph { lens, floor, records, node_of, edges } = graph.clone();
        prop_assert_eq!(Graph::from_parts(lens, floor, records, node_of, edges), Some(graph));
    }

    #[test]
    fn a_threshold_above_the_floor_is_a_join_at_that_floor(texts in texts()) {
        let texts = as_strs(&texts);
        let low = graph(&texts, 0.2);
        for threshold in FLOORS {
            prop_assert_eq!(found(&low, threshold), found(&graph(&texts, threshold), threshold));
        }
    }

    #[test]
    fn the_histogram_counts_the_pairs(texts in texts(), floor in prop::sample::select(FLOORS.to_vec())) {
        let graph = graph(&as_strs(&texts), floor);
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
    let texts = runs(300);
    let texts = as_strs(&texts);
    for floor in [0.3, 0.5, 0.8] {
        let graph = graph(&texts, floor);
        assert!(graph.edges.len() > 50, "a test with pairs in it");
        assert_eq!(found(&graph, floor), expected(&texts, floor), "floor {floor}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let texts = runs(3000);
    let texts = as_strs(&texts);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| graph(&texts, 0.5))
    };
    let one = with(1);
    assert!(one.edges.len() > 1000);
    for threads in [2, 7] {
        let many = with(threads);
        assert_eq!(bytes::edges_to_bytes(&one.edges), bytes::edges_to_bytes(&many.edges), "{threads} threads");
        assert_eq!(one.node_of, many.node_of);
    }
}

#[test]
fn edges_survive_the_way_through_bytes() {
    let texts = runs(200);
    let edges: Vec<Edge> = graph(&as_strs(&texts), 0.3).edges;
    assert_eq!(bytes::edges_from_bytes(&bytes::edges_to_bytes(&edges)), Some(edges));
}

#[test]
fn a_cancelled_join_is_interrupted() {
    let progress = Progress::new();
    progress.cancel();
    let error = Graph::build(Lens::Lexical, 0.5, vec![id(0)], &["a"], &progress).expect_err("cancelled");
    assert!(error.is_interrupted());
}
