//! What a move of the threshold changes, against sets and a look at every member.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tamis::clusters::{Clusters, Moved, Regrouped, propose};
use tamis::model::Policy;

use super::world::{threshold, world};

proptest! {
    #[test]
    fn those_who_enter_and_leave_are_the_difference(world in world(), from in threshold(), to in threshold()) {
        for policy in Policy::ALL {
            let at = |t| propose(&world.graph, &world.forest, t, policy, &world.candidates);
            let (before, after) = (at(from), at(to));
            let moved = Moved::between(&before, &after);
            let mut dropped: BTreeSet<u32> = before.iter().map(|p| p.record).collect();
            for p in &moved.leaving {
 prop_assert!(dropped.remove(&p.record) && before.contains(p));
}
            for p in &moved.entering {
 prop_assert!(dropped.insert(p.record) && after.contains(p));
}
            prop_assert_eq!(dropped, after.iter().map(|p| p.record).collect());
            for list in [&moved.entering, &moved.leaving] {
                prop_assert!(list.is_sorted_by(|a, b| (-a.score, a.record) < (-b.score, b.record)));
            }
        }
    }

    #[test]
    fn clusters_merge_as_their_members_do(world in world(), one in threshold(), other in threshold()) {
        let at = |t| Clusters::at(&world.graph, &world.forest, t, &world.alive());
        let (higher, lower) = (at(one.max(other)), at(one.min(other)));
        let mut expected = Regrouped::default();
        for whole in lower.iter() {
            let mut parts: BTreeMap<Option<usize>, usize> = BTreeMap::new();
            whole.members.iter().for_each(|&m| *parts.entry(higher.of(m as usize)).or_default() += 1);
            let single = parts.remove(&None).unwrap_or(0);
            expected.appeared += u32::from(parts.is_empty());
            expected.grown += u32::from(parts.len() == 1 && single > 0);
            if parts.len() >= 2 {
                expected.merged += 1;
                expected.parts += parts.len() as u32;
            }
        }
        prop_assert_eq!(Regrouped::between(&higher, &lower), expected);
    }
}
