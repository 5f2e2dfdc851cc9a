//! The map of pairs against a table of all of them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tamis::clusters::pair_map::{MappedPair, PairMap, Quadrant, Region};
use tamis::model::{RecordId, Threshold};
use tamis::progress::Progress;
use tamis::similarity::Graph;

use super::world::graph;

type Scores = (Option<f32>, Option<f32>);

fn pairs() -> impl Strategy<Value = Vec<(usize, usize, f32)>> {
    prop::collection::vec((0..9usize, 0..9usize, (60u16..=100).prop_map(|h| f32::from(h) / 100.0)), 0..30)
}

/// Two graphs over the same records and nodes.
fn two() -> impl Strategy<Value = (Graph, Graph)> {
    let nodes = prop::collection::vec(0..9usize, 1..14);
    (nodes, pairs(), pairs()).prop_map(|(nodes, a, b)| (graph(0.6, &nodes, a), graph(0.6, &nodes, b)))
}

/// Every pair of texts with its scores, by the first records of both.
fn table(words: &Graph, meaning: &Graph) -> BTreeMap<(RecordId, RecordId), Scores> {
    let mut table: BTreeMap<_, Scores> = BTreeMap::new();
    for (graph, is_words) in [(words, true), (meaning, false)] {
        for edge in &graph.edges {
            let first = |node: u32| graph.records[graph.node_of.iter().position(|&n| n == node).expect("a record")];
            let scores = table.entry((first(edge.a), first(edge.b))).or_default();
            *(if is_words { &mut scores.0 } else { &mut scores.1 }) = Some(edge.score);
        }
    }
    table
}

fn quadrant((words, meaning): Scores, tw: f32, tm: f32) -> Quadrant {
    match (words.is_some_and(|s| s >= tw), meaning.is_some_and(|s| s >= tm)) {
        (true, true) => Quadrant::Both,
        (true, false) => Quadrant::Words,
        (false, true) => Quadrant::Meaning,
        (false, false) => Quadrant::Neither,
    }
}

fn map(words: &Graph, meaning: &Graph) -> PairMap {
    PairMap::of(words, meaning, &Progress::none()).expect("not cancelled")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn quadrants_and_samples_are_those_of_the_table((words, meaning) in two(), tw in 60u16..=100, tm in 60u16..=100) {
        let (map, table) = (map(&words, &meaning), table(&words, &meaning));
        prop_assert_eq!(map.total() as usize, table.len());
        let (tw, tm) = (Threshold::from_thousandths(tw * 10), Threshold::from_thousandths(tm * 10));
        for side in Quadrant::ALL {
            let region = Region::of(side, tw, tm);
            let expected: BTreeMap<_, _> = table.iter().filter(|(_, s)| quadrant(**s, tw.value(), tm.value()) == side).collect();
            prop_assert_eq!(map.count(&region) as usize, expected.len());
            let sample = map.sample(&region, 100);
            prop_assert_eq!(sample.len(), expected.len());
            for MappedPair { a, b, lexical, semantic } in sample {
                prop_assert_eq!(expected.get(&(a, b)), Some(&&(lexical, semantic)));
            }
            prop_assert_eq!(map.sample(&region, 2).len(), expected.len().min(2));
        }
    }

    #[test]
    fn every_pair_is_in_one_cell((words, meaning) in two(), side in 1usize..60) {
        let (map, table) = (map(&words, &meaning), table(&words, &meaning));
        let density = map.density(side);
        let all = [&density.cells, &density.words_only, &density.meaning_only].map(|cells| cells.iter().sum::<u64>());
        let count = |test: fn(&Scores) -> bool| table.values().filter(|s| test(s)).count() as u64;
        prop_assert_eq!(all, [count(|s| s.0.is_some() && s.1.is_some()), count(|s| s.1.is_none()), count(|s| s.0.is_none())]);
        for row in 0..side {
            for column in 0..side {
                let region = map.cell(side, row, column);
                prop_assert_eq!(map.count(&region), density.cells[row * side + column]);
                let begins = [map.begins(0, side, row), map.begins(1, side, column)].map(|h| f32::from(h) / 100.0);
                let sample = map.sample(&region, 100);
                prop_assert!(sample.iter().all(|p| p.lexical >= Some(begins[0]) && p.semantic >= Some(begins[1])));
            }
        }
    }
}

#[test]
fn graphs_that_share_some_records_only_are_joined_by_id() {
    let words = graph(0.5, &[0, 1, 2, 1], vec![(0, 1, 0.9), (1, 2, 0.7)]);
    let mut meaning = graph(0.6, &[0, 1, 2], vec![(0, 1, 0.8), (0, 2, 0.65)]);
    meaning.records = vec![RecordId(2), RecordId(3), RecordId(9)];
    let map = map(&words, &meaning);
    let all = Region::of(Quadrant::Both, Threshold::from_thousandths(0), Threshold::from_thousandths(0));
    let pair = MappedPair { a: RecordId(2), b: RecordId(3), lexical: Some(0.7), semantic: Some(0.8) };
    assert_eq!((map.total(), map.sample(&all, 9)), (1, vec![pair]));
}

/// The words call records 1 and 3 one text, the meaning does not: one text for the map, and the closest edge of both counts.
#[test]
fn what_either_lens_calls_one_text_is_one() {
    let words = graph(0.5, &[0, 1, 0], vec![(0, 1, 0.6)]);
    let meaning = graph(0.5, &[0, 1, 2], vec![(0, 1, 0.7), (1, 2, 0.9), (0, 2, 0.95)]);
    let map = map(&words, &meaning);
    let all = Region::of(Quadrant::Both, Threshold::from_thousandths(0), Threshold::from_thousandths(0));
    let pair = MappedPair { a: RecordId(1), b: RecordId(2), lexical: Some(0.6), semantic: Some(0.9) };
    assert_eq!((map.total(), map.sample(&all, 9)), (1, vec![pair]));
}

#[test]
fn a_sample_of_many_is_spread_over_all() {
    let n = 120;
    let nodes: Vec<usize> = (0..n).collect();
    let every = |score: fn(usize) -> f32| (0..n).flat_map(move |a| (a + 1..n).map(move |b| (a, b, score(a)))).collect();
    let words = graph(0.5, &nodes, every(|a| 0.5 + a as f32 / 300.0));
    let map = map(&words, &graph(0.5, &nodes, every(|_| 0.8)));
    let region = Region::of(Quadrant::Both, Threshold::from_thousandths(500), Threshold::from_thousandths(500));
    let sample = map.sample(&region, 48);
    assert_eq!((map.count(&region), sample.len()), (120 * 119 / 2, 48));
    // 2/3 of the pairs have a first text below 51.
    let low = sample.iter().filter(|p| p.a.0 <= 51).count();
    assert!((24..=44).contains(&low), "{low}");
    let ordered = |p: &MappedPair| (p.a < p.b) && p.lexical.is_some() && p.semantic == Some(0.8);
    assert!(sample.iter().all(ordered));
}
