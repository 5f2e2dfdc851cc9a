//! The journal of a prune: one line of JSON for each file that was moved to the trash, or is about to be.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::list::ImageFile;

/// Its name, beside the moved files.
pub const NAME: &str = "journal.jsonl";

/// A journal that is written.
#[derive(Debug)]
pub struct Journal(File);

/// A file as the journal tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    path: Name,
    bytes: u64,
    /// Seconds since 1970 and nanoseconds.
    modified: (i64, u32),
}

/// A path as text where it is UTF-8, else as its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Bytes(Vec<u8>),
}

impl Journal {
    pub fn new(file: File) -> Journal {
        Journal(file)
    }

    /// Tells of files; the lines are on the disk when this returns.
    pub fn tell(&mut self, files: &[ImageFile]) -> io::Result<()> {
        let mut lines = Vec::new();
        for file in files {
            let line = Line { path: Name::of(&file.path), bytes: file.identity.size, modified: file.identity.modified };
            serde_json::to_writer(&mut lines, &line)?;
            lines.push(b'\n');
        }
        self.0.write_all(&lines)?;
        self.0.sync_all()
    }
}

impl Name {
    fn of(path: &Path) -> Name {
        match path.to_str() {
            Some(text) => Name::Text(text.to_owned()),
            None => Name::Bytes(path.as_os_str().as_bytes().to_vec()),
        }
    }

    fn path(self) -> PathBuf {
        match self {
            Name::Text(text) => text.into(),
            Name::Bytes(bytes) => OsString::from_vec(bytes).into(),
        }
    }
}

/// The paths that a journal tells of, relative to the root, and the numbers of its lines that cannot be read.
///
/// A last line without its end was being written when the prune was killed: no file of it was moved.
pub fn read(from: &mut impl Read) -> io::Result<(Vec<PathBuf>, Vec<usize>)> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |end| end + 1);
    let (mut paths, mut damaged) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(bytes[..whole].split_inclusive(|&b| b == b'\n')) {
        match serde_json::from_slice::<Line>(line).ok().map(|line| line.path.path()).filter(|path| is_plain(path)) {
            Some(path) => paths.push(path),
            None => damaged.push(number),
        }
    }
    Ok((paths, damaged))
}

/// Whether the path names something beneath its root.
fn is_plain(path: &Path) -> bool {
    path.file_name().is_some() && path.components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::super::folder::Identity;
    use super::*;

    fn file(path: &[u8]) -> ImageFile {
        let identity = Identity { device: 1, inode: 2, size: 3, modified: (4, 5) };
        ImageFile { path: OsString::from_vec(path.to_vec()).into(), identity }
    }

    #[test]
    fn any_name_comes_back() {
        let names: [&[u8]; 4] = [b"a/b.png", b"a\nb\"\\.png", "猫.png".as_bytes(), b"\xff\xfe/\x01.png"];
        let mut written = tempfile::NamedTempFile::new().unwrap();
        let files: Vec<ImageFile> = names.into_iter().map(file).collect();
        Journal::new(written.reopen().unwrap()).tell(&files).unwrap();
        let (paths, damaged) = read(&mut written).unwrap();
        assert_eq!(paths, files.iter().map(|file| file.path.clone()).collect::<Vec<_>>());
        assert!(damaged.is_empty());
    }

    #[test]
    fn a_torn_line_and_a_hostile_one_name_nothing() {
        let good = r#"{"path":"a.png","bytes":1,"modified":[0,0]}"#;
        let up = r#"{"path":"../a.png","bytes":1,"modified":[0,0]}"#;
        let absolute = r#"{"path":"/a.png","bytes":1,"modified":[0,0]}"#;
        let text = format!("{good}\n{up}\n{absolute}\nnothing\n{good}");
        let (paths, damaged) = read(&mut text.as_bytes()).unwrap();
        assert_eq!((paths, damaged), (vec![PathBuf::from("a.png")], vec![2, 3, 4]));
    }
}
