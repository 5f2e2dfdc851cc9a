//! What the caller knows about how an export came to be; it goes into the manifest and onto the data card.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Holds no time and no path of the machine, so that the same records and recipe give the same bytes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Provenance {
    /// The equivalent command.
    pub created_by: String,
    /// Counts on the way here: read, accepted, blank, rejected, dropped per cause.
    pub counts: BTreeMap<String, Value>,
    /// Pipeline with digest, lens, threshold, policy, shares, seed.
    pub recipe: Value,
    /// The snapshot that was exported; `None` for the state of the moment.
    pub content: Option<Content>,
    /// What became of the records of each source, from reading to here.
    pub lineage: Option<Section>,
    /// What was tested between the splits, and the highest similarity that remains.
    pub certificate: Option<Section>,
    /// The checks that were made before.
    pub checks: Vec<Checked>,
    /// Names of the checks that were blocked, and that the curator overrode.
    pub overridden: Vec<String>,
}

/// Something that the manifest holds as data and the card as words.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    pub value: Value,
    /// Markdown without a heading of its own; text from data in it is escaped already.
    pub markdown: String,
}

/// What was exported, by name and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub snapshot: String,
    /// SHA-256 over the ground state that the snapshot froze; lower-case hex.
    pub digest: String,
}

/// A check that was made before an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    pub name: String,
    /// `ready`, `attention` or `blocked`.
    pub verdict: String,
    pub detail: String,
}
