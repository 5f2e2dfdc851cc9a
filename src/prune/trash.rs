//! The moves to the trash and back.
//!
//! One prune is one numbered folder: `.tamis-trash/N/journal.jsonl`, and the files under `.tamis-trash/N/files/` at the paths they had.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::{Folder, Identity, Kind};
use super::journal::{self, Journal};
use super::list::{ImageFile, Listed};
use super::{Skipped, TRASH};
use crate::error::{Error, Result};
use crate::progress::Progress;

/// The folder of the moved files, beside the journal.
const FILES: &str = "files";
/// Files told of in one write of the journal: one wait for the disk for so many moves.
const BATCH: usize = 512;

/// What a prune did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// Number of the folder in the trash; `None` where nothing was moved.
    pub number: Option<u32>,
    pub files: u64,
    pub bytes: u64,
    pub skipped: Vec<Skipped>,
    /// It was cancelled: what was not reached is where it was.
    pub stopped: bool,
}

/// What a restore did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    pub files: u64,
    pub skipped: Vec<Skipped>,
    pub stopped: bool,
}

/// Moves files of a listing to the trash of their root. A file that is not what it was when it was listed stays, and is named.
///
/// Errors: refused where the root is another folder than the one that was listed; the operating system's where the trash cannot be made.
pub fn move_away(listed: &Listed, files: &[ImageFile], progress: &Progress) -> Result<Moved> {
    progress.stage("moving", "files", files.len() as u64)?;
    let failed = |e| Error::file(&listed.root, e);
    let root = Folder::open(&listed.root).map_err(failed)?;
    let is = root.found().map_err(failed)?.identity;
    if (is.device, is.inode) != listed.root_is {
        return Err(Error::refused(format!("{} is another folder than the one that was listed", listed.root.display()))
            .hint("nothing was moved; list it again"));
    }
    if files.is_empty() {
        return Ok(Moved::default());
    }
    let bin = Bin::make(&root).map_err(|e| Error::file(&listed.root.join(TRASH), e))?;
    bin.fill(&root, files, progress).map_err(|e| Error::file(&listed.root.join(TRASH), e))
}

/// Puts the files of every prune back, those of the newest first. Where something stands in a file's place it stays in the trash, and is
/// named.
pub fn restore(root: &Path, progress: &Progress) -> Result<Restored> {
    progress.stage("restoring", "files", 0)?;
    let root = root.canonicalize().map_err(|e| Error::file(root, e))?;
    let failed = |e| Error::file(&root, e);
    let handle = Folder::open(&root).map_err(failed)?;
    let mut restored = Restored::default();
    let trash = match handle.folder(OsStr::new(TRASH)) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(restored),
        other => other.map_err(|e| Error::file(&root.join(TRASH), e))?,
    };
    let mut numbers: Vec<u32> = trash.entries().map_err(failed)?.iter().filter_map(|(name, _)| number_of(name)).collect();
    numbers.sort_unstable();
    for number in numbers.into_iter().rev() {
        let name = number.to_string();
        let emptied = empty(&handle, &trash, OsStr::new(&name), &mut restored, progress);
        if let Err(error) = emptied {
            restored.skipped.push(Skipped::new(&Path::new(TRASH).join(&name), error.to_string()));
        }
        if restored.stopped {
            return Ok(restored);
        }
    }
    // Only an empty one goes.
    let _ = handle.remove_folder(OsStr::new(TRASH));
    Ok(restored)
}

/// `7` and not `07`, so that a number is one name.
fn number_of(name: &OsStr) -> Option<u32> {
    let text = name.to_str()?;
    text.parse().ok().filter(|number: &u32| number.to_string() == text)
}

/// The folder of one prune.
struct Bin {
    trash: Folder,
    number: u32,
    files: Folder,
    journal: Journal,
}

impl Bin {
    /// A new one, under the next free number. Its journal is on the disk, empty.
    fn make(root: &Folder) -> io::Result<Bin> {
        let trash = root.make(OsStr::new(TRASH))?;
        let taken = trash.entries()?.iter().filter_map(|(name, _)| number_of(name)).max().unwrap_or(0);
        let mut number = taken.saturating_add(1);
        // Another prune may take it just now.
        while let Err(error) = trash.make_new(OsStr::new(&number.to_string())) {
            if error.kind() != io::ErrorKind::AlreadyExists {
                return Err(error);
            }
            number = number.checked_add(1).ok_or(error)?;
        }
        let here = trash.folder(OsStr::new(&number.to_string()))?;
        let files = here.make(OsStr::new(FILES))?;
        let journal = Journal::new(here.new_file(OsStr::new(journal::NAME))?);
        here.sync()?;
        trash.sync()?;
        root.sync()?;
        Ok(Bin { trash, number, files, journal })
    }

    fn fill(mut self, root: &Folder, files: &[ImageFile], progress: &Progress) -> io::Result<Moved> {
        let mut moved = Moved { number: Some(self.number), ..Moved::default() };
        for batch in files.chunks(BATCH) {
            if progress.add(0).is_err() {
                moved.stopped = true;
                break;
            }
            self.journal.tell(batch)?;
            for file in batch {
                match move_one(root, &self.files, file) {
                    Ok(()) => {
                        moved.files += 1;
                        moved.bytes += file.identity.size;
                    }
                    Err(why) => moved.skipped.push(Skipped::new(&file.path, why)),
                }
            }
            moved.stopped |= progress.add(batch.len() as u64).is_err();
        }
        if moved.files == 0 {
            let told: Vec<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
            if tidy(&self.trash, OsStr::new(&self.number.to_string()), &told).is_ok() {
                moved.number = None;
                let _ = root.remove_folder(OsStr::new(TRASH));
            }
        }
        Ok(moved)
    }
}

/// Moves one file, or says why not.
fn move_one(root: &Folder, files: &Folder, file: &ImageFile) -> std::result::Result<(), String> {
    let (folder, name) = split(&file.path).ok_or("names no file")?;
    let from = root.below(folder).map_err(|e| format!("its folder cannot be opened: {e}"))?;
    if !is_still(&from, name, &file.identity) {
        return Err("it changed since it was listed".to_owned());
    }
    let to = files.make_below(folder).map_err(|e| format!("there is no place for it in the trash: {e}"))?;
    from.rename_new(name, &to, name).map_err(|e| e.to_string())?;
    if is_still(&to, name, &file.identity) {
        return Ok(());
    }
    // Another file came between the look and the move.
    match to.rename_new(name, &from, name) {
        Ok(()) => Err("it changed since it was listed".to_owned()),
        Err(e) => Err(format!("it changed while it was moved, and is in the trash: {e}")),
    }
}

fn is_still(folder: &Folder, name: &OsStr, identity: &Identity) -> bool {
    folder.look(name).is_ok_and(|found| found.kind == Kind::File && found.identity == *identity)
}

fn split(path: &Path) -> Option<(&Path, &OsStr)> {
    Some((path.parent()?, path.file_name()?))
}

/// Puts the files of one prune back.
fn empty(root: &Folder, trash: &Folder, name: &OsStr, restored: &mut Restored, progress: &Progress) -> io::Result<()> {
    let here = trash.folder(name)?;
    let (paths, damaged) = match here.file(OsStr::new(journal::NAME)) {
        Ok(mut file) => journal::read(&mut file)?,
        // Killed before it had one: nothing was moved yet.
        Err(e) if e.kind() == io::ErrorKind::NotFound => (Vec::new(), Vec::new()),
        Err(e) => return Err(e),
    };
    for line in damaged {
        let journal = Path::new(TRASH).join(name).join(journal::NAME);
        restored.skipped.push(Skipped::new(&journal, format!("line {line} cannot be read")));
    }
    if let Ok(files) = here.folder(OsStr::new(FILES)) {
        for path in &paths {
            if progress.add(1).is_err() {
                restored.stopped = true;
                return Ok(());
            }
            match put_back(root, &files, path) {
                Ok(was_there) => restored.files += u64::from(was_there),
                Err(why) => restored.skipped.push(Skipped::new(path, why)),
            }
        }
    }
    // What could not go back keeps its folder and the journal.
    let _ = tidy(trash, name, &paths);
    Ok(())
}

/// Whether the file was in the trash and is in its place now.
fn put_back(root: &Folder, files: &Folder, path: &Path) -> std::result::Result<bool, String> {
    let (folder, name) = split(path).ok_or("names no file")?;
    let Ok(from) = files.below(folder) else { return Ok(false) };
    let Ok(found) = from.look(name) else { return Ok(false) };
    if found.kind != Kind::File {
        return Err("what lies in the trash is not a file".to_owned());
    }
    let to = root.make_below(folder).map_err(|e| format!("its folder cannot be opened: {e}"))?;
    match from.rename_new(name, &to, name) {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            // Both names of one file: a move by a second name was killed between its two steps.
            let is_same = to.look(name).is_ok_and(|there| there.identity == found.identity);
            if is_same && from.remove(name).is_ok() { Ok(true) } else { Err("something stands in its place".to_owned()) }
        }
        Err(e) => Err(e.to_string()),
    }
}

/// Removes the folder of a prune, where no file is left in it: the journal goes only after all folders of files are gone.
fn tidy(trash: &Folder, name: &OsStr, paths: &[PathBuf]) -> io::Result<()> {
    let here = trash.folder(name)?;
    if let Ok(files) = here.folder(OsStr::new(FILES)) {
        let folders: BTreeSet<&Path> = paths.iter().flat_map(|path| path.ancestors().skip(1)).collect();
        // A folder sorts before what it holds.
        for (above, name) in folders.iter().rev().filter_map(|folder| split(folder)) {
            if let Ok(above) = files.below(above) {
                let _ = above.remove_folder(name);
            }
        }
        here.remove_folder(OsStr::new(FILES))?;
    }
    match here.remove(OsStr::new(journal::NAME)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    trash.remove_folder(name)
}
