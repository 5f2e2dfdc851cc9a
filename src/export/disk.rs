//! Bytes on disk: written once, counted and digested on the way, and synced.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// How many bytes, and their SHA-256 in lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    pub bytes: u64,
    pub sha256: String,
}

impl Digest {
    /// Reads to the end.
    pub fn of(from: &mut impl Read) -> io::Result<Digest> {
        let mut sink = Hashing::default();
        io::copy(from, &mut sink)?;
        Ok(sink.digest())
    }
}

#[derive(Default)]
struct Hashing {
    bytes: u64,
    sha256: Sha256,
}

impl Hashing {
    fn digest(self) -> Digest {
        Digest { bytes: self.bytes, sha256: hex(&self.sha256.finalize()) }
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len() as u64;
        self.sha256.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A new file and the digest of what went into it.
pub struct Digested {
    file: BufWriter<File>,
    hashing: Hashing,
}

impl Digested {
    pub fn new(file: File) -> Self {
        Digested { file: BufWriter::with_capacity(1 << 17, file), hashing: Hashing::default() }
    }

    /// Everything is on the disk when this returns.
    pub fn finish(mut self) -> io::Result<Digest> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(self.hashing.digest())
    }
}

impl Write for Digested {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hashing.write(&bytes[..n])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A new file for writing; an existing one, a symlink included, is an error.
pub fn create_new(path: &Path) -> Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path).map_err(|e| Error::file(path, e))
}

/// Makes a folder's list of names durable.
pub fn sync_folder(path: &Path) -> Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|e| Error::file(path, e))
}

pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect()
}
