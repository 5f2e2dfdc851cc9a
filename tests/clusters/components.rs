//! Clusters at a threshold are the components of the full list of pairs.

use proptest::prelude::*;
use tamis::clusters::Clusters;
use tamis::model::Threshold;

use super::world::{World, forest_of, graph, threshold, world};

/// Clusters the slow way: members, largest first, then by first member.
fn slow_clusters(world: &World, t: Threshold) -> Vec<Vec<u32>> {
    let labels = world.components(t);
    let mut groups = vec![Vec::new(); world.len()];
    for (i, &label) in labels.iter().enumerate().filter(|&(i, _)| world.candidates[i].alive) {
        groups[label].push(i as u32);
    }
    groups.retain(|g| g.len() >= 2);
    groups.sort_by_key(|g| (std::cmp::Reverse(g.len()), g[0]));
    groups
}

proptest! {
    #[test]
    fn clusters_are_the_components_of_the_pairs(world in world(), t in threshold()) {
        let clusters = Clusters::at(&world.graph, &world.forest, t, &world.alive());
        let found: Vec<Vec<u32>> = clusters.iter().map(|c| c.members.to_vec()).collect();
        prop_assert_eq!(&found, &slow_clusters(&world, t));
        prop_assert_eq!(clusters.len(), found.len());
        prop_assert_eq!(clusters.clustered(), found.iter().map(Vec::len).sum::<usize>());
        for i in 0..world.len() {
            prop_assert_eq!(clusters.of(i), found.iter().position(|m| m.contains(&(i as u32))));
        }
    }

    /// A cluster holds at its weakest merge, and no longer just above it.
    #[test]
    fn the_weakest_merge_is_where_a_cluster_breaks(world in world(), t in threshold()) {
        for cluster in Clusters::at(&world.graph, &world.forest, t, &world.alive()).iter() {
            prop_assert!(cluster.weakest >= t.value());
            let whole = |t: u16| {
                let labels = world.components(Threshold::from_thousandths(t));
                cluster.members.iter().all(|&m| labels[m as usize] == labels[cluster.members[0] as usize])
            };
            let weakest = (cluster.weakest * 1000.0).round() as u16;
            prop_assert!(whole(weakest));
            prop_assert!(weakest == 1000 || !whole(weakest + 1));
        }
    }
}

#[test]
fn a_dropped_record_does_not_chain_its_neighbours() {
    let graph = graph(0.5, &[0, 1, 2], vec![(0, 1, 0.9), (1, 2, 0.8)]);
    let forest = forest_of(&graph.edges, 3);
    let at = |alive: [bool; 3]| Clusters::at(&graph, &forest, Threshold::from_thousandths(700), &alive);
    assert_eq!(at([true; 3]).get(0).map(|c| (c.members.to_vec(), c.weakest)), Some((vec![0, 1, 2], 0.8)));
    assert!(at([true, false, true]).is_empty());
}

#[test]
fn no_records_no_clusters() {
    let graph = graph(0.5, &[], vec![]);
    let clusters = Clusters::at(&graph, &forest_of(&[], 0), Threshold::from_thousandths(700), &[]);
    assert_eq!((clusters.len(), clusters.get(0), clusters.of(0)), (0, None, None));
}
