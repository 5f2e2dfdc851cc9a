//! Splits against an independent union-find over all pairs.

use std::collections::{BTreeMap, BTreeSet};

use tamis::error::Kind;
use tamis::model::{Mark, RecordId, State, Threshold};
use tamis::ops::import::ImportArgs;
use tamis::ops::split::{SplitArgs, SplitReport, Stratum, split};
use tamis::ops::{edit, query};
use tamis::progress::Progress;
use tamis::shelf::Folders;
use tamis::splits::Targets;

use super::{Bench, lines, prompts};
use crate::workspace::model::{jaccard, words};

fn targets(shares: &str, counts: &str) -> Targets {
    Targets::parse(shares, counts).expect("targets")
}

fn args(shares: &str, seed: u64, thousandths: u16) -> SplitArgs {
    SplitArgs { seed, threshold: Threshold::from_thousandths(thousandths), ..SplitArgs::of(targets(shares, "")) }
}

fn run(bench: &mut Bench, args: SplitArgs) -> SplitReport {
    split(&mut bench.workspace, args, &Folders::default(), &Progress::none()).expect("a split")
}

/// `id → split` of every kept record.
fn splits(bench: &mut Bench) -> BTreeMap<u32, String> {
    let columns = bench.columns();
    let kept = (0..columns.len()).filter(|&p| columns.is_kept(p));
    kept.map(|p| (columns.id(p).0, columns.split_name(p).expect("a split").to_owned())).collect()
}

/// The clusters of the kept records, singletons among them.
fn clusters(bench: &mut Bench, threshold: f32) -> Vec<Vec<u32>> {
    let kept: Vec<(u32, String, State)> = bench.rows().into_iter().filter(|(.., state)| *state != State::Drop).collect();
    let sets: Vec<BTreeSet<String>> = kept.iter().map(|(_, text, _)| words(text)).collect();
    let mut parent: Vec<usize> = (0..kept.len()).collect();
    fn root(parent: &[usize], mut at: usize) -> usize {
        while parent[at] != at {
            at = parent[at];
        }
        at
    }
    for a in 0..kept.len() {
        for b in a + 1..kept.len() {
            if jaccard(&sets[a], &sets[b]) >= threshold {
                let (x, y) = (root(&parent, a), root(&parent, b));
                parent[x] = y;
            }
        }
    }
    let mut members: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    (0..kept.len()).for_each(|at| members.entry(root(&parent, at)).or_default().push(kept[at].0));
    members.into_values().collect()
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    let texts = prompts(5, 500);
    bench.import("a.txt", lines(&texts[..320]));
    bench.import("b.txt", lines(&texts[320..]));
    bench.mark((1..500).step_by(17), Some(Mark::Drop));
    bench
}

#[test]
fn clusters_stay_whole_and_shares_are_met_within_the_largest() {
    let mut bench = bench();
    for (shares, thousandths) in [("train=95,validation=5", 700), ("train=50,validation=30,test=20", 500), ("a=1,b=1", 400)] {
        let report = run(&mut bench, args(shares, 42, thousandths));
        let of = splits(&mut bench);
        let clusters = clusters(&mut bench, f32::from(thousandths) / 1000.0);
        for cluster in &clusters {
            let places: BTreeSet<&String> = cluster.iter().map(|id| &of[id]).collect();
            assert_eq!(places.len(), 1, "{cluster:?} at {thousandths}");
        }
        let largest = clusters.iter().map(Vec::len).max().expect("records") as f64;
        assert!(largest >= 2.0);
        assert_eq!((report.records, report.leaks.len()), (of.len() as u64, 0));
        for size in &report.splits {
            assert_eq!(of.values().filter(|s| **s == size.name).count() as u64, size.records);
            assert!((size.records as f64 - size.target * of.len() as f64).abs() <= largest, "{size:?}, largest {largest}");
        }
    }
}

#[test]
fn the_seed_decides_and_nothing_else() {
    let mut bench = bench();
    run(&mut bench, args("train=80,test=20", 7, 600));
    let first = splits(&mut bench);
    run(&mut bench, args("train=80,test=20", 8, 600));
    let other = splits(&mut bench);
    assert_ne!(first, other);
    let back = run(&mut bench, args("train=80,test=20", 7, 600));
    assert_eq!(splits(&mut bench), first);
    assert!(back.moved > 0);
    assert_eq!(run(&mut bench, args("train=80,test=20", 7, 600)).operation, None);
    // Elsewhere too.
    let mut elsewhere = self::bench();
    run(&mut elsewhere, args("train=80,test=20", 7, 600));
    assert_eq!(splits(&mut elsewhere), first);
}

#[test]
fn by_source_keeps_the_shares_within_each_source() {
    let mut bench = bench();
    run(&mut bench, SplitArgs { by: vec![Stratum::Source], ..args("train=75,test=25", 3, 900) });
    let of = splits(&mut bench);
    for range in [1..=320, 321..=500] {
        let mine: Vec<&String> = of.iter().filter(|(id, _)| range.contains(*id)).map(|(_, split)| split).collect();
        let test = mine.iter().filter(|split| **split == "test").count() as f64;
        assert!((test / mine.len() as f64 - 0.25).abs() < 0.05, "{test} of {}", mine.len());
    }
    let unknown = split(
        &mut bench.workspace,
        SplitArgs { by: vec![Stratum::Field("size".into())], ..args("a=1", 1, 900) },
        &Folders::default(),
        &Progress::none(),
    );
    assert!(unknown.is_err_and(|e| e.kind == Kind::Usage));
}

/// A source that declares its split, one that does not, and copies between them.
fn declared(name: &str) -> Bench {
    let mut bench = Bench::new();
    let texts = prompts(9, 300);
    bench.import_as(
        "held-out.txt",
        lines(&texts[..60]),
        ImportArgs { split: Some(name.into()), protect: true, ..ImportArgs::default() },
    );
    bench.import("rest.txt", lines(&texts[60..]));
    bench
}

#[test]
fn a_declared_split_stays_and_its_copies_join_it() {
    // With a share of its own, and without one, as test often has none.
    for shares in ["train=80,test=20", "train=90,validation=10"] {
        let mut bench = declared("test");
        let report = run(&mut bench, args(shares, 1, 500));
        let of = splits(&mut bench);
        assert!((1..=60).all(|id| of[&id] == "test"), "what is declared is not moved");
        let mut joined = 0;
        for cluster in clusters(&mut bench, 0.5) {
            let places: BTreeSet<&String> = cluster.iter().map(|id| &of[id]).collect();
            assert_eq!(places.len(), 1, "{cluster:?} with {shares}");
            joined += cluster.iter().filter(|id| cluster[0] <= 60 && **id > 60).count();
        }
        assert!(joined > 0, "no copy of a held-out text in the rest: nothing was tried");
        assert_eq!(report.leaks, []);
        assert_eq!(
            of.values().filter(|s| **s == "test").count() as u64,
            report.splits.iter().find(|s| s.name == "test").expect("test").records
        );
        let own = bench.workspace.store().assigned_records().expect("ids");
        assert!(own.iter().all(|id| id.0 > 60), "a declared record has no assignment of its own");
    }
}

#[test]
fn shares_without_the_declared_split_are_met_among_the_others() {
    let mut bench = declared("test");
    let report = run(&mut bench, args("train=75,validation=25", 1, 900));
    let largest = clusters(&mut bench, 0.9).iter().map(Vec::len).max().expect("records") as f64;
    let others: u64 = report.splits.iter().filter(|s| s.name != "test").map(|s| s.records).sum();
    let train = report.splits.iter().find(|s| s.name == "train").expect("train").records;
    assert!((train as f64 - 0.75 * others as f64).abs() <= largest, "{report:?}");
}

#[test]
fn leaks_between_declared_splits_are_told() {
    let mut bench = Bench::new();
    let declare = |name: &str| ImportArgs { split: Some(name.into()), ..ImportArgs::default() };
    bench.import_as("a.txt", "a red car in the rain\nan owl\nan owl\n", declare("train"));
    bench.import_as("b.txt", "a red car in the rain today\nthe sea\n", declare("test"));
    let report = run(&mut bench, args("train=1,test=1", 1, 700));
    let found: Vec<_> = report.leaks.iter().map(|l| (l.of.as_str(), l.inside.as_str(), l.records, l.pairs)).collect();
    assert_eq!(found, [("train", "test", 1, 1), ("test", "train", 1, 1)]);
    assert!((report.leaks[0].highest - 6.0 / 7.0).abs() < 1e-6);
}

#[test]
fn a_split_looks_at_the_present_texts() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red car\nan owl at night\nthe sea\nthe moon\n");
    run(&mut bench, args("train=50,test=50", 1, 700));
    edit::edit(&mut bench.workspace, RecordId(2), Some("a red car!".into())).expect("an edit");
    for seed in 0..12 {
        run(&mut bench, args("train=50,test=50", seed, 700));
        let of = splits(&mut bench);
        assert_eq!(of[&1], of[&2], "they are the same words now");
    }
    let low = run(&mut bench, args("train=50,test=50", 1, 100));
    assert_eq!(low.leaks, [], "a threshold below the stored floor builds a lower graph");
    assert_eq!(query::record_count(&bench.workspace).expect("a count"), 4);
}
