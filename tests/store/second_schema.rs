//! A workspace of the second schema: all ground is kept, its graph, of which less was known, is gone.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tamis::error::Kind;
use tamis::model::{Judgement, Lens, Mark, Policy, RecordId, Threshold, Verdict};
use tamis::ops::duplicates::{self as dups, Wish};
use tamis::ops::import::{ImportArgs, import};
use tamis::ops::mark::{MarkArgs, mark};
use tamis::ops::rules::refuse::{What, refuse};
use tamis::ops::{edit, query, rules, undo};
use tamis::progress::Progress;
use tamis::rules::Pipeline;
use tamis::shelf::Folders;
use tamis::store::schema::{self, CURRENT};
use tamis::workspace::Workspace;

const FIRST: &str = include_str!("../../src/store/sql/001_initial.sql");
const RULES: &str = "name = 'old'\n[[rule]]\nname = 'reds'\nkind = 'replace'\npattern = 'red'\nwith = 'blue'\n";

/// Everything of the second schema that is not a graph.
const TABLES: [&str; 14] = [
    "sources",
    "records",
    "rejects",
    "marks",
    "edits",
    "duplicates",
    "assignments",
    "settings",
    "pipelines",
    "outcomes",
    "operations",
    "changes",
    "named_pipelines",
    "refusals",
];

/// With something in every table, then taken back to what the second schema was.
fn old_workspace(folder: &Path) -> PathBuf {
    let (path, none) = (folder.join("w.db"), Progress::none());
    let file = folder.join("a.txt");
    std::fs::write(&file, b"a red car in the rain\na green car in the rain\nan owl\na red dog\n\xff\nthe sea\n").expect("a file");
    let mut workspace = Workspace::create(&path).expect("a workspace");
    import(&mut workspace, ImportArgs { files: vec![file], ..ImportArgs::default() }, &none).expect("an import");
    let pipeline = Pipeline::parse(RULES).expect("rules");
    rules::apply(&mut workspace, &pipeline, None, &none).expect("applied");
    refuse(&mut workspace, &pipeline, RecordId(4), &What::Rule("reds".into()), true).expect("refused");
    rules::library::new(&mut workspace, "mine", Some("old")).expect("a copy");
    let keep = MarkArgs { records: vec![RecordId(3)], mark: Some(Mark::Keep), reason: Some("why".into()), filter: None };
    mark(&mut workspace, keep, &none).expect("marked");
    edit::edit(&mut workspace, RecordId(5), Some("the blue sea".into())).expect("an edit");
    build(&mut workspace);
    let columns = query::columns(&mut workspace, &none).expect("columns");
    let view = dups::view(&workspace, &columns, Lens::Lexical).expect("a view");
    let at = Threshold::from_thousandths(600);
    assert_eq!(dups::apply(&mut workspace, &view, at, Policy::Cover, None, &none).expect("applied").dropped, 1);
    let targets = tamis::splits::Targets::parse("train=1,test=1", "").expect("targets");
    let args = tamis::ops::split::SplitArgs { seed: 7, threshold: at, ..tamis::ops::split::SplitArgs::of(targets) };
    tamis::ops::split::split(&mut workspace, args, &Folders::default(), &none).expect("a split");
    drop(workspace);

    let from = FIRST.find("-- Derived: the similarity graph").expect("the graphs of the first schema");
    let to = FIRST.find("-- The operation log").expect("their end");
    let db = Connection::open(&path).expect("the file");
    db.execute_batch(&format!(
        "DROP TABLE snapshot_names; DROP TABLE snapshot_chunks; DROP TABLE chunks; DROP TABLE snapshots;
         ALTER TABLE assignments DROP COLUMN by_hand; ALTER TABLE duplicates DROP COLUMN recipe;
         DROP TABLE judgements; DROP TABLE preferences; DROP TABLE graph_chunks; DROP TABLE graphs; {}
         INSERT INTO graphs VALUES (1, 'lexical', 0.5, 'd', 5, 1);
         INSERT INTO graph_chunks VALUES (1, 'edges', 0, x'00');
         PRAGMA user_version = 2;",
        &FIRST[from..to]
    ))
    .expect("the second schema");
    path
}

fn build(workspace: &mut Workspace) {
    dups::build(workspace, &Wish::of(Lens::Lexical), &Folders::default(), &Progress::none()).expect("a graph");
}

fn backup_of(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.schema-2.backup", path.display()))
}

/// Every row of every table but the graphs.
fn dump(path: &Path) -> Vec<String> {
    let db = Connection::open(path).expect("a file");
    let rows = |table: &&str| {
        // What later schemas added to these is not of the old file.
        let columns = match *table {
            "duplicates" => "record, witness, score",
            "assignments" => "record, split",
            _ => "*",
        };
        let mut statement = db.prepare(&format!("SELECT {columns} FROM {table} ORDER BY 1, 2")).expect("a table");
        let width = statement.column_count();
        let row =
            |row: &rusqlite::Row<'_>| (0..width).map(|n| row.get::<_, rusqlite::types::Value>(n)).collect::<Result<Vec<_>, _>>();
        let rows: Vec<_> = statement.query_map([], row).expect("rows").map(|row| row.expect("a row")).collect();
        assert!(!rows.is_empty(), "{table}");
        format!("{table} {rows:?}")
    };
    TABLES.iter().map(rows).collect()
}

#[test]
fn it_is_backed_up_and_holds_all_but_the_graph() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = old_workspace(folder.path());
    let before = dump(&path);
    let workspace = Workspace::open(&path).expect("the old workspace");
    assert_eq!(schema::version(workspace.store()).expect("a version"), CURRENT);
    assert_eq!(dups::info(&workspace, Lens::Lexical).expect("a read"), None);
    let error = dups::load(&workspace, Lens::Lexical).expect_err("no graph");
    assert!(error.kind == Kind::Refused && error.hint.is_some_and(|hint| hint.contains("tamis duplicates build")));
    assert_eq!(workspace.store().judgements().expect("a read"), []);
    drop(workspace);
    assert_eq!(dump(&path), before, "the ground, what is derived of the rules, and the log");

    let backup = backup_of(&path);
    assert_eq!(dump(&backup), before);
    let db = Connection::open(&backup).expect("a file");
    let (version, edges): (u32, u32) = (
        db.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version"),
        db.query_row("SELECT edges FROM graphs", [], |row| row.get(0)).expect("the graph"),
    );
    assert_eq!((version, edges), (2, 1), "the backup is the old file");
    assert!(db.prepare("SELECT * FROM judgements").is_err());
}

#[test]
fn it_goes_on_working_and_undo_goes_back_through_all_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, none) = (old_workspace(folder.path()), Progress::none());
    let mut workspace = Workspace::open(&path).expect("the old workspace");
    build(&mut workspace);
    let columns = query::columns(&mut workspace, &none).expect("columns");
    let judgement = Judgement { verdict: Verdict::Different, sampled: false };
    dups::judge(&mut workspace, &columns, &[(RecordId(1), RecordId(2))], Some(judgement)).expect("judged");
    let view = dups::view(&workspace, &columns, Lens::Lexical).expect("a view");
    assert_eq!(dups::cluster_rows(&view, &columns, Threshold::from_thousandths(600), None).len(), 0);
    assert!(!view.stale);
    while undo::undo(&mut workspace, None, &none).is_ok() {}
    assert_eq!(query::record_count(&workspace).expect("a count"), 0);
    while undo::redo(&mut workspace, &none).is_ok() {}
    assert_eq!(workspace.store().judgements().expect("a read").len(), 1);
    let columns = query::columns(&mut workspace, &none).expect("columns");
    let texts: Vec<&str> = (0..columns.len()).map(|p| columns.text(p)).collect();
    assert_eq!(texts, ["a blue car in the rain", "a green car in the rain", "an owl", "a red dog", "the blue sea"]);
}

#[test]
fn to_read_it_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = old_workspace(folder.path());
    let before = dump(&path);
    let error = Workspace::open_to_read(&path).expect_err("its tables are not those that are read now");
    assert!(error.message.contains("schema 2") && error.hint.is_some(), "{error}");
    assert_eq!(dump(&path), before);
    assert!(!backup_of(&path).exists());
}
