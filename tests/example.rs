//! The workspace that ships: current, sound, what a rebuild gives, and worth looking at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tamis::compose::{EXAMPLE_SEED, example_sources};
use tamis::model::{Lens, State, Threshold};
use tamis::ops::check::{Verdict, check};
use tamis::ops::{duplicates, example, history, leaks, query, sources, stats};
use tamis::progress::Progress;
use tamis::store::{Access, Store, schema};
use tamis::workspace::Workspace;

/// A copy in a folder of its own.
fn copy() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = example::copy_to(folder.path()).expect("a copy");
    (folder, path)
}

fn open() -> (tempfile::TempDir, Workspace) {
    let (folder, path) = copy();
    (folder, Workspace::open(&path).expect("the example"))
}

#[test]
fn it_opens_at_the_current_schema_and_one_file_is_all_of_it() {
    let (folder, path) = copy();
    let header = std::fs::read(&path).expect("a file");
    assert_eq!(header[60..64], schema::CURRENT.to_be_bytes(), "the shipped file needs no migration");
    assert_eq!(header[18..20], [1, 1], "it needs no log beside it");
    let store = Store::open(&path, Access::Read).expect("the example");
    assert_eq!(schema::version(&store).expect("a version"), schema::CURRENT);
    assert_eq!(std::fs::read_dir(path.parent().expect("a folder")).expect("a folder").count(), 1);
    drop((store, folder));
}

#[test]
fn a_rebuild_holds_the_same() {
    let (folder, path) = copy();
    let rebuilt = folder.path().join("another name.db");
    example::rebuild(&rebuilt).expect("a rebuild");
    let digest = |path| Store::open(path, Access::Read).and_then(|store| store.content_digest()).expect("a digest");
    assert_eq!(digest(&path), digest(&rebuilt), "rebuild it: `tamis demo --rebuild PATH`, and put the file in its place");
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(example::rebuild(&rebuilt).is_err(), "it overwrites nothing");
}

#[test]
fn a_check_finds_nothing_blocked() {
    let (_folder, mut workspace) = open();
    let report = check(&mut workspace, &Progress::none()).expect("a check");
    assert_ne!(report.verdict, Verdict::Blocked);
    let open: Vec<_> = report.checks.iter().filter(|c| c.verdict != Verdict::Ready).map(|c| c.check.as_str()).collect();
    assert_eq!(open, ["duplicates", "flags", "texts", "files"], "there is something to look at, and only that");
}

#[test]
fn its_sources_are_those_of_the_composer_with_every_reject() {
    let (_folder, workspace) = open();
    let found = sources::sources(&workspace, usize::MAX >> 1).expect("sources");
    let files = example_sources(EXAMPLE_SEED);
    assert_eq!((found.len(), files.len()), (3, 3));
    for (found, file) in found.iter().zip(&files) {
        assert_eq!((found.source.name.as_str(), found.source.counts), (file.name, file.promise));
        let lines: Vec<u64> = found.rejects.iter().map(|r| r.line).collect();
        let planted: Vec<u64> = file.planted.iter().filter(|p| p.nasty.is_rejected()).map(|p| p.line).collect();
        assert_eq!(lines, planted, "{}", file.name);
    }
    assert!(found.iter().any(|s| s.source.protected) && found.iter().any(|s| s.source.split.is_some()));
}

#[test]
fn there_is_something_to_see_on_every_screen() {
    let (_folder, mut workspace) = open();
    let none = Progress::none();
    let counts = stats::stats(&mut workspace, &none).expect("counts");
    assert!(counts.records > 3000, "{counts:?}");
    for cause in ["hand", "rule", "duplicate"] {
        assert!(counts.causes[cause] > 10, "{counts:?}");
    }
    for state in ["keep", "flag"] {
        assert!(counts.states[state] > 5, "{counts:?}");
    }
    let splits: BTreeSet<&str> = counts.splits.keys().map(String::as_str).collect();
    assert_eq!(splits, BTreeSet::from(["train", "validation"]));

    let columns = query::columns(&mut workspace, &none).expect("columns");
    assert!((0..columns.len()).any(|p| columns.has_image(p)) && columns.number_names().count() >= 3);
    let view = duplicates::view(&workspace, &columns, Lens::Lexical).expect("a graph");
    assert!(!view.stale);
    let at = Threshold::from_thousandths(800);
    let across = duplicates::cluster_rows(&view, &columns, at, Some(duplicates::Across::Sources));
    assert!(across.len() > 10, "clusters that cross sources: {}", across.len());

    let operations = history::history(&workspace, 100).expect("a history");
    let kinds: BTreeMap<&str, usize> = operations.iter().fold(BTreeMap::new(), |mut kinds, op| {
        *kinds.entry(op.kind.as_str()).or_default() += 1;
        kinds
    });
    assert_eq!(kinds["import"], 3);
    for kind in ["mark", "edit", "apply-rules", "apply-duplicates", "split", "undo"] {
        assert!(kinds.contains_key(kind), "{kinds:?}");
    }
    assert!(operations.iter().all(|op| op.command.contains(" workspace.db")), "the commands name the copy");
    assert!(operations.iter().any(|op| op.undone));
}

#[test]
fn its_duplicates_have_kept_witnesses_and_its_splits_no_leak() {
    let (_folder, mut workspace) = open();
    let none = Progress::none();
    let columns = query::columns(&mut workspace, &none).expect("columns");
    let dropped = workspace.store().duplicate_records().expect("ids");
    assert!(dropped.len() > 100);
    for record in query::records(&workspace, &dropped).expect("records") {
        let drop = record.duplicate.expect("a witness");
        let witness = columns.position(drop.witness).expect("it is there");
        assert!(columns.is_kept(witness) || record.state().0 != State::Drop, "{}", record.id);
        assert!(drop.score >= 0.8);
    }
    let view = duplicates::view(&workspace, &columns, Lens::Lexical).expect("a graph");
    let at = Threshold::from_thousandths(tamis::ops::split::DEFAULT_THRESHOLD);
    let matrix = leaks::matrix(&columns, &view, leaks::Between::Splits, at).expect("a matrix");
    assert!(matrix.is_proven_clean(), "{matrix:?}");
}
