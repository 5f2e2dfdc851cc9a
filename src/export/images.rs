//! Images: from their place to beside `metadata.jsonl`, by hard link or copy, never through a symlink.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

use super::Images;
use super::disk::{Digest, Digested, create_new};
use crate::error::{Error, Result};

/// Bytes of an image file. Refuses a relative path, a symlink anywhere on the way, and what is not a file.
pub fn inspect(image: &Path) -> Result<u64> {
    if !image.is_absolute() {
        return Err(Error::refused(format!("{}: the path of an image must be absolute", image.display())));
    }
    let on_the_way = image.ancestors().skip(1);
    for path in [image].into_iter().chain(on_the_way) {
        let meta = fs::symlink_metadata(path).map_err(|e| Error::file(path, e))?;
        if meta.is_symlink() {
            return Err(Error::refused(format!("{}: is a symlink, which an export does not follow", path.display())));
        }
    }
    inspect_file(image)
}

/// Bytes of what must be a file itself.
fn inspect_file(path: &Path) -> Result<u64> {
    let meta = fs::symlink_metadata(path).map_err(|e| Error::file(path, e))?;
    if meta.is_file() { Ok(meta.len()) } else { Err(Error::refused(format!("{}: is not a file", path.display()))) }
}

/// Puts the image at `place`, which does not exist yet, and says what lies there; the digest of a link stays empty until it is read.
pub fn put(image: &Path, place: &Path, how: Images) -> Result<Digest> {
    inspect(image)?;
    if how == Images::Link && link(image, place)? {
        return Ok(Digest { bytes: inspect_file(place)?, sha256: String::new() });
    }
    let mut from = open_no_follow(image)?;
    let mut to = Digested::new(create_new(place)?);
    io::copy(&mut from, &mut to).map_err(|e| Error::file(place, e))?;
    to.finish().map_err(|e| Error::file(place, e))
}

/// A hard link, where the two lie on one file system that has them.
fn link(image: &Path, place: &Path) -> Result<bool> {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, TooManyLinks, Unsupported};
    match fs::hard_link(image, place) {
        Ok(()) => Ok(true),
        Err(e) if matches!(e.kind(), CrossesDevices | PermissionDenied | TooManyLinks | Unsupported) => Ok(false),
        Err(e) => Err(Error::file(image, e)),
    }
}

/// Opens a file for reading, unless it is a symlink.
pub fn open_no_follow(path: &Path) -> Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32;
    OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|e| Error::file(path, e))
}
