//! Applying again: what an earlier application proposed is taken back, within a scope only there, and what a person did stands.

use std::collections::BTreeSet;

use tamis::model::{Lens, Mark, Policy, RecordId, State};
use tamis::ops::duplicates::{self as dups, ApplyReport, Scope};
use tamis::ops::{check, stats};
use tamis::progress::Progress;

use super::duplicates_world::t;
use super::{Bench, lines, prompts};

fn bench() -> Bench {
    let mut bench = Bench::new();
    let texts = prompts(41, 240);
    bench.import("left.txt", lines(&texts[..140]));
    bench.import("right.txt", lines(&texts[140..]));
    bench.build(0.35);
    bench
}

fn scope(bench: &mut Bench, filter: &str) -> Option<Scope> {
    let columns = bench.columns();
    dups::scope(&bench.workspace, &columns, filter, &Progress::none()).expect("a scope")
}

fn apply(bench: &mut Bench, at: u16, policy: Policy, filter: &str) -> ApplyReport {
    let scope = scope(bench, filter);
    let (_, view) = bench.view();
    let plan = dups::plan(&bench.workspace, &view, t(at), policy, scope.as_ref()).expect("a plan");
    let report = dups::apply(&mut bench.workspace, &view, t(at), policy, scope.as_ref(), &Progress::none()).expect("applied");
    assert_eq!((&plan.drops, plan.restored.len() as u64), (&report.drops, report.restored), "as it was planned");
    report
}

/// Records that are dropped as duplicates.
fn duplicates(bench: &Bench) -> BTreeSet<u32> {
    bench.workspace.store().duplicate_records().expect("a read").into_iter().map(|record| record.0).collect()
}

fn ids(report: &ApplyReport) -> BTreeSet<u32> {
    report.drops.iter().map(|drop| drop.id.0).collect()
}

#[test]
fn another_threshold_takes_back_what_no_person_touched() {
    let mut bench = bench();
    let first = apply(&mut bench, 400, Policy::Cover, "");
    let proposed: Vec<u32> = ids(&first).into_iter().collect();
    assert!(proposed.len() > 60);
    bench.mark([proposed[0], proposed[1]], Some(Mark::Keep));
    bench.mark([proposed[2]], Some(Mark::Drop));
    bench.mark([proposed[3]], Some(Mark::Flag));
    let second = apply(&mut bench, 900, Policy::Cover, "");
    assert_eq!(duplicates(&bench), ids(&second));
    assert_eq!(second.restored, ids(&first).difference(&ids(&second)).count() as u64);
    let rows = bench.rows();
    let state = |id: u32| rows[id as usize - 1].2;
    assert_eq!([0, 1, 2, 3].map(|n| state(proposed[n])), [State::Keep, State::Keep, State::Drop, State::Flag]);
    for &id in proposed[4..].iter().filter(|id| !ids(&second).contains(id)) {
        assert_eq!(state(id), State::Undecided, "record {id}");
    }
    // What counts say is what there is.
    let columns = bench.columns();
    let stats = stats::stats(&mut bench.workspace, &Progress::none()).expect("stats");
    assert_eq!(stats.sources.iter().map(|s| s.dropped_as_duplicates).sum::<u64>(), second.dropped);
    assert_eq!((0..columns.len()).filter(|&p| !columns.is_kept(p)).count() as u64, second.dropped + 1);
    bench.undo();
    assert_eq!(duplicates(&bench), ids(&first), "undo is exactly the way back");
}

#[test]
fn within_a_scope_only_its_records_come_and_go() {
    for policy in [Policy::Cover, Policy::Cluster] {
        let mut bench = bench();
        apply(&mut bench, 450, policy, "");
        let before = duplicates(&bench);
        let right = |id: &u32| *id > 140;
        let (left_before, right_before): (BTreeSet<u32>, BTreeSet<u32>) = before.iter().copied().partition(|id| !right(id));
        assert!(left_before.len() > 10 && right_before.len() > 10);
        let report = apply(&mut bench, 800, policy, "source:right");
        assert!(ids(&report).iter().all(right), "{policy:?}");
        let expected: BTreeSet<u32> = left_before.union(&ids(&report)).copied().collect();
        assert_eq!(duplicates(&bench), expected, "{policy:?}");
        assert_eq!(report.restored, right_before.difference(&ids(&report)).count() as u64);
        let recipe = dups::applied(&bench.workspace).expect("a read").expect("a recipe");
        assert_eq!((recipe.filter.as_str(), recipe.threshold(), recipe.policy), ("source:right", t(800), policy));
        assert_eq!(apply(&mut bench, 800, policy, "source:right").operation, None, "once is enough");
        // Nobody's witness is gone.
        let rows = bench.rows();
        for drop in &report.drops {
            assert!(rows[drop.witness.0 as usize - 1].2.is_kept(), "{drop:?} under {policy:?}");
        }
        assert!(scope(&mut bench, "  ").is_none());
    }
}

#[test]
fn who_stays_dropped_beyond_the_scope_is_no_witness() {
    let mut bench = Bench::new();
    // 1 is longest and drops 2; 3 resembles 2 alone.
    bench.import("left.txt", "a b c d e f g h\na b c d\n");
    bench.import("right.txt", "a b c\n");
    bench.build(0.3);
    assert_eq!(ids(&apply(&mut bench, 500, Policy::Cover, "")), [2].into());
    assert_eq!(ids(&apply(&mut bench, 700, Policy::Cover, "source:right")), [].into(), "2 is not there to stand for it");
    let report = check::check(&mut bench.workspace, &Progress::none()).expect("a check");
    let witnesses = report.checks.iter().find(|row| row.check == "witnesses").expect("a row");
    assert_eq!(witnesses.verdict, check::Verdict::Ready, "{witnesses:?}");
    // Kept by hand it is; and where all are meant, it comes back itself.
    bench.mark([2], Some(Mark::Keep));
    assert_eq!(ids(&apply(&mut bench, 700, Policy::Cover, "source:right")), [3].into());
    bench.mark([2], None);
    assert_eq!(ids(&apply(&mut bench, 700, Policy::Cover, "")), [3].into());
    assert_eq!(duplicates(&bench), [3].into());
}

#[test]
fn why_a_record_went_is_explained() {
    let mut bench = bench();
    let report = apply(&mut bench, 500, Policy::Cover, "");
    let (columns, view) = bench.view();
    let rows = bench.rows();
    for drop in report.drops.iter().take(20) {
        let explained = dups::explain(&bench.workspace, &columns, drop.id).expect("an explanation");
        let why = explained.dropped.expect("it was dropped");
        assert_eq!((why.witness, why.score, why.same_words), (drop.witness, drop.score, drop.score));
        assert_eq!(why.witness_text, rows[drop.witness.0 as usize - 1].1);
        assert_eq!(
            (explained.text.as_str(), explained.state, explained.cause),
            (rows[drop.id.0 as usize - 1].1.as_str(), "drop", Some("duplicate"))
        );
        let by = why.by.expect("an operation");
        assert!(by.starts_with("duplicates cover at 0.500 (lexical)"), "{by}");
        // The nearest, by all pairs.
        let pairs = bench.stored_pairs(Lens::Lexical, 0.35);
        let scores = pairs.iter().filter(|((a, b), _)| [*a, *b].contains(&drop.id.0)).map(|(_, score)| *score);
        let mut scores: Vec<f32> = scores.collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        assert_eq!(explained.nearest[0].total, scores.len());
        let near: Vec<f32> = explained.nearest[0].records.iter().map(|near| near.score).collect();
        assert_eq!(near, scores[..near.len()]);
    }
    assert!(dups::explain(&bench.workspace, &columns, RecordId(999)).is_err());
    assert!(!view.stale);
}
