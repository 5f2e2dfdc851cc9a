//! report: what became of all that was read, in figures and as Markdown. Of a snapshot it is the same every time, as long as the same earlier
//! snapshots have their names: nothing of the present
//! moment is in it.

mod markdown;

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::diff::Diff;
use super::filter_file::Target;
use super::leaks::{self, Certificate};
use super::version;
use crate::error::Result;
use crate::model::{OpId, OpKind, SnapshotId, Version};
use crate::progress::Progress;
use crate::query::Columns;
use crate::shelf::Folders;
use crate::store::Store;
use crate::store::oplog::Operation;
use crate::store::snapshots::Snapshot;
use crate::versions::{Difference, Waterfall, waterfall};
use crate::workspace::Workspace;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The workspace file's name.
    pub workspace: String,
    /// `None` for the present state.
    pub snapshot: Option<SnapshotHead>,
    pub waterfall: Waterfall,
    /// What is proven of the borders between splits; `None` where there are no two of them, or nothing to prove it by.
    pub leakage: Option<Certificate>,
    /// Oldest first, up to the version that the report is of; the present state last.
    pub versions: Vec<VersionRow>,
    /// Those in force, oldest first.
    pub operations: Vec<OperationRow>,
}

/// What a snapshot is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotHead {
    pub name: String,
    /// SHA-256 of what it froze, lower-case hex.
    pub digest: String,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
}

/// A version with what it changed against the one before it; the first one against nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionRow {
    /// `None` for the present state.
    pub snapshot: Option<SnapshotHead>,
    pub kept: u64,
    /// Kept records by split; `none` for those without one.
    pub splits: BTreeMap<String, u64>,
    pub added: u64,
    pub removed: u64,
    pub changed: u64,
    pub moved: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationRow {
    pub id: OpId,
    pub description: String,
    /// The equivalent command line.
    pub command: String,
}

/// Counts a snapshot, or the present state, and every version before it. Errors: refused, when there is no snapshot of that name.
pub fn report(workspace: &mut Workspace, snapshot: Option<&str>, folders: &Folders, progress: &Progress) -> Result<Report> {
    let name = workspace.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (version, columns, report) = workspace.read(|store| {
        let version = version::named(store, snapshot)?;
        let snapshots: Vec<Snapshot> = store.snapshots()?.into_iter().filter(|snapshot| is_part(snapshot.id, version)).collect();
        let head = match version {
            Version::Now => None,
            Version::Snapshot(id) => snapshots.iter().find(|one| one.id == id && snapshot == Some(one.name.as_str())),
        };
        let columns = store.load_columns_of(version, progress)?;
        let report = Report {
            workspace: name,
            snapshot: head.map(SnapshotHead::from),
            waterfall: waterfall(&columns, &store.sources_of(version)?),
            leakage: None,
            operations: in_force(store.operations(usize::MAX >> 1)?, head.map(|snapshot| snapshot.operation)),
            versions: versions(store, &snapshots, version, columns.clone(), progress)?,
        };
        Ok((version, columns, report))
    })?;
    let leakage = leaks::certificate_of(workspace, version, &columns, folders, progress)?;
    Ok(Report { leakage, ..report })
}

/// Whether a snapshot was there when the version was: the present state has all before it.
fn is_part(snapshot: SnapshotId, version: Version) -> bool {
    match version {
        Version::Now => true,
        Version::Snapshot(id) => snapshot <= id,
    }
}

impl From<&Snapshot> for SnapshotHead {
    fn from(snapshot: &Snapshot) -> Self {
        SnapshotHead { name: snapshot.name.clone(), digest: snapshot.digest.clone(), at: snapshot.at }
    }
}

/// Each version beside the one before it. `last` are the columns of `version`, which is the last one.
fn versions(
    store: &Store,
    snapshots: &[Snapshot],
    version: Version,
    last: Columns,
    progress: &Progress,
) -> Result<Vec<VersionRow>> {
    let mut rows = Vec::new();
    let mut before = Columns::default();
    for snapshot in snapshots {
        let this = Version::Snapshot(snapshot.id);
        let columns = if this == version { last.clone() } else { store.load_columns_of(this, progress)? };
        rows.push(VersionRow::of(Some(snapshot), before, columns.clone()));
        before = columns;
    }
    if version == Version::Now {
        rows.push(VersionRow::of(None, before, last));
    }
    Ok(rows)
}

impl VersionRow {
    fn of(snapshot: Option<&Snapshot>, before: Columns, columns: Columns) -> VersionRow {
        let total = waterfall(&columns, &[]).total;
        let comparison = Diff::of(before, columns).comparison;
        VersionRow {
            snapshot: snapshot.map(SnapshotHead::from),
            kept: total.kept,
            splits: total.splits,
            added: comparison.count(Difference::Added),
            removed: comparison.count(Difference::Removed),
            changed: comparison.count(Difference::Changed),
            moved: comparison.count(Difference::Moved),
        }
    }
}

/// The operations that were in force when `last` was the last entry of the log (`None`: now), oldest first.
fn in_force(newest_first: Vec<Operation>, last: Option<OpId>) -> Vec<OperationRow> {
    let mut undone = HashSet::new();
    let mut done = Vec::new();
    for entry in newest_first.into_iter().rev().take_while(|entry| last.is_none_or(|last| entry.id <= last)) {
        match (entry.op_kind(), entry.target) {
            (Some(OpKind::Undo), Some(target)) => _ = undone.insert(target),
            (Some(OpKind::Redo), Some(target)) => _ = undone.remove(&target),
            _ => done.push(entry),
        }
    }
    let row = |entry: Operation| OperationRow { id: entry.id, description: entry.description, command: entry.command };
    done.into_iter().filter(|entry| !undone.contains(&entry.id)).map(row).collect()
}

/// Writes the report as Markdown to a new file. Errors: refused where there is a file already.
pub fn write(report: &Report, path: &Path) -> Result<()> {
    let mut target = Target::create(path)?;
    target.write_all(report.markdown().as_bytes())?;
    target.commit()
}

/// What became of all that was read, in a snapshot. Errors: refused where there is none with this name.
pub fn waterfall_of(workspace: &mut Workspace, name: &str, progress: &Progress) -> Result<Waterfall> {
    workspace.read(|store| {
        let version = version::named(store, Some(name))?;
        Ok(waterfall(&store.load_columns_of(version, progress)?, &store.sources_of(version)?))
    })
}
