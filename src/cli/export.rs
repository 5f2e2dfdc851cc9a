//! `export` and `verify`.

use std::path::Path;

use super::Done;
use super::args;
use super::bar::with_progress;
use super::folders::folders;
use super::out::Out;
use crate::display::{bytes, counted, grouped};
use crate::error::Result;
use crate::export::{About, FieldChoice, Images, Layout};
use crate::ops::export::{self, ExportArgs, ExportReport};
use crate::workspace::Workspace;

impl From<args::Layout> for Layout {
    fn from(layout: args::Layout) -> Self {
        match layout {
            args::Layout::Imagefolder => Layout::ImageFolder,
            args::Layout::Jsonl => Layout::Jsonl,
            args::Layout::Txt => Layout::Txt,
            args::Layout::Csv => Layout::Csv,
            args::Layout::Parquet => Layout::Parquet,
            args::Layout::Kohya => Layout::Kohya,
            args::Layout::Kaggle => Layout::Kaggle,
        }
    }
}

impl From<args::Images> for Images {
    fn from(images: args::Images) -> Self {
        match images {
            args::Images::Link => Images::Link,
            args::Images::Copy => Images::Copy,
            args::Images::None => Images::None,
        }
    }
}

pub fn export(args: args::Export, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open_to_read(&args.workspace)?;
    let dry_run = args.dry_run;
    let export = typed(args)?;
    if dry_run {
        return plan(&mut workspace, &export, out);
    }
    if export.target == Path::new("-") {
        return stream(&mut workspace, &export, out);
    }
    let report = with_progress(out, |progress| export::export(&mut workspace, &export, progress))?;
    if out.json {
        out.json(&report)?;
    } else {
        written(&report, out)?;
    }
    Ok(Done::All)
}

fn typed(args: args::Export) -> Result<ExportArgs> {
    Ok(ExportArgs {
        target: args.target,
        layout: args.layout.into(),
        filter: args.filter,
        snapshot: args.snapshot,
        images: args.images.map(Into::into),
        with: args.with,
        fields: FieldChoice::from_words(&args.fields),
        prefix_sources: args.prefix_sources,
        about: About { title: args.title, id: args.id, licence: args.licence },
        despite: args.despite,
        folders: folders()?,
        force: args.force,
    })
}

fn stream(workspace: &mut Workspace, args: &ExportArgs, out: &mut Out) -> Result<Done> {
    let silent = Out::silent(out);
    let streamed = with_progress(&silent, |progress| export::stream(workspace, args, &mut out.data(), progress));
    match streamed {
        // The reader of the pipe has seen enough.
        Err(_) if out.is_closed() => Ok(Done::All),
        streamed => streamed.map(|_| Done::All),
    }
}

fn written(report: &ExportReport, out: &mut Out) -> Result<()> {
    let files = &report.manifest.files;
    let captions = report.manifest.layout == Layout::Kohya.word();
    for file in files.iter().filter(|f| f.records.is_some() && !captions) {
        out.note(format!("{}  {} records, {}", file.path, grouped(file.records.unwrap_or(0)), bytes(file.bytes)))?;
    }
    if captions {
        out.note(format!("{} caption files", grouped(files.iter().filter(|f| f.records.is_some()).count() as u64)))?;
    }
    if report.images > 0 {
        out.note(format!("{} images", grouped(report.images)))?;
    }
    for warning in &report.warnings {
        out.note(format!("warning: {warning}"))?;
    }
    if !report.manifest.overridden.is_empty() {
        out.note(format!("blocked checks overridden: {}", report.manifest.overridden.join(", ")))?;
    }
    out.note(format!("wrote and verified {} records in {}", grouped(report.records()), report.target))?;
    out.note(format!("sha256 of the manifest: {}", report.digest))
}

fn plan(workspace: &mut Workspace, args: &ExportArgs, out: &mut Out) -> Result<Done> {
    let plan = with_progress(out, |progress| export::plan(workspace, args, progress))?;
    let done = if plan.blocked.is_empty() { Done::All } else { Done::Blocked };
    if out.json {
        out.json(&plan)?;
        return Ok(done);
    }
    out.line(format!("would write {} records to {} as {}:", grouped(plan.records), plan.target, plan.layout))?;
    for file in &plan.files {
        out.line(format!("  {}  {} records", file.path, grouped(file.records)))?;
    }
    if plan.images > 0 {
        out.line(format!("  {} images ({}) by {}", grouped(plan.images), bytes(plan.image_bytes), plan.images_by))?;
    }
    for file in &plan.own_files {
        out.line(format!("  {file}"))?;
    }
    for warning in &plan.warnings {
        out.line(format!("warning: {warning}"))?;
    }
    for check in plan.checks.iter().filter(|check| check.verdict == "blocked") {
        let how = if plan.overridden.contains(&check.name) { "overridden" } else { "blocked" };
        out.line(format!("{how}: {}: {}", check.name, check.detail))?;
    }
    Ok(done)
}

pub fn verify(args: args::Verify, out: &mut Out) -> Result<Done> {
    let report = with_progress(out, |progress| export::verify(&args.target, progress))?;
    if out.json {
        out.json(&report)?;
    } else {
        for problem in &report.problems {
            out.line(format!("{}: {}", problem.path, problem.what))?;
        }
        out.note(format!(
            "{} with {} and {} read; {}",
            counted(report.files, "file"),
            counted(report.records, "record"),
            bytes(report.bytes),
            counted(report.problems.len() as u64, "problem")
        ))?;
    }
    Ok(if report.is_ok() { Done::All } else { Done::Blocked })
}
