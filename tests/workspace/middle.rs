//! Undo in the middle, with sources that come and go and states that are gone back to: at every moment the workspace is what the operations in
//! force make of nothing, read from the log with SQLite alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::Value;
use tamis::error::Kind;
use tamis::model::{Lens, Mark, OpId, Policy, RecordId, Threshold};
use tamis::ops::assign::AssignArgs;
use tamis::ops::check::{Asked, CheckRow, Name, Verdict};
use tamis::ops::import::ImportArgs;
use tamis::ops::leaks::{self, Between, FixArgs};
use tamis::ops::mark::MarkArgs;
use tamis::ops::{assign, check, duplicates as dups, edit, import, mark, query, rules, snapshot, sources, undo};
use tamis::progress::Progress;
use tamis::query::Columns;
use tamis::shelf::Folders;
use tamis::workspace::Workspace;

use super::ground::{Ground, ground, read_only};
use super::model::pipelines;

#[derive(Debug, Clone)]
enum Act {
    /// So many records; names are few, so that one comes again after its source has gone.
    Import {
        name: u8,
        records: u8,
    },
    Mark {
        pick: u8,
        mark: Mark,
    },
    Edit(u8),
    Rules(Option<u8>),
    Protect {
        name: u8,
        on: bool,
    },
    Remove(u8),
    BringBack(u8),
    Freeze(u8),
    Forget(u8),
    Restore(u8),
    TakeBack(u8),
    Undo {
        pick: u8,
        with_later: bool,
    },
    Dedup,
    Move {
        pick: u8,
        to: u8,
    },
    Lose(u8),
    UndoLast,
    Redo,
}

const SPLITS: [&str; 2] = ["train", "test"];

fn act() -> impl Strategy<Value = Act> {
    let mark = prop::sample::select(vec![Mark::Keep, Mark::Drop, Mark::Flag]);
    prop_oneof![
        3 => (0u8..3, 1u8..4).prop_map(|(name, records)| Act::Import { name, records }),
        4 => (any::<u8>(), mark).prop_map(|(pick, mark)| Act::Mark { pick, mark }),
        2 => any::<u8>().prop_map(Act::Edit),
        1 => prop::option::of(0u8..2).prop_map(Act::Rules),
        1 => (0u8..3, any::<bool>()).prop_map(|(name, on)| Act::Protect { name, on }),
        2 => (0u8..3).prop_map(Act::Remove),
        1 => (0u8..3).prop_map(Act::BringBack),
        2 => (0u8..3).prop_map(Act::Freeze),
        1 => (0u8..3).prop_map(Act::Forget),
        2 => (0u8..3).prop_map(Act::Restore),
        2 => (0u8..3).prop_map(Act::TakeBack),
        5 => (any::<u8>(), any::<bool>()).prop_map(|(pick, with_later)| Act::Undo { pick, with_later }),
        2 => Just(Act::Dedup),
        2 => (any::<u8>(), 0u8..3).prop_map(|(pick, to)| Act::Move { pick, to }),
        2 => (0u8..2).prop_map(Act::Lose),
        1 => Just(Act::UndoLast),
        2 => Just(Act::Redo),
    ]
}

struct Bench {
    folder: tempfile::TempDir,
    path: PathBuf,
    workspace: Workspace,
    files: usize,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.db");
        let workspace = Workspace::create(&path).expect("a workspace");
        Bench { folder, path, workspace, files: 0 }
    }

    /// Does it; a refusal is an answer too, a failure is none.
    fn act(&mut self, act: &Act) {
        let none = Progress::none();
        let source = |name: u8| format!("s{name}");
        let frozen = |name: u8| format!("v{name}");
        let workspace = &mut self.workspace;
        let done = match *act {
            Act::Import { name, records } => return self.import(&source(name), records),
            Act::Mark { pick, mark } => {
                let Some(record) = self.record(pick) else { return };
                let args = MarkArgs { records: vec![record], mark: Some(mark), reason: None, filter: None };
                mark::mark(&mut self.workspace, args, &none).map(drop)
            }
            Act::Edit(pick) => {
                let Some(record) = self.record(pick) else { return };
                edit::edit(&mut self.workspace, record, Some(format!("typed {pick}"))).map(drop)
            }
            Act::Rules(Some(which)) => rules::apply(workspace, &pipelines()[usize::from(which)], None, &none).map(drop),
            Act::Rules(None) => rules::clear(workspace).map(drop),
            Act::Protect { name, on } => sources::protect(workspace, &source(name), on).map(drop),
            Act::Remove(name) => sources::remove(workspace, &source(name)).map(drop),
            Act::BringBack(name) => sources::bring_back(workspace, &source(name), &none).map(drop),
            Act::Freeze(name) => snapshot::create(workspace, &frozen(name), &Folders::default(), &none).map(drop),
            Act::Forget(name) => snapshot::delete(workspace, &frozen(name)).map(drop),
            Act::Restore(name) => snapshot::restore(workspace, &frozen(name), &[], &none).map(drop),
            Act::TakeBack(name) => snapshot::take_back(workspace, &frozen(name), &["test".to_owned()], &none).map(drop),
            Act::Undo { pick, with_later } => return self.undo(pick, with_later),
            Act::Dedup => {
                let (_, view) = self.view();
                dups::apply(&mut self.workspace, &view, Threshold::from_thousandths(600), Policy::Cover, None, &none).map(drop)
            }
            Act::Move { pick, to } => {
                let Some(record) = self.record(pick) else { return };
                let (columns, _) = self.view();
                let split = SPLITS.get(usize::from(to)).map(|split| (*split).to_owned());
                let args = AssignArgs { records: vec![record], split, filter: None };
                assign::assign(&mut self.workspace, &columns, args, &none).map(drop)
            }
            Act::Lose(split) => {
                let (_, view) = self.view();
                let losers = vec![SPLITS[usize::from(split)].to_owned()];
                let args = FixArgs { by: Between::Splits, losers, threshold: Threshold::from_thousandths(500), dry_run: false };
                match leaks::fix(&mut self.workspace, &view, &args, &none) {
                    // There is no such split, or no other one.
                    Err(error) if error.kind == Kind::Usage => return,
                    done => done.map(drop),
                }
            }
            Act::UndoLast => undo::undo(workspace, None, &none).map(drop),
            Act::Redo => undo::redo(workspace, &none).map(drop),
        };
        assert!(done.as_ref().is_ok_and(|()| true) || done.as_ref().is_err_and(|e| e.kind == Kind::Refused), "{act:?}: {done:?}");
    }

    fn import(&mut self, name: &str, records: u8) {
        self.files += 1;
        let file = self.folder.path().join(format!("{}.txt", self.files));
        let lines = (0..records).map(|n| format!("a red owl {} of {n}\n", self.files));
        std::fs::write(&file, lines.collect::<String>()).expect("a file");
        let split = if self.files.is_multiple_of(2) { "train" } else { "test" };
        let args = ImportArgs {
            files: vec![file],
            source: Some(name.to_owned()),
            split: Some(split.to_owned()),
            ..ImportArgs::default()
        };
        let done = import::import(&mut self.workspace, args, &Progress::none());
        assert!(done.as_ref().is_ok_and(|_| true) || done.as_ref().is_err_and(|e| e.kind == Kind::Refused), "{done:?}");
    }

    /// By a graph of the texts of now.
    fn view(&mut self) -> (Columns, dups::View) {
        let none = Progress::none();
        let wish = dups::Wish { floor: 0.4, ..dups::Wish::of(Lens::Lexical) };
        dups::build(&mut self.workspace, &wish, &Folders::default(), &none).expect("a graph");
        let columns = query::columns(&mut self.workspace, &none).expect("columns");
        let view = dups::view(&self.workspace, &columns, Lens::Lexical).expect("a view");
        (columns, view)
    }

    fn record(&self, pick: u8) -> Option<RecordId> {
        let connection = read_only(&self.path);
        let mut statement = connection
            .prepare("SELECT r.id FROM records r JOIN sources s ON s.id = r.source AND s.active = 1 ORDER BY r.id")
            .expect("our schema");
        let ids: Vec<u32> = statement.query_map([], |row| row.get(0)).expect("rows").map(|id| id.expect("an id")).collect();
        ids.get(usize::from(pick) % ids.len().max(1)).copied().map(RecordId)
    }

    /// An operation somewhere: refused exactly when something builds on it, and then undone with just that.
    fn undo(&mut self, pick: u8, with_later: bool) {
        let in_force = self.in_force();
        let Some(&(id, _)) = in_force.get(usize::from(pick) % in_force.len().max(1)) else { return };
        let named: Vec<u32> =
            undo::dependents(&mut self.workspace, OpId(id)).expect("it is in force").iter().map(|later| later.id.0).collect();
        assert!(named.iter().all(|later| *later > id) && named.is_sorted_by(|a, b| a > b), "{named:?}, newest first");
        let plain = if with_later { None } else { Some(undo::undo(&mut self.workspace, Some(OpId(id)), &Progress::none())) };
        match plain {
            Some(Ok(_)) => assert!(named.is_empty(), "{named:?} build on {id}"),
            Some(Err(refusal)) => assert!(!named.is_empty() && refusal.kind == Kind::Refused, "{refusal}"),
            None => {
                let done = undo::undo_with_later(&mut self.workspace, OpId(id), &Progress::none()).expect("undone");
                assert_eq!(done.later.iter().map(|taken| taken.operation.0).collect::<Vec<_>>(), named);
                let gone: BTreeSet<u32> = named.into_iter().chain([id]).collect();
                let left: Vec<u32> = in_force.iter().map(|(id, _)| *id).filter(|id| !gone.contains(id)).collect();
                assert_eq!(self.in_force().iter().map(|(id, _)| *id).collect::<Vec<_>>(), left, "and nothing else");
            }
        }
    }

    /// Operations in force with their ranges of changes, oldest first.
    fn in_force(&self) -> Vec<(u32, (i64, i64))> {
        let connection = read_only(&self.path);
        let mut statement = connection
            .prepare(
                "SELECT id, first_change, changes FROM operations WHERE undone = 0 AND kind NOT IN ('undo', 'redo') ORDER BY id",
            )
            .expect("our schema");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }

    /// The ground when the operations in force are done from nothing, by what the log says of each.
    fn replayed(&self) -> Ground {
        let connection = read_only(&self.path);
        let mut statement = connection
            .prepare("SELECT part, key, name, after FROM changes WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id")
            .expect("our schema");
        let mut replayed: BTreeMap<String, String> = BTreeMap::new();
        for (_, (first, changes)) in self.in_force() {
            let mut rows = statement.query([first, changes]).expect("rows");
            while let Some(row) = rows.next().expect("a row") {
                let (part, key): (String, u32) = (row.get(0).expect("a part"), row.get(1).expect("a key"));
                let name: Option<String> = row.get(2).expect("a name");
                let after: Option<String> = row.get(3).expect("JSON");
                let key = format!("{part}/{}", name.unwrap_or_else(|| key.to_string()));
                match after.and_then(|json| shown(&part, &serde_json::from_str(&json).expect("JSON"))) {
                    Some(value) => replayed.insert(key, value),
                    None => replayed.remove(&key),
                };
            }
        }
        let active: BTreeSet<String> = replayed.keys().filter_map(|key| key.strip_prefix("active/").map(str::to_owned)).collect();
        replayed.retain(|key, _| key.strip_prefix("protected/").is_none_or(|source| active.contains(source)));
        replayed.retain(|key, _| !key.starts_with("snapshot/"));
        replayed
    }

    fn compare(&mut self, act: &Act) {
        assert_eq!(self.replayed(), ground(&self.path), "after {act:?}");
        let mut names: Vec<String> = self.workspace.store().sources().expect("sources").into_iter().map(|s| s.name).collect();
        names.sort();
        assert!(names.is_sorted_by(|a, b| a < b), "after {act:?} two sources have one name: {names:?}");
    }
}

/// A value of the log as [`ground`] spells it; `None` for what is not there.
fn shown(part: &str, after: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match part {
        "mark" => {
            let reason = after["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
            Some(format!("{}{reason}", after["mark"].as_str().expect("a word")))
        }
        "active" | "protected" => after.as_bool().expect("yes or no").then(|| "1".to_owned()),
        "duplicate" => {
            let leakage =
                if after["recipe"].as_str().is_some_and(|recipe| recipe.contains(" leakage ")) { " leakage" } else { "" };
            let score = after["score"].as_f64().expect("a number");
            Some(format!("{} at {score:.6}{leakage}", after["witness"]))
        }
        "split" if after.is_object() => text(&after["split"]).map(|split| format!("{split} by hand")),
        _ => text(after).or_else(|| Some(after.to_string())),
    }
}

/// Nothing is wrong with the file itself; whether the data set is ready is another question.
fn is_sound(path: &Path) {
    let mut workspace = Workspace::open_to_read(path).expect("a workspace");
    let only = vec![Name::File, Name::Invariants, Name::Derived, Name::Graph, Name::Witnesses];
    let report = check::check_as(&mut workspace, &Asked { only, ..Asked::default() }, &Progress::none()).expect("a check");
    // A graph is of other texts or there is none, and a person may drop a witness; of the rest there is nothing to look at.
    let ready = [Name::File, Name::Invariants].map(Name::word);
    let is_as_it_should = |row: &CheckRow| match ready.contains(&row.check.as_str()) {
        true => row.verdict == Verdict::Ready,
        false => row.verdict != Verdict::Blocked,
    };
    assert!(report.checks.iter().all(is_as_it_should), "{report:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_was_undone_in_the_middle_might_never_have_been(acts in prop::collection::vec(act(), 10..40)) {
        let mut bench = Bench::new();
        bench.act(&Act::Import { name: 0, records: 3 });
        for act in &acts {
            bench.act(act);
            bench.compare(act);
        }
        is_sound(&bench.path);
    }
}
