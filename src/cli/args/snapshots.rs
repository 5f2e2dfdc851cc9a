//! `snapshot create|list|show|delete|restore`: freezing states and going back to them.

use std::path::PathBuf;

use clap::Args;

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
