//! `export` and `verify`.

use std::path::Path;

use super::Done;
use super::args;
use super::bar::with_progress;
use super::out::Out;
use crate::display::{bytes, grouped};
use crate::error::Result;
use crate::export::{Images, Layout};
use crate::ops::export::{self, ExportArgs};
use crate::workspace::Workspace;

impl From<args::Layout> for Layout {
    fn from(layout: args::Layout) -> Self {
        match layout {
            args::Layout::Imagefolder => Layout::ImageFolder,
            args::Layout::Jsonl => Layout::Jsonl,
            args::Layout::Txt => Layout::Txt,
            args::Layout::Csv => Layout::Csv,
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
    let export = ExportArgs {
        target: args.target,
        layout: args.layout.into(),
        filter: args.filter,
        images: args.images.map(Into::into),
        with: args.with,
        force: args.force,
    };
    if args.dry_run {
        return dry_run(&mut workspace, &export, out);
    }
    if export.target == Path::new("-") {
        let silent = Out::silent(out);
        let streamed = with_progress(&silent, |progress| export::stream(&mut workspace, &export, &mut out.data(), progress));
        return match streamed {
            // The reader of the pipe has seen enough.
            Err(_) if out.is_closed() => Ok(Done::All),
            streamed => streamed.map(|_| Done::All),
        };
    }
    let report = with_progress(out, |progress| export::export(&mut workspace, &export, progress))?;
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    for file in report.manifest.files.iter().filter(|f| f.records.is_some()) {
        out.note(format!("{}  {} records, {}", file.path, grouped(file.records.unwrap_or(0)), bytes(file.bytes)))?;
    }
    let images = report.manifest.files.iter().filter(|f| f.records.is_none()).count();
    if images > 0 {
        out.note(format!("{} images", grouped(images as u64)))?;
    }
    out.note(format!("wrote and verified {} records in {}", grouped(report.records()), report.target))?;
    out.note(format!("sha256 of the manifest: {}", report.digest))?;
    Ok(Done::All)
}

fn dry_run(workspace: &mut Workspace, args: &ExportArgs, out: &mut Out) -> Result<Done> {
    let plan = with_progress(out, |progress| export::plan(workspace, args, progress))?;
    if out.json {
        out.json(&plan)?;
        return Ok(Done::All);
    }
    out.line(format!("would write {} records to {} as {}:", grouped(plan.records), plan.target, plan.layout))?;
    for file in &plan.files {
        out.line(format!("  {}  {} records", file.path, grouped(file.records)))?;
    }
    if plan.images > 0 {
        out.line(format!("  {} images ({}) by {}", grouped(plan.images), bytes(plan.image_bytes), plan.images_by))?;
    }
    out.line("  manifest.json")?;
    Ok(Done::All)
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
            "{} files with {} records and {} read; {} problems",
            grouped(report.files),
            grouped(report.records),
            bytes(report.bytes),
            report.problems.len()
        ))?;
    }
    Ok(if report.is_ok() { Done::All } else { Done::Blocked })
}
