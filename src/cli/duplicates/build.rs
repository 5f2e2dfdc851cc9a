//! `duplicates build`.

use std::path::Path;

use crate::cli::Done;
use crate::cli::bar::with_progress;
use crate::cli::folders::folders;
use crate::cli::out::Out;
use crate::display::{counted, score};
use crate::error::Result;
use crate::ops::duplicates::{self, Wish};
use crate::workspace::Workspace;

pub fn build(path: &Path, wish: &Wish, out: &mut Out) -> Result<Done> {
    let folders = folders()?;
    let mut workspace = Workspace::open(path)?;
    let report = with_progress(out, |progress| duplicates::build(&mut workspace, wish, &folders, progress))?;
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    out.note(format!(
        "{} with {}; {} of these at {} or above ({})",
        counted(report.records, "record"),
        counted(report.nodes, "different text"),
        counted(report.edges, "pair"),
        score(report.floor),
        report.method,
    ))?;
    if report.embedded > 0 {
        out.note(format!("embedded {}", counted(report.embedded, "text")))?;
    }
    if report.reused > 0 {
        out.note(format!("the pairs among {} were known already", counted(report.reused, "text")))?;
    }
    if let Some(strongest) = report.capped {
        out.note(format!("capped: of each text, the {strongest} strongest pairs are kept, and all that clusters are made of"))?;
    }
    Ok(Done::All)
}
