//! Sources: a parser per format pushes [`Draft`]s into a [`Sink`]. No database, no terminal; memory does not grow with the file.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::model::{Counts, Draft, Reject};
use crate::progress::Progress;

/// Where parsed records go.
pub trait Sink {
    fn record(&mut self, draft: Draft) -> Result<()>;
    fn reject(&mut self, reject: Reject) -> Result<()>;
}

/// The formats tamis reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Txt,
    Jsonl,
    Csv,
    Tsv,
    Parquet,
    /// A folder with `metadata.jsonl` or `metadata.csv`.
    ImageFolder,
    /// A folder of images with a `.txt` caption beside each.
    Captions,
}

/// How to read a source; everything is optional.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub format: Option<Format>,
    pub text_column: Option<String>,
    pub file_column: Option<String>,
    /// Folder that file names are relative to.
    pub image_root: Option<PathBuf>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadReport {
    pub counts: Counts,
    /// SHA-256 of the bytes as they lie in the file, lower-case hex.
    pub digest: String,
    pub format: Format,
    /// The column the text came from, where there are columns.
    pub text_column: Option<String>,
    pub file_column: Option<String>,
}

/// Reads `path` (`-` is standard input) and pushes every record and reject into `sink`, in order of lines.
pub fn read(_path: &Path, _options: &Options, _sink: &mut dyn Sink, _progress: &Progress) -> Result<ReadReport> {
    todo!()
}
