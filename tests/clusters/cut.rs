//! A cut cluster is two clusters, once the pairs that cross are judged apart.

use proptest::prelude::*;
use tamis::clusters::{Clusters, cut};
use tamis::model::Edge;
use tamis::similarity::Adjacency;

use super::world::{World, forest_of, threshold, world};

fn without(world: &World, crossing: &[Edge]) -> World {
    let mut apart = world.clone();
    apart.graph.edges.retain(|edge| !crossing.contains(edge));
    apart.forest = forest_of(&apart.graph.edges, apart.len());
    apart
}

proptest! {
    #[test]
    fn a_cut_lasts_when_the_crossing_pairs_are_apart(world in world(), t in threshold()) {
        let adjacency = Adjacency::of(world.graph.nodes(), &world.graph.edges);
        let node = |m: u32| world.graph.node_of[m as usize];
        for cluster in Clusters::at(&world.graph, &world.forest, t, &world.alive()).iter() {
            let Some(found) = cut::cut(&world.graph, &adjacency, t, cluster.members) else {
                prop_assert!(cluster.members.iter().all(|&m| node(m) == node(cluster.members[0])));
                continue;
            };
            prop_assert_eq!(found.link.score, cluster.weakest);
            let mut both = found.sides.concat();
            both.sort_unstable();
            prop_assert_eq!(&both, cluster.members);
            prop_assert_eq!(found.sides[0][0], cluster.members[0]);
            prop_assert!(found.crossing.contains(&found.link));
            prop_assert!(found.crossing.is_sorted_by(|a, b| a.order(b).is_lt()));

            let cut = without(&world, &found.crossing);
            let labels = cut.components(t);
            for side in &found.sides {
                prop_assert!(side.iter().all(|&m| labels[m as usize] == labels[side[0] as usize]));
            }
            prop_assert_ne!(labels[found.sides[0][0] as usize], labels[found.sides[1][0] as usize]);
            let crosses = |e: &&Edge| {
                let on = |n: u32, side: &Vec<u32>| side.iter().any(|&m| node(m) == n);
                let [first, second] = &found.sides;
                (on(e.a, first) && on(e.b, second)) || (on(e.b, first) && on(e.a, second))
            };
            prop_assert_eq!(&found.crossing, &world.graph.edges.iter().filter(crosses).copied().collect::<Vec<_>>());
        }
    }

    /// Where no record is dead, the link is the last edge of the spanning forest within the cluster.
    #[test]
    fn the_link_is_the_last_of_the_spanning_forest(mut world in world(), t in threshold()) {
        world.candidates.iter_mut().for_each(|c| c.alive = true);
        let adjacency = Adjacency::of(world.graph.nodes(), &world.graph.edges);
        for cluster in Clusters::at(&world.graph, &world.forest, t, &world.alive()).iter() {
            let inside = |e: &&Edge| e.score >= t.value() && cluster.members.iter().any(|&m| world.graph.node_of[m as usize] == e.a);
            let last = world.forest.edges.iter().rfind(inside).copied();
            prop_assert_eq!(cut::cut(&world.graph, &adjacency, t, cluster.members).map(|c| c.link), last);
        }
    }
}
