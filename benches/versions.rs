//! Splits, leakage, snapshots, comparisons and exports of a whole workspace: `cargo bench --bench versions [RECORDS…]`.
//!
//! The peers are what does the same amount of work without thinking: `cp` of the same bytes for an export and for the workspace file that a
//! snapshot saves one from copying, reading all records for whatever begins with that.

mod support;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use support::{Table, folder, machine, remove_database, spoken, timed, workspace};
use tamis::export::Layout;
use tamis::model::{Lens, Mark, RecordId, Threshold, Version};
use tamis::ops::export::{ExportArgs, export, verify};
use tamis::ops::leaks::{Between, matrix};
use tamis::ops::mark::{MarkArgs, mark};
use tamis::ops::split::{SplitArgs, split};
use tamis::ops::{diff, duplicates, query, report, rules, snapshot};
use tamis::progress::Progress;
use tamis::query::Columns;
use tamis::rules::Pipeline;
use tamis::shelf::Folders;
use tamis::splits::Targets;
use tamis::versions;
use tamis::workspace::Workspace;

fn main() {
    let asked: Vec<u64> = support::arguments().iter().filter_map(|word| word.parse().ok()).collect();
    println!("\n{}\n", machine());
    for &records in if asked.is_empty() { &[1_000_000][..] } else { &asked } {
        measure(records);
    }
}

/// A copy with a split and rules in force: an earlier run must leave nothing to this one.
fn copy_of(records: u64) -> Workspace {
    let path = folder().join("versions.db");
    remove_database(&path);
    std::fs::copy(workspace(records), &path).expect("a copy of the workspace");
    Workspace::open(&path).expect("the copy")
}

fn measure(records: u64) {
    println!("### {records} records\n");
    let table = Table::new(&["what", "time", "records/s", "beside it"]);
    let row = |what: &str, time: Duration, beside: &str| {
        table.row(&[what, &spoken(time), &format!("{:.0}", records as f64 / time.as_secs_f64()), beside]);
    };
    let (mut workspace, none) = (copy_of(records), Progress::none());

    let (columns, read) = timed(|| query::columns(&mut workspace, &none).expect("columns"));
    row("reading all records", read, "");
    let view = duplicates::view(&workspace, &columns, Lens::Lexical).expect("a view");
    let pairs = view.graph.edges.len();

    let targets = || Targets::parse("train=90,validation=5,test=5", "").expect("shares");
    let (made, all) = timed(|| split(&mut workspace, SplitArgs::of(targets()), &Folders::default(), &none).expect("a split"));
    row("split: graph read, clusters, assigned, on disk", all, &format!("{} moved", made.moved));
    let args = SplitArgs { dry_run: true, ..SplitArgs::of(targets()) };
    let (_, dry) = timed(|| split(&mut workspace, args, &Folders::default(), &none).expect("a split"));
    row("split, nothing written", dry, "");

    let columns = query::columns(&mut workspace, &none).expect("columns");
    let view = duplicates::refreshed(&workspace, &columns, view).expect("the view");
    for (between, name) in [(Between::Splits, "splits"), (Between::Sources, "sources")] {
        let at = Threshold::from_thousandths(500);
        let (_, time) = timed(|| matrix(&columns, &view, between, at).expect("a matrix"));
        row(&format!("leakage matrix of {name} at 0.50"), time, &format!("{pairs} pairs"));
    }

    let default = Pipeline::builtin("default").expect("the default rules");
    rules::apply(&mut workspace, &default, None, &none).expect("rules");
    let (_, read) = timed(|| query::columns(&mut workspace, &none).expect("columns"));
    row("reading all records, rules in force", read, "");
    let copied = cp(workspace.path());
    let before = workspace.store().chunk_bytes().expect("bytes");
    let (_, time) = timed(|| snapshot::create(&mut workspace, "v1", &Folders::default(), &none).expect("a snapshot"));
    let bytes = workspace.store().chunk_bytes().expect("bytes") - before;
    let ratio = time.as_secs_f64() / copied.as_secs_f64();
    row("snapshot", time, &format!("{:.1} MB; {ratio:.1} × `cp` of the workspace ({})", bytes as f64 / 1e6, spoken(copied)));

    let some: Vec<RecordId> = (1..=1000).map(RecordId).collect();
    mark(&mut workspace, MarkArgs { records: some, mark: Some(Mark::Drop), reason: None, filter: None }, &none).expect("marks");
    let before = workspace.store().chunk_bytes().expect("bytes");
    let (_, time) = timed(|| snapshot::create(&mut workspace, "v2", &Folders::default(), &none).expect("a snapshot"));
    let more = workspace.store().chunk_bytes().expect("bytes") - before;
    row("another one after 1,000 marks", time, &format!("{:.2} MB more", more as f64 / 1e6));

    let v1 = Version::Snapshot(workspace.store().snapshot_named("v1").expect("a read").expect("v1"));
    let (then, time) = timed(|| columns_of(&mut workspace, v1));
    row("reading all records of a snapshot", time, &format!("{:.1} × the present ones", time.as_secs_f64() / read.as_secs_f64()));

    rules::clear(&mut workspace).expect("rules taken back");
    let now = columns_of(&mut workspace, Version::Now);
    let (compared, time) = timed(|| versions::compare(&then, &now));
    let differ: usize = versions::Difference::ALL.into_iter().map(|difference| compared.list(difference).len()).sum();
    row("comparing two versions in memory", time, &format!("{differ} records differ"));
    let (_, time) = timed(|| diff::compare(&mut workspace, "v1", "now", &none).expect("a diff"));
    row("`snapshot diff`, both read", time, "");
    let (_, time) =
        timed(|| report::report(&mut workspace, Some("v2"), &Folders::default(), &none).expect("a report").markdown());
    row("`report` of a snapshot", time, "two versions compared, the borders certified");
    let (restored, time) = timed(|| snapshot::restore(&mut workspace, "v1", &[], &none).expect("restored"));
    row("restoring it", time, &format!("{} records changed", restored.records));

    for layout in [Layout::Jsonl, Layout::Parquet] {
        export_and_copy(&mut workspace, layout, &row);
    }
}

fn columns_of(workspace: &mut Workspace, version: Version) -> Columns {
    workspace.read(|store| store.load_columns_of(version, &Progress::none())).expect("columns")
}

/// An export of the snapshot, checks included, and `cp` of what it wrote.
fn export_and_copy(workspace: &mut Workspace, layout: Layout, row: &impl Fn(&str, Duration, &str)) {
    let target = folder().join("versions-export");
    _ = std::fs::remove_dir_all(&target);
    let despite = ["leakage", "duplicates"].map(str::to_owned).to_vec();
    let args = ExportArgs { snapshot: Some("v1".into()), despite, ..ExportArgs::new(&target, layout) };
    let (done, time) = timed(|| export(workspace, &args, &Progress::none()).expect("an export"));
    let bytes: u64 = done.manifest.files.iter().map(|file| file.bytes).sum();
    let copied = cp(&target);
    let rate = bytes as f64 / 1e6 / time.as_secs_f64();
    let ratio = time.as_secs_f64() / copied.as_secs_f64();
    let words = format!("{rate:.0} MB/s of {:.0} MB; {ratio:.1} × `cp` and sync ({})", bytes as f64 / 1e6, spoken(copied));
    row(&format!("export of a snapshot as {}, checked and read back", layout.word()), time, &words);
    let (found, time) = timed(|| verify(&target, &Progress::none()).expect("verified"));
    assert!(found.is_ok());
    row("verifying it", time, &format!("{:.0} MB/s", bytes as f64 / 1e6 / time.as_secs_f64()));
    _ = std::fs::remove_dir_all(&target);
}

/// `cp -r` to another name, with everything on disk: the best of three.
fn cp(from: &Path) -> Duration {
    let to = folder().join("versions-copy");
    let once = || {
        _ = std::fs::remove_dir_all(&to);
        _ = std::fs::remove_file(&to);
        let run = |program: &str, args: &[&Path]| assert!(Command::new(program).args(args).status().expect("it runs").success());
        let (_, time) = timed(|| {
            run("cp", &[Path::new("-r"), from, &to]);
            run("sync", &[Path::new("-f"), &to]);
        });
        time
    };
    let best = (0..3).map(|_| once()).min().unwrap_or_default();
    _ = std::fs::remove_dir_all(&to);
    _ = std::fs::remove_file(&to);
    best
}
