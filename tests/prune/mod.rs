//! Pruning as pure work on files: what is listed, what is moved, and that everything comes back.

mod hostile;
mod journal;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use tamis::progress::Progress;
use tamis::prune::{self, ImageFile, Listed, Moved, Restored};

/// A folder of images.
struct Root {
    folder: tempfile::TempDir,
}

impl Root {
    fn new() -> Root {
        Root { folder: tempfile::tempdir().expect("a folder") }
    }

    fn with(names: &[&str]) -> Root {
        let root = Root::new();
        names.iter().for_each(|name| root.write(name, name));
        root
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: impl AsRef<OsStr>, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(name.as_ref());
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }

    fn list(&self) -> Listed {
        prune::list(self.path(), &Progress::none()).expect("a listing")
    }

    /// Moves all images of a listing.
    fn prune(&self, listed: &Listed) -> Moved {
        prune::move_away(listed, &listed.files, &Progress::none()).expect("moved")
    }

    fn restore(&self) -> Restored {
        prune::restore(self.path(), &Progress::none()).expect("restored")
    }

    /// Every file with its bytes, the trash included; paths as they are, whatever bytes they hold.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.path().to_owned()];
        while let Some(inside) = open.pop() {
            for entry in fs::read_dir(&inside).expect("a folder") {
                let path = entry.expect("an entry").path();
                let meta = path.symlink_metadata().expect("there");
                if meta.is_dir() {
                    open.push(path);
                } else if meta.is_file() {
                    found.insert(path.strip_prefix(self.path()).expect("below").to_owned(), fs::read(&path).expect("a file"));
                }
            }
        }
        found
    }

    fn names(&self) -> Vec<String> {
        self.files().keys().map(|path| path.to_string_lossy().into_owned()).collect()
    }
}

fn paths(files: &[ImageFile]) -> Vec<&str> {
    files.iter().map(|file| file.path.to_str().expect("UTF-8")).collect()
}

#[test]
fn images_are_listed_and_nothing_else() {
    let root = Root::with(&[
        "b.png",
        "a/c.JPG",
        "a/d/e.webp",
        "z.gif",
        "notes.txt",
        "metadata.jsonl",
        ".hidden.png",
        ".cache/x.png",
        ".tamis-trash/1/files/y.png",
        "png",
    ]);
    assert_eq!(paths(&root.list().files), ["a/c.JPG", "a/d/e.webp", "b.png", "z.gif"]);
    assert!(root.list().skipped.is_empty());
}

#[test]
fn what_is_moved_lies_in_the_trash_and_comes_back() {
    let root = Root::with(&["b.png", "a/c.jpg", "a/d/e.webp", "a/keep.png", "a/notes.txt"]);
    let before = root.files();
    let listed = root.list();
    let some: Vec<ImageFile> = listed.files.iter().filter(|file| !file.path.ends_with("keep.png")).cloned().collect();
    let moved = prune::move_away(&listed, &some, &Progress::none()).expect("moved");
    assert_eq!((moved.number, moved.files, moved.bytes, moved.skipped.len()), (Some(1), 3, 5 + 7 + 10, 0));
    assert_eq!(
        root.names(),
        [
            ".tamis-trash/1/files/a/c.jpg",
            ".tamis-trash/1/files/a/d/e.webp",
            ".tamis-trash/1/files/b.png",
            ".tamis-trash/1/journal.jsonl",
            "a/keep.png",
            "a/notes.txt"
        ]
    );
    assert_eq!(paths(&root.list().files), ["a/keep.png"], "the trash is not listed");
    let restored = root.restore();
    assert_eq!((restored.files, restored.skipped.len()), (3, 0));
    assert_eq!(root.files(), before);
    assert!(!root.path().join(".tamis-trash").exists());
    assert_eq!(root.restore(), Restored::default(), "there is nothing left to restore");
}

#[test]
fn two_prunes_come_back_in_one_restore_and_the_newest_of_a_name_wins() {
    let root = Root::with(&["a.png", "b.png"]);
    root.prune(&root.list());
    root.write("a.png", "a newer one");
    root.write("c.png", "c");
    assert_eq!(root.prune(&root.list()).number, Some(2));
    let restored = root.restore();
    assert_eq!(restored.files, 3);
    let why: Vec<_> = restored.skipped.iter().map(|s| (s.path.to_str().expect("UTF-8"), s.why.as_str())).collect();
    assert_eq!(why, [("a.png", "something stands in its place")]);
    assert_eq!(root.files()[Path::new("a.png")], b"a newer one");
    assert_eq!(root.names(), [".tamis-trash/1/files/a.png", ".tamis-trash/1/journal.jsonl", "a.png", "b.png", "c.png"]);
    // Once the place is free the older one comes back too.
    fs::remove_file(root.path().join("a.png")).expect("removed");
    assert_eq!(root.restore().files, 1);
    assert_eq!(root.names(), ["a.png", "b.png", "c.png"]);
}

#[test]
fn a_folder_that_is_gone_is_made_again() {
    let root = Root::with(&["a/b/c.png"]);
    root.prune(&root.list());
    fs::remove_dir_all(root.path().join("a")).expect("removed");
    assert_eq!(root.restore().files, 1);
    assert_eq!(root.names(), ["a/b/c.png"]);
}

#[test]
fn nothing_to_move_leaves_no_trash() {
    let root = Root::with(&["a.txt"]);
    assert_eq!(root.prune(&root.list()), Moved::default());
    assert_eq!(root.names(), ["a.txt"]);
}

#[test]
fn a_cancel_leaves_every_file_in_its_place() {
    let root = Root::with(&["a.png", "b.png"]);
    let listed = root.list();
    let progress = Progress::new();
    progress.cancel();
    assert!(prune::list(root.path(), &progress).is_err());
    assert!(prune::move_away(&listed, &listed.files, &progress).is_err());
    assert_eq!(root.names(), ["a.png", "b.png"]);
}

#[test]
fn names_of_any_bytes_go_and_come_back() {
    let root = Root::new();
    for name in
        [b"line\nfeed.png".as_slice(), b"\xff\xfe.png", b"quote\"\\.png", "猫/\u{202e}.png".as_bytes(), b"\x1b[31m/\xc3.jpg"]
    {
        root.write(OsStr::from_bytes(name), name);
    }
    let before = root.files();
    assert_eq!(root.prune(&root.list()).files, 5);
    assert!(root.list().files.is_empty());
    assert_eq!(root.restore().files, 5);
    assert_eq!(root.files(), before);
}

#[test]
fn an_export_beneath_a_root_or_around_it_is_left_and_named() {
    let manifest = r#"{"tamis":"99.0.0","in a shape":["that","nobody knows"]}"#;
    let root = Root::with(&["a.png", "out/train/b.png", "out/c.png", "other/d.png", "odd/e.png"]);
    root.write("out/manifest.json", manifest);
    root.write("other/manifest.json", r#"{"name":"an extension of a browser","version":"1"}"#);
    fs::create_dir(root.path().join("odd/manifest.json")).expect("made");
    let listed = root.list();
    assert_eq!(paths(&listed.files), ["a.png", "odd/e.png", "other/d.png"]);
    let [left] = listed.skipped.as_slice() else { panic!("{:?}", listed.skipped) };
    assert_eq!(left.path, Path::new("out"));
    assert!(left.why.contains("export of tamis"), "{}", left.why);
    for inside in ["out", "out/train"] {
        let listed = prune::list(&root.path().join(inside), &Progress::none()).expect("a listing");
        assert!(listed.files.is_empty(), "{inside}");
        assert_eq!(listed.skipped.iter().map(|left| left.path.as_path()).collect::<Vec<_>>(), [Path::new(".")]);
    }
}
