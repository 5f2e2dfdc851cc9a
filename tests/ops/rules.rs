//! Rules in force: new records are ruled at once, and edits and marks lie over them.

use tamis::model::{Mark, RecordId, State};
use tamis::ops::import::{ImportArgs, import};
use tamis::ops::{edit, query, rules, undo};
use tamis::progress::Progress;
use tamis::rules::{Pipeline, Subject};

use super::{Bench, lines, prompts};
use crate::workspace::model::pipelines;

fn apply(bench: &mut Bench, pipeline: &Pipeline) -> rules::ApplyReport {
    rules::apply(&mut bench.workspace, pipeline, None, &Progress::none()).expect("applied")
}

fn text(bench: &Bench, id: u32) -> (String, State) {
    let record = query::record(&bench.workspace, RecordId(id)).expect("a read").expect("a record");
    (record.text().to_owned(), record.state().0)
}

#[test]
fn a_preview_says_what_applying_then_does() {
    let mut bench = Bench::new();
    let texts = prompts(21, 400);
    bench.import("a.txt", lines(&texts));
    for pipeline in pipelines() {
        let preview = rules::preview::preview_all(&bench.workspace, &pipeline, &Progress::none()).expect("a preview");
        let report = apply(&mut bench, &pipeline);
        assert_eq!(
            (report.records, report.changed, report.dropped),
            (preview.totals.records, preview.totals.changed, preview.totals.dropped)
        );
        let changed: Vec<u32> =
            (1..=400).filter(|&id| text(&bench, id) != (texts[id as usize - 1].clone(), State::Undecided)).collect();
        assert_eq!(preview.items.iter().map(|i| i.record.0).collect::<Vec<_>>(), changed);
        for item in &preview.items {
            let applied = pipeline.apply(&texts[item.record.0 as usize - 1], &Subject::default());
            assert_eq!(item.dropped_by.map(usize::from), applied.dropped_by);
            assert_eq!(text(&bench, item.record.0).1 == State::Drop, applied.dropped_by.is_some());
        }
    }
}

#[test]
fn records_imported_under_a_pipeline_are_ruled_at_once() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red cat\n");
    apply(&mut bench, &pipelines()[0]);
    bench.import("b.txt", "a red dog\nan owl\n");
    assert_eq!(text(&bench, 2), ("a blue dog".into(), State::Undecided));
    assert_eq!(text(&bench, 3).1, State::Drop);
    rules::clear(&mut bench.workspace).expect("cleared");
    assert_eq!(text(&bench, 2), ("a red dog".into(), State::Undecided));
    bench.import("c.txt", "a red fox\n");
    apply(&mut bench, &pipelines()[0]);
    assert_eq!(text(&bench, 4).0, "a blue fox");
}

/// An import that is cancelled at any moment is not there; where it is there, its records are ruled.
#[test]
fn an_import_and_its_rules_are_one() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red cat\n");
    apply(&mut bench, &pipelines()[0]);
    let file = bench.path().join("b.txt");
    std::fs::write(&file, "a red dog\n".repeat(30_000)).expect("a file");
    let args = ImportArgs { files: vec![file], ..ImportArgs::default() };
    let progress = Progress::new();
    let report = std::thread::scope(|scope| {
        // Cancels as soon as the rules have begun.
        scope.spawn(|| {
            while progress.snapshot().stage != "applying rules" && !progress.is_cancelled() {
                std::thread::yield_now();
            }
            progress.cancel();
        });
        let report = import(&mut bench.workspace, args, &progress);
        progress.cancel();
        report
    });
    match report {
        Err(error) => {
            assert!(error.is_interrupted());
            assert_eq!(query::record_count(&bench.workspace).expect("a count"), 1, "cancelled: nothing changed");
        }
        Ok(_) => assert_eq!(text(&bench, 30_001).0, "a blue dog"),
    }
}

#[test]
fn edits_lie_over_rules_and_marks_over_all() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red cat\nan owl\n");
    edit::edit(&mut bench.workspace, RecordId(1), Some("mine, red".into())).expect("an edit");
    bench.mark([2], Some(Mark::Keep));
    apply(&mut bench, &pipelines()[0]);
    assert_eq!(text(&bench, 1).0, "mine, red");
    assert_eq!(text(&bench, 2), ("an owl".into(), State::Keep), "a person's keep wins over a rule's drop");
    let raw = query::record(&bench.workspace, RecordId(1)).expect("a read").expect("a record").raw_text;
    assert_eq!(raw, "a red cat");
    // The very text that the rules give is no edit.
    edit::edit(&mut bench.workspace, RecordId(1), Some("a blue cat".into())).expect("an edit");
    assert_eq!(query::record(&bench.workspace, RecordId(1)).expect("a read").expect("a record").edit, None);
    undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone");
    assert_eq!(text(&bench, 1).0, "mine, red");
}

#[test]
fn what_cannot_be_a_text_is_refused() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red cat\n");
    for bad in ["", " \t\n", "a\0b", &"x".repeat(tamis::model::MAX_TEXT + 1)] {
        assert!(edit::edit(&mut bench.workspace, RecordId(1), Some(bad.to_owned())).is_err());
    }
    assert!(edit::edit(&mut bench.workspace, RecordId(1), Some("x".repeat(tamis::model::MAX_TEXT))).is_ok());
}
