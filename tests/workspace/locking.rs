//! One writer at a time, named to the others; readers always.

use std::io::Write;

use tamis::error::Kind;
use tamis::model::{Mark, RecordId};
use tamis::ops::mark::{MarkArgs, mark};
use tamis::ops::{query, stats};
use tamis::progress::Progress;
use tamis::workspace::Workspace;

use crate::cli::desk::Desk;

/// A command that holds `w.db` for writing until its input ends, and has read a first line of it.
fn hold(desk: &Desk) -> std::process::Child {
    let mut holder = desk.start("import w.db - --format txt --source held");
    holder.stdin.as_mut().expect("a pipe").write_all(b"a first line\n").expect("it reads");
    desk.until("the lock is taken", || std::fs::metadata(desk.path("w.db.lock")).is_ok_and(|m| m.len() > 0));
    holder
}

#[test]
fn a_second_writer_is_refused_and_told_who_the_first_one_is() {
    let desk = Desk::new();
    let path = desk.workspace(&["one", "two"]);
    let first = Workspace::open(&path).expect("a writer");
    let error = Workspace::open(&path).expect_err("a second writer");
    assert_eq!(error.kind, Kind::Refused);
    assert!(error.message.contains(&format!("process {}", std::process::id())), "{error}");

    let told = desk.run("mark w.db keep --id 1").complains(1);
    assert!(told.err.contains(&format!("process {}", std::process::id())), "{told:?}");
    desk.run("list w.db").expect(0);
    desk.run("stats w.db --json").expect(0);

    let mut third = Workspace::open_or_read(&path).expect("a reader");
    assert!(!third.can_write());
    assert!(third.other_writer().is_some_and(|h| h.to_string().contains("process")));
    assert_eq!(stats::stats(&mut third, &Progress::none()).expect("counts").records, 2);
    let args = MarkArgs { records: vec![RecordId(1)], mark: Some(Mark::Keep), reason: None, filter: None };
    assert!(mark(&mut third, args, &Progress::none()).is_err_and(|e| e.kind == Kind::Refused));

    drop((first, third));
    assert!(!desk.path("w.db.lock").exists(), "a lock that is free leaves nothing behind");
    assert!(Workspace::open(&path).is_ok());
}

#[test]
fn a_reader_sees_a_workspace_from_its_first_moment_on() {
    let desk = Desk::new();
    let mut holder = hold(&desk);
    desk.until("the file is there", || std::fs::metadata(desk.path("w.db")).is_ok_and(|m| m.len() > 0));
    let ran = desk.run("stats w.db --json");
    // Between the file's first byte and its schema there is a moment without tables; then it is empty.
    if ran.code == 0 {
        assert_eq!(ran.json()["records"], 0);
    }
    drop(holder.stdin.take());
    assert!(holder.wait().expect("it ends").success());
    assert_eq!(desk.run("stats w.db --json").expect(0).json()["records"], 1);
}

#[test]
fn a_reader_and_the_writer_see_each_other() {
    let desk = Desk::new();
    let path = desk.path("w.db");
    let writer = Workspace::create(&path).expect("a writer");
    // The schema must be in the file itself: the first program to look at it must not be told that it is no workspace.
    let reader = Workspace::open_to_read(&path).expect("a reader of the new workspace");
    assert_eq!(query::record_count(&reader).expect("a count"), 0);
    drop((writer, reader));
}

#[test]
fn a_killed_writer_frees_the_lock() {
    let desk = Desk::new();
    let path = desk.workspace(&["one", "two"]);
    let mut holder = hold(&desk);
    assert!(Workspace::open(&path).is_err());
    holder.kill().expect("SIGKILL");
    holder.wait().expect("it is dead");
    assert!(desk.path("w.db.lock").exists(), "nobody was there to remove it");
    drop(Workspace::open(&path).expect("the lock of a dead process holds nobody up"));
    desk.run("mark w.db keep --id 2").expect(0);
    assert!(!desk.path("w.db.lock").exists());
}

#[test]
fn a_lock_file_of_somebody_else_is_left_alone() {
    let desk = Desk::new();
    desk.workspace(&["one"]);
    let precious = desk.write("w.db.lock", "my own notes");
    desk.run("mark w.db keep --id 1").complains(1);
    assert_eq!(desk.read("w.db.lock"), "my own notes");
    std::fs::remove_file(&precious).expect("removed");

    desk.write("notes", "my own notes");
    for target in ["notes", "nowhere"] {
        std::os::unix::fs::symlink(target, &precious).expect("a link");
        desk.run("mark w.db keep --id 1").complains(1);
        assert_eq!((desk.read("notes").as_str(), desk.path("nowhere").exists()), ("my own notes", false));
        std::fs::remove_file(&precious).expect("removed");
    }
    desk.run("mark w.db keep --id 1").expect(0);
}
