//! Every point of the curve is what a direct computation says at that threshold.

use proptest::prelude::*;
use tamis::clusters::{Clusters, Curve, CurvePoint, propose};
use tamis::model::{Policy, Threshold};
use tamis::progress::Progress;

use super::world::{World, world};

fn compute(world: &World, policy: Policy) -> Curve {
    Curve::compute(&world.graph, &world.forest, policy, &world.candidates, &Progress::none()).expect("not cancelled")
}

/// Pairs of alive records whose similarity lies in [low, high).
fn pairs_between(world: &World, low: f32, high: f32) -> u64 {
    let alive: Vec<usize> = (0..world.len()).filter(|&i| world.candidates[i].alive).collect();
    let pairs = alive.iter().flat_map(|&a| alive.iter().filter(move |&&b| b > a).map(move |&b| (a, b)));
    pairs.filter(|&(a, b)| world.similarity(a, b).is_some_and(|s| (low..high).contains(&s))).count() as u64
}

fn direct(world: &World, policy: Policy, hundredth: u16) -> CurvePoint {
    let t = Threshold::from_thousandths(hundredth * 10);
    let clusters = Clusters::at(&world.graph, &world.forest, t, &world.alive());
    let above = if hundredth == 100 { f32::INFINITY } else { Threshold::from_thousandths(hundredth * 10 + 10).value() };
    CurvePoint {
        threshold: hundredth,
        clusters: clusters.len() as u32,
        clustered: clusters.clustered() as u32,
        largest: clusters.get(0).map_or(0, |c| c.members.len() as u32),
        dropped: propose(&world.graph, &world.forest, t, policy, &world.candidates).len() as u32,
        pairs: pairs_between(world, t.value(), above),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn each_point_is_the_direct_computation(world in world(), policy in prop::sample::select(&Policy::ALL[..])) {
        let points: Vec<CurvePoint> = (60..=100).map(|h| direct(&world, policy, h)).collect();
        prop_assert_eq!(compute(&world, policy), Curve { points });
    }

    #[test]
    fn the_curve_is_the_same_on_any_number_of_threads(world in world(), policy in prop::sample::select(&Policy::ALL[..])) {
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
        prop_assert_eq!(one.install(|| compute(&world, policy)), compute(&world, policy));
    }
}

#[test]
fn a_look_up_takes_the_point_at_or_just_below() {
    let points = [70, 71, 72].map(|threshold| CurvePoint { threshold, ..CurvePoint::default() }).to_vec();
    let curve = Curve { points };
    let at = |thousandths| curve.at(Threshold::from_thousandths(thousandths)).map(|p| p.threshold);
    assert_eq!([at(699), at(700), at(709), at(710), at(1000)], [None, Some(70), Some(70), Some(71), Some(72)]);
}

#[test]
fn a_floor_between_hundredths_begins_at_the_next_one() {
    let mut world = super::world::World {
        graph: super::world::graph(0.6, &[0, 1], vec![(0, 1, 0.9)]),
        forest: tamis::similarity::Forest::default(),
        candidates: vec![Default::default(); 2],
    };
    world.graph.floor = 0.605;
    assert_eq!(compute(&world, Policy::Cover).points[0].threshold, 61);
}

#[test]
fn a_cancelled_curve_says_so() {
    let progress = Progress::new();
    progress.cancel();
    let graph = super::world::graph(0.6, &[0], vec![]);
    let curve = Curve::compute(&graph, &Default::default(), Policy::Cover, &[Default::default()], &progress);
    assert!(curve.is_err_and(|e| e.is_interrupted()));
}
