//! Undoing an operation by its number, where later ones matter or do not.

use std::path::PathBuf;

use tamis::error::Kind;
use tamis::model::{Lens, Mark, OpId, Policy, RecordId, Threshold};
use tamis::ops::import::{ImportArgs, ImportReport, import};
use tamis::ops::mark::{MarkArgs, mark};
use tamis::ops::{duplicates, query, rules, undo};
use tamis::progress::Progress;
use tamis::shelf::Folders;
use tamis::workspace::Workspace;

use super::model::pipelines;

struct Bench {
    folder: tempfile::TempDir,
    workspace: Workspace,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::create(&folder.path().join("w.db")).expect("a workspace");
        Bench { folder, workspace }
    }

    fn import(&mut self, name: &str, lines: &str) -> ImportReport {
        let file: PathBuf = self.folder.path().join(format!("{name}.txt"));
        std::fs::write(&file, lines).expect("a file");
        let args = ImportArgs { files: vec![file], ..ImportArgs::default() };
        import(&mut self.workspace, args, &Progress::none()).expect("an import")
    }

    fn mark(&mut self, record: u32, word: Mark) {
        let args = MarkArgs { records: vec![RecordId(record)], mark: Some(word), reason: None, filter: None };
        mark(&mut self.workspace, args, &Progress::none()).expect("a mark");
    }

    fn undo(&mut self, operation: u32) -> Result<(), Kind> {
        undo::undo(&mut self.workspace, Some(OpId(operation)), &Progress::none()).map(drop).map_err(|e| e.kind)
    }

    fn marks(&mut self) -> [Option<Mark>; 2] {
        [1, 2].map(|id| {
            let record = query::record(&self.workspace, RecordId(id)).expect("a record").expect("it is there");
            record.mark.map(|value| value.mark)
        })
    }

    fn text(&mut self, record: u32) -> String {
        query::record(&self.workspace, RecordId(record)).expect("a record").expect("it is there").text().to_owned()
    }
}

#[test]
fn an_operation_on_other_records_can_be_undone_out_of_order() {
    let mut bench = Bench::new();
    bench.import("a", "one\ntwo\n");
    bench.mark(1, Mark::Keep);
    bench.mark(2, Mark::Drop);
    bench.mark(1, Mark::Flag);
    assert_eq!(bench.undo(2), Err(Kind::Refused), "4 changed the same record");
    assert_eq!(bench.undo(3), Ok(()));
    assert_eq!(bench.undo(3), Err(Kind::Refused), "it is undone already");
    assert_eq!(bench.undo(5), Err(Kind::Refused), "an undo is no operation to undo");
    assert_eq!(bench.undo(99), Err(Kind::Refused));
}

#[test]
fn an_import_stays_while_something_builds_on_its_records() {
    let mut bench = Bench::new();
    bench.import("a", "one\n");
    bench.import("b", "two\n");
    bench.mark(1, Mark::Keep);
    assert_eq!(bench.undo(1), Err(Kind::Refused));
    assert_eq!(bench.undo(2), Ok(()), "nothing builds on b");
    assert_eq!(query::record_count(&bench.workspace).expect("a count"), 1);
}

#[test]
fn an_import_stays_while_its_records_are_witnesses() {
    let mut bench = Bench::new();
    bench.import("a", "a red car in the rain\n");
    bench.import("b", "a red car in the rain today\n");
    let none = Progress::none();
    duplicates::build(
        &mut bench.workspace,
        &duplicates::Wish { floor: 0.5, ..duplicates::Wish::of(Lens::Lexical) },
        &Folders::default(),
        &none,
    )
    .expect("a graph");
    let columns = query::columns(&mut bench.workspace, &none).expect("columns");
    let view = duplicates::view(&bench.workspace, &columns, Lens::Lexical).expect("a view");
    let threshold = Threshold::from_thousandths(700);
    let report = duplicates::apply(&mut bench.workspace, &view, threshold, Policy::Cover, None, &none).expect("applied");
    assert_eq!((report.drops[0].id, report.drops[0].witness), (RecordId(1), RecordId(2)), "the longer one stays");
    assert_eq!(bench.undo(2), Err(Kind::Refused), "record 1 would be lost as a copy of nothing");
}

#[test]
fn a_pipeline_that_comes_back_rules_what_came_meanwhile() {
    let mut bench = Bench::new();
    let own = &pipelines()[0];
    bench.import("a", "a red cat\n");
    rules::apply(&mut bench.workspace, own, None, &Progress::none()).expect("applied");
    rules::clear(&mut bench.workspace).expect("cleared");
    bench.import("b", "a red dog\n");
    assert_eq!(bench.text(2), "a red dog");
    assert_eq!(bench.undo(3), Ok(()));
    assert_eq!((bench.text(1).as_str(), bench.text(2).as_str()), ("a blue cat", "a blue dog"));
}

#[test]
fn what_builds_on_an_operation_is_named_and_can_be_undone_with_it() {
    let mut bench = Bench::new();
    bench.import("a", "one\ntwo\n");
    bench.mark(1, Mark::Keep);
    bench.mark(2, Mark::Drop);
    bench.mark(1, Mark::Flag);
    rules::apply(&mut bench.workspace, &pipelines()[0], None, &Progress::none()).expect("applied");
    let ids = |ops: Vec<tamis::ops::history::Entry>| ops.iter().map(|o| o.id.0).collect::<Vec<_>>();
    assert_eq!(ids(undo::dependents(&mut bench.workspace, OpId(1)).expect("known")), [4, 3, 2], "rules build on no records");
    assert_eq!(ids(undo::dependents(&mut bench.workspace, OpId(2)).expect("known")), [4]);
    let refusal = undo::undo(&mut bench.workspace, Some(OpId(2)), &Progress::none()).expect_err("4 builds on it");
    assert!(refusal.to_string().contains("4 (flag record 1)"), "{refusal}");
    assert!(refusal.hint.is_some_and(|hint| hint.contains("--op 2 --with-later")));

    let done = undo::undo_with_later(&mut bench.workspace, OpId(2), &Progress::none()).expect("undone");
    assert_eq!((done.operation.0, done.later.iter().map(|taken| taken.operation.0).collect::<Vec<_>>()), (2, vec![4]));
    assert_eq!(bench.marks(), [None, Some(Mark::Drop)]);
    assert!(undo::dependents(&mut bench.workspace, OpId(2)).is_err_and(|e| e.kind == Kind::Refused), "it is undone");
    undo::redo(&mut bench.workspace, &Progress::none()).expect("2 again");
    assert_eq!(bench.marks(), [Some(Mark::Keep), Some(Mark::Drop)]);
    undo::redo(&mut bench.workspace, &Progress::none()).expect("4 again");
    assert_eq!(bench.marks(), [Some(Mark::Flag), Some(Mark::Drop)]);
    assert!(undo::redo(&mut bench.workspace, &Progress::none()).is_err(), "nothing is left to redo");
}
