//! `kill -9` in the middle: the workspace is as it was.

use std::io::Write;

use super::ground::{count, ground};
use crate::cli::desk::Desk;

/// Kills an import that has read more than SQLite keeps in memory, so that its pages are on disk already.
fn kill_an_import(desk: &Desk) {
    let mut child = desk.start("import w.db - --format txt --source big");
    let line = format!("{}\n", "a long prompt about the sea ".repeat(400));
    let mut input = child.stdin.take().expect("a pipe");
    for n in 0..4000 {
        write!(input, "{n} {line}").expect("it reads");
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("it is dead");
}

#[test]
fn a_killed_import_leaves_the_workspace_as_it_was() {
    let desk = Desk::new();
    let path = desk.workspace(&["one", "two"]);
    desk.run("mark w.db keep --id 2").expect(0);
    let before = ground(&path);
    kill_an_import(&desk);
    assert_eq!(ground(&path), before);
    assert_eq!(count(&path, "SELECT count(*) FROM records"), 2, "not a part of the source is there");
    let report = desk.run("check w.db --json").expect(0).json();
    assert_ne!(report["verdict"], "blocked", "{report}");
    assert_eq!(desk.run("stats w.db --json").expect(0).json()["records"], 2);
    // And it goes on from there.
    desk.write("more.txt", "three\n");
    desk.run("import w.db more.txt").expect(0);
    assert_eq!(desk.run("list w.db --json").expect(0).lines()[2]["id"], 3);
}

#[test]
fn a_killed_first_import_leaves_an_empty_workspace() {
    let desk = Desk::new();
    kill_an_import(&desk);
    assert_eq!(desk.run("stats w.db --json").expect(0).json()["records"], 0);
    desk.write("more.txt", "three\n");
    desk.run("import w.db more.txt").expect(0);
}

#[test]
fn what_was_marked_before_a_kill_is_there() {
    let desk = Desk::new();
    let path = desk.workspace(&["one", "two"]);
    // A reader keeps the log beside the file, so that no checkpoint hides what the log holds.
    let reader = tamis::workspace::Workspace::open_to_read(&path).expect("a reader");
    desk.run("mark w.db drop --id 2 --reason blurred").expect(0);
    kill_an_import(&desk);
    drop(reader);
    assert_eq!(ground(&path)["mark/2"], "drop: blurred");
}
