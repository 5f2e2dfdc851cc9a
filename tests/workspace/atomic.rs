//! An operation is whole or not at all.

use tamis::error::{Error, Kind};
use tamis::model::{Assignment, Mark, MarkValue, OpKind, RecordId};
use tamis::ops::mark::{MarkArgs, mark};
use tamis::ops::{edit, history, rules, undo};
use tamis::progress::Progress;
use tamis::workspace::Workspace;
use tamis::workspace::transact::OpInfo;

use super::ground::ground;
use super::model::pipelines;
use crate::cli::desk::Desk;

fn info() -> OpInfo {
    OpInfo { kind: OpKind::Mark, description: "a test".into(), command: "tamis".into() }
}

fn keep() -> Option<MarkValue> {
    Some(MarkValue { mark: Mark::Keep, reason: None })
}

#[test]
fn a_transaction_that_fails_changes_nothing() {
    let desk = Desk::new();
    let path = desk.workspace(&["one", "two", "three"]);
    let mut workspace = Workspace::open(&path).expect("a writer");
    let before = (ground(&path), history::history(&workspace, 9).expect("a history").len());
    let failed = workspace.transact(
        |tx| {
            tx.set_mark(RecordId(1), keep())?;
            tx.set_edit(RecordId(2), Some("other".into()))?;
            tx.set_split(RecordId(3), Some(Assignment::to("train")))?;
            tx.set_setting("pipeline", Some("7".into()))?;
            Err::<(), Error>(Error::refused("no"))
        },
        |()| info(),
    );
    assert!(failed.is_err_and(|e| e.kind == Kind::Refused));
    assert_eq!((ground(&path), history::history(&workspace, 9).expect("a history").len()), before);
    // And the connection is ready for the next one.
    let done = workspace.transact(|tx| tx.set_mark(RecordId(1), keep()), |_| info()).expect("a mark");
    assert!(done.operation.is_some());
}

#[test]
fn a_transaction_that_changes_nothing_is_no_operation() {
    let desk = Desk::new();
    let path = desk.workspace(&["one"]);
    let mut workspace = Workspace::open(&path).expect("a writer");
    workspace.transact(|tx| tx.set_mark(RecordId(1), keep()), |_| info()).expect("a mark");
    undo::undo(&mut workspace, None, &Progress::none()).expect("undone");
    let done = workspace.transact(|tx| tx.set_mark(RecordId(1), None), |_| info()).expect("nothing");
    assert_eq!((done.operation, done.value), (None, false));
    undo::redo(&mut workspace, &Progress::none()).expect("redo is still there: nothing new was done");
}

#[test]
fn a_change_of_a_record_that_is_not_there_is_refused() {
    let desk = Desk::new();
    let path = desk.workspace(&["one"]);
    let mut workspace = Workspace::open(&path).expect("a writer");
    let before = ground(&path);
    let args = MarkArgs { records: vec![RecordId(1), RecordId(2)], mark: Some(Mark::Drop), reason: None, filter: None };
    assert!(mark(&mut workspace, args, &Progress::none()).is_err_and(|e| e.kind == Kind::Refused));
    assert!(edit::edit(&mut workspace, RecordId(7), Some("x".into())).is_err_and(|e| e.kind == Kind::Refused));
    // Past the number of records that are looked at one by one, the foreign key still says no.
    let records = (1..=40).map(RecordId).collect();
    let args = MarkArgs { records, mark: Some(Mark::Drop), reason: None, filter: None };
    assert!(mark(&mut workspace, args, &Progress::none()).is_err());
    assert_eq!(ground(&path), before);
}

#[test]
fn a_cancelled_operation_changes_nothing() {
    let desk = Desk::new();
    let path = desk.workspace(&["a red cat", "an owl"]);
    let mut workspace = Workspace::open(&path).expect("a writer");
    let before = ground(&path);
    let cancelled = Progress::new();
    cancelled.cancel();
    let args = MarkArgs { records: vec![RecordId(1)], mark: Some(Mark::Drop), reason: None, filter: None };
    assert!(mark(&mut workspace, args, &cancelled).is_err_and(|e| e.is_interrupted()));
    assert!(rules::apply(&mut workspace, &pipelines()[0], None, &cancelled).is_err_and(|e| e.is_interrupted()));
    assert!(undo::undo(&mut workspace, None, &cancelled).is_err_and(|e| e.is_interrupted()));
    assert_eq!(ground(&path), before);
}
