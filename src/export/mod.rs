//! Export: writers per layout, the manifest, and a folder that is complete or absent.
//!
//! [`Plan::new`] reads all records once and says exactly what would be written, or why it cannot be. [`write()`] reads them again, writes a
//! temporary folder beside the target, reads it back, and renames it into place; [`write_stream`] writes one stream for a pipe;
//! [`verify()`] checks a folder against its manifest, any time later. Records stream through: what stays in memory is the list of files,
//! so about 200 bytes for each *image*, and nothing for a record. [`PairsWriter`] writes something else: scored pairs of records.
//!
//! **Names of columns.** A line holds `file_name` (if any), `text`, every imported field in its order, then what `with` asks for. An
//! imported field never takes the name of one of ours: it becomes `field_text`, and `field_field_text` if that is taken as well.

mod disk;
mod fields;
mod images;
pub mod manifest;
mod names;
mod pairs;
pub mod plan;
mod rows;
mod staging;
pub mod verify;
pub mod write;

use std::path::PathBuf;
use std::str::FromStr;

pub use fields::Extra;
pub use manifest::{Counts, FileEntry, Manifest, Provenance};
pub use pairs::PairsWriter;
pub use plan::{Plan, PlannedFile};
pub use staging::require_target;
pub use verify::{Problem, VerifyReport, verify};
pub use write::{require_records, write, write_stream};

use crate::model::RecordId;

/// How an export is laid out on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A folder per split with `metadata.jsonl` and the images beside it.
    ImageFolder,
    /// `<split>.jsonl`, one object a line.
    Jsonl,
    /// `<split>.txt`, one text a line.
    Txt,
    /// `<split>.csv`, RFC 4180 with a header.
    Csv,
}

impl Layout {
    pub const ALL: [Layout; 4] = [Layout::ImageFolder, Layout::Jsonl, Layout::Txt, Layout::Csv];

    pub fn word(self) -> &'static str {
        match self {
            Layout::ImageFolder => "imagefolder",
            Layout::Jsonl => "jsonl",
            Layout::Txt => "txt",
            Layout::Csv => "csv",
        }
    }
}

impl FromStr for Layout {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Layout::ALL.into_iter().find(|l| l.word() == word).ok_or(())
    }
}

/// How the images of an [`Layout::ImageFolder`] get there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Images {
    /// A hard link; a copy where the file system does not give one.
    #[default]
    Link,
    Copy,
    /// Not at all: only `metadata.jsonl`.
    None,
}

impl Images {
    pub const ALL: [Images; 3] = [Images::Link, Images::Copy, Images::None];

    pub fn word(self) -> &'static str {
        match self {
            Images::Link => "link",
            Images::Copy => "copy",
            Images::None => "none",
        }
    }
}

impl FromStr for Images {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Images::ALL.into_iter().find(|i| i.word() == word).ok_or(())
    }
}

/// What to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub layout: Layout,
    pub images: Images,
    /// Words of [`Extra`] to add to each line. The name of an imported field is fine and changes nothing: all of them are written.
    pub with: Vec<String>,
}

impl Options {
    pub fn new(layout: Layout) -> Self {
        Options { layout, images: Images::default(), with: Vec::new() }
    }

    /// Whether image files are part of the export.
    fn places_images(&self) -> bool {
        self.layout == Layout::ImageFolder && self.images != Images::None
    }
}

/// A record on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRecord {
    pub id: RecordId,
    /// Name of its source.
    pub source: String,
    /// 1-based line in the source.
    pub line: u64,
    pub split: Option<String>,
    /// The effective text.
    pub text: String,
    /// As imported.
    pub raw_text: String,
    /// Already with the source's prefix; `/` between the parts.
    pub file_name: Option<String>,
    /// Where the image lies: absolute, and without a symlink on the way (so with a canonical image root).
    pub image: Option<PathBuf>,
    /// The imported fields as one JSON object text.
    pub fields: Option<String>,
}
