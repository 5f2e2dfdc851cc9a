//! The tree against the clusters that are built anew at every threshold.

use proptest::prelude::*;
use tamis::clusters::dendrogram::{Dendrogram, Entry};
use tamis::clusters::{Cluster, Clusters};
use tamis::model::Threshold;

use super::world::{World, threshold, world};

fn tree(world: &World) -> Dendrogram {
    Dendrogram::of(&world.graph, &world.forest, &world.candidates)
}

fn is_of(world: &World, tree: &Dendrogram, entry: &Entry, cluster: Cluster) -> bool {
    let mut members = tree.members(entry.branch).to_vec();
    members.sort_unstable();
    let order = |m: &u32| (!world.candidates[*m as usize].fixed, world.candidates[*m as usize].rank);
    let keeper = cluster.members.iter().copied().min_by_key(order);
    members == cluster.members
        && (entry.size as usize, entry.weakest, entry.best) == (members.len(), cluster.weakest, cluster.best)
        && (Some(entry.keeper), Some(entry.first)) == (keeper, members.first().copied())
}

proptest! {
    #[test]
    fn every_threshold_has_the_clusters_that_are_built_for_it(world in world()) {
        let tree = tree(&world);
        for t in (60..=100).map(|h| Threshold::from_thousandths(h * 10)) {
            let clusters = Clusters::at(&world.graph, &world.forest, t, &world.alive());
            let page = tree.page(t, 0, usize::MAX);
            prop_assert_eq!((page.len(), tree.count(t)), (clusters.len(), clusters.len()));
            prop_assert!(page.iter().zip(clusters.iter()).all(|(entry, cluster)| is_of(&world, &tree, entry, cluster)));
            for index in (0..world.len()).filter(|&i| world.candidates[i].alive) {
                let branch = clusters.of(index).map(|n| page[n].branch);
                prop_assert_eq!(tree.of_node(world.graph.node_of[index], t), branch);
            }
        }
    }

    #[test]
    fn pages_are_parts_of_the_whole_list(world in world(), t in threshold(), skip in 0usize..6, most in 0usize..6) {
        let tree = tree(&world);
        let all: Vec<Entry> = tree.page(t, 0, 100).into_iter().skip(skip).take(most).collect();
        prop_assert_eq!(tree.page(t, skip, most), all);
        let odd = |e: &Entry| e.keeper % 2 == 1;
        let mut odds: Vec<Entry> = tree.page(t, 0, 100).into_iter().filter(odd).collect();
        odds.sort_by(|a, b| a.weakest.total_cmp(&b.weakest));
        let odds: Vec<Entry> = odds.into_iter().skip(skip).take(most).collect();
        prop_assert_eq!(tree.page_by(t, skip, most, odd, |e| e.weakest.to_bits()), odds);
        let by_best = tree.page_by(t, 0, 100, |_| true, |e| !e.best.to_bits());
        let rows: Vec<usize> = by_best.iter().map(|e| tree.row_by(t, e.branch, |e| !e.best.to_bits())).collect();
        prop_assert_eq!(rows, (0..by_best.len()).collect::<Vec<_>>());
    }
}
