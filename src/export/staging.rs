//! Complete or absent: a temporary folder beside the target that takes its place in one rename, or is removed.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::sync_folder;
use super::leftovers::{hidden_name, lock, sweep};
use super::manifest::Manifest;
use super::names::{MANIFEST, plain_path};
use super::readback::Listed;
use crate::error::{Error, Result};

/// What stands where the export is to go.
enum Target {
    /// Nothing, or an empty folder: a rename takes the place.
    Free,
    /// An earlier export, and only that: its files.
    Export(Vec<String>),
}

/// The folder and the name of a target that may be written; otherwise why it may not be. Nothing is written.
pub fn require_target(target: &Path, force: bool) -> Result<(PathBuf, OsString)> {
    let name = target.file_name().ok_or_else(|| Error::usage(format!("{}: does not name a folder", target.display())))?;
    let parent = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    if !parent.is_dir() {
        return Err(Error::refused(format!("{}: is not a folder", parent.display())).hint("create it first"));
    }
    look(&parent.join(name), force)?;
    Ok((parent, name.to_owned()))
}

/// A folder in the making. Dropped unpublished, it is removed.
pub struct Staging {
    target: PathBuf,
    parent: PathBuf,
    path: PathBuf,
    force: bool,
    published: bool,
    /// Says to another tamis that somebody is at work here.
    _lock: Option<fs::File>,
}

impl Staging {
    /// Refuses a target that may not be written, before anything is. Removes what a killed export left, see [`super::leftovers`].
    pub fn begin(target: &Path, force: bool) -> Result<Staging> {
        let (parent, name) = require_target(target, force)?;
        // Without a trailing `/`, which would look through a symlink.
        let target = parent.join(&name);
        sweep(&parent, &name);
        let path = (0u32..)
            .map(|n| parent.join(hidden_name(&name, std::process::id(), n)))
            .find_map(|path| match fs::create_dir(&path) {
                Ok(()) => Some(Ok(path)),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => None,
                Err(e) => Some(Err(Error::file(&path, e))),
            })
            .unwrap_or_else(|| Err(Error::io("no free name for a temporary folder")))?;
        let lock = lock(&path);
        Ok(Staging { target, parent, path, force, published: false, _lock: lock })
    }

    /// The temporary folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the folder its name. Looks again at the target, since writing may have taken an hour.
    pub fn publish(mut self) -> Result<()> {
        sync_tree(&self.path)?;
        match look(&self.target, self.force)? {
            Target::Free => {
                fs::rename(&self.path, &self.target).map_err(|e| Error::file(&self.target, e))?;
                self.published = true;
            }
            Target::Export(files) => {
                let old = swap(&self.path, &self.target)?;
                self.published = true;
                remove_export(&old, &files);
            }
        }
        sync_folder(&self.parent)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.published {
            // Nobody is left to tell; the name begins with a dot and says whose it is.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn look(target: &Path, force: bool) -> Result<Target> {
    let refuse = |why: &str| Error::refused(format!("{}: {why}", target.display()));
    let meta = match fs::symlink_metadata(target) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Target::Free),
        other => other.map_err(|e| Error::file(target, e))?,
    };
    if meta.is_symlink() {
        return Err(refuse("is a symlink, which an export does not follow"));
    }
    if !meta.is_dir() {
        return Err(refuse("exists and is not a folder"));
    }
    let mut entries = fs::read_dir(target).map_err(|e| Error::file(target, e))?;
    if entries.next().is_none() {
        return Ok(Target::Free);
    }
    if !force {
        return Err(refuse("exists and is not empty").hint("choose another folder, or replace an earlier export with --force"));
    }
    let files = files_of(target).ok_or_else(|| {
        refuse("holds files, and no manifest of a tamis export").hint("--force replaces an earlier export and nothing else")
    })?;
    match foreign(target, &Listed::new(files.iter().map(String::as_str)))? {
        None => Ok(Target::Export(files)),
        Some(path) => Err(refuse(&format!("`{path}` is not part of the export there")).hint("move it away first")),
    }
}

/// The files of an earlier export and its manifest; `None` where the manifest is missing or not one of ours.
pub(super) fn files_of(folder: &Path) -> Option<Vec<String>> {
    let manifest = Manifest::load(folder).ok()?;
    let mut listed = manifest.files.into_iter().map(|file| plain_path(&file.path).ok()).collect::<Option<Vec<String>>>()?;
    listed.retain(|path| path != MANIFEST);
    listed.push(MANIFEST.to_owned());
    Some(listed)
}

/// The first thing in the folder that does not belong to the export: an unlisted file, a symlink, a folder with nothing of ours.
pub(super) fn foreign(folder: &Path, listed: &Listed<'_>) -> Result<Option<String>> {
    let mut open = vec![String::new()];
    while let Some(inside) = open.pop() {
        let path = folder.join(&inside);
        for entry in fs::read_dir(&path).map_err(|e| Error::file(&path, e))? {
            let entry = entry.map_err(|e| Error::file(&path, e))?;
            let kind = entry.file_type().map_err(|e| Error::file(&path, e))?;
            let name = format!("{inside}{}", entry.file_name().to_string_lossy());
            let below = format!("{name}/");
            if kind.is_dir() && listed.holds(&below) {
                open.push(below);
            } else if !(kind.is_file() && listed.has(&name)) {
                return Ok(Some(name));
            }
        }
    }
    Ok(None)
}

/// Puts `new` in the place of `target` and says where the old folder is now. One step where the system can exchange two names.
fn swap(new: &Path, target: &Path) -> Result<PathBuf> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE).is_ok() {
            return Ok(new.to_owned());
        }
    }
    let mut aside = new.as_os_str().to_owned();
    aside.push("-old");
    let aside = PathBuf::from(aside);
    fs::rename(target, &aside).map_err(|e| Error::file(target, e))?;
    if let Err(e) = fs::rename(new, target) {
        fs::rename(&aside, target).map_err(|e| Error::file(&aside, e))?;
        return Err(Error::file(target, e));
    }
    Ok(aside)
}

/// Removes the files of an earlier export and the folders that are empty then, its manifest last: until then it says what the rest is.
/// What else turned up meanwhile stays, and so do the hidden folder around it and the manifest, which tells the next export that this is
/// not all ours. The new export is in place, so this is no failure of it.
pub(super) fn remove_export(folder: &Path, files: &[String]) {
    let mut folders = BTreeSet::new();
    for file in files.iter().filter(|file| *file != MANIFEST) {
        let _ = fs::remove_file(folder.join(file));
        folders.extend(Path::new(file).ancestors().skip(1).filter(|inside| *inside != Path::new("")).map(|f| folder.join(f)));
    }
    // A folder sorts before what it holds.
    for path in folders.iter().rev() {
        let _ = fs::remove_dir(path);
    }
    if holds_nothing_but(folder, MANIFEST) {
        let _ = fs::remove_file(folder.join(MANIFEST));
        let _ = fs::remove_dir(folder);
    }
}

fn holds_nothing_but(folder: &Path, name: &str) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == name)))
}

/// Makes every folder durable, the inner ones first.
fn sync_tree(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|e| Error::file(folder, e))? {
        let entry = entry.map_err(|e| Error::file(folder, e))?;
        if entry.file_type().map_err(|e| Error::file(folder, e))?.is_dir() {
            sync_tree(&entry.path())?;
        }
    }
    sync_folder(folder)
}
