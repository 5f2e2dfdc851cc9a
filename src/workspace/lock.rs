//! One writer at a time: a lock on a file beside the workspace, which names its holder.
//!
//! Never a lock on the workspace file itself: closing any descriptor of it would drop SQLite's own locks.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Held as long as the value lives; the operating system frees it when the process dies, however it dies.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    file: File,
}

/// Who holds a lock, as they wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(String);

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name longer than this was not written by tamis.
const NAME_CAP: u64 = 300;

/// What every lock file begins with.
const MARK: &str = "tamis, process ";

impl Lock {
    /// Takes the lock of a workspace, or says who has it.
    pub fn take(workspace: &Path) -> Result<std::result::Result<Lock, Holder>> {
        let mut name = workspace.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        loop {
            let mut file = open(&path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(Err(read_holder(&mut file))),
                Err(TryLockError::Error(e)) => return Err(Error::file(&path, e)),
            }
            // A holder removes the file when it goes; a lock on a removed file would exclude nobody.
            if is_at(&file, &path) {
                refuse_foreign(&mut file, &path)?;
                write_holder(&mut file).map_err(|e| Error::file(&path, e))?;
                return Ok(Ok(Lock { path, file }));
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still locked, so that whoever opened it meanwhile sees that it is gone.
        let _ = std::fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

/// Never through a symlink: it would lead to a file that is nobody's lock.
fn open(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32);
    options.open(path).map_err(|e| {
        Error::file(path, e)
            .hint("tamis keeps a lock file beside the workspace; check what is there, and the folder's permissions")
    })
}

/// A file of somebody else that happens to have the name stays as it is.
fn refuse_foreign(file: &mut File, path: &Path) -> Result<()> {
    let mut begin = Vec::new();
    file.seek(SeekFrom::Start(0))
        .and_then(|_| file.take(MARK.len() as u64).read_to_end(&mut begin))
        .map_err(|e| Error::file(path, e))?;
    // A tamis that died while it wrote its name left the beginning of one.
    if MARK.as_bytes().starts_with(&begin) {
        return Ok(());
    }
    Err(Error::refused(format!("{} is not a lock of tamis", path.display()))
        .hint("tamis keeps its lock file there; move this one away or rename the workspace"))
}

fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(ours), Ok(there)) => ours.dev() == there.dev() && ours.ino() == there.ino(),
        _ => false,
    }
}

fn read_holder(file: &mut File) -> Holder {
    let mut name = String::new();
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(NAME_CAP).read_to_string(&mut name));
    match read {
        Ok(n) if n > 0 => Holder(name.trim().to_owned()),
        _ => Holder("another tamis".to_owned()),
    }
}

fn write_holder(file: &mut File) -> std::io::Result<()> {
    let host = rustix::system::uname();
    let now = jiff::Timestamp::now();
    let name = format!("{MARK}{} on {}, since {:.0}", std::process::id(), host.nodename().to_string_lossy(), now);
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(name.as_bytes())?;
    file.sync_data()
}
