//! What a threshold would do: figures, clusters, pairs. Nothing is changed.

use crate::cli::Done;
use crate::cli::args::Cut;
use crate::cli::commands::threshold;
use crate::cli::out::Out;
use crate::display::{counted, grouped, score};
use crate::error::Result;
use crate::model::{Policy, Threshold};
use crate::ops::duplicates::{self, Across, View};
use crate::ops::query;
use crate::progress::Progress;
use crate::query::Columns;
use crate::workspace::Workspace;

/// Everything a reading command needs.
pub(super) fn open(at: &Cut) -> Result<(Columns, View, Threshold)> {
    open_workspace(at).map(|(_, columns, view, threshold)| (columns, view, threshold))
}

/// [`open`], with the workspace for further questions.
pub(super) fn open_workspace(at: &Cut) -> Result<(Workspace, Columns, View, Threshold)> {
    let threshold = threshold(&at.threshold)?;
    let mut workspace = Workspace::open_to_read(&at.workspace)?;
    let columns = query::columns(&mut workspace, &Progress::none())?;
    let view = duplicates::view(&workspace, &columns, at.lens.into())?;
    duplicates::require_in_range(&view, threshold)?;
    Ok((workspace, columns, view, threshold))
}

pub fn consequences(at: &Cut, policy: Policy, out: &mut Out) -> Result<Done> {
    let (columns, view, threshold) = open(at)?;
    let report = duplicates::consequences(&view, &columns, threshold, policy);
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    if report.stale {
        out.note("stale: texts or masked phrases changed since the graph was built; `tamis duplicates build` makes it anew")?;
    }
    if let Some(strongest) = report.capped {
        out.note(format!(
            "capped: the {strongest} strongest pairs of each text are there, and all that clusters are made of; cover may keep some more"
        ))?;
    }
    if policy == Policy::Every {
        out.note("every: both sides of a pair go, as in the original scripts by mistake; for comparison only")?;
    }
    out.line(format!(
        "at {:#}: {} with {}, the largest has {}; {} drops {}",
        threshold,
        counted(report.clusters, "cluster"),
        counted(report.clustered, "record"),
        grouped(report.largest),
        policy.word(),
        counted(report.dropped, "record")
    ))?;
    for (name, n) in &report.dropped_by_source {
        out.line(format!("  from source {name}: {}", grouped(*n)))?;
    }
    for (name, n) in &report.dropped_by_split {
        out.line(format!("  from split {name}: {}", grouped(*n)))?;
    }
    Ok(Done::All)
}

pub fn clusters(at: &Cut, across: Option<Across>, out: &mut Out) -> Result<Done> {
    let (columns, view, threshold) = open(at)?;
    for row in duplicates::cluster_rows(&view, &columns, threshold, across) {
        if out.is_closed() {
            break;
        }
        if out.json {
            out.json(&row)?;
            continue;
        }
        out.line(format!("{}, weakest link {}", counted(row.size as u64, "record"), score(row.weakest)))?;
        for member in row.members {
            let sign = if member == row.keeper { '*' } else { ' ' };
            let text = columns.position(member).map(|p| columns.text(p)).unwrap_or_default();
            out.line(format!("  {sign} {:>8}  {}", member.0, text))?;
        }
    }
    Ok(Done::All)
}

#[derive(serde::Serialize)]
struct Pair {
    a: u32,
    b: u32,
    score: f32,
}

pub fn pairs(at: &Cut, across: Option<Across>, out: &mut Out) -> Result<Done> {
    let (columns, view, threshold) = open(at)?;
    duplicates::pairs(&view, &columns, threshold, across, |a, b, similarity| {
        if out.json {
            out.json(&Pair { a: a.0, b: b.0, score: similarity })
        } else {
            out.line(format!("{}  {:>8} {:>8}", score(similarity), a.0, b.0))
        }
    })?;
    Ok(Done::All)
}
