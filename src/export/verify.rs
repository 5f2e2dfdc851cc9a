//! Verifying: a folder read back byte by byte against its manifest.

use std::path::Path;

use super::Layout;
use super::disk::Digest;
use super::layout::Form;
use super::manifest::{FileEntry, Manifest};
use super::names::{MANIFEST, form_of};
use super::readback::{Found, Listed, ReadBack};
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

/// Checks every file of an export: there, not a symlink, with its bytes, digest and number of records, each record a whole one and each
/// file name in it a file of the export; and nothing else in the folder.
pub fn verify(folder: &Path, progress: &Progress) -> Result<VerifyReport> {
    let manifest = Manifest::load(folder)?;
    let form = form_of(&manifest.layout).ok_or_else(|| unknown_layout(&manifest.layout))?;
    progress.stage("verifying", "bytes", manifest.files.iter().map(|f| f.bytes).sum())?;
    let mut report = VerifyReport { records: manifest.counts.total, ..VerifyReport::default() };
    let listed = listed(&manifest.files);
    let reader = ReadBack::new(folder, form, &listed, &manifest.files);
    for entry in &manifest.files {
        report.files += 1;
        report.bytes += entry.bytes;
        if let Some(what) = check(&reader, entry, progress)? {
            report.problems.push(Problem { path: entry.path.clone(), what });
        }
    }
    let counted: u64 = manifest.files.iter().filter_map(|f| f.records).sum();
    if counted != manifest.counts.total {
        let what = format!("its files hold {counted} records, its total is {}", manifest.counts.total);
        report.problems.push(Problem { path: MANIFEST.to_owned(), what });
    }
    if let Some(twice) = listed_twice(&manifest.files) {
        report.problems.push(Problem { path: twice.to_owned(), what: "stands in the manifest twice".to_owned() });
    }
    if let Some(path) = foreign(folder, &listed)? {
        report.problems.push(Problem { path, what: "is not in the manifest".to_owned() });
    }
    Ok(report)
}

/// The first path that two entries have.
fn listed_twice(files: &[FileEntry]) -> Option<&str> {
    let mut seen = std::collections::BTreeSet::new();
    files.iter().map(|file| file.path.as_str()).find(|path| !seen.insert(*path))
}

/// Reads everything as the disk gives it back, before there is a manifest. For a linked image, which nobody has read so far, this is where
/// its digest comes from.
pub(super) fn read_back(files: &mut [FileEntry], layout: Layout, folder: &Path, progress: &Progress) -> Result<()> {
    progress.stage("verifying", "bytes", files.iter().map(|f| f.bytes).sum())?;
    let nothing = Listed::new(std::iter::empty());
    let is_linked: Vec<bool> = files.iter().map(|file| file.sha256.is_empty()).collect();
    for entry in files.iter_mut().filter(|file| file.sha256.is_empty()) {
        let Found { digest, .. } = ReadBack::new(folder, Form::Text, &nothing, &[]).read(entry, progress)?;
        Digest { bytes: entry.bytes, sha256: entry.sha256 } = digest;
    }
    let listed = listed(files);
    let reader = ReadBack::new(folder, layout.form(), &listed, files);
    for (entry, _) in files.iter().zip(is_linked).filter(|(_, is_linked)| !is_linked) {
        if let Some(what) = check(&reader, entry, progress)? {
            return Err(Error::io(format!("{} did not come back as it was written: {what}", entry.path))
                .hint("check the disk and run the export again"));
        }
    }
    Ok(())
}

/// The first thing in the folder that is not part of the export, if any.
pub(super) fn foreign_to(manifest: &Manifest, folder: &Path) -> Result<Option<String>> {
    foreign(folder, &listed(&manifest.files))
}

fn listed(files: &[FileEntry]) -> Listed<'_> {
    Listed::new(files.iter().map(|file| file.path.as_str()).chain([MANIFEST]))
}

fn unknown_layout(layout: &str) -> Error {
    Error::refused(format!("the manifest names a layout that this tamis does not know: {layout}"))
        .hint("it may be of a newer tamis: use that one")
}

/// What is wrong with a file, if anything.
fn check(reader: &ReadBack<'_>, entry: &FileEntry, progress: &Progress) -> Result<Option<String>> {
    let Found { digest, records, fault } = match reader.read(entry, progress) {
        Ok(found) => found,
        Err(error) if error.is_interrupted() => return Err(error),
        Err(error) => return Ok(Some(error.to_string())),
    };
    let of = |n: Option<u64>| n.map_or("no".to_owned(), |n| n.to_string());
    Ok(if digest.bytes != entry.bytes {
        Some(format!("{} bytes instead of {}", digest.bytes, entry.bytes))
    } else if digest.sha256 != entry.sha256 {
        Some("its content is not what was written".to_owned())
    } else if fault.is_some() {
        fault
    } else if records != entry.records {
        Some(format!("{} records instead of {}", of(records), of(entry.records)))
    } else {
        None
    })
}
