//! Folders of images: one metadata file for all, or a `.txt` caption beside each.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::columns::shown;
use super::input::Input;
use super::lines::{bad_utf8, oversize};
use super::outlet::{Outlet, Row};
use super::{Format, Options, RECORD_LIMIT};
use crate::display::hex;
use crate::error::{Error, Result};
use crate::progress::Progress;

const METADATA: [(&str, Format); 2] = [("metadata.jsonl", Format::Jsonl), ("metadata.csv", Format::Csv)];
const IMAGES: [&str; 4] = ["png", "jpg", "jpeg", "webp"];

/// The metadata files that lie in `folder`.
pub(super) fn metadata_files(folder: &Path) -> Vec<(PathBuf, Format)> {
    let there = METADATA.iter().map(|(name, format)| (folder.join(name), *format));
    there.filter(|(path, _)| path.is_file()).collect()
}

/// Reads the metadata file of `folder`; file names are relative to the folder unless the options name another root.
pub(super) fn read_metadata(folder: &Path, options: &Options, out: &mut Outlet<'_>, progress: &Progress) -> Result<String> {
    must_be_folder(folder)?;
    let found = metadata_files(folder);
    let [(file, format)] = found.as_slice() else {
        let what = if found.is_empty() { "neither" } else { "both" };
        return Err(Error::refused(format!("{} has {what} metadata.jsonl and metadata.csv", folder.display()))
            .hint("give the one metadata file as the path, with --images for the folder"));
    };
    out.default_root(folder);
    let (_, digest) = super::run_stream(Input::open(file, progress)?, Some(*format), options, out)?;
    Ok(digest)
}

/// Reads the caption of every image beneath `folder`, in order of their paths; the "line" is the image's place in that order.
///
/// A caption is the whole file without one line end at its end. An image without a caption, a caption without an image and a symbolic
/// link are rejects. Two images that share a stem share the caption.
pub(super) fn read_captions(folder: &Path, out: &mut Outlet<'_>, progress: &Progress) -> Result<String> {
    must_be_folder(folder)?;
    let items = list(folder, progress)?;
    if items.is_empty() {
        return Err(Error::refused(format!("{} has no metadata.jsonl, no metadata.csv, and no images", folder.display()))
            .hint("name the file to import, or a folder of images with .txt captions"));
    }
    progress.stage("reading", "files", items.len() as u64)?;
    let mut hash = Sha256::new();
    for (number, (path, item)) in (1..).zip(&items) {
        match caption(folder, path, *item, &mut hash) {
            Ok(text) => out.row(Row { line: number, text: Cow::Owned(text), file: Some(Cow::Borrowed(path)), fields: None })?,
            Err(reason) => out.reject(number, reason)?,
        }
        progress.add(1)?;
    }
    Ok(hex(&hash.finalize()))
}

fn must_be_folder(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    Err(Error::usage(format!("{} is not a folder", path.display())).hint("name the folder, or leave --format out"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Image,
    LonelyCaption,
    Link,
    Nameless,
}

/// Images, captions without an image, and links beneath `folder`, as sorted paths with `/`. Links are never followed.
fn list(folder: &Path, progress: &Progress) -> Result<Vec<(String, Item)>> {
    progress.stage("listing", "files", 0)?;
    let mut items = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(below) = folders.pop() {
        let here = folder.join(&below);
        for entry in std::fs::read_dir(&here).map_err(|e| Error::file(&here, e))? {
            let entry = entry.map_err(|e| Error::file(&here, e))?;
            let kind = entry.file_type().map_err(|e| Error::file(&here, e))?;
            let os_name = entry.file_name();
            let name = os_name.to_string_lossy();
            let path = if below.is_empty() { name.to_string() } else { format!("{below}/{name}") };
            if os_name.to_str().is_none() && (kind.is_dir() || item(&path).is_some()) {
                items.push((path, Item::Nameless));
            } else if kind.is_dir() {
                folders.push(path);
            } else if kind.is_symlink() && (item(&path).is_some() || entry.path().is_dir()) {
                items.push((path, Item::Link));
            } else if kind.is_file()
                && let Some(item) = item(&path)
            {
                items.push((path, item));
            }
            progress.add(1)?;
        }
    }
    items.sort();
    Ok(without_captions_of_images(items))
}

fn item(path: &str) -> Option<Item> {
    let (_, extension) = split(path)?;
    let extension = extension.to_ascii_lowercase();
    match extension.as_str() {
        "txt" => Some(Item::LonelyCaption),
        image if IMAGES.contains(&image) => Some(Item::Image),
        _ => None,
    }
}

/// Stem and extension of a path whose file name has both.
fn split(path: &str) -> Option<(&str, &str)> {
    let (stem, extension) = path.rsplit_once('.')?;
    (!extension.contains('/') && !stem.is_empty() && !stem.ends_with('/')).then_some((stem, extension))
}

fn without_captions_of_images(items: Vec<(String, Item)>) -> Vec<(String, Item)> {
    let stem = |path: &str| split(path).map(|(stem, _)| stem.to_owned());
    let images: std::collections::HashSet<_> = items
        .iter()
        .filter(|(path, _)| super::folder::item(path) == Some(Item::Image))
        .filter_map(|(path, _)| stem(path))
        .collect();
    let belongs =
        |path: &str| super::folder::item(path) == Some(Item::LonelyCaption) && stem(path).is_some_and(|s| images.contains(&s));
    items.into_iter().filter(|(path, _)| !belongs(path)).collect()
}

/// The caption of an item, or why there is none.
fn caption(folder: &Path, path: &str, item: Item, hash: &mut Sha256) -> Result<String, String> {
    match item {
        Item::Image => {}
        Item::LonelyCaption => return Err(format!("caption {} has no image beside it", shown(path))),
        Item::Link => return Err(format!("{} is a symbolic link", shown(path))),
        Item::Nameless => return Err(format!("the name {} is not UTF-8", shown(path))),
    }
    let stem = split(path).map_or(path, |(stem, _)| stem);
    let beside = folder.join(format!("{stem}.txt"));
    match beside.symlink_metadata() {
        Ok(meta) if meta.is_symlink() => return Err(format!("the caption of {} is a symbolic link", shown(path))),
        Ok(meta) if !meta.is_file() => return Err(format!("the caption of {} is not a regular file", shown(path))),
        Ok(meta) if meta.len() > RECORD_LIMIT as u64 + 5 => return Err(oversize(meta.len())),
        Ok(_) => {}
        Err(_) => return Err(format!("{} has no caption ({})", shown(path), shown(&format!("{stem}.txt")))),
    }
    let bytes = read_small(&beside).map_err(|e| format!("the caption of {} cannot be read: {e}", shown(path)))?;
    for part in [path.as_bytes(), b"\0", bytes.len().to_string().as_bytes(), b"\0", &bytes] {
        hash.update(part);
    }
    text_of(&bytes)
}

/// A file's bytes, a little over the limit at most, however long it is by now.
fn read_small(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(RECORD_LIMIT as u64 + 6).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text_of(bytes: &[u8]) -> Result<String, String> {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let body = body.strip_suffix(b"\r\n").or(body.strip_suffix(b"\n")).unwrap_or(body);
    if body.len() > RECORD_LIMIT {
        return Err(oversize(body.len() as u64));
    }
    std::str::from_utf8(body).map(str::to_owned).map_err(|e| bad_utf8(e.valid_up_to()))
}
