//! Leaks are what looking at every pair of records finds.

use proptest::prelude::*;
use tamis::splits::{Leak, leaks};

use crate::clusters::world::{threshold, world};

/// Both ends of the range, and both sides of a word of 64 bits.
const IN_USE: [u8; 5] = [0, 1, 63, 64, 255];

proptest! {
    #[test]
    fn leaks_are_the_pairs_across_splits(
        world in world(),
        t in threshold(),
        splits in prop::collection::vec(prop::option::weighted(0.8, prop::sample::select(IN_USE.to_vec())), 14),
    ) {
        let splits = &splits[..world.len()];
        let mut expected = Vec::new();
        for a in IN_USE {
            for b in IN_USE.into_iter().filter(|&b| b != a) {
                let of = |split| (0..world.len()).filter(move |&i| splits[i] == Some(split));
                let near = |x, y| world.similarity(x, y).filter(|&s| s >= t.value());
                let scores: Vec<f32> = of(a).flat_map(|x| of(b).filter_map(move |y| near(x, y))).collect();
                if let Some(highest) = scores.iter().copied().max_by(f32::total_cmp) {
                    let records = of(a).filter(|&x| of(b).any(|y| near(x, y).is_some())).count() as u32;
                    expected.push(Leak { a, b, records, pairs: scores.len() as u64, highest });
                }
            }
        }
        prop_assert_eq!(leaks(&world.graph, t, splits), expected);
    }
}
