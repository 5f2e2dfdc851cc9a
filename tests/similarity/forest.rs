//! The forest gives the clusters that the whole list of edges gives, at every threshold, merged or not.

use proptest::prelude::*;
use tamis::similarity::Forest;

use super::*;

fn edges(nodes: u32, most: usize) -> impl Strategy<Value = Vec<Edge>> {
    // Few different scores, so that ties are the rule.
    let edge = (0..nodes, 1..nodes, 1..=20u8).prop_map(move |(a, step, score)| {
        let b = (a + step) % nodes;
        Edge { a: a.min(b), b: a.max(b), score: f32::from(score) / 20.0 }
    });
    prop::collection::vec(edge, 0..most).prop_map(|mut edges| {
        edges.sort_by(|x, y| (x.a, x.b).cmp(&(y.a, y.b)).then(y.score.total_cmp(&x.score)));
        edges.dedup_by_key(|edge| (edge.a, edge.b));
        edges.sort_by(Edge::order);
        edges
    })
}

fn of(nodes: u32, edges: &[Edge]) -> Forest {
    let whole = Graph {
        lens: Lens::Lexical,
        floor: 0.05,
        records: (0..nodes as usize).map(id).collect(),
        node_of: (0..nodes).collect(),
        edges: edges.to_vec(),
    };
    Forest::of(&whole)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_forest_has_the_components_of_all_edges_at_every_threshold(edges in edges(30, 120)) {
        let forest = of(30, &edges);
        prop_assert!(forest.edges.len() < 30);
        for hundredths in 0..=101u16 {
            let threshold = f32::from(hundredths) / 100.0;
            let strong: Vec<Edge> = edges.iter().filter(|edge| edge.score >= threshold).copied().collect();
            prop_assert_eq!(components(30, forest.at(threshold)), components(30, &strong), "at {}", threshold);
        }
    }

    #[test]
    fn the_strongest_edge_of_every_node_is_in_the_forest(edges in edges(20, 60)) {
        let forest = of(20, &edges);
        for node in 0..20 {
            let strongest = edges.iter().find(|edge| edge.a == node || edge.b == node);
            prop_assert!(strongest.is_none_or(|edge| forest.edges.contains(edge)));
        }
    }

    #[test]
    fn merged_forests_are_the_forest_of_the_union(edges in edges(30, 150), border in 0..30u32) {
        let (a, rest): (Vec<Edge>, Vec<Edge>) = edges.iter().partition(|edge| edge.b < border);
        let (b, mut cross): (Vec<Edge>, Vec<Edge>) = rest.into_iter().partition(|edge| edge.a >= border);
        cross.reverse();
        prop_assert_eq!(Forest::merge(&of(30, &a), &of(30, &b), &cross), of(30, &edges));
    }
}
