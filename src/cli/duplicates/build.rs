//! `duplicates build`.

use std::path::Path;

use crate::cli::Done;
use crate::cli::bar::with_progress;
use crate::cli::folders::folders;
use crate::cli::out::Out;
use crate::display::{grouped, score};
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
        "{} records with {} different texts; {} pairs of these are at {} or above ({})",
        grouped(report.records),
        grouped(report.nodes),
        grouped(report.edges),
        score(report.floor),
        report.method,
    ))?;
    if report.embedded > 0 {
        out.note(format!("embedded {} texts", grouped(report.embedded)))?;
    }
    if report.reused > 0 {
        out.note(format!("the pairs among {} texts were known already", grouped(report.reused)))?;
    }
    if let Some(strongest) = report.capped {
        out.note(format!("capped: of each text, the {strongest} strongest pairs are kept, and all that clusters are made of"))?;
    }
    Ok(Done::All)
}
