//! The image files beneath a root: regular files with the ending of an image, in folders that are no links, not hidden, no exports of
//! ours, and on the file system of the root (a file goes to the trash by its name alone, and a name cannot leave its file system).

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::Skipped;
use super::folder::{Folder, Identity, Kind};
use crate::error::{Error, Result};
use crate::export::{MANIFEST, Manifest};
use crate::progress::Progress;

/// Endings that make a file an image, in any case.
const ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "webp", "gif"];

/// An image file as it was when it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFile {
    /// Relative to the root; any bytes but `/` and NUL between the slashes.
    pub path: PathBuf,
    pub identity: Identity,
}

/// What lies beneath a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The root without links in it.
    pub root: PathBuf,
    /// Of the root: device and inode.
    pub root_is: (u64, u64),
    /// By path.
    pub files: Vec<ImageFile>,
    /// Folders that were not looked into.
    pub skipped: Vec<Skipped>,
}

/// Lists the image files beneath `root`; a link in the root's own path is resolved once, here.
pub fn list(root: &Path, progress: &Progress) -> Result<Listed> {
    progress.stage("listing images", "files", 0)?;
    let root = root.canonicalize().map_err(|e| Error::file(root, e))?;
    let handle = Folder::open(&root).map_err(|e| Error::file(&root, e))?;
    let is = handle.found().map_err(|e| Error::file(&root, e))?.identity;
    let mut listed = Listed { root, root_is: (is.device, is.inode), files: Vec::new(), skipped: Vec::new() };
    if let Some(export) = listed.root.ancestors().skip(1).find(|outer| Folder::open(outer).is_ok_and(|outer| is_export(&outer))) {
        let why = format!("lies in an export of tamis, {}", export.display());
        listed.skipped.push(Skipped::new(Path::new("."), why));
        return Ok(listed);
    }
    let mut open = vec![PathBuf::new()];
    while let Some(path) = open.pop() {
        // One folder is open at a time, however deep or wide the tree is.
        let inside = handle.below(&path).and_then(|folder| look_into(&folder, &path, is.device, &mut listed, progress));
        match inside {
            Ok(folders) => open.extend(folders?),
            Err(error) => {
                let path = if path.as_os_str().is_empty() { Path::new(".") } else { &path };
                listed.skipped.push(Skipped::new(path, error.to_string()));
            }
        }
    }
    listed.files.sort_by(|a, b| a.path.cmp(&b.path));
    listed.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(listed)
}

/// Lists the images of one folder; the folders in it. The outer error is the folder's own, the inner one a cancel.
fn look_into(
    folder: &Folder,
    path: &Path,
    device: u64,
    listed: &mut Listed,
    progress: &Progress,
) -> std::io::Result<Result<Vec<PathBuf>>> {
    if folder.found()?.identity.device != device {
        return Err(std::io::Error::other("lies on another file system"));
    }
    if is_export(folder) {
        return Err(std::io::Error::other("is an export of tamis, whose files belong together"));
    }
    let mut folders = Vec::new();
    for (name, kind) in folder.entries()? {
        if let Err(cancelled) = progress.add(1) {
            return Ok(Err(cancelled));
        }
        if name.as_bytes().starts_with(b".") {
            continue;
        }
        match kind {
            Kind::Folder => folders.push(path.join(name)),
            Kind::File if is_image(&name) => {
                // What went away meanwhile, or became something else, is no file to list.
                if let Some(found) = folder.look(&name).ok().filter(|found| found.kind == Kind::File) {
                    listed.files.push(ImageFile { path: path.join(name), identity: found.identity });
                }
            }
            _ => {}
        }
    }
    Ok(Ok(folders))
}

/// Whether the manifest of an export lies in the folder.
fn is_export(folder: &Folder) -> bool {
    let name = OsStr::new(MANIFEST);
    // A pipe or a device by that name is not opened.
    folder.look(name).is_ok_and(|found| found.kind == Kind::File) && folder.file(name).is_ok_and(Manifest::is_of_tamis)
}

/// Whether the name ends as an image's does.
fn is_image(name: &OsStr) -> bool {
    let ending = Path::new(name).extension().map(OsStr::as_bytes).unwrap_or_default();
    ENDINGS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_makes_an_image() {
        for image in ["a.png", "A.JPG", "a.b.jpeg", "x.webp", "x.Gif"] {
            assert!(is_image(OsStr::new(image)), "{image}");
        }
        for other in ["a.txt", "png", ".png", "a.png.part", "a.", "a.svg"] {
            assert!(!is_image(OsStr::new(other)), "{other}");
        }
        assert!(is_image(OsStr::from_bytes(b"\xff\n.png")));
    }
}
