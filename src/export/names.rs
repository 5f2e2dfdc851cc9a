//! Names that come from data and become paths: what they may be, and who has which.

use std::path::Path;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::{ExportRecord, Layout};
use crate::error::{Error, Result};
use crate::model::RecordId;

/// The split of the records that have none, where others have one.
pub const UNASSIGNED: &str = "unassigned";
pub const MANIFEST: &str = "manifest.json";
const METADATA: &str = "metadata.jsonl";

/// The data file of a split; `None` when there are no splits at all. Relative to the target.
pub fn data_file(layout: Layout, split: Option<&str>) -> String {
    match (layout, split) {
        (Layout::ImageFolder, Some(split)) => format!("{split}/{METADATA}"),
        (Layout::ImageFolder, None) => METADATA.to_owned(),
        (layout, split) => format!("{}.{}", split.unwrap_or("data"), layout.word()),
    }
}

/// Letters, digits, `_`, `-` and `.`, but not a leading `.`: good as a file name everywhere.
pub fn check_split(split: &str) -> Result<()> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if !split.is_empty() && !split.starts_with('.') && split.bytes().all(plain) {
        return Ok(());
    }
    Err(Error::refused(format!("split `{split}` cannot be the name of a file"))
        .hint("assign the records to splits named with letters, digits, `_` and `-`"))
}

/// The path with `.` and empty parts left out; why not, where it could lead out of a folder.
pub fn plain_path(name: &str) -> Result<String, &'static str> {
    if name.contains('\0') {
        return Err("holds U+0000");
    }
    if name.starts_with('/') {
        return Err("is an absolute path");
    }
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err("leads out with `..`");
    }
    if parts.is_empty() || name.ends_with('/') {
        return Err("names no file");
    }
    Ok(parts.join("/"))
}

/// The image's place beside `metadata.jsonl`.
pub fn image_path(record: &ExportRecord, name: &str) -> Result<String> {
    let refuse = |why: &str| Err(Error::refused(format!("record {}: file name `{name}` {why}", record.id)));
    match plain_path(name) {
        Err(why) => refuse(why),
        Ok(path) if [MANIFEST, METADATA].contains(&path.to_ascii_lowercase().as_str()) => {
            refuse("is the name of one of the export's own files")
        }
        Ok(path) => Ok(path),
    }
}

/// Who has which file name: digests only, so that a million names are 40 MB.
#[derive(Debug, Default)]
pub struct Claims(FxHashMap<u128, (u64, RecordId)>);

impl Claims {
    /// `true` for a new name, `false` where an earlier record named the same image by it, as several captions of one image do.
    pub fn claim(&mut self, path: &str, image: &Path, record: &ExportRecord) -> Result<bool> {
        let image_digest = xxh3_64(image.as_os_str().as_encoded_bytes());
        let (owner, first) = *self.0.entry(xxh3_128(path.as_bytes())).or_insert((image_digest, record.id));
        if owner != image_digest {
            let message = format!(
                "records {first} and {} are both to be written as `{path}`, but are different images (the second is {})",
                record.id,
                image.display()
            );
            return Err(Error::refused(message).hint("give one of the sources a prefix: tamis import … --prefix NAME"));
        }
        Ok(first == record.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_inside() {
        assert_eq!(plain_path("a/./b//c.png").as_deref(), Ok("a/b/c.png"));
        for bad in ["", ".", "/a", "../a", "a/../b", "a/..", "a\0b", "a/", "./"] {
            assert!(plain_path(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_split_is_a_plain_word() {
        assert!(check_split("train-2.0").is_ok());
        for bad in ["", ".", "..", ".hidden", "a/b", "a b", "a\0", "é"] {
            assert!(check_split(bad).is_err(), "{bad:?}");
        }
    }
}
