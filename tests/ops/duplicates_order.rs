//! Who stands for a cluster and who never goes: each criterion as it is named, and the promises over random workspaces.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tamis::clusters::Criterion;
use tamis::error::Kind;
use tamis::model::{Lens, Mark, Policy, RecordId, State};
use tamis::ops::duplicates as dups;
use tamis::ops::import::ImportArgs;
use tamis::progress::Progress;

use super::Bench;
use super::duplicates_world::t;

fn criteria(words: &str) -> Vec<Criterion> {
    words.split_whitespace().map(|word| word.parse().expect("a criterion")).collect()
}

fn order(bench: &mut Bench, words: &str) {
    dups::set_keeper_order(&mut bench.workspace, &criteria(words)).expect("set");
}

/// The one record that each policy leaves of the cluster of `among`.
fn kept(bench: &mut Bench, policy: Policy, among: &[u32]) -> Vec<u32> {
    let (_, view) = bench.view();
    dups::apply(&mut bench.workspace, &view, t(900), policy, None, &Progress::none()).expect("applied");
    let kept = bench.rows().into_iter().filter(|(id, _, state)| among.contains(id) && state.is_kept()).map(|row| row.0).collect();
    bench.undo();
    kept
}

#[test]
fn each_criterion_decides_as_it_is_named() {
    let mut bench = Bench::new();
    // All of the same words; of each criterion another one is the best.
    bench.import(
        "a.jsonl",
        concat!(
            "{\"text\":\"red car hill\"}\n",
            "{\"text\":\"hill, car, red!!!\",\"clip_score\":0.1}\n",
            "{\"text\":\"car red hill.\",\"file_name\":\"x/1.png\",\"aesthetic\":5}\n",
            "{\"text\":\"car hill red\",\"clip_score\":0.9,\"aesthetic\":-2}\n",
            "{\"text\":\"hill red car\",\"clip_score\":-3e2}\n",
            "{\"text\":\"hill car red\",\"clip_score\":\"high\"}\n",
        ),
    );
    bench.build(0.5);
    let all = [1, 2, 3, 4, 5, 6];
    for (words, best) in [
        ("oldest", 1),
        ("longest", 2),
        ("image oldest", 3),
        ("field:clip_score", 4),
        ("field:aesthetic oldest", 3),
        ("protected keep field:clip_score longest", 4),
        ("longest field:clip_score", 2),
        ("protected keep image longest oldest", 3),
        ("keep protected oldest longest", 1),
        ("field:nothing oldest", 1),
    ] {
        order(&mut bench, words);
        let shown: Vec<String> =
            dups::keeper_order(&bench.workspace).expect("an order").iter().map(ToString::to_string).collect();
        assert_eq!(shown.join(" "), words);
        for policy in [Policy::Cover, Policy::Cluster] {
            assert_eq!(kept(&mut bench, policy, &all), [best], "{words} under {policy:?}");
        }
        let (columns, view) = bench.view();
        assert_eq!(dups::cluster_rows(&view, &columns, t(900), None)[0].keeper, RecordId(best), "{words}");
    }
    // Without the best ones: a low value is still more than none.
    bench.mark([2, 4], Some(Mark::Drop));
    order(&mut bench, "field:clip_score oldest");
    assert_eq!(kept(&mut bench, Policy::Cover, &all), [5]);
    // Cleared it is the order there is by default.
    let cleared = dups::set_keeper_order(&mut bench.workspace, &[]).expect("cleared");
    assert_eq!(cleared.values, [""; 0]);
    assert_eq!(dups::keeper_order(&bench.workspace).expect("an order"), criteria("protected keep image longest oldest"));
}

#[test]
fn an_order_that_says_a_thing_twice_is_refused() {
    let mut bench = Bench::new();
    for words in ["longest oldest longest", "field:a field:b", "keep keep"] {
        let error = dups::set_keeper_order(&mut bench.workspace, &criteria(words)).expect_err("refused");
        assert!(error.kind == Kind::Usage && error.hint.is_some(), "{words}");
    }
}

#[test]
fn a_mark_and_a_protected_side_win_over_any_order() {
    let mut bench = Bench::new();
    bench.import("a.txt", "red car hill!!!!\nred hill car\n");
    bench.import_as("b.txt", "hill red car\n", ImportArgs { split: Some("test".into()), ..ImportArgs::default() });
    bench.import_as("c.txt", "hill car red\n", ImportArgs { protect: true, ..ImportArgs::default() });
    bench.build(0.5);
    bench.mark([2], Some(Mark::Keep));
    let changed = dups::set_protected_splits(&mut bench.workspace, &["test".into(), "test".into()]).expect("set");
    assert_eq!((changed.values, changed.stale.pairs), (vec!["test".to_owned()], true));
    for words in ["longest", "oldest", "image longest", "keep", "protected", "field:x oldest"] {
        order(&mut bench, words);
        for policy in Policy::ALL {
            assert_eq!(kept(&mut bench, policy, &[1, 2, 3, 4]), [2, 3, 4], "{words} under {policy:?}");
        }
    }
    dups::set_protected_splits(&mut bench.workspace, &[]).expect("cleared");
    assert_eq!(kept(&mut bench, Policy::Cover, &[1, 2, 3, 4]), [2, 4]);
}

/// A workspace and a way to apply.
#[derive(Debug, Clone)]
struct World {
    /// Words of each record by number, what is done to it by hand, its score.
    records: Vec<(Vec<usize>, Option<Mark>, Option<u8>)>,
    /// The first source ends here; the second declares the split `test`.
    border: usize,
    protect_source: bool,
    protect_split: bool,
    order: Vec<&'static str>,
    thousandths: u16,
    policy: Policy,
}

fn world() -> impl Strategy<Value = World> {
    let mark = prop_oneof![4 => Just(None), 1 => prop::sample::select(vec![Mark::Keep, Mark::Drop, Mark::Flag]).prop_map(Some)];
    let record = (prop::collection::vec(0usize..7, 1..6), mark, prop::option::of(0u8..4));
    let order = Just(vec!["protected", "keep", "image", "field:score", "longest", "oldest"]).prop_shuffle();
    let policy = prop::sample::select(vec![Policy::Cover, Policy::Cluster]);
    (prop::collection::vec(record, 2..24), 0usize..24, any::<bool>(), any::<bool>(), order, 0usize..7, 300u16..=1000, policy)
        .prop_map(|(records, border, protect_source, protect_split, order, many, thousandths, policy)| World {
            border: border.min(records.len()),
            records,
            protect_source,
            protect_split,
            order: order[..many].to_vec(),
            thousandths,
            policy,
        })
}

impl World {
    fn line(&self, n: usize) -> String {
        let (words, _, score) = &self.records[n];
        let text =
            words.iter().map(|word| ["red", "car", "owl", "sea", "hill", "old", "rain"][*word]).collect::<Vec<_>>().join(" ");
        match score {
            Some(score) => format!("{}\n", serde_json::json!({"text": text, "score": score})),
            None => format!("{}\n", serde_json::json!({"text": text, "file_name": format!("{n}.png")})),
        }
    }

    fn bench(&self) -> Bench {
        let mut bench = Bench::new();
        let lines = |range: std::ops::Range<usize>| range.map(|n| self.line(n)).collect::<String>();
        if self.border > 0 {
            let protect = ImportArgs { protect: self.protect_source, ..ImportArgs::default() };
            bench.import_as("a.jsonl", lines(0..self.border), protect);
        }
        if self.border < self.records.len() {
            let test = ImportArgs { split: Some("test".into()), ..ImportArgs::default() };
            bench.import_as("b.jsonl", lines(self.border..self.records.len()), test);
        }
        if self.protect_split {
            dups::set_protected_splits(&mut bench.workspace, &["test".to_owned()]).expect("set");
        }
        for (id, (_, mark, _)) in (1..).zip(&self.records) {
            if mark.is_some() {
                bench.mark([id], *mark);
            }
        }
        order(&mut bench, &self.order.join(" "));
        bench.build(0.3);
        bench
    }

    fn is_protected(&self, id: u32) -> bool {
        if id as usize <= self.border { self.protect_source } else { self.protect_split }
    }

    /// The lower, the earlier it is kept.
    fn rank(&self, id: u32, text: &str) -> Vec<i64> {
        let (_, mark, score) = &self.records[id as usize - 1];
        let order =
            if self.order.is_empty() { vec!["protected", "keep", "image", "longest", "oldest"] } else { self.order.clone() };
        let place = |word: &&str| match *word {
            "protected" => i64::from(!self.is_protected(id)),
            "keep" => i64::from(*mark != Some(Mark::Keep)),
            "image" => i64::from(score.is_some()),
            "field:score" => score.map_or(i64::MAX, |score| -i64::from(score)),
            "longest" => -(text.chars().count() as i64),
            _ => i64::from(id),
        };
        order.iter().map(place).chain([i64::from(id)]).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_loses_what_was_promised(world in world()) {
        let mut bench = world.bench();
        let before: BTreeMap<u32, (String, State)> = bench.rows().into_iter().map(|(id, text, state)| (id, (text, state))).collect();
        let clusters = bench.clusters(Lens::Lexical, world.thousandths);
        let (_, view) = bench.view();
        let report = dups::apply(&mut bench.workspace, &view, t(world.thousandths), world.policy, None, &Progress::none()).expect("applied");
        let after: BTreeMap<u32, State> = bench.rows().into_iter().map(|(id, _, state)| (id, state)).collect();
        let dropped: BTreeSet<u32> = report.drops.iter().map(|drop| drop.id.0).collect();
        for (&id, (_, state)) in &before {
            let is_fixed = world.is_protected(id) || *state != State::Undecided;
            prop_assert!(!is_fixed || after[&id] == *state, "record {} went from {:?} to {:?}", id, state, after[&id]);
            prop_assert_eq!(dropped.contains(&id), *state == State::Undecided && after[&id] == State::Drop);
        }
        for drop in &report.drops {
            prop_assert!(after[&drop.witness.0].is_kept(), "{:?}", drop);
        }
        for members in &clusters {
            let kept: Vec<u32> = members.iter().copied().filter(|id| after[id].is_kept()).collect();
            prop_assert!(!kept.is_empty(), "{:?} is gone", members);
            let best = members.iter().copied().min_by_key(|&id| world.rank(id, &before[&id].0)).expect("members");
            let is_fixed = |id: u32| world.is_protected(id) || before[&id].1 != State::Undecided;
            if !members.iter().any(|&id| is_fixed(id)) {
                prop_assert!(kept.contains(&best), "{best} of {members:?} is the best of them, {kept:?} stay");
                prop_assert!(world.policy == Policy::Cover || kept.len() == 1, "{:?}", kept);
            }
        }
    }
}
