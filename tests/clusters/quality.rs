//! What is said of a cluster, against a look at every pair; and the orders of the list.

use proptest::prelude::*;
use tamis::clusters::{ClusterOrder, Clusters, Quality, propose, quality, sort};
use tamis::model::{Policy, Threshold};
use tamis::similarity::Adjacency;

use super::world::{World, threshold, world};

fn clusters(world: &World, t: Threshold) -> Clusters {
    Clusters::at(&world.graph, &world.forest, t, &world.alive())
}

fn odd(index: u32) -> bool {
    index % 2 == 1
}

proptest! {
    #[test]
    fn quality_is_what_a_look_at_every_pair_says(world in world(), t in threshold()) {
        let adjacency = Adjacency::of(world.graph.nodes(), &world.graph.edges);
        let clusters = clusters(&world, t);
        let proposals = propose(&world.graph, &world.forest, t, Policy::Cover, &world.candidates);
        let stays = quality::stays(&clusters, &proposals);
        for (n, cluster) in clusters.iter().enumerate() {
            let mut within = quality::cover_within(&world.graph, &adjacency, cluster.members, t, &world.candidates);
            within.sort_by_key(|p| p.record);
            let of_cluster = proposals.iter().filter(|p| clusters.of(p.record as usize) == Some(n));
            prop_assert_eq!(within, of_cluster.copied().collect::<Vec<_>>());
            let members = || cluster.members.iter().map(|&m| m as usize);
            for keeper in members() {
                let found = Quality::of(&world.graph, &adjacency, cluster, keeper as u32, t, &world.candidates, odd);
                let lowest = members().filter(|&m| m != keeper).map(|m| world.similarity(m, keeper).unwrap_or(0.0)).min_by(f32::total_cmp);
                prop_assert_eq!(found.farthest.unwrap_or(0.0), lowest.unwrap_or(1.0));
                prop_assert_eq!(found.kept, stays[n]);
                prop_assert_eq!(found.undecided as usize, members().filter(|m| m % 2 == 1).count());
                prop_assert_eq!(found.weakest, cluster.weakest);
            }
            let pairs = members().flat_map(|a| members().filter(move |&b| a < b).map(move |b| (a, b)));
            let best = pairs.filter_map(|(a, b)| world.similarity(a, b)).max_by(f32::total_cmp);
            prop_assert_eq!(Some(cluster.best), best);
        }
    }

    #[test]
    fn every_order_is_by_its_key_and_then_by_number(world in world(), t in threshold()) {
        let clusters = clusters(&world, t);
        let undecided = quality::undecided(&clusters, odd);
        for order in ClusterOrder::ALL {
            let mut listed: Vec<u32> = (0..clusters.len() as u32).rev().collect();
            sort::sort(&mut listed, &clusters, order, &undecided);
            let key = |&n: &u32| {
                let cluster = clusters.get(n as usize).expect("a cluster");
                let key = match order {
                    ClusterOrder::Size => -(cluster.members.len() as f32),
                    ClusterOrder::Score => -cluster.best,
                    ClusterOrder::Weakest => cluster.weakest,
                    ClusterOrder::Undecided => -(cluster.members.iter().filter(|&&m| odd(m)).count() as f32),
                };
                (key, n)
            };
            prop_assert!(listed.is_sorted_by(|a, b| key(a) < key(b)));
            prop_assert_eq!(listed.len(), clusters.len());
        }
    }
}

#[test]
fn the_orders_come_round() {
    let mut order = ClusterOrder::default();
    for expected in ClusterOrder::ALL {
        assert_eq!(order, expected);
        order = order.next();
    }
    assert_eq!(order, ClusterOrder::default());
}
