//! A file that records came from.

use serde::Serialize;

use super::{Counts, SourceId};

/// A source as the workspace keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    pub id: SourceId,
    /// Unique among the active sources; the curator's word for it.
    pub name: String,
    /// Where it was read from, as given.
    pub path: String,
    /// A word of `sources::Format`.
    pub format: String,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub digest: String,
    #[serde(flatten)]
    pub counts: Counts,
    /// Folder that `file_name`s are relative to.
    pub image_root: Option<String>,
    /// Put before each file name on export, so that names of two sources never collide.
    pub prefix: Option<String>,
    /// The split that the source declares for its records.
    pub split: Option<String>,
    /// A protected source never loses a record to another one.
    pub protected: bool,
    /// `false` once the import was undone.
    pub active: bool,
}
