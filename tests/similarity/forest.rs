//! The forest gives the clusters that the whole list of edges gives, at every threshold, merged or not.

use proptest::prelude::*;
use tamis::model::Lens;
use tamis::similarity::Forest;

use super::*;

fn of(nodes: u32, edges: &[Edge]) -> Forest {
    let whole = Graph {
        lens: Lens::Lexical,
        method: "words".to_owned(),
        floor: 0.05,
        records: (0..nodes as usize).map(id).collect(),
        node_of: (0..nodes).collect(),
        digests: (0..u64::from(nodes)).collect(),
        edges: edges.to_vec(),
        capped: None,
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
