//! The verbs over a real workspace: what they report is what is there, by second counts and brute force.

mod assign;
mod check;
mod check_files;
mod counts;
mod dedup;
mod diff;
mod duplicates;
mod duplicates_apply;
mod duplicates_cut;
mod duplicates_growth;
mod duplicates_judge;
mod duplicates_mask;
mod duplicates_order;
mod duplicates_semantic;
mod duplicates_world;
mod leaks;
mod prune;
mod round_trip;
mod rules;
mod rules_fresh;
mod rules_library;
mod rules_preview;
mod rules_random;
mod rules_refuse;
mod snapshot;
mod split;
mod split_stays;

use std::path::Path;

use tamis::compose::{Composer, Settings};
use tamis::model::{Lens, Mark, RecordId, State};
use tamis::ops::import::{ImportArgs, ImportReport, import};
use tamis::ops::mark::{MarkArgs, mark};
use tamis::ops::{duplicates as dups, query};
use tamis::progress::Progress;
use tamis::query::Columns;
use tamis::shelf::Folders;
use tamis::workspace::Workspace;

/// A workspace in memory, and a folder for the files it reads and writes.
struct Bench {
    folder: tempfile::TempDir,
    workspace: Workspace,
}

impl Bench {
    fn new() -> Bench {
        Bench { folder: tempfile::tempdir().expect("a folder"), workspace: Workspace::in_memory().expect("memory") }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Imports bytes as a file of that name, with more arguments.
    fn import_as(&mut self, name: &str, bytes: impl AsRef<[u8]>, args: ImportArgs) -> ImportReport {
        let file = self.folder.path().join(name);
        std::fs::write(&file, bytes).expect("a file");
        import(&mut self.workspace, ImportArgs { files: vec![file], ..args }, &Progress::none()).expect("an import")
    }

    fn import(&mut self, name: &str, bytes: impl AsRef<[u8]>) -> ImportReport {
        self.import_as(name, bytes, ImportArgs::default())
    }

    fn columns(&mut self) -> Columns {
        query::columns(&mut self.workspace, &Progress::none()).expect("columns")
    }

    fn mark(&mut self, records: impl IntoIterator<Item = u32>, word: Option<Mark>) {
        let records = records.into_iter().map(RecordId).collect();
        let args = MarkArgs { records, mark: word, reason: None, filter: None };
        mark(&mut self.workspace, args, &Progress::none()).expect("marks");
    }

    fn build(&mut self, floor: f32) {
        dups::build(
            &mut self.workspace,
            &dups::Wish { floor, ..dups::Wish::of(Lens::Lexical) },
            &Folders::default(),
            &Progress::none(),
        )
        .expect("a graph");
    }

    fn view(&mut self) -> (Columns, dups::View) {
        let columns = self.columns();
        let view = dups::view(&self.workspace, &columns, Lens::Lexical).expect("a view");
        (columns, view)
    }

    /// `(id, effective text, state)` of every record.
    fn rows(&mut self) -> Vec<(u32, String, State)> {
        let columns = self.columns();
        (0..columns.len()).map(|p| (columns.id(p).0, columns.text(p).to_owned(), columns.state(p))).collect()
    }
}

/// Prompts with many near-copies among them; one a line.
fn prompts(seed: u64, count: usize) -> Vec<String> {
    let settings = Settings { copies_percent: 55, most_copies: 12, spread: 30 };
    Composer::with(seed, settings).take(count).map(|composed| composed.text).collect()
}

fn lines(texts: &[String]) -> String {
    texts.iter().map(|text| format!("{text}\n")).collect()
}
