//! Export: writers per layout, the manifest, and a folder that is complete or absent.
//!
//! ```text
//! records ─ Plan (one pass: what will be written, or why it cannot be) ─┐
//! records ──────────────────────────────────────────────────────────────┴─ write: a hidden folder ─ read back ─ rename
//! ```
//!
//! [`Plan::new`] reads all records once and says exactly what would be written, or why it cannot be. [`write()`] reads them again, writes a
//! temporary folder beside the target, reads it back, and renames it into place; [`write_stream`] writes one stream for a pipe;
//! [`verify()`] checks a folder against its manifest, any time later. Records stream through: what stays in memory is the list of files,
//! so about 200 bytes for each *image* or caption file, and nothing for a record; a parquet table holds a row group of at most 16 MiB.
//! [`PairsWriter`] writes something else: scored pairs of records.
//!
//! **Names of columns.** A line holds `file_name` (if any), `text`, the chosen imported fields in their order, then what `with` asks for.
//! An imported field never takes the name of one of ours: it becomes `field_text`, and `field_field_text` if that is taken as well.
//!
//! **What a killed export leaves.** The target is as it was, or the new export; beside it may stay a hidden `.NAME.tamis-PID-N`. The next
//! export to the same target removes it where nobody can need it any more (see `leftovers`).

mod about;
mod captions;
mod card;
mod claims;
mod disk;
mod fields;
mod folder;
mod images;
mod kaggle;
mod layout;
mod leftovers;
pub mod manifest;
mod names;
mod pairs;
pub mod plan;
mod provenance;
mod readback;
mod rows;
mod staging;
mod survey;
mod table;
pub mod verify;
pub mod write;
mod yaml;

use std::path::PathBuf;

pub use about::About;
pub use fields::{Extra, FieldChoice};
pub use layout::{Images, Layout};
pub use manifest::{Counts, FileEntry, Manifest};
pub use names::{MANIFEST, place_of, plain_path};
pub use pairs::PairsWriter;
pub use plan::{Plan, PlannedFile};
pub use provenance::{Checked, Content, Provenance, Section};
pub use staging::require_target;
pub use verify::{Problem, VerifyReport, verify};
pub use write::{require_records, write, write_stream};

use crate::model::RecordId;

/// What to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub layout: Layout,
    pub images: Images,
    /// Words of [`Extra`] to add to each record, and names of imported fields that are written even where `fields` leaves them out.
    pub with: Vec<String>,
    /// Which of the imported fields are written.
    pub fields: FieldChoice,
    pub about: About,
}

impl Options {
    pub fn new(layout: Layout) -> Self {
        Options { layout, images: Images::default(), with: Vec::new(), fields: FieldChoice::default(), about: About::default() }
    }

    /// Whether image files are part of the export.
    pub fn places_images(&self) -> bool {
        self.layout.holds_images() && self.images != Images::None
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
