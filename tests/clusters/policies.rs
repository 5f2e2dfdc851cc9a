//! What each policy promises, checked by looking at every pair.

use proptest::prelude::*;
use tamis::clusters::{Candidate, Clusters, Proposal, propose};
use tamis::model::{Policy, Threshold};

use super::world::{World, forest_of, graph, threshold, world};

fn run(world: &World, t: Threshold, policy: Policy) -> Vec<Proposal> {
    propose(&world.graph, &world.forest, t, policy, &world.candidates)
}

fn stays(world: &World, proposals: &[Proposal]) -> Vec<bool> {
    let mut stays = world.alive();
    proposals.iter().for_each(|p| stays[p.record as usize] = false);
    stays
}

/// Cover in the words of the design: a second implementation, quadratic.
fn slow_cover(world: &World, t: Threshold) -> Vec<Proposal> {
    let mut order: Vec<usize> = (0..world.len()).filter(|&i| world.candidates[i].alive).collect();
    order.sort_by_key(|&i| (!world.candidates[i].fixed, world.candidates[i].rank));
    let (mut kept, mut dropped) = (Vec::<usize>::new(), Vec::new());
    for i in order {
        let near = kept.iter().filter(|&&k| world.near(i, k, t)).map(|&k| (world.similarity(i, k).unwrap_or(0.0), k));
        let closest = near.max_by(|a, b| a.0.total_cmp(&b.0).then(world.candidates[b.1].rank.cmp(&world.candidates[a.1].rank)));
        match closest {
            Some((score, k)) if !world.candidates[i].fixed => {
                dropped.push(Proposal { record: i as u32, witness: k as u32, score });
            }
            _ => kept.push(i),
        }
    }
    dropped.sort_by_key(|p| p.record);
    dropped
}

/// The strongest chain between two alive records: the highest threshold at which they are one component.
fn strongest_chain(world: &World, a: usize, b: usize) -> f32 {
    let together = |&t: &u16| {
        let labels = world.components(Threshold::from_thousandths(t));
        labels[a] == labels[b]
    };
    Threshold::from_thousandths((600..=1000).rev().step_by(10).find(together).unwrap_or(0)).value()
}

proptest! {
    #[test]
    fn cover_is_the_greedy_walk_in_keeper_order(world in world(), t in threshold()) {
        prop_assert_eq!(run(&world, t, Policy::Cover), slow_cover(&world, t));
    }

    #[test]
    fn cover_leaves_no_near_pair_and_every_dropped_record_has_a_true_witness(world in world(), t in threshold()) {
        let proposals = run(&world, t, Policy::Cover);
        let stays = stays(&world, &proposals);
        for a in 0..world.len() {
            for b in a + 1..world.len() {
                let both_fixed = world.candidates[a].fixed && world.candidates[b].fixed;
                prop_assert!(both_fixed || !stays[a] || !stays[b] || !world.near(a, b, t));
            }
        }
        for p in &proposals {
            prop_assert!(stays[p.witness as usize] && !world.candidates[p.record as usize].fixed);
            prop_assert!(p.score >= t.value());
            prop_assert_eq!(world.similarity(p.record as usize, p.witness as usize), Some(p.score));
        }
    }

    #[test]
    fn cluster_keeps_one_of_each_component_and_all_the_fixed(world in world(), t in threshold()) {
        let proposals = run(&world, t, Policy::Cluster);
        let stays = stays(&world, &proposals);
        let labels = world.components(t);
        for label in 0..world.len() {
            let members: Vec<usize> = (0..world.len()).filter(|&i| world.candidates[i].alive && labels[i] == label).collect();
            let fixed: Vec<usize> = members.iter().copied().filter(|&i| world.candidates[i].fixed).collect();
            let best: Vec<usize> = members.iter().copied().min_by_key(|&i| world.candidates[i].rank).into_iter().collect();
            let kept: Vec<usize> = members.iter().copied().filter(|&i| stays[i]).collect();
            prop_assert_eq!(kept, if fixed.is_empty() { best } else { fixed });
        }
    }

    #[test]
    fn cluster_names_the_closest_keeper_or_the_chain(world in world(), t in threshold()) {
        let proposals = run(&world, t, Policy::Cluster);
        let stays = stays(&world, &proposals);
        let labels = world.components(t);
        for p in &proposals {
            let (record, witness) = (p.record as usize, p.witness as usize);
            prop_assert!(stays[witness] && labels[record] == labels[witness]);
            let keepers = (0..world.len()).filter(|&k| stays[k] && labels[k] == labels[record]);
            let closest = keepers.filter_map(|k| world.similarity(record, k)).max_by(f32::total_cmp);
            match closest {
                Some(score) => prop_assert_eq!((Some(score), score), (world.similarity(record, witness), p.score)),
                None => prop_assert_eq!(p.score, strongest_chain(&world, record, witness)),
            }
        }
    }

    /// The promise of the design, and who does not give it: *every* may leave nobody, as its name says.
    #[test]
    fn no_cluster_loses_all_of_its_members(world in world(), t in threshold()) {
        let clusters = Clusters::at(&world.graph, &world.forest, t, &world.alive());
        for policy in [Policy::Cover, Policy::Cluster] {
            let proposals = run(&world, t, policy);
            let stays = stays(&world, &proposals);
            for cluster in clusters.iter() {
                let kept = cluster.members.iter().filter(|&&m| stays[m as usize]).count();
                prop_assert!(kept >= 1);
                prop_assert!(policy == Policy::Cover || kept == 1 || cluster.members.iter().filter(|&&m| stays[m as usize]).all(|&m| world.candidates[m as usize].fixed));
            }
        }
        for cluster in clusters.iter().filter(|c| c.members.iter().all(|&m| !world.candidates[m as usize].fixed)) {
            let gone: Vec<u32> = run(&world, t, Policy::Every).iter().map(|p| p.record).collect();
            prop_assert!(cluster.members.iter().all(|m| gone.contains(m)));
        }
    }

    /// Whoever takes no part neither goes nor is the reason for anybody; whoever is fixed stays; a reason is in the same cluster.
    #[test]
    fn the_dead_and_the_fixed_are_left_alone(world in world(), t in threshold()) {
        let clusters = Clusters::at(&world.graph, &world.forest, t, &world.alive());
        for policy in Policy::ALL {
            for p in run(&world, t, policy) {
                let [record, witness] = [p.record, p.witness].map(|i| world.candidates[i as usize]);
                prop_assert!(record.alive && witness.alive && !record.fixed && p.record != p.witness);
                prop_assert_eq!(clusters.of(p.record as usize), clusters.of(p.witness as usize));
                prop_assert!(clusters.of(p.record as usize).is_some());
            }
        }
    }

    #[test]
    fn every_drops_all_that_have_company(world in world(), t in threshold()) {
        let alive = world.alive();
        let mut expected = Vec::new();
        for i in (0..world.len()).filter(|&i| alive[i] && !world.candidates[i].fixed) {
            let near = (0..world.len()).filter(|&k| k != i && alive[k] && world.near(i, k, t));
            let closest = near.max_by(|&a, &b| {
                let score = |k| world.similarity(i, k).unwrap_or(0.0);
                score(a).total_cmp(&score(b)).then(world.candidates[b].rank.cmp(&world.candidates[a].rank))
            });
            if let Some(k) = closest {
                expected.push(Proposal { record: i as u32, witness: k as u32, score: world.similarity(i, k).unwrap_or(0.0) });
            }
        }
        prop_assert_eq!(run(&world, t, Policy::Every), expected);
    }
}

fn chain() -> World {
    let graph = graph(0.5, &[0, 1, 2], vec![(0, 1, 0.9), (1, 2, 0.8)]);
    let forest = forest_of(&graph.edges, 3);
    let candidates = (0..3).map(|rank| Candidate { alive: true, fixed: false, rank }).collect();
    World { graph, forest, candidates }
}

#[test]
fn a_chain_does_not_swallow_its_far_end_under_cover() {
    let dropped = |policy| run(&chain(), Threshold::from_thousandths(700), policy).iter().map(|p| p.record).collect::<Vec<_>>();
    assert_eq!(dropped(Policy::Cover), [1]);
    assert_eq!(dropped(Policy::Cluster), [1, 2]);
    assert_eq!(dropped(Policy::Every), [0, 1, 2]);
}

#[test]
fn a_chained_record_says_the_weakest_link() {
    let proposals = run(&chain(), Threshold::from_thousandths(700), Policy::Cluster);
    assert_eq!(proposals[1], Proposal { record: 2, witness: 0, score: 0.8 });
}
