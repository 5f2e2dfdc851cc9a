//! Sources: a parser per format pushes [`Draft`]s into a [`Sink`]. No database, no terminal; memory does not grow with the file.
//!
//! ```text
//! file ─ input (hash, gz/zst, cancel) ─ lines (1 MiB a line) ─ txt │ jsonl │ table ─┐
//! file ─ parquet (pages under caps) ────────────────────────────────────────────────┼─ outlet (blank, NUL, names, counts) ─ Sink
//! folder ─ folder (metadata file, or captions beside images) ───────────────────────┘
//! ```
//!
//! Every record passes the one [`outlet`](self), so that the promises of all formats are kept in one place:
//! `read = accepted + blank + rejected`, and a record whose text is empty or only white space is blank, in every format.
//! A fault of a record rejects that record; a fault of the file (binary, truncated archive, no header, unclear columns) is an
//! [`Error`](crate::error::Error) and the import as a whole does not happen.

mod columns;
mod copy;
mod folder;
mod format;
mod input;
mod json;
mod jsonl;
mod lines;
mod magic;
mod names;
mod outlet;
mod parquet;
mod peek;
mod table;
mod txt;

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::model::{Counts, Draft, Reject};
use crate::progress::Progress;

pub use columns::Choice;
pub use copy::copy;
pub use format::Format;
pub use magic::is_image;
pub use parquet::guarded;
pub use parquet::pairs::{PairRow, PairsFile};
pub use peek::{Peek, peek};

use input::Input;
use lines::Lines;
use outlet::Outlet;

/// Bytes a record may have: a line, a row of a table, a caption.
pub const RECORD_LIMIT: usize = crate::model::MAX_TEXT;

/// Where parsed records go.
pub trait Sink {
    fn record(&mut self, draft: Draft) -> Result<()>;
    fn reject(&mut self, reject: Reject) -> Result<()>;
}

/// How to read a source; everything is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    pub format: Option<Format>,
    pub text_column: Option<String>,
    /// An empty name says that no column names files (the usual ones then stay among the fields).
    pub file_column: Option<String>,
    /// Folder that file names are relative to.
    pub image_root: Option<PathBuf>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadReport {
    pub counts: Counts,
    /// SHA-256 of the bytes as they lie in the file, lower-case hex.
    ///
    /// Of a folder with a metadata file: of that file. Of captions: of each caption in order, as its image's path, NUL, the caption's
    /// length in decimal, NUL, the caption's bytes.
    pub digest: String,
    pub format: Format,
    /// The column the text came from, where there are columns.
    pub text_column: Option<String>,
    pub file_column: Option<String>,
    /// Columns that were left out because their type has no place in a record (parquet: nested, binary, dates and decimals).
    pub skipped: Vec<String>,
}

/// Reads `path` (`-` is standard input) and pushes every record and reject into `sink`, in order of lines.
///
/// Fails with `Usage` when the format or the columns are not clear, with `Refused` when the file is not what it should be, and with
/// whatever the sink fails with; the sink may have had records by then, so the caller commits only after `Ok`.
pub fn read(path: &Path, options: &Options, sink: &mut dyn Sink, progress: &Progress) -> Result<ReadReport> {
    let mut out = Outlet::new(sink, options.image_root.as_deref());
    let (format, digest) = run(path, options, &mut out, progress)?;
    let (counts, layout) = out.finish();
    Ok(ReadReport {
        counts,
        digest,
        format,
        text_column: layout.text.chosen(),
        file_column: layout.file.chosen(),
        skipped: layout.skipped,
    })
}

/// Finds the format, reads everything into `out`, and returns the format and the digest of the bytes.
fn run(path: &Path, options: &Options, out: &mut Outlet<'_>, progress: &Progress) -> Result<(Format, String)> {
    if input::is_stdin(path) {
        let input = Input::new(Box::new(std::io::stdin()), 0, progress)?;
        return run_stream(input, options.format, options, out);
    }
    let format = match options.format {
        Some(format) => format,
        None => Format::detect(path)?,
    };
    let digest = match format {
        Format::Parquet => parquet::read(path, options, out, progress)?,
        Format::ImageFolder => folder::read_metadata(path, options, out, progress)?,
        Format::Captions => folder::read_captions(path, out, progress)?,
        _ => return run_stream(Input::open(path, progress)?, Some(format), options, out),
    };
    Ok((format, digest))
}

/// Reads one of the formats made of lines.
fn run_stream(input: Input, format: Option<Format>, options: &Options, out: &mut Outlet<'_>) -> Result<(Format, String)> {
    let format = format.unwrap_or_else(|| format::sniff(input.prefix()));
    format::check_magic(input.prefix(), format)?;
    let lines = Lines::new(input);
    let lines = match format {
        Format::Txt => txt::read(lines, out)?,
        Format::Jsonl => jsonl::read(lines, options, out)?,
        Format::Csv => table::read(lines, b',', options, out)?,
        Format::Tsv => table::read(lines, b'\t', options, out)?,
        Format::Parquet | Format::ImageFolder | Format::Captions => return Err(format::not_a_stream(format)),
    };
    Ok((format, lines.finish()?))
}
