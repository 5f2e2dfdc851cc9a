//! The image files that the kept records name: there, readable, images, each named once.
//!
//! Looked at as an export takes them: beneath the image root of the source (a link in the root's own path is followed, one beneath it is
//! not). Only the first bytes of a file are read. One folder and a file for each thread are open at a time.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::report::{either, records};
use super::scope::Scope;
use super::{CheckRow, Name, Verdict};
use crate::error::Result;
use crate::export::plain_path;
use crate::model::RecordId;
use crate::ops::images::Images;
use crate::progress::Progress;
use crate::prune::{Folder, folder::Kind};
use crate::sources;

/// Bytes by which an image is told.
const PREFIX: u64 = 512;
/// Files looked at between two looks at the cancel flag.
const BATCH: usize = 1024;

pub(super) fn files(scope: &Scope<'_>, progress: &Progress) -> Result<CheckRow> {
    let images = scope.images(progress)?;
    let files = Files::of(scope, images);
    if files.count == 0 && files.rootless.is_empty() {
        return Ok(CheckRow::ready(Name::Files, "no kept record names an image file"));
    }
    let looks = files.look(images, progress)?;
    Ok(Findings::of(&files, &looks).row(scope, images))
}

/// The image files that records name, each once.
struct Files<'a> {
    /// By source and folder: the files in it.
    folders: BTreeMap<(usize, String), BTreeMap<String, Vec<RecordId>>>,
    count: u64,
    /// Records whose source has no image folder, or whose name leads out of it.
    rootless: Vec<RecordId>,
    images: &'a Images,
}

impl<'a> Files<'a> {
    fn of(scope: &Scope<'_>, images: &'a Images) -> Files<'a> {
        let mut files = Files { folders: BTreeMap::new(), count: 0, rootless: Vec::new(), images };
        for named in images.iter(scope.columns) {
            let record = scope.id(named.position);
            let has_root = images.sources.get(named.source).is_some_and(|place| place.given.is_some());
            let Some(path) = plain_path(named.name).ok().filter(|_| has_root) else {
                files.rootless.push(record);
                continue;
            };
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
            let folder = files.folders.entry((named.source, folder.to_owned())).or_default();
            let records = folder.entry(name.to_owned()).or_default();
            files.count += u64::from(records.is_empty());
            records.push(record);
        }
        files
    }

    /// Looks at every file; in the order of `folders`.
    fn look(&self, images: &Images, progress: &Progress) -> Result<Vec<Look>> {
        progress.stage("looking at image files", "files", self.count)?;
        let mut roots: FxHashMap<usize, io::Result<Folder>> = FxHashMap::default();
        let mut looks = Vec::with_capacity(self.count as usize);
        for ((source, path), files) in &self.folders {
            let root = roots.entry(*source).or_insert_with(|| {
                let place = images.sources.get(*source).and_then(|place| place.root.as_deref());
                place.map_or_else(|| Err(io::ErrorKind::NotFound.into()), Folder::open)
            });
            let folder = match root {
                Ok(root) => root.below(Path::new(path)),
                Err(error) => Err(error.kind().into()),
            };
            let names: Vec<&String> = files.keys().collect();
            for batch in names.chunks(BATCH) {
                looks.par_extend(batch.par_iter().map(|name| match &folder {
                    Ok(folder) => look_at(folder, OsStr::new(name)),
                    Err(error) => Look::unopened(error),
                }));
                progress.add(batch.len() as u64)?;
            }
        }
        Ok(looks)
    }

    /// Every file with its source, its path, and the records that name it; in the order of looks.
    fn iter(&self) -> impl Iterator<Item = (usize, String, &[RecordId])> {
        self.folders.iter().flat_map(|((source, folder), files)| {
            let path = move |name: &String| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            files.iter().map(move |(name, records)| (*source, path(name), records.as_slice()))
        })
    }
}

/// What was found behind the name of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Missing,
    /// A symbolic link, there or on the way.
    Linked,
    NotAFile,
    Unreadable,
    NotAnImage,
    /// By device and inode: two names of one file have the same.
    Image(u64, u64),
}

impl Look {
    /// Of a file whose folder cannot be opened: a link in the place of a folder is none.
    fn unopened(error: &io::Error) -> Look {
        match error.kind() {
            io::ErrorKind::NotFound => Look::Missing,
            io::ErrorKind::PermissionDenied => Look::Unreadable,
            _ => Look::Linked,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Look::Missing => "missing",
            Look::Linked => "behind a symbolic link, which an export does not follow",
            Look::NotAFile => "no regular file",
            Look::Unreadable => "not to be read",
            Look::NotAnImage => "no PNG, JPEG, WebP or GIF image",
            Look::Image(..) => "an image",
        }
    }
}

fn look_at(folder: &Folder, name: &OsStr) -> Look {
    match folder.look(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Look::Missing,
        Err(_) => return Look::Unreadable,
        Ok(found) => match found.kind {
            Kind::Link => return Look::Linked,
            Kind::Folder | Kind::Other => return Look::NotAFile,
            Kind::File => {}
        },
    }
    let mut prefix = Vec::with_capacity(PREFIX as usize);
    let Ok(file) = folder.file(name) else { return Look::Unreadable };
    let identity = rustix::fs::fstat(&file);
    match (identity, file.take(PREFIX).read_to_end(&mut prefix)) {
        // The types of these fields differ from system to system.
        #[allow(clippy::unnecessary_cast, reason = "other systems have other types")]
        (Ok(stat), Ok(_)) if sources::is_image(&prefix) => Look::Image(stat.st_dev as u64, stat.st_ino as u64),
        (Ok(_), Ok(_)) => Look::NotAnImage,
        _ => Look::Unreadable,
    }
}

/// What the looks come to.
#[derive(Default)]
struct Findings {
    images: u64,
    /// Files by what is wrong with them, with the first.
    wrong: BTreeMap<Look, (u64, String)>,
    wrong_records: Vec<RecordId>,
    /// Sources of which not a single image is there, and their records.
    absent: Vec<(usize, u64)>,
    absent_records: Vec<RecordId>,
    /// Files that go by two names, or belong to two sources: how many, and the first with both.
    double: u64,
    first_double: Option<(String, String)>,
    double_records: Vec<RecordId>,
    rootless: Vec<RecordId>,
}

impl Findings {
    fn of(files: &Files<'_>, looks: &[Look]) -> Findings {
        let mut found = Findings { rootless: files.rootless.clone(), ..Findings::default() };
        let mut any_there: FxHashMap<usize, bool> = FxHashMap::default();
        for ((source, ..), look) in files.iter().zip(looks) {
            *any_there.entry(source).or_default() |= *look != Look::Missing;
        }
        let mut known: FxHashMap<(u64, u64), (usize, String, bool)> = FxHashMap::default();
        for ((source, path, records), &look) in files.iter().zip(looks) {
            match look {
                Look::Image(device, inode) => {
                    found.images += 1;
                    let spelled = spelled(files.images, source, &path);
                    let (_, first, is_double) = known.entry((device, inode)).or_insert((source, spelled.clone(), false));
                    if *first != spelled {
                        found.double += u64::from(!*is_double);
                        *is_double = true;
                        found.double_records.extend(records);
                        found.first_double.get_or_insert_with(|| (first.clone(), spelled));
                    }
                }
                Look::Missing if !any_there.get(&source).copied().unwrap_or(false) => {
                    found.absent_records.extend(records);
                    match found.absent.last_mut().filter(|(last, _)| *last == source) {
                        Some((_, count)) => *count += 1,
                        None => found.absent.push((source, 1)),
                    }
                }
                wrong => {
                    found.wrong_records.extend(records);
                    found.wrong.entry(wrong).or_insert_with(|| (0, spelled(files.images, source, &path))).0 += 1;
                }
            }
        }
        found
    }

    fn row(self, scope: &Scope<'_>, images: &Images) -> CheckRow {
        let needs_images = scope.asked.with_images;
        let mut words = Vec::new();
        let mut behind = self.wrong_records;
        let mut verdict = if behind.is_empty() { Verdict::Ready } else { Verdict::Blocked };
        for (look, (count, first)) in &self.wrong {
            words.push(format!("{} {} (the first: {first})", either(*count, "file is", "files are"), look.words()));
        }
        for (source, count) in &self.absent {
            verdict = verdict.max(if needs_images { Verdict::Blocked } else { Verdict::Attention });
            let place = images.sources.get(*source);
            let (name, root) = place.map_or(("", "".into()), |place| {
                (&place.source, place.given.as_deref().map(Path::to_string_lossy).unwrap_or_default())
            });
            words.push(format!("not one of {} of {name} is there, in {root}", either(*count, "image", "images")));
        }
        if !self.rootless.is_empty() {
            verdict = verdict.max(if needs_images { Verdict::Blocked } else { Verdict::Attention });
            let count = records(self.rootless.len() as u64);
            words.push(format!("{count} with a name of an image, and no folder that it is in: `tamis import … --images DIR`"));
        }
        if behind.is_empty() {
            behind = self.absent_records;
            behind.extend(&self.rootless);
        }
        if let Some((first, second)) = &self.first_double {
            verdict = verdict.max(Verdict::Attention);
            let count = either(self.double, "image file is named twice", "image files are named twice");
            words.push(format!("{count} (the first: {first} and {second})"));
        }
        if behind.is_empty() {
            behind = self.double_records;
        }
        behind.sort_unstable();
        let count = behind.len() as u64;
        match verdict {
            Verdict::Ready => {
                let files = either(self.images, "image file is there", "image files are there");
                CheckRow::ready(Name::Files, format!("{files}, each named once"))
            }
            Verdict::Attention => CheckRow::attention(Name::Files, count, words.join("; ")).behind(behind),
            Verdict::Blocked => CheckRow::blocked(Name::Files, count, words.join("; ")).behind(behind),
        }
    }
}

/// A file as messages name it.
fn spelled(images: &Images, source: usize, path: &str) -> String {
    let name = images.sources.get(source).map_or("", |place| &place.source);
    format!("{path} of {name}")
}
