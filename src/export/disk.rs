//! Bytes on disk: written once, counted and digested on the way, and synced.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::display::hex;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// How many bytes, and their SHA-256 in lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    pub bytes: u64,
    pub sha256: String,
}

/// Bytes on their way, counted and digested.
#[derive(Clone, Default)]
pub struct Hashing {
    bytes: u64,
    sha256: Sha256,
}

impl Hashing {
    pub fn digest(self) -> Digest {
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

/// A file that is read, and the digest of what came out of it. A cancel is an error of the reader.
pub struct Digesting<'a> {
    file: File,
    hashing: Hashing,
    progress: &'a Progress,
}

impl<'a> Digesting<'a> {
    pub fn new(file: File, progress: &'a Progress) -> Self {
        Digesting { file, hashing: Hashing::default(), progress }
    }

    /// Reads what is left.
    pub fn finish(mut self) -> io::Result<Digest> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.hashing.digest())
    }
}

impl Read for Digesting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.progress.add(n as u64).map_err(io::Error::other)?;
        self.hashing.write(&buffer[..n])
    }
}

/// So many files that it is quicker to make the whole file system durable, with all that others wrote to it.
#[cfg(target_os = "linux")]
const MANY: usize = 4096;

/// Makes files below `root` durable that were written without it.
pub fn sync_files<'a>(root: &Path, paths: impl ExactSizeIterator<Item = &'a str>) -> Result<()> {
    #[cfg(target_os = "linux")]
    if paths.len() > MANY {
        let folder = File::open(root).map_err(|e| Error::file(root, e))?;
        if rustix::fs::syncfs(&folder).is_ok() {
            return Ok(());
        }
    }
    for path in paths.map(|path| root.join(path)) {
        File::open(&path).and_then(|file| file.sync_all()).map_err(|e| Error::file(&path, e))?;
    }
    Ok(())
}

/// A new file for writing; an existing one, a symlink included, is an error.
pub fn create_new(path: &Path) -> Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path).map_err(|e| Error::file(path, e))
}

/// Makes a folder's list of names durable.
pub fn sync_folder(path: &Path) -> Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|e| Error::file(path, e))
}
