//! `pairs export|import`: the similarity graph as parquet.

use std::path::Path;

use super::Done;
use super::args::Pairs;
use super::bar::with_progress;
use super::out::Out;
use crate::display::{counted, grouped, score};
use crate::error::Result;
use crate::model::Lens;
use crate::ops::{pairs, query};
use crate::workspace::Workspace;

pub fn run(command: Pairs, out: &mut Out) -> Result<Done> {
    match command {
        Pairs::Export { workspace, file, lens } => export(&workspace, &file, lens.into(), out),
        Pairs::Import { workspace, file, lens, floor } => import(&workspace, &file, lens.into(), floor, out),
    }
}

fn export(path: &Path, file: &Path, lens: Lens, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open_to_read(path)?;
    let report = with_progress(out, |progress| {
        let columns = query::columns(&mut workspace, progress)?;
        pairs::export(&workspace, &columns, lens, file, progress)
    })?;
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    out.note(format!("wrote {} at {} or above ({})", counted(report.pairs, "pair"), score(report.floor), report.method))?;
    if report.stale {
        out.note("stale: texts or masked phrases changed since the graph was built; the pairs are of the older texts")?;
    }
    if let Some(strongest) = report.capped {
        out.note(format!("capped: of each text, the {strongest} strongest pairs are there, and all that clusters are made of"))?;
    }
    Ok(Done::All)
}

fn import(path: &Path, file: &Path, lens: Lens, floor: Option<f32>, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(path)?;
    let report = with_progress(out, |progress| {
        let columns = query::columns(&mut workspace, progress)?;
        pairs::import(&mut workspace, &columns, lens, floor, file, progress)
    })?;
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    let stored = &report.stored;
    out.note(format!(
        "{} rows: {} pairs of different texts are at {} or above ({}); {} rows below, {} of the same text",
        grouped(report.rows),
        grouped(stored.edges),
        score(stored.floor),
        stored.method,
        grouped(report.below),
        grouped(report.within),
    ))?;
    if let Some(strongest) = stored.capped {
        out.note(format!("capped: of each text, the {strongest} strongest pairs are kept, and all that clusters are made of"))?;
    }
    Ok(Done::All)
}
