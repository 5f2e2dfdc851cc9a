//! Embeddings on disk: derived, kept by the digest of their text, so that a text is embedded once per model, whichever workspace it
//! stands in.
//!
//! A flat file, because all there is to do is to read much of it and to add at its end: a header of 32 bytes, then one slot per
//! text: 16 bytes of digest, the numbers as little-endian `f32`, 8 bytes of check. A slot that was torn by a crash fails its check
//! and counts as absent; a torn end is cut off before the next slots are added. Who adds holds a lock on the file.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use rustix::fs::{FlockOperation, flock};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};
use crate::progress::Progress;

const MAGIC: &[u8; 8] = b"tamisvec";
const VERSION: u32 = 1;
const HEADER: u64 = 32;
const DIGEST: usize = 16;
const CHECK: usize = 8;
/// Slots read at once.
const BATCH: usize = 4096;

/// One file of embeddings, of one model in one precision.
#[derive(Debug)]
pub struct VectorFile {
    path: PathBuf,
    file: File,
    dims: usize,
}

impl VectorFile {
    /// Opens it, or begins it, in `folder`; `id` names the model and the precision.
    pub fn open(folder: &Path, id: &str, dims: usize) -> Result<VectorFile> {
        std::fs::create_dir_all(folder).map_err(|e| Error::file(folder, e))?;
        let path = folder.join(format!("{id}.vectors"));
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = VectorFile { file: opened.map_err(|e| Error::file(&path, e))?, path, dims };
        file.begin()?;
        Ok(file)
    }

    /// Writes the header of a new file, checks that of an old one; what is no file of ours is begun anew.
    fn begin(&mut self) -> Result<()> {
        let _lock = self.lock()?;
        let header = header(self.dims);
        let mut found = [0; HEADER as usize];
        let is_ours = self.read_at(0, &mut found).is_ok() && found == header;
        if !is_ours {
            let failed = |e| Error::file(&self.path, e);
            self.file.set_len(0).map_err(failed)?;
            (&self.file).seek(SeekFrom::Start(0)).map_err(failed)?;
            (&self.file).write_all(&header).map_err(failed)?;
        }
        Ok(())
    }

    /// Copies the embeddings of `wanted` texts (each once) to their places in `rows` (`wanted.len() × dims`); the places without one.
    pub fn load(&self, wanted: &[u128], rows: &mut [f32], progress: &Progress) -> Result<Vec<u32>> {
        let mut places: FxHashMap<u128, u32> = wanted.iter().copied().zip(0..).collect();
        let slot = self.slot();
        let count = self.slots()?;
        progress.stage("reading embeddings", "texts", wanted.len() as u64)?;
        let mut bytes = vec![0; slot * BATCH.min(count.max(1))];
        let mut next = 0;
        while next < count && !places.is_empty() {
            let batch = BATCH.min(count - next);
            let bytes = &mut bytes[..batch * slot];
            self.read_at(HEADER + (next * slot) as u64, bytes).map_err(|e| Error::file(&self.path, e))?;
            let mut found = 0;
            for slot in bytes.chunks_exact(slot) {
                let (digest, vector) = (digest_in(slot), &slot[DIGEST..slot.len() - CHECK]);
                if let Some(&place) = places.get(&digest)
                    && is_whole(slot)
                {
                    let row = &mut rows[place as usize * self.dims..][..self.dims];
                    row.iter_mut().zip(vector.as_chunks::<4>().0).for_each(|(to, from)| *to = f32::from_le_bytes(*from));
                    places.remove(&digest);
                    found += 1;
                }
            }
            next += batch;
            progress.add(found)?;
        }
        let mut missing: Vec<u32> = places.into_values().collect();
        missing.sort_unstable();
        Ok(missing)
    }

    /// Adds embeddings: `rows` holds one of `dims` numbers for each digest. On disk when it returns, as far as a process can tell.
    pub fn append(&self, digests: &[u128], rows: &[f32]) -> Result<()> {
        let failed = |e| Error::file(&self.path, e).hint("free some space; embeddings that were stored are kept");
        let _lock = self.lock()?;
        let end = HEADER + (self.slots()? * self.slot()) as u64;
        self.file.set_len(end).map_err(failed)?;
        let mut bytes = Vec::with_capacity(digests.len() * self.slot());
        for (digest, row) in digests.iter().zip(rows.chunks_exact(self.dims)) {
            let start = bytes.len();
            bytes.extend_from_slice(&digest.to_le_bytes());
            row.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
            bytes.extend_from_slice(&xxh3_64(&bytes[start..]).to_le_bytes());
        }
        (&self.file).seek(SeekFrom::Start(end)).map_err(failed)?;
        (&self.file).write_all(&bytes).map_err(failed)
    }

    fn slot(&self) -> usize {
        DIGEST + self.dims * 4 + CHECK
    }

    /// Whole slots in the file.
    fn slots(&self) -> Result<usize> {
        let length = self.file.metadata().map_err(|e| Error::file(&self.path, e))?.len();
        Ok(length.saturating_sub(HEADER) as usize / self.slot())
    }

    fn read_at(&self, offset: u64, bytes: &mut [u8]) -> std::io::Result<()> {
        (&self.file).seek(SeekFrom::Start(offset))?;
        (&self.file).read_exact(bytes)
    }

    fn lock(&self) -> Result<Locked<'_>> {
        flock(&self.file, FlockOperation::LockExclusive).map_err(|e| Error::file(&self.path, e.into()))?;
        Ok(Locked(&self.file))
    }
}

struct Locked<'a>(&'a File);

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let _ = flock(self.0, FlockOperation::Unlock);
    }
}

fn header(dims: usize) -> [u8; HEADER as usize] {
    let mut header = [0; HEADER as usize];
    header[..8].copy_from_slice(MAGIC);
    header[8..12].copy_from_slice(&VERSION.to_le_bytes());
    header[12..16].copy_from_slice(&(dims as u32).to_le_bytes());
    header
}

fn digest_in(slot: &[u8]) -> u128 {
    slot.first_chunk::<DIGEST>().map_or(0, |bytes| u128::from_le_bytes(*bytes))
}

fn is_whole(slot: &[u8]) -> bool {
    slot.split_last_chunk::<CHECK>().is_some_and(|(rest, check)| xxh3_64(rest) == u64::from_le_bytes(*check))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &VectorFile, wanted: &[u128]) -> (Vec<f32>, Vec<u32>) {
        let mut rows = vec![0.0; wanted.len() * file.dims];
        let missing = file.load(wanted, &mut rows, &Progress::none()).expect("rows");
        (rows, missing)
    }

    #[test]
    fn what_was_added_comes_back_in_the_order_it_is_wanted() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = VectorFile::open(folder.path(), "m", 2).expect("a file");
        file.append(&[7, u128::MAX], &[0.5, -1.0, 2.0, f32::MIN_POSITIVE]).expect("added");
        drop(file);
        let file = VectorFile::open(folder.path(), "m", 2).expect("the file again");
        file.append(&[9], &[3.0, 4.0]).expect("added");
        let (rows, missing) = load(&file, &[9, 8, u128::MAX, 7]);
        assert_eq!(missing, [1]);
        assert_eq!((&rows[..2], &rows[4..]), (&[3.0, 4.0][..], &[2.0, f32::MIN_POSITIVE, 0.5, -1.0][..]));
    }

    #[test]
    fn a_torn_end_and_a_torn_slot_count_as_absent() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = VectorFile::open(folder.path(), "m", 1).expect("a file");
        file.append(&[1, 2, 3], &[1.0, 2.0, 3.0]).expect("added");
        let path = folder.path().join("m.vectors");
        let mut bytes = std::fs::read(&path).expect("bytes");
        let slot = file.slot();
        bytes[HEADER as usize + slot + DIGEST] ^= 1;
        bytes.truncate(bytes.len() - 5);
        std::fs::write(&path, &bytes).expect("written");
        let file = VectorFile::open(folder.path(), "m", 1).expect("the file again");
        assert_eq!(load(&file, &[1, 2, 3]).1, [1, 2]);
        file.append(&[3], &[3.5]).expect("added");
        assert_eq!(load(&file, &[1, 3]), (vec![1.0, 3.5], vec![]));
    }

    #[test]
    fn a_file_of_other_dimensions_or_of_something_else_is_begun_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("m.vectors"), "something else, and more than a header of it is").expect("written");
        let file = VectorFile::open(folder.path(), "m", 2).expect("a file");
        assert_eq!(load(&file, &[1]).1, [0]);
        file.append(&[1], &[1.0, 2.0]).expect("added");
        assert_eq!(load(&VectorFile::open(folder.path(), "m", 3).expect("a file"), &[1]).1, [0]);
    }
}
