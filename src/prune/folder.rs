//! A folder by its handle. What it is asked for is a name inside of it or a path beneath it; no symbolic link is followed on the way.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

/// An open folder.
#[derive(Debug)]
pub struct Folder(OwnedFd);

/// What a file is known by: when one of these is another, it is another file or it was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    pub device: u64,
    pub inode: u64,
    /// Bytes.
    pub size: u64,
    /// Seconds since 1970 and nanoseconds.
    pub modified: (i64, u32),
}

/// What stands behind a name, itself and not what it may point to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub kind: Kind,
    pub identity: Identity,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    Link,
    Other,
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// Not blocking, so that a pipe in the place of a file cannot hold anybody up.
const FILE: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

impl Folder {
    /// Opens a folder by its path, which should have no links in it; the last part must not be one.
    pub fn open(path: &Path) -> io::Result<Folder> {
        Ok(Folder(rustix::fs::open(path, FOLDER, Mode::empty())?))
    }

    /// A folder in this one.
    pub fn folder(&self, name: &OsStr) -> io::Result<Folder> {
        Ok(Folder(rustix::fs::openat(&self.0, name, FOLDER, Mode::empty())?))
    }

    /// A folder anywhere beneath this one; the empty path is the folder itself.
    pub fn below(&self, path: &Path) -> io::Result<Folder> {
        self.walk(path, Folder::folder)
    }

    /// As [`Folder::below`], making what is not there.
    pub fn make_below(&self, path: &Path) -> io::Result<Folder> {
        self.walk(path, Folder::make)
    }

    fn walk(&self, path: &Path, step: impl Fn(&Folder, &OsStr) -> io::Result<Folder>) -> io::Result<Folder> {
        let mut here = Folder(self.0.try_clone()?);
        for part in parts(path)? {
            here = step(&here, part)?;
        }
        Ok(here)
    }

    /// A folder in this one, made where it is not there.
    pub fn make(&self, name: &OsStr) -> io::Result<Folder> {
        match self.make_new(name) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => self.folder(name),
        }
    }

    /// Makes a folder in this one; one that is there is an error.
    pub fn make_new(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::mkdirat(&self.0, name, Mode::from_raw_mode(0o777))?)
    }

    /// What stands behind a name.
    pub fn look(&self, name: &OsStr) -> io::Result<Found> {
        Ok(Found::of(&rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?))
    }

    /// What this folder itself is.
    pub fn found(&self) -> io::Result<Found> {
        Ok(Found::of(&rustix::fs::fstat(&self.0)?))
    }

    /// A file in this folder, for reading.
    pub fn file(&self, name: &OsStr) -> io::Result<File> {
        Ok(rustix::fs::openat(&self.0, name, FILE, Mode::empty())?.into())
    }

    /// A new file in this folder, for writing.
    pub fn new_file(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.0, name, flags, Mode::from_raw_mode(0o666))?.into())
    }

    /// Names in it, with what stands behind each; in no order.
    pub fn entries(&self) -> io::Result<Vec<(OsString, Kind)>> {
        let mut entries = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name == "." || name == ".." {
                continue;
            }
            let kind = match entry.file_type() {
                // Some file systems do not say it with the name.
                FileType::Unknown => self.look(name)?.kind,
                known => Kind::of(known),
            };
            entries.push((name.to_owned(), kind));
        }
        Ok(entries)
    }

    /// Gives `name` a new place in `to`. Fails with `AlreadyExists` where something stands there: nothing is ever overwritten.
    pub fn rename_new(&self, name: &OsStr, to: &Folder, new: &OsStr) -> io::Result<()> {
        match rename_exclusively(&self.0, name, &to.0, new) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => self.link_new(name, to, new),
            other => Ok(other?),
        }
    }

    /// The same where no rename refuses to overwrite: a second name, then without the first. A kill in between leaves both.
    fn link_new(&self, name: &OsStr, to: &Folder, new: &OsStr) -> io::Result<()> {
        rustix::fs::linkat(&self.0, name, &to.0, new, AtFlags::empty())?;
        self.remove(name)
    }

    /// Takes the name of a file away.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Removes an empty folder in this one.
    pub fn remove_folder(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }

    /// Its names are on the disk when this returns.
    pub fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::fsync(&self.0)?)
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_exclusively(from: impl AsFd, name: &OsStr, to: impl AsFd, new: &OsStr) -> rustix::io::Result<()> {
    rustix::fs::renameat_with(from, name, to, new, rustix::fs::RenameFlags::NOREPLACE)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_exclusively(_: impl AsFd, _: &OsStr, _: impl AsFd, _: &OsStr) -> rustix::io::Result<()> {
    Err(Errno::NOSYS)
}

/// The parts of a relative path that climbs nowhere.
fn parts(path: &Path) -> io::Result<impl Iterator<Item = &OsStr>> {
    let is_plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    let parts = path.components().map(Component::as_os_str);
    if is_plain { Ok(parts) } else { Err(io::Error::new(io::ErrorKind::InvalidInput, "the path leads out of its folder")) }
}

impl Found {
    // The types of these fields differ from system to system.
    #[allow(clippy::unnecessary_cast, reason = "other systems have other types")]
    fn of(stat: &Stat) -> Found {
        let identity = Identity {
            device: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            size: stat.st_size as u64,
            modified: (stat.st_mtime as i64, stat.st_mtime_nsec as u32),
        };
        Found { kind: Kind::of(FileType::from_raw_mode(stat.st_mode as _)), identity }
    }
}

impl Kind {
    fn of(kind: FileType) -> Kind {
        match kind {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            _ => Kind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_path_stays_beneath() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
        symlink(dir.path().join("a"), dir.path().join("link")).unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        assert!(folder.below(Path::new("a/b")).is_ok() && folder.below(Path::new("")).is_ok());
        for bad in ["..", "a/../..", "/", "/tmp", "link", "link/b", "c"] {
            assert!(folder.below(Path::new(bad)).is_err(), "{bad}");
        }
        assert!(folder.make_below(Path::new("link/c")).is_err());
        assert!(folder.make_below(Path::new("a/c/d")).is_ok());
    }

    #[test]
    fn a_rename_overwrites_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let [a, b, c] = ["a", "b", "c"].map(OsStr::new);
        for name in [a, b] {
            std::fs::write(dir.path().join(name), name.as_bytes()).unwrap();
        }
        for rename in [Folder::rename_new, Folder::link_new] {
            assert_eq!(rename(&folder, a, &folder, b).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            rename(&folder, a, &folder, c).unwrap();
            assert!(folder.look(a).is_err());
            rename(&folder, c, &folder, a).unwrap();
        }
        assert_eq!(std::fs::read(dir.path().join("b")).unwrap(), b"b");
    }
}
