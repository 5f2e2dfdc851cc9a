//! File names from data: a path beneath the image root, or a reason why not (contract 11).
//!
//! Names are normalised by their letters alone (`./`, doubled `/` and inner `..` go; `\` becomes `/`), so a name means the same on every
//! machine. Where a root is known and the file is there, each part of the way is looked at without following it: a symbolic link anywhere,
//! or something that is no regular file at the end, rejects the record. A file that is not there does not.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::columns::shown;

/// Names longer than this are no path on any system.
const LONGEST: usize = 4096;
/// Folders whose way was looked at already; forgotten when there are many.
const REMEMBERED: usize = 1 << 14;

/// Resolves names beneath a root.
pub(super) struct Names {
    root: Option<PathBuf>,
    folders: FxHashMap<String, Folder>,
}

/// What is known about the way to a folder.
#[derive(Clone, Copy, PartialEq)]
enum Folder {
    Real,
    Absent,
    Linked,
}

impl Names {
    pub(super) fn new(root: Option<&Path>) -> Self {
        Names { root: root.map(Path::to_owned), folders: FxHashMap::default() }
    }

    pub(super) fn default_root(&mut self, root: &Path) {
        self.root.get_or_insert_with(|| root.to_owned());
    }

    /// The path relative to the root, with `/` between the parts.
    pub(super) fn resolve(&mut self, name: &str) -> Result<String, String> {
        let path = normalise(name).map_err(|reason| format!("file name {} {reason}", shown(name)))?;
        if self.root.is_some() {
            self.walk(&path).map_err(|reason| format!("file name {} {reason}", shown(name)))?;
        }
        Ok(path)
    }

    /// Fails when a link or something strange lies on the way to `path`.
    fn walk(&mut self, path: &str) -> Result<(), &'static str> {
        let folder = path.rfind('/').map_or("", |at| &path[..at]);
        match self.folder(folder) {
            Folder::Linked => return Err(LINKED),
            Folder::Absent => return Ok(()),
            Folder::Real => {}
        }
        let Some(kind) = self.kind(path) else { return Ok(()) };
        if kind.is_symlink() {
            return Err(LINKED);
        }
        if kind.is_file() { Ok(()) } else { Err("is not a regular file") }
    }

    fn folder(&mut self, path: &str) -> Folder {
        if path.is_empty() {
            return Folder::Real;
        }
        if let Some(known) = self.folders.get(path) {
            return *known;
        }
        let above = self.folder(path.rfind('/').map_or("", |at| &path[..at]));
        let found = match (above, self.kind(path)) {
            (Folder::Real, Some(kind)) if kind.is_symlink() => Folder::Linked,
            (Folder::Real, Some(kind)) if kind.is_dir() => Folder::Real,
            (Folder::Real, _) => Folder::Absent,
            (above, _) => above,
        };
        if self.folders.len() >= REMEMBERED {
            self.folders.clear();
        }
        self.folders.insert(path.to_owned(), found);
        found
    }

    fn kind(&self, path: &str) -> Option<std::fs::FileType> {
        let root = self.root.as_deref()?;
        Some(root.join(path).symlink_metadata().ok()?.file_type())
    }
}

const LINKED: &str = "goes through a symbolic link";

fn normalise(name: &str) -> Result<String, &'static str> {
    if name.len() > LONGEST {
        return Err("is too long");
    }
    if name.contains('\0') {
        return Err("holds U+0000");
    }
    let is_separator = |c| c == '/' || c == '\\';
    let has_drive = name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && name.as_bytes().get(1) == Some(&b':');
    if has_drive || name.starts_with(is_separator) {
        return Err("is absolute");
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in name.split(is_separator) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or("climbs out of the image folder")?;
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() || name.ends_with(is_separator) {
        return Err("names no file");
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_relative_paths() {
        for (name, path) in [
            ("a.png", "a.png"),
            ("./a//b/./c.png", "a/b/c.png"),
            ("a/../b.png", "b.png"),
            ("a\\b.png", "a/b.png"),
            ("...", "..."),
            ("a b/ü.png", "a b/ü.png"),
            ("..a/b..", "..a/b.."),
        ] {
            assert_eq!(normalise(name).as_deref(), Ok(path), "{name}");
        }
    }

    #[test]
    fn names_that_leave_the_root_are_refused() {
        for name in [
            "/etc/passwd",
            "../a",
            "a/../../b",
            "..\\a",
            "a\\..\\..\\b",
            "C:\\a.png",
            "c:a.png",
            "\\\\host\\a",
            "a\0b",
            ".",
            "a/..",
            "a/",
            "..",
        ] {
            assert!(normalise(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_name_with_the_root_before_it_stays_beneath() {
        // Whatever the name, an accepted path has no part that could climb.
        for name in ["a/./../b/../../c", "a/b/../../c", "x\\..\\..", "./../x"] {
            if let Ok(path) = normalise(name) {
                assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")), "{name}");
            }
        }
    }
}
