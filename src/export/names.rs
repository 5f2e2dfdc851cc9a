//! Names that come from data and become paths: what they may be.

use super::ExportRecord;
use super::layout::{Form, Layout};
use crate::error::{Error, Result};

/// The split of the records that have none, where others have one.
pub const UNASSIGNED: &str = "unassigned";
pub const MANIFEST: &str = "manifest.json";
pub const CARD: &str = "README.md";
pub const KAGGLE: &str = "dataset-metadata.json";
const METADATA: &str = "metadata.jsonl";

/// The files that an export may have besides data and images.
pub const OWN: [&str; 3] = [MANIFEST, CARD, KAGGLE];

/// The folder of a split's images with its `/`; empty for the export itself, where there are no splits.
fn image_folder(split: Option<&str>) -> String {
    split.map_or(String::new(), |split| format!("{split}/"))
}

/// The split that a record's files are named for; `None` when there are no splits at all.
pub fn split_named(split: Option<&str>, has_splits: bool) -> Option<&str> {
    has_splits.then_some(split.unwrap_or(UNASSIGNED))
}

/// Where a file goes that belongs to an image: `train/dir/cat.jpg`. `has_splits`: some record of the export is in a split.
pub fn place_of(split: Option<&str>, has_splits: bool, path: &str) -> String {
    format!("{}{path}", image_folder(split_named(split, has_splits)))
}

/// The data file of a split; `split` is `None` when there are no splits at all. Relative to the target. Of caption files, which are
/// many, it is the pattern.
pub fn data_file(layout: Layout, split: Option<&str>) -> String {
    match layout {
        Layout::ImageFolder | Layout::Kaggle => format!("{}{METADATA}", image_folder(split)),
        Layout::Kohya => format!("{}*.txt", image_folder(split)),
        // Without splits all of it is for training: so Hugging Face names what has no name.
        Layout::Parquet => format!("data/{}-00000-of-00001.parquet", split.unwrap_or("train")),
        Layout::Jsonl | Layout::Txt | Layout::Csv => format!("{}.{}", split.unwrap_or("data"), layout.word()),
    }
}

/// Bytes of a split's name at most: a file's name has 255, and its ending is one of ours.
const LONGEST: usize = 200;

/// Letters, digits, `_`, `-` and `.`, but not a leading `.`: good as a file name everywhere.
pub fn check_split(split: &str) -> Result<()> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if !split.is_empty() && split.len() <= LONGEST && !split.starts_with('.') && split.bytes().all(plain) {
        return Ok(());
    }
    Err(Error::refused(format!("split `{split}` cannot be the name of a file"))
        .hint("assign the records to splits with short names of letters, digits, `_` and `-`"))
}

/// The path with `.` and empty parts left out; why not, where it could lead out of a folder.
pub fn plain_path(name: &str) -> Result<String, &'static str> {
    if name.contains('\0') {
        return Err("holds U+0000");
    }
    if name.starts_with('/') {
        return Err("is an absolute path");
    }
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err("leads out with `..`");
    }
    if parts.is_empty() || name.ends_with('/') {
        return Err("names no file");
    }
    Ok(parts.join("/"))
}

/// The image's place below the folder of its split.
pub fn image_path(record: &ExportRecord, name: &str) -> Result<String> {
    let refuse = |why: &str| Err(Error::refused(format!("record {}: file name `{name}` {why}", record.id)));
    let is_own = |path: &str| OWN.iter().chain(&[METADATA]).any(|own| own.eq_ignore_ascii_case(path));
    match plain_path(name) {
        Err(why) => refuse(why),
        Ok(path) if is_own(&path) => refuse("is the name of one of the export's own files"),
        Ok(path) => Ok(path),
    }
}

/// The caption file of an image: `a/cat.txt` of `a/cat.jpg`, and of `a/cat`.
pub fn caption_path(image: &str) -> String {
    let at = image.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, file) = image.split_at(at);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| if stem.is_empty() { file } else { stem });
    format!("{folder}{stem}.txt")
}

/// The line format of a data file that is in the manifest.
pub fn form_of(layout: &str) -> Option<Form> {
    layout.parse::<Layout>().ok().map(Layout::form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_inside() {
        assert_eq!(plain_path("a/./b//c.png").as_deref(), Ok("a/b/c.png"));
        for bad in ["", ".", "/a", "../a", "a/../b", "a/..", "a\0b", "a/", "./"] {
            assert!(plain_path(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_split_is_a_plain_word() {
        assert!(check_split("train-2.0").is_ok());
        for bad in ["", ".", "..", ".hidden", "a/b", "a b", "a\0", "é", &"x".repeat(300)] {
            assert!(check_split(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_caption_is_beside_its_image() {
        for (image, caption) in [
            ("cat.jpg", "cat.txt"),
            ("a.b/cat", "a.b/cat.txt"),
            ("a/cat.tar.png", "a/cat.tar.txt"),
            ("a/.png", "a/.png.txt"),
            ("cat.txt", "cat.txt"),
        ] {
            assert_eq!(caption_path(image), caption);
        }
    }
}
