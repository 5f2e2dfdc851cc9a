//! The manifest: the file beside an export that says how it came to be and what belongs to it.
//!
//! It holds no time and no path of the machine, and its lists are sorted, so that the same input and recipe give the same bytes.

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::disk::{Digested, create_new, hex};
use super::images::open_no_follow;
use super::names::MANIFEST;
use super::provenance::{Checked, Content};
use crate::error::{Error, Result};

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of tamis that wrote it.
    pub tamis: String,
    /// A word of [`Layout`](super::Layout).
    pub layout: String,
    pub created_by: String,
    /// The snapshot that was exported; absent for the state of a moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    pub counts: Counts,
    pub recipe: Value,
    /// What became of the records of each source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lineage: Option<Value>,
    /// What was tested between the splits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Value>,
    /// The checks that were made before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Checked>,
    /// The blocked ones among them that the curator overrode.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overridden: Vec<String>,
    /// Every file but the manifest itself, sorted by path.
    pub files: Vec<FileEntry>,
}

/// How many records, and how many were left behind on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Records in all.
    pub total: u64,
    /// Records per split.
    pub splits: BTreeMap<String, u64>,
    #[serde(flatten)]
    pub on_the_way: BTreeMap<String, Value>,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Relative to the manifest, `/` between the parts.
    pub path: String,
    pub bytes: u64,
    /// Records of a data file; absent for an image, the card and the like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// Lower-case hex.
    pub sha256: String,
}

impl Manifest {
    /// The bytes of `manifest.json`.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|e| Error::io("writing JSON failed").caused_by(e))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// SHA-256 of `manifest.json`, and through the digests in it of the whole export; lower-case hex.
    pub fn digest(&self) -> Result<String> {
        use sha2::Digest;
        Ok(hex(&sha2::Sha256::digest(self.to_bytes()?)))
    }

    /// Reads the manifest of an export.
    pub fn load(folder: &Path) -> Result<Manifest> {
        let path = folder.join(MANIFEST);
        let not_ours = || Error::refused(format!("{}: is not the manifest of a tamis export", path.display()));
        serde_json::from_reader(BufReader::new(open_no_follow(&path)?)).map_err(|e| not_ours().caused_by(e))
    }

    /// Whether this is the manifest of an export by any tamis, as far as one can tell.
    pub fn is_of_tamis(file: impl Read) -> bool {
        #[derive(Deserialize)]
        struct Head {
            #[serde(rename = "tamis")]
            _tamis: String,
        }
        serde_json::from_reader::<_, Head>(BufReader::new(file)).is_ok()
    }

    /// It is there whole or not at all.
    pub(super) fn save(&self, folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST);
        let unfinished = folder.join(".manifest.json");
        let mut file = Digested::new(create_new(&unfinished)?);
        file.write_all(&self.to_bytes()?).and_then(|()| file.finish()).map_err(|e| Error::file(&unfinished, e))?;
        std::fs::rename(&unfinished, &path).map_err(|e| Error::file(&path, e))
    }
}
