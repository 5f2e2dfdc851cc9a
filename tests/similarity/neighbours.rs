//! What is listed beside one record is what the pairs say of it.

use proptest::prelude::*;
use tamis::similarity::Neighbours;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neighbours_are_the_other_ends_of_a_records_pairs(texts in texts(), threshold in floor()) {
        let graph = graph(&as_strs(&texts), Sets::Words, 0.2);
        let adjacency = Neighbours::of(&graph);
        let pairs: Vec<_> = graph.pairs(threshold).collect();
        for (index, &record) in graph.records.iter().enumerate() {
            let others = pairs.iter().filter_map(|&(a, b, score)| match record {
                _ if a == record => Some((b, score)),
                _ if b == record => Some((a, score)),
                _ => None,
            });
            let mut expected: Vec<(u32, f32)> =
                others.map(|(other, score)| (graph.index_of(other).expect("in the scope") as u32, score)).collect();
            expected.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
            prop_assert_eq!(adjacency.neighbours_of(&graph, index, threshold), expected);
        }
    }
}
