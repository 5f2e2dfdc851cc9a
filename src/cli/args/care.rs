//! What was typed after `check`, `prune` and `batch`.

use std::path::PathBuf;

use clap::Args;

use super::Lens;

/// Checks the file, its data, and what to look at before an export; exit 4 where something is blocked.
///
/// CHECKS: file, invariants, rules, derived, duplicates, leakage, splits, flags, texts, files, names, similarity-graph, witnesses. All of
/// them unless some are named. Each is ready, attention or blocked; `tamis list` with the filter shown gives the records behind it.
#[derive(Debug, Args)]
pub struct Check {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// Only these.
    #[arg(value_name = "CHECK")]
    pub only: Vec<String>,
    /// For leakage: similarity from which two records are copies (default: that of the split, or of the duplicates applied, or 0.7).
    #[arg(long, short, visible_alias = "at", value_name = "T", allow_hyphen_values = true)]
    pub threshold: Option<String>,
    /// For leakage (default: that of the split).
    #[arg(long, value_enum)]
    pub lens: Option<Lens>,
    /// Of this snapshot; image files are those of now.
    #[arg(long, value_name = "NAME")]
    pub snapshot: Option<String>,
    /// Only what takes no longer than a scan of the records in memory.
    #[arg(long)]
    pub quick: bool,
}

/// Moves the image files that no kept record names to a trash folder inside their image root; --restore brings them back.
///
/// Only regular files that end as images do (png, jpg, jpeg, webp, gif), not in hidden folders, never through a symbolic link. Kept records
/// whose image is not there are listed too.
#[derive(Debug, Args)]
pub struct Prune {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// Only this image root (default: those of all sources).
    #[arg(long, value_name = "DIR")]
    pub images: Option<PathBuf>,
    /// Says what would be moved; moves nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Brings back what earlier prunes moved, where nothing else stands in its place.
    #[arg(long, conflicts_with = "dry_run")]
    pub restore: bool,
}

/// Runs the operations of a file, one a line: the words of the commands without WS, as in `mark keep --id 3`.
///
/// Words are quoted as for a shell; blank lines and lines that begin with # count for nothing. Each operation is committed before the next
/// is read; the first that fails ends the batch, with its line.
#[derive(Debug, Args)]
pub struct Batch {
    #[arg(value_name = "WS")]
    pub workspace: PathBuf,
    /// The operations; - is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Writes `ack N`, N being the line, to standard output after each commit.
    #[arg(long)]
    pub ack: bool,
}
