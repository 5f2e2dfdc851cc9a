//! Which files are opened, and what is done to those that are not workspaces: nothing.

mod migration;
mod second_schema;

use std::path::Path;

use rusqlite::Connection;
use tamis::error::Kind;
use tamis::store::Store;
use tamis::store::schema::{self, CURRENT};
use tamis::workspace::Workspace;

use crate::cli::desk::Desk;

const APPLICATION_ID: i32 = 0x7461_6d69;

fn sqlite(path: &Path, application: i32, version: u32) {
    let connection = Connection::open(path).expect("a file");
    connection.execute_batch("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)").expect("a table");
    connection.pragma_update(None, "application_id", application).expect("an id");
    connection.pragma_update(None, "user_version", version).expect("a version");
}

/// Refused by every way to open it, and not a byte or file is other than before.
#[track_caller]
fn assert_untouched(desk: &Desk, name: &str, says: &str) {
    let path = desk.path(name);
    let before = (desk.names(), std::fs::read(&path).expect("a file"));
    for open in [Workspace::create, Workspace::open, Workspace::open_to_read, Workspace::open_or_read] {
        let error = open(&path).expect_err("no workspace");
        assert_eq!(error.kind, Kind::Refused, "{error}");
        assert!(error.message.contains(says), "{error}");
        assert!(error.hint.is_some());
        assert_eq!((desk.names(), std::fs::read(&path).expect("a file")), before);
    }
    for line in ["stats", "check", "undo", "list", "split --share a=1", "mark keep --id 1"] {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        desk.run(&format!("{verb} {name} {rest}")).complains(1);
    }
    desk.write("one.txt", "one\n");
    desk.run(&format!("import {name} one.txt")).complains(1);
    std::fs::remove_file(desk.path("one.txt")).expect("removed");
    assert_eq!((desk.names(), std::fs::read(&path).expect("a file")), before);
}

#[test]
fn a_newer_schema_is_refused_untouched() {
    let desk = Desk::new();
    sqlite(&desk.path("newer.db"), APPLICATION_ID, CURRENT + 1);
    assert_untouched(&desk, "newer.db", "newer tamis");
}

#[test]
fn a_newer_schema_that_is_only_in_the_log_is_refused_too() {
    let desk = Desk::new();
    let path = desk.workspace(&["one"]);
    let newer = Connection::open(&path).expect("the workspace");
    newer.pragma_update(None, "user_version", CURRENT + 1).expect("a version");
    assert!(desk.path("w.db-wal").exists(), "the header still has the old version");
    for open in [Workspace::create, Workspace::open, Workspace::open_to_read] {
        assert!(open(&path).is_err_and(|e| e.message.contains("newer tamis")));
    }
}

#[test]
fn other_files_are_refused_untouched() {
    let desk = Desk::new();
    sqlite(&desk.path("theirs.db"), 0, 0);
    sqlite(&desk.path("other.db"), 0x4750_4b47, 1);
    desk.write("bytes.db", [0u8, 159, 146, 150].repeat(99));
    desk.write("short.db", "SQLite format 3\0");
    desk.write("prompts.txt", "a red car\n");
    for name in ["theirs.db", "other.db", "bytes.db", "short.db", "prompts.txt"] {
        assert_untouched(&desk, name, "is not a tamis workspace");
    }
}

#[test]
fn what_is_not_there_stays_not_there() {
    let desk = Desk::new();
    for line in
        ["stats no.db", "list no.db", "undo no.db", "mark no.db keep --id 1", "check no.db", "export no.db out", "no/way.db"]
    {
        assert_ne!(desk.run(line).code, 0, "{line}");
    }
    desk.run("import no/way.db nothing.txt").expect(1);
    desk.run("import no.db nothing.txt").expect(1);
    desk.write("a.txt", "one\n");
    desk.run("import no.db a.txt --dry-run").expect(0);
    assert_eq!(desk.names(), ["a.txt"], "a command that failed or only looked leaves nothing behind");
}

#[test]
fn a_folder_is_no_workspace() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("folder")).expect("a folder");
    desk.run("stats folder").expect(1);
    desk.run("undo folder").expect(1);
    assert_eq!(desk.names(), ["folder"]);
}

#[test]
fn a_path_that_looks_like_a_uri_is_a_file() {
    let desk = Desk::new();
    desk.write("a.txt", "one\n");
    for name in ["file:x?mode=memory", ":memory:", "file::memory:", "a b%20c.db"] {
        desk.run_args(["import", name, "a.txt"]).expect(0);
        assert!(desk.path(name).is_file(), "{name}");
        assert_eq!(desk.run_args(["stats", name, "--json"]).expect(0).json()["records"], 1, "{name}");
    }
}

#[test]
fn an_empty_file_becomes_a_workspace_only_by_writing() {
    let desk = Desk::new();
    desk.write("empty.db", "");
    desk.run("stats empty.db").complains(1);
    assert_eq!(std::fs::metadata(desk.path("empty.db")).expect("it is there").len(), 0);
    desk.write("a.txt", "one\n");
    desk.run("import empty.db a.txt").expect(0);
    assert_eq!(desk.run("stats empty.db --json").expect(0).json()["records"], 1);
}

#[test]
fn a_new_file_gets_the_whole_schema_and_no_backup() {
    let desk = Desk::new();
    let path = desk.path("w.db");
    drop(Workspace::create(&path).expect("a workspace"));
    assert_eq!(desk.names(), ["w.db"]);
    let connection = Connection::open(&path).expect("a file");
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).expect("a number");
    assert_eq!((number("user_version"), number("application_id")), (i64::from(CURRENT), i64::from(APPLICATION_ID)));
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).expect("a word");
    assert_eq!(mode, "wal");
    let header = std::fs::read(&path).expect("a file");
    assert_eq!((&header[60..64], &header[68..72]), (&CURRENT.to_be_bytes()[..], &APPLICATION_ID.to_be_bytes()[..]));
}

#[test]
fn migrating_twice_changes_nothing() {
    let desk = Desk::new();
    let path = desk.workspace(&["one", "two"]);
    let digest = || Store::open(&path, tamis::store::Access::Read).and_then(|s| s.content_digest()).expect("a digest");
    let before = digest();
    let mut store = Store::open(&path, tamis::store::Access::Write).expect("a store");
    schema::migrate(&mut store, Some(&path)).expect("nothing to do");
    assert_eq!(schema::version(&store).expect("a version"), CURRENT);
    drop(store);
    assert_eq!(digest(), before);
    assert!(desk.names().iter().all(|name| !name.contains("backup")), "there was nothing to migrate");
}

#[test]
fn the_content_digest_knows_a_change_from_none() {
    let desk = Desk::new();
    let path = desk.workspace(&["one", "two"]);
    let digest = || Store::open(&path, tamis::store::Access::Read).and_then(|s| s.content_digest()).expect("a digest");
    let before = digest();
    desk.run("list w.db").expect(0);
    desk.run("stats w.db").expect(0);
    assert_eq!(digest(), before, "reading is not writing");
    desk.run("mark w.db keep --id 1").expect(0);
    assert_ne!(digest(), before);
}

#[test]
fn a_damaged_workspace_is_told_not_trusted() {
    let desk = Desk::new();
    let path = desk.workspace(&["one", "two"]);
    let connection = Connection::open(&path).expect("a file");
    connection.execute("UPDATE sources SET read = read + 1, blank = blank + 1", []).expect("a change by hand");
    connection.execute("DELETE FROM records WHERE id = 2", []).expect("a change by hand");
    drop(connection);
    let report = desk.run("check w.db --json").expect(4).json();
    assert_eq!(report["verdict"], "blocked");
    assert!(report["checks"][1]["detail"].as_str().expect("words").contains("every accepted line is a record"), "{report}");
}

/// A snapshot that is not what its digest says is refused, and found by a check.
#[test]
fn a_damaged_snapshot_is_found() {
    use tamis::ops::check::{Asked, Name, Verdict, check_as};
    use tamis::progress::Progress;
    let desk = Desk::new();
    let (path, none) = (desk.path("w.db"), Progress::none());
    let mut workspace = tamis::workspace::Workspace::create(&path).expect("a workspace");
    let file = desk.path("a.txt");
    std::fs::write(&file, "one\ntwo\n").expect("a file");
    let args = tamis::ops::import::ImportArgs { files: vec![file], ..Default::default() };
    tamis::ops::import::import(&mut workspace, args, &none).expect("an import");
    tamis::ops::edit::edit(&mut workspace, tamis::model::RecordId(1), Some("another".into())).expect("an edit");
    tamis::ops::snapshot::create(&mut workspace, "v", &tamis::shelf::Folders::default(), &none).expect("a snapshot");
    let asked = Asked { only: vec![Name::File], ..Asked::default() };
    let verdict = |workspace: &mut tamis::workspace::Workspace| check_as(workspace, &asked, &none).expect("a check").verdict;
    assert_eq!(verdict(&mut workspace), Verdict::Ready);
    let db = rusqlite::Connection::open(&path).expect("the file");
    let lines = "[1,{\"edit\":\"yet another\"}]\n";
    let forged = zstd::encode_all(lines.as_bytes(), 3).expect("zstd");
    assert_eq!(db.execute("UPDATE chunks SET bytes = ?1", [forged]).expect("an update"), 1);
    assert_eq!(verdict(&mut workspace), Verdict::Blocked);
    let error = tamis::ops::snapshot::restore(&mut workspace, "v", &[], &none).expect_err("damaged");
    assert!(error.message.contains("damaged"), "{error}");
}
