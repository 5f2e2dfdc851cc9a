//! Applied duplicates against brute force over all pairs.

use std::collections::{BTreeMap, BTreeSet};

use tamis::error::Kind;
use tamis::model::{Lens, Mark, Policy, RecordId, State, Threshold};
use tamis::ops::duplicates::{self as dups, Across, ApplyReport, Wish};
use tamis::ops::edit;
use tamis::ops::import::ImportArgs;
use tamis::progress::Progress;
use tamis::shelf::Folders;

use super::{Bench, lines, prompts};
use crate::workspace::model::{jaccard, words};

/// Two sources of near-copies, the second one protected.
fn bench() -> Bench {
    let mut bench = Bench::new();
    let texts = prompts(11, 420);
    bench.import("open.txt", lines(&texts[..300]));
    let protected = ImportArgs { protect: true, ..ImportArgs::default() };
    bench.import_as("test.txt", lines(&texts[300..]), protected);
    bench.mark([2, 30, 31, 77, 150], Some(Mark::Keep));
    bench.mark([4, 90], Some(Mark::Flag));
    bench.mark([5, 6, 160, 310], Some(Mark::Drop));
    bench.build(0.4);
    bench
}

fn apply(bench: &mut Bench, thousandths: u16, policy: Policy) -> ApplyReport {
    let (_, view) = bench.view();
    dups::apply(&mut bench.workspace, &view, Threshold::from_thousandths(thousandths), policy, None, &Progress::none())
        .expect("applied")
}

/// Every pair of records ≥ t, by comparing all of them.
fn all_pairs(rows: &[(u32, String, State)], threshold: f32) -> Vec<(u32, u32, f32)> {
    let sets: Vec<BTreeSet<String>> = rows.iter().map(|(_, text, _)| words(text)).collect();
    let mut pairs = Vec::new();
    for a in 0..rows.len() {
        for b in a + 1..rows.len() {
            let score = jaccard(&sets[a], &sets[b]);
            if score >= threshold {
                pairs.push((rows[a].0, rows[b].0, score));
            }
        }
    }
    pairs
}

#[test]
fn cover_leaves_no_pair_and_names_a_kept_witness_with_its_true_score() {
    let mut bench = bench();
    for thousandths in [900, 700, 500, 400] {
        let report = apply(&mut bench, thousandths, Policy::Cover);
        let threshold = f32::from(thousandths) / 1000.0;
        let rows = bench.rows();
        let text: BTreeMap<u32, (&str, State)> = rows.iter().map(|(id, text, state)| (*id, (text.as_str(), *state))).collect();
        assert!(report.dropped > 10, "{report:?}");
        for drop in &report.drops {
            let (mine, state) = text[&drop.id.0];
            let (theirs, witness) = text[&drop.witness.0];
            assert_eq!(state, State::Drop);
            assert!(witness.is_kept(), "{drop:?}");
            assert_eq!(jaccard(&words(mine), &words(theirs)), drop.score, "{drop:?}");
            assert!(drop.score >= threshold, "{drop:?}");
        }
        // The records that a person or a protected source holds may resemble each other; no other two may.
        let fixed = |id: u32| matches!(text[&id].1, State::Keep | State::Flag) || id > 300;
        for (a, b, score) in all_pairs(&rows, threshold) {
            let both_kept = text[&a].1.is_kept() && text[&b].1.is_kept();
            assert!(!both_kept || (fixed(a) && fixed(b)), "{a} and {b} at {score}");
        }
    }
}

#[test]
fn marks_and_protected_sources_stand_whatever_the_policy() {
    let mut bench = bench();
    for policy in Policy::ALL {
        let report = apply(&mut bench, 450, policy);
        let rows = bench.rows();
        let state = |id: u32| rows.iter().find(|(r, ..)| *r == id).map(|(.., state)| *state);
        for id in [2, 30, 31, 77, 150] {
            assert_eq!(state(id), Some(State::Keep), "{policy:?}");
        }
        for id in [4, 90] {
            assert_eq!(state(id), Some(State::Flag));
        }
        for id in [5, 6, 160, 310] {
            assert_eq!(state(id), Some(State::Drop));
        }
        for (id, _, state) in rows.iter().filter(|(id, ..)| *id > 300 && *id != 310) {
            assert!(state.is_kept(), "record {id} of the protected source under {policy:?}");
        }
        let dropped_by_hand: BTreeSet<u32> = [5, 6, 160, 310].into();
        assert!(report.drops.iter().all(|d| !dropped_by_hand.contains(&d.id.0) && !dropped_by_hand.contains(&d.witness.0)));
    }
}

#[test]
fn no_cluster_loses_all_of_its_members() {
    let mut bench = bench();
    for policy in [Policy::Cover, Policy::Cluster] {
        apply(&mut bench, 500, policy);
        let (columns, view) = bench.view();
        let clusters = dups::cluster_rows(&view, &columns, Threshold::from_thousandths(500), None);
        assert!(clusters.len() > 20);
        for cluster in clusters {
            let kept = cluster.members.iter().filter(|&&m| columns.is_kept(columns.position(m).expect("a record"))).count();
            assert!(kept >= 1, "{cluster:?} under {policy:?}");
        }
    }
}

#[test]
fn another_threshold_takes_the_earlier_proposals_back() {
    let mut bench = bench();
    let first = apply(&mut bench, 500, Policy::Cover);
    let marks = bench.rows().into_iter().filter(|(.., s)| matches!(s, State::Keep | State::Flag)).count();
    let second = apply(&mut bench, 800, Policy::Cover);
    let (before, after): (BTreeSet<RecordId>, BTreeSet<RecordId>) =
        (first.drops.iter().map(|d| d.id).collect(), second.drops.iter().map(|d| d.id).collect());
    assert_eq!(second.restored, before.difference(&after).count() as u64);
    let rows = bench.rows();
    let dropped: BTreeSet<u32> = rows.iter().filter(|(.., s)| *s == State::Drop).map(|(id, ..)| *id).collect();
    let expected: BTreeSet<u32> = after.iter().map(|id| id.0).chain([5, 6, 160, 310]).collect();
    assert_eq!(dropped, expected);
    assert_eq!(rows.iter().filter(|(.., s)| matches!(s, State::Keep | State::Flag)).count(), marks);
    // The same policy from a fresh start proposes the same: what an earlier application dropped does not matter.
    let mut fresh = self::bench();
    assert_eq!(apply(&mut fresh, 800, Policy::Cover).drops, second.drops);
    // And a second time it changes nothing.
    assert_eq!(apply(&mut bench, 800, Policy::Cover).operation, None);
}

#[test]
fn pairs_and_consequences_are_those_of_all_pairs() {
    let mut bench = bench();
    let rows = bench.rows();
    let (columns, view) = bench.view();
    for thousandths in [400, 625, 750, 1000] {
        let threshold = Threshold::from_thousandths(thousandths);
        let mut found = Vec::new();
        let count = dups::pairs(&view, &columns, threshold, None, |a, b, score| {
            found.push((a.0, b.0, score));
            Ok(())
        });
        found.sort_by_key(|&(a, b, _)| (a, b));
        assert_eq!(count.expect("pairs"), found.len() as u64);
        assert_eq!(found, all_pairs(&rows, threshold.value()));

        let mut across = Vec::new();
        dups::pairs(&view, &columns, threshold, Some(Across::Sources), |a, b, score| {
            across.push((a.0, b.0, score));
            Ok(())
        })
        .expect("pairs");
        across.sort_by_key(|&(a, b, _)| (a, b));
        assert_eq!(across, found.into_iter().filter(|&(a, b, _)| a <= 300 && b > 300).collect::<Vec<_>>());

        for policy in Policy::ALL {
            let consequences = dups::consequences(&view, &columns, threshold, policy);
            let applied = view.propose(threshold, policy).len() as u64;
            assert_eq!(consequences.dropped, applied);
            assert_eq!(consequences.dropped_by_source.values().sum::<u64>(), applied);
            assert_eq!(consequences.dropped_by_split.values().sum::<u64>(), applied);
            assert!(!consequences.dropped_by_source.contains_key("test"), "it is protected");
        }
    }
}

#[test]
fn a_graph_of_older_texts_says_so_and_is_not_applied() {
    let mut bench = bench();
    edit::edit(&mut bench.workspace, RecordId(1), Some("something else altogether".into())).expect("an edit");
    let (columns, view) = bench.view();
    let threshold = Threshold::from_thousandths(700);
    assert!(view.stale && dups::consequences(&view, &columns, threshold, Policy::Cover).stale);
    let refused = dups::apply(&mut bench.workspace, &view, threshold, Policy::Cover, None, &Progress::none());
    assert!(refused.is_err_and(|e| e.kind == Kind::Refused && e.hint.is_some()));
    bench.build(0.4);
    assert!(!bench.view().1.stale);
}

#[test]
fn a_threshold_goes_down_to_the_floor_and_no_further() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red car\na red cat\n");
    for thousandths in (10..=1000).step_by(10).chain([505, 333]) {
        let floor = Threshold::from_thousandths(thousandths);
        bench.build(floor.value());
        let (_, view) = bench.view();
        assert_eq!(view.floor(), floor);
        assert!(dups::require_in_range(&view, floor).is_ok());
        let below = Threshold::from_thousandths(thousandths - 1);
        assert!(dups::require_in_range(&view, below).is_err_and(|e| e.kind == Kind::Usage), "{below} below {floor}");
    }
}

#[test]
fn a_graph_that_was_stored_is_the_graph_that_was_computed() {
    let mut bench = bench();
    let columns = bench.columns();
    let wish = Wish { floor: 0.4, ..Wish::of(Lens::Lexical) };
    let computed = dups::make(&bench.workspace, &columns, &wish, &Folders::default(), &Progress::none()).expect("a graph").graph;
    assert_eq!(dups::load(&bench.workspace, Lens::Lexical).expect("the stored one"), computed);
}
