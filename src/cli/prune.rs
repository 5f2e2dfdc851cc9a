//! `prune`: what would go, what went, what came back.

use super::Done;
use super::args;
use super::bar::with_progress;
use super::out::Out;
use crate::display::{bytes, counted};
use crate::error::{Error, Result};
use crate::ops::prune::{self, PrunePlan, PruneReport, RestoreReport, SkippedFile};
use crate::workspace::Workspace;

/// Kept records without their image that are spelled out.
const SHOWN: usize = 20;

pub fn run(args: &args::Prune, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open_to_read(&args.workspace)?;
    let root = args.images.as_deref();
    if args.restore {
        let report = with_progress(out, |progress| prune::restore(&mut workspace, root, progress))?;
        if out.json {
            out.json(&report)?
        } else {
            print_restored(&report, out)?
        }
        return done(report.stopped);
    }
    let plan = with_progress(out, |progress| prune::plan(&mut workspace, root, progress))?;
    if args.dry_run {
        if out.json {
            out.json(&plan)?
        } else {
            print_plan(&plan, out)?
        }
        return Ok(Done::All);
    }
    let report = with_progress(out, |progress| prune::apply(&mut workspace, &plan, progress))?;
    match out.json {
        true => out.json(&serde_json::json!({
            "files": report.files, "bytes": report.bytes, "roots": report.roots, "stopped": report.stopped,
            "left_out": plan.left_out, "gone": plan.gone,
        }))?,
        false => print_report(&report, &plan, out)?,
    }
    done(report.stopped)
}

/// Cancelled is cancelled, though something was done.
fn done(stopped: bool) -> Result<Done> {
    if !stopped {
        return Ok(Done::All);
    }
    let mut error = Error::interrupted();
    error.message = "cancelled; each file is in its place or in the trash".to_owned();
    Err(error.hint("`tamis prune WORKSPACE --restore` brings back what was moved"))
}

fn print_plan(plan: &PrunePlan, out: &mut Out) -> Result<()> {
    for root in &plan.roots {
        for file in &root.files {
            out.line(format!("{}/{}", root.root, file.path))?;
        }
        print_skipped(&root.skipped, out)?;
        let would = counted(root.files.len() as u64, "image file");
        out.note(format!("{}: would move {would} of {} ({})", root.root, root.images, bytes(root.bytes)))?;
    }
    print_around(plan, out)
}

fn print_report(report: &PruneReport, plan: &PrunePlan, out: &mut Out) -> Result<()> {
    for root in &report.roots {
        print_skipped(&root.skipped, out)?;
        let files = counted(root.files, "image file");
        match &root.trash {
            Some(trash) => out.note(format!("moved {files} ({}) to {trash}", bytes(root.bytes)))?,
            None => out.note(format!("{}: nothing to move", root.root))?,
        }
    }
    print_around(plan, out)
}

/// What a plan says besides the files.
fn print_around(plan: &PrunePlan, out: &mut Out) -> Result<()> {
    print_skipped(&plan.left_out, out)?;
    for gone in plan.gone.iter().take(SHOWN) {
        out.line(format!("record {} of {}: {} is not there", gone.id, gone.source, gone.path))?;
    }
    match plan.gone.len() as u64 {
        0 => Ok(()),
        n => out.note(format!("{} without an image file", counted(n, "kept record"))),
    }
}

fn print_restored(report: &RestoreReport, out: &mut Out) -> Result<()> {
    for root in &report.roots {
        print_skipped(&root.skipped, out)?;
        out.note(format!("{}: {} brought back", root.root, counted(root.files, "file")))?;
    }
    if report.roots.is_empty() {
        out.note("no source has an image root")?;
    }
    Ok(())
}

fn print_skipped(skipped: &[SkippedFile], out: &mut Out) -> Result<()> {
    skipped.iter().try_for_each(|file| out.line(format!("left: {}: {}", file.path, file.why)))
}
