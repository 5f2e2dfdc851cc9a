//! `check`: a line for each, with the command that lists the records behind it.

use super::Done;
use super::args;
use super::bar::with_progress;
use super::commands::threshold;
use super::folders::folders;
use super::out::Out;
use crate::error::Result;
use crate::model::Lens;
use crate::ops::CommandLine;
use crate::ops::check::{self, Asked, CheckReport, Depth, Name, Verdict};
use crate::workspace::Workspace;

pub fn run(args: args::Check, out: &mut Out) -> Result<Done> {
    let asked = Asked {
        only: args.only.iter().map(|word| Name::parse(word)).collect::<Result<_>>()?,
        depth: if args.quick { Depth::Quick } else { Depth::Full },
        threshold: args.threshold.as_deref().map(threshold).transpose()?,
        lens: args.lens.map(Lens::from),
        // Only the semantic lens misses them, and says so.
        folders: Some(folders().unwrap_or_default()),
        snapshot: args.snapshot,
        with_images: false,
    };
    let mut workspace = Workspace::open_to_read(&args.workspace)?;
    let report = with_progress(out, |progress| check::check_as(&mut workspace, &asked, progress))?;
    if out.json {
        out.json(&report)?;
    } else {
        print(&report, &workspace, asked.snapshot.as_deref(), out)?;
    }
    Ok(if report.verdict == Verdict::Blocked { Done::Blocked } else { Done::All })
}

fn print(report: &CheckReport, workspace: &Workspace, snapshot: Option<&str>, out: &mut Out) -> Result<()> {
    for row in &report.checks {
        out.line(format!("{:<9}  {}: {}", row.verdict.word(), row.check, row.detail))?;
        // A list is of the present state; ids are the same in every version.
        if let Some(filter) = row.filter.as_ref().filter(|_| snapshot.is_none()) {
            out.line(format!("           {}", CommandLine::new("list", workspace).arg(filter)))?;
        }
    }
    Ok(())
}
