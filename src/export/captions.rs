//! Caption files: one beside each image, a line for each of its captions.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::disk::{Digest, Hashing, create_new, sync_files};
use super::images::open_no_follow;
use super::manifest::FileEntry;
use super::rows::text_line;
use crate::error::{Error, Result};

/// The caption files of an export while they are written.
#[derive(Default)]
pub struct Captions {
    files: Vec<FileEntry>,
    /// By digest of the path, which file it is.
    at: FxHashMap<u128, usize>,
    /// Digests of the files that got a second line.
    running: FxHashMap<usize, Hashing>,
}

impl Captions {
    /// Puts the text into the caption file at `path` below `root`, after what earlier records put there. Its folder is there.
    pub fn add(&mut self, root: &Path, path: &str, text: &str) -> Result<()> {
        let place = root.join(path);
        let key = xxh3_128(path.as_bytes());
        match self.at.get(&key).copied() {
            Some(at) => self.append(at, &place, text),
            None => {
                let entry = first(&place, path, text)?;
                self.at.insert(key, self.files.len());
                self.files.push(entry);
                Ok(())
            }
        }
    }

    fn append(&mut self, at: usize, place: &Path, text: &str) -> Result<()> {
        let hashing = match self.running.entry(at) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let mut hashing = Hashing::default();
                let there = open_no_follow(place)?;
                std::io::copy(&mut { there }, &mut hashing).map_err(|e| Error::file(place, e))?;
                entry.insert(hashing)
            }
        };
        let mut line = Vec::new();
        text_line(&mut line, text, false);
        let file = OpenOptions::new().append(true).open(place);
        file.and_then(|mut file| file.write_all(&line)).map_err(|e| Error::file(place, e))?;
        hashing.write_all(&line)?;
        let entry = &mut self.files[at];
        entry.records = entry.records.map(|records| records + 1);
        Digest { bytes: entry.bytes, sha256: entry.sha256 } = hashing.clone().digest();
        Ok(())
    }

    /// Everything is on the disk when this returns.
    pub fn finish(self, root: &Path) -> Result<Vec<FileEntry>> {
        if !self.files.is_empty() {
            sync_files(root, self.files.iter().map(|file| file.path.as_str()))?;
        }
        Ok(self.files)
    }
}

/// A new caption file with its first line.
fn first(place: &Path, path: &str, text: &str) -> Result<FileEntry> {
    let mut line = Vec::new();
    text_line(&mut line, text, true);
    create_new(place)?.write_all(&line).map_err(|e| Error::file(place, e))?;
    let mut hashing = Hashing::default();
    hashing.write_all(&line)?;
    let Digest { bytes, sha256 } = hashing.digest();
    Ok(FileEntry { path: path.to_owned(), bytes, records: Some(1), sha256 })
}
