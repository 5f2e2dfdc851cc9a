//! What a killed export left beside its target: hidden folders `.NAME.tamis-PID-N`.
//!
//! One is removed only where nobody can need it: it has a name that only we give, it is a folder and no symlink, no process has its
//! number, and nobody holds the lock on it (so no tamis on this machine writes it, not even one that sees other process numbers). Such a
//! folder is an export that was not finished, or an earlier one that was replaced already and not yet removed. The latter stays where
//! anything lies in it that its manifest does not name, or its manifest cannot be read. On a file system without locks nothing is removed.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::names::MANIFEST;
use super::readback::Listed;
use super::staging::{files_of, foreign, remove_export};

/// The name of the `n`th temporary folder of a process beside the target `name`.
pub fn hidden_name(name: &OsStr, process: u32, n: u32) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".tamis-{process}-{n}"));
    hidden
}

/// The process that gave the name; `None` for any other name.
fn process_of(hidden: &OsStr, name: &OsStr) -> Option<u32> {
    let rest = hidden.to_str()?.strip_prefix('.')?.strip_prefix(name.to_str()?)?.strip_prefix(".tamis-")?;
    let (process, n) = rest.split_once('-')?;
    let (process, n) = (process.parse().ok()?, n.parse().ok()?);
    // Neither `+7` nor `007`: names that we give.
    (hidden == hidden_name(name, process, n)).then_some(process)
}

/// Locks a folder for as long as the result lives; `None` where another has it, or nobody can.
pub fn lock(folder: &Path) -> Option<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::DIRECTORY).bits() as i32;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(folder).ok()?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).ok()?;
    Some(file)
}

/// Removes what dead processes left beside the target `name` in `parent`. That it cannot is no failure of the export.
pub fn sweep(parent: &Path, name: &OsStr) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let is_ours = || process_of(&entry.file_name(), name).is_some_and(is_gone);
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_ours() {
            remove(&entry.path());
        }
    }
}

fn is_gone(process: u32) -> bool {
    let pid = i32::try_from(process).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid) == Err(Errno::SRCH))
}

fn remove(folder: &Path) {
    let Some(_lock) = lock(folder) else { return };
    match files_of(folder) {
        Some(files) => {
            if let Ok(None) = foreign(folder, &Listed::new(files.iter().map(String::as_str))) {
                remove_export(folder, &files);
            }
        }
        // Without a manifest it was never an export, and all in it is of the process that is gone. One that cannot be read says nothing.
        None if is_absent(&folder.join(MANIFEST)) => {
            let _ = fs::remove_dir_all(folder);
        }
        None => {}
    }
}

fn is_absent(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|e| e.kind() == io::ErrorKind::NotFound)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn only_names_that_we_give_are_ours() {
        let name = OsStr::new("out");
        assert_eq!(process_of(&hidden_name(name, 17, 3), name), Some(17));
        for other in [
            "out",
            ".out",
            ".out.tamis-17",
            ".out.tamis-17-",
            ".out.tamis-17-3-old",
            ".out.tamis-+17-3",
            ".out.tamis-017-3",
            ".out.tamis-x-3",
            ".out2.tamis-17-3",
            "out.tamis-17-3",
        ] {
            assert_eq!(process_of(OsStr::new(other), name), None, "{other}");
        }
    }
    /// A folder of a process that is gone, with the manifest of an export whose one file is `train/a.txt`.
    fn replaced(parent: &Path) -> (PathBuf, Vec<String>) {
        let folder = parent.join(".out.tamis-1-0");
        fs::create_dir_all(folder.join("train")).unwrap();
        fs::write(folder.join("train/a.txt"), "a").unwrap();
        let manifest = r#"{"tamis":"0.1.0","layout":"txt","created_by":"","counts":{"total":1,"splits":{}},"recipe":null,
            "files":[{"path":"train/a.txt","bytes":1,"records":1,"sha256":""}]}"#;
        fs::write(folder.join(MANIFEST), manifest).unwrap();
        let files = files_of(&folder).unwrap();
        (folder, files)
    }

    #[test]
    fn what_came_into_an_export_that_was_replaced_outlives_the_next_one_too() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["notes.md", "train/notes.md", "mine/notes.md"] {
            let (folder, files) = replaced(parent.path());
            let notes = folder.join(name);
            fs::create_dir_all(notes.parent().unwrap()).unwrap();
            fs::write(&notes, "mine").unwrap();
            remove_export(&folder, &files);
            remove(&folder);
            assert_eq!(fs::read_to_string(&notes).ok().as_deref(), Some("mine"), "{name}");
            assert!(!folder.join("train/a.txt").exists(), "what is ours goes");
            fs::remove_dir_all(&folder).unwrap();
        }
        let (folder, files) = replaced(parent.path());
        remove_export(&folder, &files);
        assert!(!folder.exists());
    }

    #[test]
    fn a_manifest_that_cannot_be_read_keeps_the_folder() {
        let parent = tempfile::tempdir().unwrap();
        let (folder, _) = replaced(parent.path());
        fs::write(folder.join(MANIFEST), r#"{"tamis":"99.0.0","of another":"shape"}"#).unwrap();
        remove(&folder);
        assert!(folder.join("train/a.txt").exists());
        fs::remove_file(folder.join(MANIFEST)).unwrap();
        remove(&folder);
        assert!(!folder.exists(), "without one it was never an export");
    }
}
