//! What `diff` and `report` say of a real workspace, and that a snapshot's report stays as it is.

use std::collections::BTreeMap;

use tamis::error::Kind;
use tamis::model::{Mark, OpId, RecordId};
use tamis::ops::diff::{self, Diff, DiffRow, Wanted};
use tamis::ops::import::ImportArgs;
use tamis::ops::{edit, report, rules, snapshot, stats, undo};
use tamis::progress::Progress;
use tamis::rules::Pipeline;
use tamis::shelf::Folders;
use tamis::versions::Difference;

use super::Bench;

impl Bench {
    fn freeze(&mut self, name: &str) {
        snapshot::create(&mut self.workspace, name, &Folders::default(), &Progress::none()).expect("a snapshot");
    }

    fn diff(&mut self, a: &str, b: &str) -> Diff {
        diff::compare(&mut self.workspace, a, b, &Progress::none()).expect("a diff")
    }

    fn rows_of(&self, diff: &Diff, wanted: &Wanted) -> Vec<DiffRow> {
        let mut rows = Vec::new();
        let keep = |row| {
            rows.push(row);
            Ok(())
        };
        diff::rows(&self.workspace, diff, &diff.list(wanted).expect("a list"), &Progress::none(), keep).expect("rows");
        rows
    }

    fn import_split(&mut self, name: &str, lines: &str, split: &str) {
        self.import_as(name, lines, ImportArgs { split: Some(split.to_owned()), ..ImportArgs::default() });
    }
}

fn all(difference: Difference) -> Wanted {
    Wanted { difference, source: None, cause: None, offset: 0, limit: None }
}

/// A workspace with a snapshot `v1` and something of everything done since.
fn changed_since() -> Bench {
    let mut bench = Bench::new();
    bench.import_split("a.txt", "a red car\nan owl\na blue sea\na green hill\n", "train");
    bench.import_split("b.txt", "a red boat\nold snow\n", "validation");
    bench.mark([4], Some(Mark::Drop));
    bench.freeze("v1");
    bench.mark([4], None);
    bench.mark([6], Some(Mark::Drop));
    edit::edit(&mut bench.workspace, RecordId(3), Some("a blue lake".to_owned())).expect("edited");
    let own = "name = 'own'\n[[rule]]\nname = 'reds'\nkind = 'replace'\npattern = 'red'\nwith = 'pink'\n\
               [[rule]]\nname = 'no-owls'\nkind = 'drop-if'\ncontains_any = ['owl']\n";
    rules::apply(&mut bench.workspace, &Pipeline::parse(own).expect("rules"), None, &Progress::none()).expect("applied");
    bench.import_split("c.txt", "new rain\n", "train");
    bench
}

#[test]
fn each_change_has_its_source_and_its_cause() {
    let mut bench = changed_since();
    let diff = bench.diff("v1", "now");
    let summary = diff.summary();
    assert_eq!((summary.kept_before, summary.kept), (5, 5));
    assert_eq!([summary.added, summary.removed, summary.changed, summary.moved], [2, 2, 3, 0]);
    let words: Vec<String> =
        summary.groups.iter().map(|g| format!("{} {} {}: {}", g.change.word(), g.source, g.words, g.records)).collect();
    assert_eq!(
        words,
        [
            "added a no longer dropped by hand: 1",
            "added c new source: 1",
            "removed a dropped by rule no-owls: 1",
            "removed b dropped by hand: 1",
            "changed a by hand: 1",
            "changed a by rules: 1",
            "changed b by rules: 1",
        ]
    );
    let changed = bench.rows_of(&diff, &all(Difference::Changed));
    let texts: Vec<_> = changed.iter().map(|row| (row.id.0, row.text_before.as_deref(), row.text.as_deref())).collect();
    assert_eq!(
        texts,
        [
            (1, Some("a red car"), Some("a pink car")),
            (3, Some("a blue sea"), Some("a blue lake")),
            (5, Some("a red boat"), Some("a pink boat"))
        ]
    );
    let removed = &bench.rows_of(&diff, &all(Difference::Removed))[1];
    assert_eq!((removed.id.0, removed.line, removed.source.as_str(), removed.text.as_deref()), (6, 2, "b", None));
    assert_eq!((removed.cause.as_str(), removed.split_before.as_deref()), ("hand", Some("validation")));

    let of_a = Wanted { source: Some("a".to_owned()), ..all(Difference::Changed) };
    assert_eq!(bench.rows_of(&diff, &Wanted { cause: Some("rules".to_owned()), ..of_a.clone() }), changed[..1]);
    assert_eq!(bench.rows_of(&diff, &Wanted { offset: 1, ..of_a }), changed[1..2]);
    assert_eq!(bench.rows_of(&diff, &Wanted { offset: 1, limit: Some(1), ..all(Difference::Changed) }), changed[1..2]);
    let of_none = Wanted { source: Some("z".to_owned()), ..all(Difference::Changed) };
    assert!(diff.list(&of_none).is_err_and(|e| e.kind == Kind::Usage));
}

#[test]
fn the_way_back_is_the_mirror_image() {
    let mut bench = changed_since();
    let (there, back) = (bench.diff("v1", "now"), bench.diff("now", "v1"));
    let ids = |bench: &Bench, diff: &Diff, of| bench.rows_of(diff, &all(of)).iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(&bench, &there, Difference::Added), ids(&bench, &back, Difference::Removed));
    assert_eq!(ids(&bench, &there, Difference::Removed), ids(&bench, &back, Difference::Added));
    assert_eq!(ids(&bench, &there, Difference::Changed), ids(&bench, &back, Difference::Changed));
    let taken_out = back.summary().groups.into_iter().find(|group| group.cause == "source").expect("c is not in v1");
    assert_eq!((taken_out.words.as_str(), taken_out.split_before.as_deref()), ("source taken out", Some("train")));
    for version in ["v1", "now"] {
        assert_eq!(bench.diff(version, version).summary().groups, []);
    }
    let unknown = diff::compare(&mut bench.workspace, "v1", "v2", &Progress::none()).expect_err("there is no v2");
    assert_eq!((unknown.kind, unknown.hint.as_deref()), (Kind::Refused, Some("there is v1")));
}

#[test]
fn a_report_says_what_the_counts_say() {
    let mut bench = changed_since();
    bench.freeze("v2");
    let report = report::report(&mut bench.workspace, None, &Folders::default(), &Progress::none()).expect("a report");
    let counts = stats::stats(&mut bench.workspace, &Progress::none()).expect("counts");
    assert!(report.waterfall.adds_up());
    assert_eq!((report.waterfall.total.kept, &report.waterfall.total.splits), (counts.kept, &counts.splits));
    let names: Vec<_> = report.versions.iter().map(|v| v.snapshot.as_ref().map_or("now", |s| s.name.as_str())).collect();
    assert_eq!(names, ["v1", "v2", "now"]);
    let figures = report.versions.iter().map(|v| (v.kept, [v.added, v.removed, v.changed, v.moved]));
    assert_eq!(figures.collect::<Vec<_>>(), [(5, [5, 0, 0, 0]), (5, [2, 2, 3, 0]), (5, [0; 4])]);
    let markdown = report.markdown();
    assert!(markdown.contains("| no-owls | −1 | 0 | 0 | −1 |"), "{markdown}");
    assert!(markdown.contains("| train | 4 | 80.0 % | 3 | 0 | 1 |"), "{markdown}");
}

#[test]
fn the_report_of_a_snapshot_stays_what_it_was() {
    let mut bench = changed_since();
    bench.mark([1], Some(Mark::Keep));
    undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone");
    bench.freeze("v2");
    let of = |bench: &mut Bench, name| {
        let report = report::report(&mut bench.workspace, Some(name), &Folders::default(), &Progress::none()).expect("a report");
        (report.markdown(), report.operations.iter().map(|operation| operation.id.0).collect::<Vec<_>>(), report)
    };
    let (markdown, operations, report) = of(&mut bench, "v2");
    assert_eq!(operations, [1, 2, 3, 4, 5, 6, 7, 8, 9], "without 10, which was undone");
    assert_eq!(report.versions.len(), 2);
    let digest = report.snapshot.as_ref().expect("a snapshot").digest.clone();
    let certificate = report.leakage.clone().expect("two splits");
    assert!(certificate.holds() && markdown.contains(&certificate.markdown()), "{markdown}");
    assert!(markdown.starts_with("# :memory:: v2\n\nContent digest") && markdown.contains(&digest), "{markdown}");

    undo::undo(&mut bench.workspace, Some(OpId(7)), &Progress::none()).expect("an edit undone");
    bench.import("d.txt", "later\n");
    bench.mark([1, 2, 3], Some(Mark::Drop));
    bench.freeze("v3");
    assert_eq!(of(&mut bench, "v2"), (markdown, operations, report));
    let kept: BTreeMap<String, u64> = of(&mut bench, "v1").2.waterfall.total.splits;
    assert_eq!(kept, [("train".to_owned(), 3), ("validation".to_owned(), 2)].into());
}
