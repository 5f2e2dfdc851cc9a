//! Verifying: a folder read back byte by byte against its manifest.

use std::fs;
use std::io::{BufReader, Read};
use std::path::Path;

use super::disk::Digest;
use super::images::open_no_follow;
use super::manifest::{FileEntry, Manifest};
use super::names::{MANIFEST, plain_path};
use super::staging::foreign;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// Something that is not as the manifest says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    pub path: String,
    /// In a few words.
    pub what: String,
}

/// What a check of a whole folder found.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct VerifyReport {
    /// Files read, and their bytes as the manifest gives them.
    pub files: u64,
    pub bytes: u64,
    /// Records as the manifest counts them.
    pub records: u64,
    pub problems: Vec<Problem>,
}

impl VerifyReport {
    pub fn is_ok(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Checks every file of an export: there, not a symlink, with its bytes, digest and number of records; and nothing else in the folder.
pub fn verify(folder: &Path, progress: &Progress) -> Result<VerifyReport> {
    let manifest = Manifest::load(folder)?;
    progress.stage("verifying", "bytes", manifest.files.iter().map(|f| f.bytes).sum())?;
    let mut report = VerifyReport { records: manifest.counts.total, ..VerifyReport::default() };
    for entry in &manifest.files {
        report.files += 1;
        report.bytes += entry.bytes;
        if let Some(what) = check(folder, entry) {
            report.problems.push(Problem { path: entry.path.clone(), what });
        }
        progress.add(entry.bytes)?;
    }
    let counted: u64 = manifest.files.iter().filter_map(|f| f.records).sum();
    if counted != manifest.counts.total {
        let what = format!("its files hold {counted} records, its total is {}", manifest.counts.total);
        report.problems.push(Problem { path: MANIFEST.to_owned(), what });
    }
    let ours = manifest.files.into_iter().map(|f| f.path).chain([MANIFEST.to_owned()]).collect();
    if let Some(path) = foreign(folder, &ours)? {
        report.problems.push(Problem { path, what: "is not in the manifest".to_owned() });
    }
    Ok(report)
}

/// What is wrong with a file, if anything.
pub(super) fn check(folder: &Path, entry: &FileEntry) -> Option<String> {
    let path = match plain_path(&entry.path) {
        Ok(path) => path,
        Err(why) => return Some(why.to_owned()),
    };
    match read(folder, &path, entry) {
        Err(error) => Some(error.to_string()),
        Ok((digest, _)) if digest.bytes != entry.bytes => Some(format!("{} bytes instead of {}", digest.bytes, entry.bytes)),
        Ok((digest, _)) if digest.sha256 != entry.sha256 => Some("its content is not what was written".to_owned()),
        Ok((_, records)) if records != entry.records => {
            let of = |n: Option<u64>| n.map_or("no".to_owned(), |n| n.to_string());
            Some(format!("{} records instead of {}", of(records), of(entry.records)))
        }
        Ok(_) => None,
    }
}

fn read(folder: &Path, path: &str, entry: &FileEntry) -> Result<(Digest, Option<u64>)> {
    let mut inside = folder.to_owned();
    for part in path.split('/') {
        inside.push(part);
        let meta = fs::symlink_metadata(&inside).map_err(|e| Error::file(&inside, e))?;
        if meta.is_symlink() {
            return Err(Error::refused(format!("{}: is a symlink", inside.display())));
        }
    }
    let mut file = Counting { file: BufReader::new(open_no_follow(&inside)?), lines: 0 };
    let digest = Digest::of(&mut file).map_err(|e| Error::file(&inside, e))?;
    let records = match entry.records {
        Some(_) if path.ends_with(".csv") => Some(count_rows(&inside)?),
        Some(_) => Some(file.lines),
        None => None,
    };
    Ok((digest, records))
}

/// What lies there now.
pub(super) fn digest(folder: &Path, entry: &FileEntry) -> Result<Digest> {
    read(folder, &entry.path, entry).map(|(digest, _)| digest)
}

/// Rows below the header: a cell may hold line breaks, so lines do not count.
fn count_rows(path: &Path) -> Result<u64> {
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(open_no_follow(path)?);
    let mut row = csv::ByteRecord::new();
    let mut count = 0;
    while rows.read_byte_record(&mut row).map_err(|e| Error::io(path.display().to_string()).caused_by(e))? {
        count += 1;
    }
    Ok(count)
}

/// Counts line feeds on the way.
struct Counting<R> {
    file: R,
    lines: u64,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.lines += memchr::memchr_iter(b'\n', &buffer[..n]).count() as u64;
        Ok(n)
    }
}
