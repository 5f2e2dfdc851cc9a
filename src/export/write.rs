//! Writing: records in, a verified folder out.

use std::io::Write;
use std::path::Path;

use super::folder::Folder;
use super::manifest::{Counts, FileEntry, Manifest};
use super::names::{CARD, KAGGLE};
use super::provenance::Provenance;
use super::staging::Staging;
use super::verify::{foreign_to, read_back};
use super::{ExportRecord, Layout, Plan, card, kaggle};
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
/// 2. All of it is read back, parsed, and compared with what was written; nothing else may lie there.
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
    if plan.options.layout.has_card() {
        folder.add(CARD, card::readme(plan, provenance).as_bytes())?;
    }
    if plan.options.layout == Layout::Kaggle {
        folder.add(KAGGLE, &kaggle::metadata(plan, provenance)?)?;
    }
    let mut files = folder.finish()?;
    read_back(&mut files, plan.options.layout, staging.path(), progress)?;
    let manifest = manifest(plan, files, provenance);
    manifest.save(staging.path())?;
    if let Some(path) = foreign_to(&manifest, staging.path())? {
        return Err(Error::io(format!("`{path}` turned up in the folder while it was written")).hint("run the export again"));
    }
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

fn manifest(plan: &Plan, files: Vec<FileEntry>, provenance: &Provenance) -> Manifest {
    Manifest {
        tamis: env!("CARGO_PKG_VERSION").to_owned(),
        layout: plan.options.layout.word().to_owned(),
        created_by: provenance.created_by.clone(),
        content: provenance.content.clone(),
        counts: Counts { total: plan.total, splits: plan.splits.clone(), on_the_way: provenance.counts.clone() },
        recipe: provenance.recipe.clone(),
        lineage: provenance.lineage.as_ref().map(|section| section.value.clone()),
        certificate: provenance.certificate.as_ref().map(|section| section.value.clone()),
        checks: provenance.checks.clone(),
        overridden: provenance.overridden.clone(),
        files,
    }
}
