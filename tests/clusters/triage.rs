//! Judging in simulation: somebody who knows the truth answers what is asked.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tamis::clusters::triage::{self, Judged, Triage};
use tamis::model::{Edge, Threshold};

fn t(hundredths: u16) -> Threshold {
    Threshold::from_thousandths(hundredths * 10)
}

/// Numbers that look like chance.
struct Chance(u64);

impl Chance {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Pairs from 0.6 up, many more at the lower end, and which of them are duplicates: more at the upper end.
fn pairs(chance: &mut Chance, count: u32, steepness: f64) -> Vec<(Edge, bool)> {
    let mut pairs: Vec<(Edge, bool)> = (0..count)
        .map(|n| {
            let score = 0.6 + 0.4 * chance.unit().powi(2);
            let truth = 1.0 / (1.0 + (-steepness * (score - 0.75)).exp());
            (Edge { a: n, b: count + n, score: score as f32 }, chance.unit() < truth)
        })
        .collect();
    pairs.sort_by(|a, b| a.0.order(&b.0));
    pairs
}

/// Asks so many questions and returns the answers, with the places asked.
fn interview(pairs: &[(Edge, bool)], questions: usize, threshold: Threshold, seed: u64) -> (Vec<Judged>, Vec<usize>) {
    let edges: Vec<Edge> = pairs.iter().map(|(edge, _)| *edge).collect();
    let counts = triage::count(&edges, 0.6);
    let (mut judged, mut places) = (Vec::new(), Vec::new());
    let mut known = BTreeSet::new();
    for _ in 0..questions {
        let triage = Triage::of(counts.clone(), &judged);
        let Some(place) = triage::next(&triage, &edges, threshold, seed, |e| known.contains(&e.a)) else { break };
        assert!(known.insert(edges[place].a), "a pair was asked about twice");
        judged.push(Judged { score: edges[place].score, duplicate: pairs[place].1 });
        places.push(place);
    }
    (judged, places)
}

#[test]
fn the_interval_covers_the_truth() {
    let (mut covered, mut all, mut widths) = (0, 0, 0.0);
    for seed in 0..24 {
        let mut chance = Chance(seed * 77 + 1);
        let pairs = pairs(&mut chance, 2000, [0.0, 12.0, 30.0, 80.0][seed as usize % 4]);
        let edges: Vec<Edge> = pairs.iter().map(|(edge, _)| *edge).collect();
        let (judged, _) = interview(&pairs, 40 + 20 * (seed as usize % 5), t(80), seed);
        let triage = Triage::of(triage::count(&edges, 0.6), &judged);
        for from in [60, 70, 75, 80, 90] {
            let reached: Vec<bool> = pairs.iter().filter(|(e, _)| e.score >= t(from).value()).map(|p| p.1).collect();
            let truth = reached.iter().filter(|&&yes| yes).count() as f64 / reached.len() as f64;
            let (share, count) = triage.above(t(from)).expect("there are pairs");
            assert_eq!(count as usize, reached.len());
            assert!(0.0 <= share.low && share.low <= share.value && share.value <= share.high && share.high <= 1.0);
            covered += u32::from(share.low <= truth && truth <= share.high);
            widths += share.high - share.low;
            all += 1;
        }
    }
    assert!(f64::from(covered) >= 0.93 * f64::from(all), "{covered} of {all}");
    // An interval from 0 to 1 would cover everything.
    assert!(widths / f64::from(all) < 0.35, "{}", widths / f64::from(all));
}

#[test]
fn questions_come_near_the_threshold_and_where_the_doubt_is() {
    let pairs = pairs(&mut Chance(3), 20_000, 30.0);
    let (judged, places) = interview(&pairs, 200, t(90), 1);
    let near = judged.iter().filter(|j| (0.85..0.95).contains(&j.score)).count();
    let by_chance = pairs.iter().filter(|(e, _)| (0.85..0.95).contains(&e.score)).count() * 200 / pairs.len();
    assert!(near > 2 * by_chance, "{near} near the threshold, {by_chance} by chance");
    assert!(judged.iter().filter(|j| j.score < 0.7).count() > 20);
    assert_eq!(interview(&pairs, 200, t(90), 1).1, places);
    assert_ne!(interview(&pairs, 200, t(90), 2).1, places);
}

#[test]
fn every_pair_is_asked_about_once_and_then_none() {
    let pairs = pairs(&mut Chance(9), 37, 30.0);
    let (judged, places) = interview(&pairs, 100, t(70), 4);
    assert_eq!((judged.len(), places.iter().collect::<BTreeSet<_>>().len()), (37, 37));
    let none = Triage::of(triage::count(&[], 0.6), &[]);
    assert_eq!((triage::next(&none, &[], t(70), 1, |_| false), none.above(t(60)), none.suggest(0.9)), (None, None, None));
}

#[test]
fn a_suggestion_says_what_it_rests_on() {
    let edges: Vec<Edge> = (0..40u32).map(|n| Edge { a: n, b: n + 100, score: (100 - n as u16) as f32 / 100.0 }).collect();
    let yes_from = |from: u16| {
        let judged: Vec<Judged> =
            edges.iter().map(|e| Judged { score: e.score, duplicate: e.score >= t(from).value() }).collect();
        Triage::of(triage::count(&edges, 0.61), &judged)
    };
    let sure = yes_from(80).suggest(1.0).expect("all of the upper ones are duplicates");
    // Bins of five hundredths with five answers each, from 1.00 down: 0.96, 0.91, 0.86, 0.81, 0.76 …
    assert_eq!((sure.threshold, sure.pairs, sure.precision.value), (t(81), 20, 1.0));
    assert_eq!(yes_from(80).suggest(0.84).map(|s| s.threshold), Some(t(76)));
    assert_eq!(yes_from(101).suggest(0.5), None);
    let empty = Triage::of(triage::count(&edges, 0.61), &[]);
    assert_eq!((empty.suggest(0.5), empty.missing(t(96)).map(|m| (m.from, m.to, m.answers))), (None, Some((96, 101, 5))));
}

fn answers() -> impl Strategy<Value = Vec<Judged>> {
    prop::collection::vec(
        (60u16..=100, any::<bool>()).prop_map(|(h, duplicate)| Judged { score: f32::from(h) / 100.0, duplicate }),
        0..80,
    )
}

proptest! {
    #[test]
    fn more_precision_never_asks_for_less_threshold(judged in answers(), counts in prop::collection::vec(0u64..1000, 41)) {
        let pairs = tamis::similarity::PairHistogram { first: 60, counts };
        let triage = Triage::of(pairs.clone(), &judged);
        prop_assert_eq!(triage.asked() as usize, judged.len());
        prop_assert!(triage.bins.windows(2).all(|pair| pair[0].to == pair[1].from && pair[0].fitted <= pair[1].fitted + 1e-12));
        prop_assert_eq!(triage.bins.iter().map(|bin| bin.pairs).sum::<u64>(), pairs.counts.iter().sum::<u64>());
        let mut last = None;
        for percent in 0..=100 {
            let precision = f64::from(percent) / 100.0;
            let Some(found) = triage.suggest(precision) else { last = Some(Threshold::from_thousandths(1000)); continue };
            prop_assert!(last.is_none_or(|last| last <= found.threshold));
            prop_assert!(found.precision.value >= precision - 1e-9);
            prop_assert_eq!(triage.above(found.threshold), Some((found.precision, found.pairs)));
            last = Some(found.threshold);
        }
    }
}
