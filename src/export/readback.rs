//! Reading an export back: every file digested, and every data file parsed, by other code than what wrote it.

use std::borrow::Cow;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::disk::{Digest, Digesting};
use super::images::open_no_follow;
use super::layout::Form;
use super::manifest::FileEntry;
use super::names::{OWN, plain_path};
use crate::error::{Error, Result};
use crate::model::{Draft, Reject};
use crate::progress::Progress;
use crate::sources::{self, Format, Sink};

/// No line of ours is longer: a text, the raw one and fields, a megabyte each, every byte of the first two as `\u0000`.
const LONGEST_LINE: u64 = 32 << 20;

/// The paths that belong to an export.
pub struct Listed<'a>(Vec<&'a str>);

impl<'a> Listed<'a> {
    pub fn new(paths: impl Iterator<Item = &'a str>) -> Listed<'a> {
        let mut paths: Vec<&str> = paths.collect();
        paths.sort_unstable();
        Listed(paths)
    }

    pub fn has(&self, path: &str) -> bool {
        self.0.binary_search(&path).is_ok()
    }

    /// Whether anything lies in the folder; `below` ends in `/`.
    pub fn holds(&self, below: &str) -> bool {
        let at = self.0.partition_point(|path| *path < below);
        self.0.get(at).is_some_and(|path| path.starts_with(below))
    }
}

/// What a file turned out to be.
pub struct Found {
    pub digest: Digest,
    /// Of a data file, as far as it could be parsed.
    pub records: Option<u64>,
    /// What is wrong inside of a data file.
    pub fault: Option<String>,
}

/// Reads the files of one export.
pub struct ReadBack<'a> {
    folder: &'a Path,
    form: Form,
    listed: &'a Listed<'a>,
    /// Whether images are part of the export, so that each file name must lead to one.
    names_images: bool,
}

impl<'a> ReadBack<'a> {
    pub fn new(folder: &'a Path, form: Form, listed: &'a Listed<'a>, files: &[FileEntry]) -> ReadBack<'a> {
        let is_image = |file: &FileEntry| file.records.is_none() && !OWN.contains(&file.path.as_str());
        ReadBack { folder, form, listed, names_images: form == Form::Json && files.iter().any(is_image) }
    }

    /// Reads the whole file. Fails where it cannot be read, or a symlink lies on the way.
    pub fn read(&self, entry: &FileEntry, progress: &Progress) -> Result<Found> {
        let path = self.place(entry)?;
        let mut file = Digesting::new(open_no_follow(&path)?, progress);
        let parsed = match (entry.records, self.form) {
            (None, _) | (_, Form::Table) => None,
            (_, Form::Json) => Some(self.objects(&mut file, &entry.path)),
            (_, Form::Csv) => Some(rows(&mut file)),
            (_, Form::Text) => Some(lines(&mut file, check_text)),
        };
        let digest = file.finish().map_err(|e| Error::file(&path, e));
        progress.check()?;
        let digest = digest?;
        let parsed = match parsed {
            None if entry.records.is_some() && digest.sha256 == entry.sha256 => Some(table(&path, progress)?),
            parsed => parsed,
        };
        let Parsed { records, fault } = parsed.unwrap_or_default();
        Ok(Found { digest, records: entry.records.map(|_| records), fault })
    }

    /// Where the file lies, with no symlink on the way there.
    fn place(&self, entry: &FileEntry) -> Result<PathBuf> {
        let path = plain_path(&entry.path).map_err(Error::refused)?;
        let mut inside = self.folder.to_owned();
        for part in path.split('/') {
            inside.push(part);
            let meta = fs::symlink_metadata(&inside).map_err(|e| Error::file(&inside, e))?;
            if meta.is_symlink() {
                return Err(Error::refused(format!("{}: is a symlink", inside.display())));
            }
        }
        Ok(inside)
    }

    /// Lines of JSON, each with a text; their file names lead to files of the export.
    fn objects(&self, file: &mut impl Read, path: &str) -> Parsed {
        #[derive(Deserialize)]
        struct Line<'a> {
            #[serde(borrow, rename = "text")]
            _text: Cow<'a, str>,
            #[serde(borrow, default)]
            file_name: Option<Cow<'a, str>>,
        }
        let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        lines(file, |line| {
            let Line { file_name, .. } = serde_json::from_slice(line).map_err(|e| e.to_string())?;
            match file_name {
                _ if !self.names_images => Ok(()),
                None => Err("names no image".to_owned()),
                Some(name) if plain_path(&name).is_ok_and(|name| self.listed.has(&format!("{folder}{name}"))) => Ok(()),
                Some(name) => Err(format!("names an image that is not part of the export: {name}")),
            }
        })
    }
}

/// Records up to the first fault.
#[derive(Default)]
struct Parsed {
    records: u64,
    fault: Option<String>,
}

impl Parsed {
    /// One more record, or the end of them.
    fn step(&mut self, outcome: Result<(), String>) -> bool {
        self.records += 1;
        self.fault = outcome.err().map(|what| format!("record {}: {what}", self.records));
        self.fault.is_none()
    }
}

fn lines(file: &mut impl Read, mut check: impl FnMut(&[u8]) -> Result<(), String>) -> Parsed {
    let mut file = BufReader::with_capacity(1 << 16, file);
    let (mut parsed, mut line) = (Parsed::default(), Vec::new());
    loop {
        line.clear();
        let outcome = match (&mut file).take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) => return parsed,
            Err(e) => Err(e.to_string()),
            Ok(_) => match line.strip_suffix(b"\n") {
                Some(line) => check(line),
                None => Err("has no end of line".to_owned()),
            },
        };
        if !parsed.step(outcome) {
            return parsed;
        }
    }
}

fn check_text(line: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(line).map_err(|e| e.to_string())?;
    if text.trim().is_empty() { Err("is blank".to_owned()) } else { Ok(()) }
}

/// Rows below a header with a text column: a cell may hold line breaks, so lines do not count.
fn rows(file: &mut impl Read) -> Parsed {
    let mut parsed = Parsed::default();
    let mut rows = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(file);
    match rows.byte_headers() {
        Ok(header) if header.iter().any(|name| name == b"text") => {}
        Ok(_) => return Parsed { fault: Some("has no column named text".to_owned()), ..parsed },
        Err(e) => return Parsed { fault: Some(e.to_string()), ..parsed },
    }
    let mut row = csv::ByteRecord::new();
    loop {
        let outcome = match rows.read_byte_record(&mut row) {
            Ok(false) => return parsed,
            Ok(true) if row.iter().all(|cell| std::str::from_utf8(cell).is_ok()) => Ok(()),
            Ok(true) => Err("is not UTF-8".to_owned()),
            Err(e) => Err(e.to_string()),
        };
        if !parsed.step(outcome) {
            return parsed;
        }
    }
}

/// A parquet table, read as an import would read it: under its caps.
fn table(path: &Path, progress: &Progress) -> Result<Parsed> {
    let options = sources::Options {
        format: Some(Format::Parquet),
        text_column: Some("text".to_owned()),
        // None: what the column holds is text to us.
        file_column: Some(String::new()),
        image_root: None,
    };
    match sources::read(path, &options, &mut Watching(progress), &Progress::none()) {
        Ok(report) => Ok(Parsed { records: report.counts.read, fault: None }),
        Err(error) => {
            progress.check()?;
            Ok(Parsed { records: 0, fault: Some(error.to_string()) })
        }
    }
}

/// Forgets the records, and hears a cancel. (A record over the limit of an import is still a record.)
struct Watching<'a>(&'a Progress);

impl Sink for Watching<'_> {
    fn record(&mut self, _: Draft) -> Result<()> {
        self.0.check()
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        self.0.check()
    }
}
