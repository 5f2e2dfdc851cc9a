//! Applying what the slider shows: one operation that drops records, each with the one that it resembles.

use std::path::Path;

use tamis::model::{Lens, Policy, Threshold};
use tamis::ops::{duplicates, query};
use tamis::progress::Progress;
use tamis::workspace::Workspace;

use crate::Setting;
use crate::contest::{Outcome, Report, Way, round};
use crate::support::{folder, remove_database, timed, workspace};

pub fn measure(setting: &Setting, report: &mut Report) {
    let records = if setting.quick { 100_000 } else { 1_000_000 };
    let source = workspace(records);
    let way = Way::new("tamis", || Some(applied(&source)));
    let work = format!("`duplicates apply` at 0.80, {} records", round(records as f64));
    report.contest(&work, setting.rounds, records as f64, "records", vec![way]);
}

/// On a copy: what is applied already leaves nothing to do.
fn applied(source: &Path) -> Outcome {
    let path = folder().join("apply.db");
    remove_database(&path);
    std::fs::copy(source, &path).and_then(|_| std::fs::File::open(&path)?.sync_all()).expect("a copy of the workspace");
    let mut workspace = Workspace::open(&path).expect("a workspace");
    let progress = Progress::none();
    let columns = query::columns(&mut workspace, &progress).expect("columns");
    let view = duplicates::view(&workspace, &columns, Lens::Lexical).expect("a graph");
    let threshold = Threshold::from_thousandths(800);
    let (report, time) =
        timed(|| duplicates::apply(&mut workspace, &view, threshold, Policy::Cover, None, &progress).expect("an operation"));
    drop(workspace);
    remove_database(&path);
    Outcome { time, note: format!("{} drops, on disk", report.dropped) }
}
