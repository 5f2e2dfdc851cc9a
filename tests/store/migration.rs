//! A workspace of the first schema opens, is backed up first, and goes on working.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use tamis::error::Kind;
use tamis::model::{RecordId, State};
use tamis::ops::import::{ImportArgs, import};
use tamis::ops::rules::refuse::{What, refuse};
use tamis::ops::{history, query, rules, undo};
use tamis::progress::Progress;
use tamis::rules::Pipeline;
use tamis::store::schema::{self, CURRENT};
use tamis::workspace::Workspace;

const FIRST: &str = include_str!("../../src/store/sql/001_initial.sql");
const RULES: &str = "name = 'old'\n[[rule]]\nname = 'reds'\nkind = 'replace'\npattern = 'red'\nwith = 'blue'\n\
                     [[rule]]\nname = 'no-owls'\nkind = 'drop-if'\ncontains_any = ['owl']\n";
const TEXTS: [&str; 4] = ["a red cat", "an owl", "a dog", "a red red fox"];

/// As the first tamis left it: one source, rules in force that cover all but the last record, a mark, and the log of that.
fn old_workspace(folder: &Path) -> PathBuf {
    let path = folder.join("w.db");
    let db = Connection::open(&path).expect("a file");
    db.execute_batch(FIRST).expect("the first schema");
    db.execute("INSERT INTO sources VALUES (1, 'a', 'a.txt', 'txt', 'd', 30, 4, 4, 0, 0, NULL, NULL, NULL, 0, 1, 1)", [])
        .expect("a source");
    for (id, text) in (1u32..).zip(TEXTS) {
        db.execute("INSERT INTO records VALUES (?1, 1, ?1, ?2, NULL, NULL)", params![id, text]).expect("a record");
    }
    let digest = "0123456789abcdef0123456789abcdef";
    db.execute("INSERT INTO pipelines VALUES (1, 'old', ?1, ?2, 3)", [digest, RULES]).expect("a pipeline");
    db.execute_batch(
        "INSERT INTO outcomes VALUES (1, 1, 'a blue cat', NULL, '[\"reds\"]'), (1, 2, NULL, 'no-owls', NULL);
         INSERT INTO settings VALUES ('pipeline', '1');
         INSERT INTO marks VALUES (3, 'keep', 'why');
         INSERT INTO operations VALUES (1, 'import', 'import a', 'tamis import', 0, 1, 1, NULL, 0),
             (2, 'apply-rules', 'apply rules old', 'tamis rules apply', 0, 2, 1, NULL, 0),
             (3, 'mark', 'keep 1', 'tamis mark', 0, 3, 1, NULL, 0);
         INSERT INTO changes VALUES (1, 'active', 1, NULL, 'false', 'true'), (2, 'setting', 0, 'pipeline', NULL, '\"1\"'),
             (3, 'mark', 3, NULL, NULL, '{\"mark\":\"keep\",\"reason\":\"why\"}');
         PRAGMA application_id = 0x74616d69; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;",
    )
    .expect("rows");
    path
}

fn backup_of(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.schema-1.backup", path.display()))
}

fn texts(workspace: &mut Workspace) -> Vec<(String, State)> {
    let columns = query::columns(workspace, &Progress::none()).expect("columns");
    (0..columns.len()).map(|p| (columns.text(p).to_owned(), columns.state(p))).collect()
}

/// Every row of every table of the first schema.
fn dump(path: &Path) -> Vec<String> {
    let db = Connection::open(path).expect("a file");
    let tables = ["sources", "records", "marks", "settings", "operations", "changes"];
    let rows = |table: &&str| {
        let mut statement = db.prepare(&format!("SELECT * FROM {table} ORDER BY 1")).expect("a table");
        let width = statement.column_count();
        let row =
            |row: &rusqlite::Row<'_>| (0..width).map(|n| row.get::<_, rusqlite::types::Value>(n)).collect::<Result<Vec<_>, _>>();
        let rows: Vec<_> = statement.query_map([], row).expect("rows").collect();
        format!("{table} {rows:?}")
    };
    tables.iter().map(rows).collect()
}

#[test]
fn it_opens_is_backed_up_and_holds_what_it_held() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = old_workspace(folder.path());
    let before = dump(&path);
    let mut workspace = Workspace::open(&path).expect("the old workspace");
    assert_eq!(schema::version(workspace.store()).expect("a version"), CURRENT);
    let held = texts(&mut workspace);
    assert_eq!(held[..2], [("a blue cat".to_owned(), State::Undecided), ("an owl".to_owned(), State::Drop)]);
    assert_eq!(held[2], ("a dog".to_owned(), State::Keep));
    assert_eq!(history::history(&workspace, 9).expect("a read").len(), 3);
    drop(workspace);
    assert_eq!(dump(&path), before, "the ground is untouched");

    let backup = backup_of(&path);
    assert_eq!(dump(&backup), before);
    let db = Connection::open(&backup).expect("a file");
    let version: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version");
    assert_eq!(version, 1, "the backup is of the old schema");
    assert!(db.prepare("SELECT * FROM refusals").is_err());
    drop(db);

    let again = std::fs::read(&backup).expect("a file");
    drop(Workspace::open(&path).expect("the new workspace"));
    assert_eq!(std::fs::read(&backup).expect("a file"), again, "it is made once");
}

#[test]
fn it_goes_on_working() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = old_workspace(folder.path());
    let none = Progress::none();
    let mut workspace = Workspace::open(&path).expect("the old workspace");
    let file = folder.path().join("b.txt");
    std::fs::write(&file, "a red bird\nan owl\n").expect("a file");
    import(&mut workspace, ImportArgs { files: vec![file], ..ImportArgs::default() }, &none).expect("an import");
    let ends: Vec<String> = texts(&mut workspace).into_iter().map(|(text, _)| text).collect();
    assert_eq!(ends, ["a blue cat", "an owl", "a dog", "a blue blue fox", "a blue bird", "an owl"]);

    let saved = rules::in_force(&workspace).expect("a read").expect("the old rules");
    let pipeline = Pipeline::parse(&saved.source).expect("valid");
    let report = refuse(&mut workspace, &pipeline, RecordId(2), &What::Rule("no-owls".into()), true).expect("refused");
    assert_eq!(report.records, 2);
    assert!(texts(&mut workspace).iter().all(|(_, state)| *state != State::Drop));
    rules::library::new(&mut workspace, "mine", Some("old")).expect("a copy of the rules in force");
    rules::apply(&mut workspace, &pipeline, None, &none).expect("applied again");
    drop(workspace);

    let mut workspace = Workspace::open(&path).expect("the new workspace");
    while undo::undo(&mut workspace, None, &none).is_ok() {}
    assert_eq!(texts(&mut workspace), []);
    (0..3).for_each(|_| _ = undo::redo(&mut workspace, &none).expect("redone"));
    assert_eq!(texts(&mut workspace)[0].0, "a blue cat");
}

#[test]
fn to_read_it_is_refused_with_a_way_on_and_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = old_workspace(folder.path());
    let before = dump(&path);
    for open in [Workspace::open_to_read, Workspace::open_beside] {
        let error = open(&path).expect_err("its tables are not those that are read now");
        assert_eq!(error.kind, Kind::Refused, "{error}");
        assert!(error.message.contains("older tamis") && error.hint.is_some(), "{error}");
    }
    assert_eq!(dump(&path), before);
    assert!(!backup_of(&path).exists(), "reading is not writing");
}

#[test]
fn a_backup_that_is_there_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = old_workspace(folder.path());
    std::fs::write(backup_of(&path), "theirs").expect("a file");
    drop(Workspace::open(&path).expect("the old workspace"));
    assert_eq!(std::fs::read(backup_of(&path)).expect("a file"), b"theirs");
}
