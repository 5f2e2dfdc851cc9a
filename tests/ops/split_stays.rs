//! What a split leaves where it is, what it keeps in proportion, and what it says of sizes it cannot meet.

use std::collections::BTreeMap;

use tamis::error::Kind;
use tamis::model::{Lens, Mark, OpId, RecordId, Threshold};
use tamis::ops::assign::{AssignArgs, assign};
use tamis::ops::import::ImportArgs;
use tamis::ops::split::{Recipe, SplitArgs, SplitReport, Stratum, WhyRow, split};
use tamis::ops::{duplicates as dups, sources, undo};
use tamis::progress::Progress;
use tamis::shelf::Folders;
use tamis::splits::Targets;

use super::{Bench, lines, prompts};

fn targets(shares: &str, counts: &str) -> Targets {
    Targets::parse(shares, counts).expect("targets")
}

fn args(shares: &str, seed: u64) -> SplitArgs {
    SplitArgs { seed, ..SplitArgs::of(targets(shares, "")) }
}

fn run(bench: &mut Bench, args: SplitArgs) -> SplitReport {
    split(&mut bench.workspace, args, &Folders::default(), &Progress::none()).expect("a split")
}

fn refused(bench: &mut Bench, args: SplitArgs) -> tamis::error::Error {
    split(&mut bench.workspace, args, &Folders::default(), &Progress::none()).expect_err("refused")
}

pub fn by_hand(bench: &mut Bench, records: &[u32], split: Option<&str>) -> tamis::error::Result<u64> {
    let columns = bench.columns();
    let records = records.iter().map(|&record| RecordId(record)).collect();
    let args = AssignArgs { records, split: split.map(str::to_owned), filter: None };
    assign(&mut bench.workspace, &columns, args, &Progress::none()).map(|report| report.changed)
}

/// The split of every kept record; `-` for none.
pub fn splits(bench: &mut Bench) -> BTreeMap<u32, String> {
    let columns = bench.columns();
    let kept = (0..columns.len()).filter(|&p| columns.is_kept(p));
    kept.map(|p| (columns.id(p).0, columns.split_name(p).unwrap_or("-").to_owned())).collect()
}

fn count(splits: &BTreeMap<u32, String>, name: &str) -> usize {
    splits.values().filter(|split| *split == name).count()
}

/// 300 records of which none resembles another one.
fn unlike() -> Bench {
    let mut bench = Bench::new();
    let texts: Vec<String> = (0..300).map(|n| format!("w{n} x{n} y{n}")).collect();
    bench.import("a.txt", lines(&texts[..200]));
    bench.import("b.txt", lines(&texts[200..]));
    bench
}

#[test]
fn counts_are_met_to_the_record_and_without_shares_the_rest_has_no_split() {
    let mut bench = unlike();
    let report = run(&mut bench, SplitArgs::of(targets("train=3,validation=1", "test=40")));
    let of = splits(&mut bench);
    assert_eq!(["train", "validation", "test"].map(|name| count(&of, name)), [195, 65, 40]);
    let said: Vec<_> = report.splits.iter().map(|s| (s.name.as_str(), s.records, s.wanted, s.off)).collect();
    assert_eq!(
        said,
        [("train", 195, Some(195), Some(0)), ("validation", 65, Some(65), Some(0)), ("test", 40, Some(40), Some(0))]
    );
    assert!(report.unmet.is_empty());
    let report = run(&mut bench, SplitArgs::of(targets("", "test=40")));
    let of = splits(&mut bench);
    assert_eq!((count(&of, "test"), count(&of, "-")), (40, 260));
    assert_eq!(report.splits.last().map(|s| (s.name.as_str(), s.records, s.wanted)), Some(("none", 260, None)));
    let error = refused(&mut bench, SplitArgs::of(targets("train=1", "test=301")));
    assert_eq!(error.kind, Kind::Usage);
    assert_eq!(error.message, "the counts ask for 301 records, and there are 300 to split");
}

#[test]
fn new_records_join_without_moving_old_ones() {
    let mut bench = Bench::new();
    let texts = prompts(77, 400);
    bench.import("old.txt", lines(&texts[..250]));
    run(&mut bench, args("train=8,test=2", 1));
    let before = splits(&mut bench);
    bench.import("new.txt", lines(&texts[250..]));
    let report = run(&mut bench, SplitArgs { extend: true, ..args("train=8,test=2", 99) });
    let after = splits(&mut bench);
    assert!(before.iter().all(|(id, split)| after[id] == *split), "an old record moved");
    assert!(after.values().all(|split| split != "-"));
    assert_eq!((report.stays["extended"], report.moved), (before.len() as u64, (after.len() - before.len()) as u64));
    // New records alone never tear a cluster; those that join two old ones may.
    assert_eq!(report.leaks.is_empty(), report.torn == 0);
    assert_eq!(run(&mut bench, SplitArgs { extend: true, ..args("train=8,test=2", 5) }).moved, 0);
}

#[test]
fn a_split_that_is_kept_keeps_its_records_while_the_others_are_divided_anew() {
    let mut bench = unlike();
    run(&mut bench, args("train=80,validation=10,test=10", 1));
    let before = splits(&mut bench);
    let kept = SplitArgs { keep: vec!["validation".into()], ..args("train=80,validation=10,test=10", 2) };
    let report = run(&mut bench, kept.clone());
    let after = splits(&mut bench);
    assert!(before.iter().all(|(id, split)| (*split == "validation") == (after[id] == "validation")));
    assert_ne!(before, after);
    assert_eq!(report.stays["kept"], 30);
    let recipe = bench.workspace.store().setting("split").expect("a read").expect("a recipe");
    assert_eq!(Recipe::read(&recipe).expect("a recipe").keep, ["validation"]);
    let error = refused(&mut bench, SplitArgs { keep: vec!["holdout".into()], ..kept });
    assert_eq!((error.kind, error.hint.as_deref()), (Kind::Usage, Some("there is train, test, validation")));
}

#[test]
fn what_a_hand_moved_what_is_marked_and_what_is_protected_stays() {
    let mut bench = unlike();
    run(&mut bench, args("train=50,test=50", 1));
    by_hand(&mut bench, &[1, 2, 3], Some("holdout")).expect("moved");
    bench.mark([10, 11, 12, 13], Some(Mark::Keep));
    bench.mark([20, 21, 22, 23], Some(Mark::Flag));
    sources::protect(&mut bench.workspace, "b", true).expect("protected");
    let before = splits(&mut bench);
    let mut flagged_moved = false;
    for seed in 2..8 {
        let report = run(&mut bench, args("train=50,test=50", seed));
        let after = splits(&mut bench);
        for id in [1, 2, 3, 10, 11, 12, 13].into_iter().chain(201..=300) {
            assert_eq!(after[&id], before[&id], "record {id}");
        }
        flagged_moved |= (20..24).any(|id| after[&id] != before[&id]);
        assert_eq!(["by hand", "marked", "protected"].map(|why| report.stays[why]), [3, 4, 100]);
        // Of what is not held out by hand, both halves are as large as asked for.
        assert!(report.unmet.is_empty(), "{report:?}");
    }
    assert!(flagged_moved, "a flag holds nothing");
    // A hand holds records that are dropped meanwhile, too.
    bench.mark([2], Some(Mark::Drop));
    run(&mut bench, args("train=50,test=50", 9));
    bench.mark([2], None);
    assert_eq!(splits(&mut bench)[&2], "holdout");
    // Set free, they are divided like all others.
    by_hand(&mut bench, &[1, 2, 3], None).expect("free");
    assert_eq!(count(&splits(&mut bench), "-"), 3);
    let report = run(&mut bench, SplitArgs { extend: true, ..args("train=50,test=50", 9) });
    assert_eq!((report.moved, report.stays["extended"]), (3, 297));
    assert_eq!(count(&splits(&mut bench), "holdout"), 0);
}

#[test]
fn a_dry_run_says_it_all_and_changes_nothing() {
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&prompts(5, 200)));
    let wanted = SplitArgs { by: vec![Stratum::Length], ..args("train=9,test=1", 3) };
    let dry = run(&mut bench, SplitArgs { dry_run: true, ..wanted.clone() });
    assert_eq!((dry.operation, count(&splits(&mut bench), "-")), (None, 200));
    assert!(dups::info(&bench.workspace, Lens::Lexical).expect("a read").is_none(), "not even a graph");
    let done = run(&mut bench, wanted);
    assert_eq!(done.operation, Some(OpId(2)));
    assert_eq!(SplitReport { dry_run: false, operation: done.operation, stale: done.stale.clone(), ..dry }, done);
    undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone");
    assert_eq!(count(&splits(&mut bench), "-"), 200);
}

#[test]
fn strata_are_combined_and_told() {
    let mut bench = Bench::new();
    let line = |n: u32| {
        let style = if n.is_multiple_of(3) { "\"photo\"" } else { "null" };
        let words = if n.is_multiple_of(2) { "short".to_owned() } else { "long word ".repeat(15) };
        format!("{{\"text\":\"w{n} x{n} {words}\",\"score\":{},\"style\":{style}}}\n", f64::from(n) / 10.0)
    };
    bench.import("a.jsonl", (0..600).map(line).collect::<String>());
    bench.import("b.jsonl", (600..720).map(line).collect::<String>());
    let by = ["source", "length", "style", "score"].map(|word| word.parse().expect("a stratum")).to_vec();
    let report = run(&mut bench, SplitArgs { by, threshold: Threshold::from_thousandths(990), ..args("train=75,test=25", 4) });
    let groups: Vec<(&str, Vec<(&str, u64)>)> = report
        .strata
        .keys
        .iter()
        .map(|key| (key.by.as_str(), key.groups.iter().map(|(name, n)| (name.as_str(), *n)).collect()))
        .collect();
    assert_eq!(groups[0], ("source", vec![("a", 600), ("b", 120)]));
    assert_eq!(groups[1].1.iter().map(|(_, n)| n).collect::<Vec<_>>(), [&360, &360]);
    assert_eq!(groups[2], ("style", vec![("photo", 240), ("none", 480)]));
    assert_eq!(groups[3].1.iter().map(|(_, n)| n).collect::<Vec<_>>(), [&180; 4], "quartiles");
    assert!(report.strata.groups > 8);
    let columns = bench.columns();
    let in_test = |holds: &dyn Fn(u32) -> bool| {
        let all: Vec<usize> = (0..columns.len()).filter(|&p| holds(columns.id(p).0 - 1)).collect();
        let test = all.iter().filter(|&&p| columns.split_name(p) == Some("test")).count();
        test as f64 / all.len() as f64
    };
    for holds in [&|n: u32| n < 600, &|n: u32| n.is_multiple_of(2), &|n: u32| n.is_multiple_of(3), &|n: u32| n < 180]
        as [&dyn Fn(u32) -> bool; 4]
    {
        assert!((in_test(holds) - 0.25).abs() < 0.03, "{}", in_test(holds));
    }
    let error = refused(&mut bench, SplitArgs { by: vec![Stratum::Field("author".into())], ..args("a=1", 1) });
    assert_eq!((error.kind, error.hint.as_deref()), (Kind::Usage, Some("there is source, length, score, style")));
}

#[test]
fn a_field_of_too_many_values_is_no_stratum() {
    let mut bench = Bench::new();
    bench.import("a.jsonl", (0..1100).map(|n| format!("{{\"text\":\"w{n}\",\"name\":\"n{n}\"}}\n")).collect::<String>());
    let error = refused(&mut bench, SplitArgs { by: vec!["name".parse().expect("a stratum")], ..args("a=1", 1) });
    assert_eq!(error.message, "the field name has 1,100 values, so each group would be a few records");
}

#[test]
fn a_cluster_too_large_is_told_by_one_of_its_records() {
    let mut bench = Bench::new();
    let chain: Vec<String> = (0..60).map(|n| format!("a b c d e f g h v{n}")).chain((0..40).map(|n| format!("u{n}"))).collect();
    bench.import("a.txt", lines(&chain));
    let report = run(&mut bench, args("train=1,test=1", 1));
    let mut told: Vec<_> = report.unmet.iter().map(|unmet| (unmet.off, unmet.why.clone())).collect();
    told.sort_by_key(|(off, _)| *off);
    let cluster = WhyRow::Cluster { size: 60, record: RecordId(1) };
    assert_eq!(told, [(-10, cluster.clone()), (10, cluster)]);
}

#[test]
fn names_that_differ_in_case_alone_are_one_file() {
    let mut bench = Bench::new();
    bench.import_as("a.txt", "a\nb\n", ImportArgs { split: Some("Train".into()), ..ImportArgs::default() });
    bench.import("b.txt", "c\nd\n");
    assert_eq!(refused(&mut bench, args("train=1,test=1", 1)).kind, Kind::Usage);
    assert_eq!(by_hand(&mut bench, &[3], Some("train")).unwrap_err().kind, Kind::Usage);
    assert_eq!(run(&mut bench, args("Train=1,test=1", 1)).stays["declared"], 2);
}
