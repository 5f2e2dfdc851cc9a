//! Exports, read back by other readers than our own.

mod captions;
mod card;
mod datasets;
mod folders;
mod images;
mod killing;
mod read_back;
mod refusals;
mod round_trip;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use tamis::error::Result;
use tamis::export::{ExportRecord, Layout, Manifest, Options, Plan, Provenance, verify, write, write_stream};
use tamis::model::RecordId;
use tamis::progress::Progress;

/// A temporary folder without a symlink on the way to it.
struct Bench {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().canonicalize().expect("its real path");
        Bench { _folder: folder, path }
    }

    fn target(&self) -> PathBuf {
        self.path.join("out")
    }

    /// Names in the bench's folder: what an export left beside its target.
    fn names(&self) -> Vec<String> {
        names(&self.path)
    }

    fn image(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path.join("images").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, bytes).expect("written");
        path
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn record(id: u32, text: &str) -> ExportRecord {
    ExportRecord {
        id: RecordId(id),
        source: "wild".into(),
        line: u64::from(id) + 100,
        split: None,
        text: text.into(),
        raw_text: format!("raw {text}"),
        file_name: None,
        image: None,
        fields: None,
    }
}

fn in_split(split: &str, record: ExportRecord) -> ExportRecord {
    ExportRecord { split: Some(split.into()), ..record }
}

fn stream(records: &[ExportRecord]) -> impl Iterator<Item = Result<ExportRecord>> {
    records.iter().cloned().map(Ok)
}

fn plan(options: &Options, records: &[ExportRecord]) -> Result<Plan> {
    Plan::new(options, stream(records), &Progress::none())
}

fn provenance() -> Provenance {
    Provenance {
        created_by: "tamis export ws.db out".into(),
        counts: [("read".to_owned(), 12.into())].into(),
        recipe: serde_json::json!({"seed": 7, "threshold": 0.85}),
        ..Provenance::default()
    }
}

fn export_with(options: &Options, records: &[ExportRecord], target: &Path, force: bool) -> Result<Manifest> {
    write(&plan(options, records)?, target, stream(records), &provenance(), force, &Progress::none())
}

/// Exports and verifies.
fn export(layout: Layout, records: &[ExportRecord], target: &Path) -> Manifest {
    let manifest = export_with(&Options::new(layout), records, target, false).expect("an export");
    let report = verify(target, &Progress::none()).expect("a manifest");
    assert!(report.is_ok(), "{:?}", report.problems);
    assert_eq!((report.records, report.files), (records.len() as u64, manifest.files.len() as u64));
    manifest
}

fn streamed(options: &Options, records: &[ExportRecord]) -> String {
    let mut out = Vec::new();
    let plan = plan(options, records).expect("a plan");
    let count = write_stream(&plan, &mut out, stream(records), &Progress::none()).expect("a stream");
    assert_eq!(count, records.len() as u64);
    String::from_utf8(out).expect("UTF-8")
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).expect("a file of UTF-8")
}
