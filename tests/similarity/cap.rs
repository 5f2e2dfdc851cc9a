//! Beyond its budget a collector keeps the forest and the K strongest of each node, whatever the order and the threads.

use proptest::prelude::*;
use tamis::similarity::Collector;

use super::*;

/// The least K there is.
const K: usize = 8;

/// What should be kept of `edges` (in order), found by looking: flooding for the forest, counting for the strongest.
fn selected(nodes: u32, edges: &[Edge]) -> Vec<Edge> {
    let is_selected = |(place, edge): (usize, &Edge)| {
        let stronger = &edges[..place];
        let rank = |node: u32| stronger.iter().filter(|e| e.a == node || e.b == node).count();
        let parts = components(nodes as usize, stronger);
        let part = parts.iter().find(|part| part.contains(&edge.a)).expect("every node is in a part");
        rank(edge.a) < K || rank(edge.b) < K || !part.contains(&edge.b)
    };
    edges.iter().enumerate().filter(|&(place, edge)| is_selected((place, edge))).map(|(_, edge)| *edge).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn beyond_the_budget_the_forest_and_the_strongest_stay(
        (edges, shuffled) in edges(24, 500).prop_flat_map(|edges| (Just(edges.clone()), Just(edges).prop_shuffle())),
        budget in 0usize..200,
        batch in 1usize..40,
    ) {
        let collector = Collector::with_budget(24, budget);
        shuffled.chunks(batch).for_each(|some| collector.take(some).expect("takes all"));
        let (kept, capped) = collector.finish();
        let expected = if edges.len() > budget { selected(24, &edges) } else { edges.clone() };
        prop_assert_eq!(capped, (expected.len() < edges.len()).then_some(K as u32));
        prop_assert_eq!(kept, expected);
    }

    #[test]
    fn an_earlier_result_and_the_rest_give_the_same_as_all(edges in edges(24, 500).prop_shuffle(), budget in 0usize..200, border in 0..24u32) {
        let (earlier, rest): (Vec<Edge>, Vec<Edge>) = edges.iter().partition(|edge| edge.b < border);
        let gathered = |collector: Collector, edges: &[Edge]| {
            collector.take(edges).expect("takes all");
            collector.finish()
        };
        let (kept, capped) = gathered(Collector::with_budget(border as usize, budget), &earlier);
        let resumed = gathered(Collector::resume(24, budget, kept, capped), &rest);
        prop_assert_eq!(resumed, gathered(Collector::with_budget(24, budget), &edges));
    }
}

/// Forty texts that all share most words, built beyond a small budget by any number of threads.
#[test]
fn threads_do_not_show_in_what_is_left_out() {
    let texts: Vec<String> = (0..300).map(|n| format!("a b c d e f g h i j {} {}", n % 17, n % 23)).collect();
    let nodes = tamis::similarity::Nodes::collapse(
        (0..texts.len()).map(id).collect(),
        &as_strs(&texts),
        tamis::similarity::Same::Normal,
        &Progress::none(),
    )
    .expect("in order");
    let built = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| growth::graph_of(&nodes, &as_strs(&texts), 5000, None))
    };
    let one = built(1);
    assert_eq!(one.capped, Some(16), "the budget over the nodes");
    assert!(one.edges.len() < 300 * 17);
    assert_eq!(built(2), one);
    assert_eq!(built(7), one);
}
