//! Writing: records in, a verified folder out.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use super::disk::{Digest, Digested, create_new};
use super::images::put;
use super::manifest::{Counts, FileEntry, Manifest, Provenance};
use super::names::{Claims, image_path};
use super::rows::changed_since_plan;
use super::staging::Staging;
use super::verify::{check, digest};
use super::{ExportRecord, Plan};
use crate::error::{Error, Result};
use crate::progress::Progress;

/// An export of nothing is a mistake.
pub fn require_records(total: u64) -> Result<()> {
    if total == 0 {
        return Err(Error::refused("there is no record to export").hint("see what the filter leaves with tamis list"));
    }
    Ok(())
}

/// Writes the export that `plan` describes, from the same records in the same order.
///
/// 1. Everything goes into a temporary folder beside `target`, each file synced.
/// 2. All of it is read back and compared with what was written.
/// 3. The folder takes its name in one rename. Before that, an error, a cancel or a kill leaves the target as it was.
///
/// `force` replaces an earlier export and nothing else.
pub fn write(
    plan: &Plan,
    target: &Path,
    records: impl IntoIterator<Item = Result<ExportRecord>>,
    provenance: &Provenance,
    force: bool,
    progress: &Progress,
) -> Result<Manifest> {
    require_records(plan.total)?;
    let staging = Staging::begin(target, force)?;
    let mut folder = Folder::new(plan, staging.path());
    progress.stage("writing", "records", plan.total)?;
    for record in records {
        folder.take(&record?)?;
        progress.add(1)?;
    }
    let mut files = folder.finish()?;
    read_back(&mut files, staging.path(), progress)?;
    let manifest = manifest(plan, files, provenance);
    manifest.save(staging.path())?;
    staging.publish()?;
    Ok(manifest)
}

/// Writes all records as one stream, in the line format of the layout, with a `split` column where there are splits. Returns how many.
pub fn write_stream(
    plan: &Plan,
    out: &mut dyn Write,
    records: impl IntoIterator<Item = Result<ExportRecord>>,
    progress: &Progress,
) -> Result<u64> {
    progress.stage("writing", "records", plan.total)?;
    let mut line = Vec::new();
    plan.stream.header(&mut line);
    let mut count = 0;
    for record in records {
        plan.stream.row(&mut line, &record?, count == 0)?;
        out.write_all(&line)?;
        line.clear();
        count += 1;
        progress.add(1)?;
    }
    out.write_all(&line)?;
    out.flush()?;
    Ok(count)
}

/// The files of an export while they are written.
struct Folder<'a> {
    plan: &'a Plan,
    root: &'a Path,
    open: BTreeMap<String, DataFile>,
    claims: Claims,
    images: Vec<FileEntry>,
    line: Vec<u8>,
}

struct DataFile {
    file: Digested,
    records: u64,
}

impl<'a> Folder<'a> {
    fn new(plan: &'a Plan, root: &'a Path) -> Self {
        Folder { plan, root, open: BTreeMap::new(), claims: Claims::default(), images: Vec::new(), line: Vec::new() }
    }

    fn take(&mut self, record: &ExportRecord) -> Result<()> {
        let path = self.plan.file_of(record.split.as_deref());
        if self.plan.options.places_images() {
            self.place_image(record, &path)?;
        }
        let first = !self.open.contains_key(&path);
        self.line.clear();
        if first {
            self.plan.rows.header(&mut self.line);
        }
        self.plan.rows.row(&mut self.line, record, first)?;
        let data = match self.open.entry(path) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                if !self.plan.files.iter().any(|file| file.path == *entry.key()) {
                    return Err(changed_since_plan());
                }
                let place = place_for(self.root, entry.key())?;
                entry.insert(DataFile { file: Digested::new(create_new(&place)?), records: 0 })
            }
        };
        data.records += 1;
        data.file.write_all(&self.line)?;
        Ok(())
    }

    /// Puts the record's image beside its split's metadata, unless an earlier record brought it.
    fn place_image(&mut self, record: &ExportRecord, metadata: &str) -> Result<()> {
        let (Some(name), Some(image)) = (&record.file_name, &record.image) else { return Err(changed_since_plan()) };
        let beside = metadata.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let path = format!("{beside}{}", image_path(record, name)?);
        if self.claims.claim(&path, image, record)? {
            let Digest { bytes, sha256 } = put(image, &place_for(self.root, &path)?, self.plan.options.images)?;
            self.images.push(FileEntry { path, bytes, records: None, sha256 });
        }
        Ok(())
    }

    /// Syncs everything, and compares the counts with the plan's.
    fn finish(self) -> Result<Vec<FileEntry>> {
        let mut files = self.images;
        for (path, data) in self.open {
            let Digest { bytes, sha256 } = data.file.finish()?;
            files.push(FileEntry { path, bytes, records: Some(data.records), sha256 });
        }
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let written = files.iter().filter_map(|file| Some((file.path.as_str(), file.records?)));
        let planned = self.plan.files.iter().map(|file| (file.path.as_str(), file.records));
        if written.eq(planned) { Ok(files) } else { Err(changed_since_plan()) }
    }
}

/// The place of a file below our own temporary folder, its folders made.
fn place_for(root: &Path, path: &str) -> Result<std::path::PathBuf> {
    let place = root.join(path);
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(|e| Error::file(folder, e))?;
    }
    Ok(place)
}

fn manifest(plan: &Plan, files: Vec<FileEntry>, provenance: &Provenance) -> Manifest {
    Manifest {
        tamis: env!("CARGO_PKG_VERSION").to_owned(),
        layout: plan.options.layout.word().to_owned(),
        created_by: provenance.created_by.clone(),
        counts: Counts { total: plan.total, splits: plan.splits.clone(), on_the_way: provenance.counts.clone() },
        recipe: provenance.recipe.clone(),
        files,
    }
}

/// Every file as the disk gives it back. For a linked image, which nobody has read so far, this is where its digest comes from.
fn read_back(files: &mut [FileEntry], folder: &Path, progress: &Progress) -> Result<()> {
    progress.stage("verifying", "bytes", files.iter().map(|f| f.bytes).sum())?;
    for entry in files {
        if entry.sha256.is_empty() {
            Digest { bytes: entry.bytes, sha256: entry.sha256 } = digest(folder, entry)?;
        } else if let Some(what) = check(folder, entry) {
            return Err(Error::io(format!("{} did not come back as it was written: {what}", entry.path))
                .hint("check the disk and run the export again"));
        }
        progress.add(entry.bytes)?;
    }
    Ok(())
}
