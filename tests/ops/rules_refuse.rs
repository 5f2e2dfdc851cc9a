//! Refusing: it holds for the text wherever it stands, is there tomorrow, and can be taken back.

use tamis::error::Kind;
use tamis::model::{RecordId, Refusal, State};
use tamis::ops::import::{ImportArgs, import};
use tamis::ops::rules::refuse::{What, refusals, refuse};
use tamis::ops::rules::{self, library, trace};
use tamis::ops::{query, undo};
use tamis::progress::Progress;
use tamis::rules::Pipeline;
use tamis::workspace::Workspace;

use super::Bench;
use super::rules_fresh::assert_fresh;

const TOML: &str = "name = 'own'
[[rule]]
name = 'tags'
kind = 'remove-phrases'
phrases = ['8k', 'wlop']
[[rule]]
name = 'reds'
kind = 'replace'
pattern = 'red'
with = 'blue'
[[rule]]
name = 'no-owls'
kind = 'drop-if'
contains_any = ['owl']
";

fn own() -> Pipeline {
    Pipeline::parse(TOML).expect("a pipeline")
}

fn apply(bench: &mut Bench, pipeline: &Pipeline) {
    rules::apply(&mut bench.workspace, pipeline, None, &Progress::none()).expect("applied");
}

fn text(workspace: &Workspace, id: u32) -> (String, State) {
    let record = query::record(workspace, RecordId(id)).expect("a read").expect("a record");
    (record.text().to_owned(), record.state().0)
}

fn do_refuse(bench: &mut Bench, id: u32, what: &What, on: bool) -> rules::refuse::RefuseReport {
    let report = refuse(&mut bench.workspace, &own(), RecordId(id), what, on).expect("refused");
    assert_fresh(&mut bench.workspace);
    report
}

#[test]
fn every_record_with_that_text_keeps_it_also_those_to_come() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red cat, 8k\na red dog, 8k\n");
    bench.import("b.txt", "an owl\na red cat, 8k\n");
    apply(&mut bench, &own());
    let report = do_refuse(&mut bench, 1, &What::Change(0), true);
    assert_eq!((report.refused.as_slice(), report.records), (&["\"8k\" removed".to_owned()][..], 2));
    assert_eq!(report.stale.records, [RecordId(1), RecordId(4)], "a front end reads these again");
    bench.import("c.txt", "a red cat, 8k\na red cat, 8k.\n");
    let ends: Vec<String> = (1..=6).map(|id| text(&bench.workspace, id).0).collect();
    assert_eq!(ends, ["a blue cat, 8k", "a blue dog", "an owl", "a blue cat, 8k", "a blue cat, 8k", "a blue cat."]);
    assert_fresh(&mut bench.workspace);

    let report = do_refuse(&mut bench, 5, &What::Change(0), false);
    assert_eq!((report.accepted.len(), report.records), (1, 3));
    assert_eq!(text(&bench.workspace, 1).0, "a blue cat");
    undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone");
    assert_eq!(text(&bench.workspace, 1).0, "a blue cat, 8k");
    assert_fresh(&mut bench.workspace);
}

#[test]
fn it_is_there_after_a_restart_and_undo_still_knows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, file) = (folder.path().join("w.db"), folder.path().join("a.txt"));
    std::fs::write(&file, "a red cat, 8k\nan owl\n").expect("a file");
    let none = Progress::none();
    let mut workspace = Workspace::create(&path).expect("a workspace");
    import(&mut workspace, ImportArgs { files: vec![file], ..ImportArgs::default() }, &none).expect("an import");
    rules::apply(&mut workspace, &own(), None, &none).expect("applied");
    refuse(&mut workspace, &own(), RecordId(2), &What::Rule("no-owls".into()), true).expect("refused");
    refuse(&mut workspace, &own(), RecordId(1), &What::Record, true).expect("refused");
    let raw = [("a red cat, 8k".to_owned(), State::Undecided), ("an owl".to_owned(), State::Undecided)];
    assert_eq!([1, 2].map(|id| text(&workspace, id)), raw);
    drop(workspace);

    let mut workspace = Workspace::open(&path).expect("the same workspace");
    assert_eq!([1, 2].map(|id| text(&workspace, id)), raw);
    assert_fresh(&mut workspace);
    undo::undo(&mut workspace, None, &none).expect("undone");
    assert_eq!(text(&workspace, 1).0, "a blue cat");
    undo::undo(&mut workspace, None, &none).expect("undone");
    assert_eq!(text(&workspace, 2).1, State::Drop);
    assert_eq!(refusals(&workspace).expect("a read"), []);
    drop(workspace);

    let mut workspace = Workspace::open(&path).expect("the same workspace");
    undo::redo(&mut workspace, &none).expect("redone");
    undo::redo(&mut workspace, &none).expect("redone");
    assert_eq!([1, 2].map(|id| text(&workspace, id)), raw);
    assert_fresh(&mut workspace);
}

#[test]
fn rules_change_around_it_and_it_is_still_honoured() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red cat, 8k\n");
    apply(&mut bench, &own());
    do_refuse(&mut bench, 1, &What::Rule("tags".into()), true);
    for edit in [
        library::Edit::Move { from: 0, to: 1 },
        library::Edit::Insert(0, "[[rule]]\nname = 'cats'\nkind = 'replace'\npattern = 'cat'\nwith = 'kitten'".into()),
        library::Edit::Rewrite(0, "[[rule]]\nname = 'no-8k'\nkind = 'replace'\npattern = ', 8k'\nwith = ''".into()),
        library::Edit::Fixpoint(true),
    ] {
        let changed = library::edited(&own(), &edit).expect("an edit");
        apply(&mut bench, &changed);
        assert_fresh(&mut bench.workspace);
        assert!(text(&bench.workspace, 1).0.ends_with(", 8k"), "{edit:?}");
    }

    let without = library::edited(&own(), &library::Edit::Remove(0)).expect("an edit");
    apply(&mut bench, &without);
    let gone = Refusal::Change { start: 11, end: 13, gone: "8k".into(), come: String::new() };
    let traced = trace(&bench.workspace, &without, RecordId(1)).expect("a read").expect("a record");
    assert_eq!(traced.unproposed, std::slice::from_ref(&gone), "told, not forgotten");
    assert_eq!(trace(&bench.workspace, &own(), RecordId(1)).expect("a read").expect("a record").unproposed, []);
    refuse(&mut bench.workspace, &without, RecordId(1), &What::This(gone), false).expect("accepted");
    apply(&mut bench, &own());
    assert_eq!(text(&bench.workspace, 1).0, "a blue cat");
}

#[test]
fn another_pipeline_and_back_by_undo_honours_what_is_refused_then() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red cat, 8k\nan owl\n");
    apply(&mut bench, &own());
    let other =
        Pipeline::parse("name = 'other'\n[[rule]]\nname = 'k'\nkind = 'remove-phrases'\nphrases = ['8k']\n").expect("valid");
    apply(&mut bench, &other);
    do_refuse(&mut bench, 1, &What::Change(0), true);
    bench.import("b.txt", "a red cat, 8k\n");
    apply(&mut bench, &own());
    assert_eq!([1, 3].map(|id| text(&bench.workspace, id).0), ["a blue cat, 8k", "a blue cat, 8k"].map(str::to_owned));
    assert_fresh(&mut bench.workspace);
    for expected in ["a red cat, 8k", "a red cat, 8k", "a red cat", "a blue cat", "a red cat, 8k"] {
        undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone");
        assert_eq!(text(&bench.workspace, 1).0, expected);
        assert_fresh(&mut bench.workspace);
    }
}

#[test]
fn while_no_rules_are_in_force_a_refusal_waits() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red cat, 8k\n");
    apply(&mut bench, &own());
    rules::clear(&mut bench.workspace).expect("cleared");
    let report = do_refuse(&mut bench, 1, &What::Change(1), true);
    assert_eq!(report.refused, ["\"red\" → \"blue\""]);
    let cleared_is_under_it = undo::undo(&mut bench.workspace, Some(tamis::model::OpId(3)), &Progress::none());
    cleared_is_under_it.expect("clearing is undone by name: the refusal builds on no setting");
    assert_eq!(text(&bench.workspace, 1).0, "a red cat");
    assert_fresh(&mut bench.workspace);
}

#[test]
fn what_is_not_proposed_cannot_be_refused() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red cat, 8k\n");
    for (id, what) in [(1, What::Change(2)), (1, What::Rule("no-owls".into())), (1, What::Rule("none".into())), (9, What::Record)]
    {
        let error = refuse(&mut bench.workspace, &own(), RecordId(id), &what, true).expect_err("no such thing");
        assert!(error.kind == Kind::Refused && error.hint.is_some(), "{error}");
    }
    let twice = [true, true].map(|_| do_refuse(&mut bench, 1, &What::Change(1), true).operation.is_some());
    assert_eq!(twice, [true, false], "what is refused already is no operation");
    assert_eq!(do_refuse(&mut bench, 1, &What::Record, false).operation, None, "nor is accepting what is not refused");
}
