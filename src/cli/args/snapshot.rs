//! `snapshot …` and `report`: versions under a name, what differs between them, and what became of all that was read.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum Snapshot {
    Create(SnapshotCreate),
    /// Lists the snapshots, oldest first.
    List(super::Workspace),
    Show(SnapshotNamed),
    Diff(SnapshotDiff),
    Restore(SnapshotRestore),
    /// Lets the name of a snapshot go; undo gives it back.
    Delete(SnapshotNamed),
}

/// Freezes the present state under a name: records with their texts, marks, splits, rules, thresholds and pair decisions.
#[derive(Debug, Args)]
pub struct SnapshotCreate {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// For instance v3 (default: the newest name counted on).
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// Says what is frozen in a snapshot, and how it came to be.
#[derive(Debug, Args)]
pub struct SnapshotNamed {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Goes back to a snapshot, as one operation: everything, everything without some sources, or only some splits.
///
/// With --split the records of these splits are the very ones of then, with their texts, and kept whatever dropped them since; what stands in
/// these splits today and did not then is dropped; all other splits stay as they are today.
#[derive(Debug, Args)]
pub struct SnapshotRestore {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Leaves a source of the snapshot out; may be given more than once.
    #[arg(long, value_name = "SOURCE", conflicts_with = "splits")]
    pub without: Vec<String>,
    /// Restores only this split; may be given more than once.
    #[arg(long = "split", value_name = "SPLIT")]
    pub splits: Vec<String>,
    /// Says what would be done; does nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// What differs between two versions: counts per source and cause, or the records themselves.
///
/// Records are compared by id, among those that are kept: added, removed, changed (another text), moved (another split).
#[derive(Debug, Args)]
pub struct SnapshotDiff {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// The earlier version: a snapshot, or now.
    #[arg(value_name = "A")]
    pub a: String,
    /// The later version: a snapshot, or now.
    #[arg(value_name = "B", default_value = crate::ops::NOW)]
    pub b: String,
    /// Lists the records.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub list: Option<Listed>,
    /// Only records of this source.
    #[arg(long, value_name = "NAME", requires = "list")]
    pub source: Option<String>,
    /// Only records for this cause, as the summary's JSON spells it.
    #[arg(long, value_name = "CAUSE", requires = "list")]
    pub cause: Option<String>,
    #[arg(long, value_name = "N", requires = "list", allow_negative_numbers = true)]
    pub limit: Option<usize>,
    #[arg(long, value_name = "N", default_value_t = 0, requires = "list", allow_negative_numbers = true)]
    pub offset: usize,
    /// Writes the records to a new file, one JSON object a line; without --list all of them.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    Added,
    Removed,
    Changed,
    Moved,
}

/// What became of all that was read, as Markdown: the waterfall per source, rules, duplicates, splits, versions, operations.
///
/// Of a snapshot it has the same bytes every time.
#[derive(Debug, Args)]
pub struct Report {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// Of this snapshot instead of the present state.
    #[arg(long, value_name = "NAME")]
    pub snapshot: Option<String>,
    /// Writes it to a new file.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
