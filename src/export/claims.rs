//! Who has which file of an export: two records that would write one file in two ways are refused, both by name.

use std::path::Path;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::ExportRecord;
use crate::error::{Error, Result};
use crate::model::RecordId;

/// Digests only, so that a million names are 40 MB.
#[derive(Debug, Default)]
pub struct Claims(FxHashMap<u128, (u64, RecordId)>);

impl Claims {
    /// `true` for a new name, `false` where an earlier record named the same image by it, as several captions of one image do.
    pub fn image(&mut self, path: &str, image: &Path, record: &ExportRecord) -> Result<bool> {
        self.claim(path, image.as_os_str().as_encoded_bytes(), record.id).map_err(|first| {
            let message = format!(
                "records {first} and {} are both to be written as `{path}`, but are different images (the second is {})",
                record.id,
                image.display()
            );
            Error::refused(message)
                .hint("give one of the sources a prefix: tamis import … --prefix NAME, or export with --prefix-sources")
        })
    }

    /// `true` for the first caption of an image, `false` for a further one. `name` is the image's.
    pub fn caption(&mut self, path: &str, name: &str, record: &ExportRecord) -> Result<bool> {
        self.claim(path, name.as_bytes(), record.id).map_err(|first| {
            let message = format!(
                "records {first} and {} are both to be captioned in `{path}`, but name different images (the second is `{name}`)",
                record.id
            );
            Error::refused(message).hint("leave one of them out with --filter, or use --layout imagefolder")
        })
    }

    fn claim(&mut self, path: &str, owner: &[u8], record: RecordId) -> Result<bool, RecordId> {
        let owner = xxh3_64(owner);
        let mut is_new = false;
        let (first_owner, first) = *self.0.entry(xxh3_128(path.as_bytes())).or_insert_with(|| {
            is_new = true;
            (owner, record)
        });
        if first_owner == owner { Ok(is_new) } else { Err(first) }
    }
}
