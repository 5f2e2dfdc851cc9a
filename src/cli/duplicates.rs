//! `duplicates build|at|clusters|pairs|apply`.

use super::Done;
use super::args::{self, Cut};
use super::bar::with_progress;
use super::commands::threshold;
use super::out::Out;
use crate::display::{grouped, score};
use crate::error::Result;
use crate::model::{Lens, Policy, Threshold};
use crate::ops::duplicates::{self, Across, View};
use crate::ops::query;
use crate::progress::Progress;
use crate::query::Columns;
use crate::workspace::Workspace;

impl From<args::Lens> for Lens {
    fn from(lens: args::Lens) -> Self {
        match lens {
            args::Lens::Lexical => Lens::Lexical,
        }
    }
}

impl From<args::Policy> for Policy {
    fn from(policy: args::Policy) -> Self {
        match policy {
            args::Policy::Cover => Policy::Cover,
            args::Policy::Cluster => Policy::Cluster,
            args::Policy::Every => Policy::Every,
        }
    }
}

impl From<args::Across> for Across {
    fn from(across: args::Across) -> Self {
        match across {
            args::Across::Splits => Across::Splits,
            args::Across::Sources => Across::Sources,
        }
    }
}

pub fn run(command: args::Duplicates, out: &mut Out) -> Result<Done> {
    match command {
        args::Duplicates::Build { workspace, lens, floor, filter } => build(&workspace, lens.into(), floor, &filter, out),
        args::Duplicates::At { at, policy } => consequences(&at, policy.into(), out),
        args::Duplicates::Clusters { at, across } => clusters(&at, across.map(Into::into), out),
        args::Duplicates::Pairs { at, across } => pairs(&at, across.map(Into::into), out),
        args::Duplicates::Apply { at, policy } => apply(&at, policy.into(), out),
    }
}

fn build(path: &std::path::Path, lens: Lens, floor: f32, filter: &str, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(path)?;
    let report = with_progress(out, |progress| duplicates::build(&mut workspace, lens, floor, filter, progress))?;
    if out.json {
        out.json(&report)?;
    } else {
        out.note(format!(
            "{} records with {} different sets of words; {} pairs of these are at {} or above",
            grouped(report.records),
            grouped(report.nodes),
            grouped(report.edges),
            score(report.floor)
        ))?;
    }
    Ok(Done::All)
}

/// Everything a reading command needs.
fn open(at: &Cut) -> Result<(Columns, View, Threshold)> {
    let threshold = threshold(&at.threshold)?;
    let mut workspace = Workspace::open_to_read(&at.workspace)?;
    let columns = query::columns(&mut workspace, &Progress::none())?;
    let view = duplicates::view(&mut workspace, &columns, at.lens.into())?;
    duplicates::require_in_range(&view, threshold)?;
    Ok((columns, view, threshold))
}

fn consequences(at: &Cut, policy: Policy, out: &mut Out) -> Result<Done> {
    let (columns, view, threshold) = open(at)?;
    let report = duplicates::consequences(&view, &columns, threshold, policy);
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    if report.stale {
        out.note("stale: texts changed since the graph was built; `tamis duplicates build` makes it anew")?;
    }
    out.line(format!(
        "at {:#}: {} clusters with {} records, the largest has {}; {} drops {} records",
        threshold,
        grouped(report.clusters),
        grouped(report.clustered),
        grouped(report.largest),
        policy.word(),
        grouped(report.dropped)
    ))?;
    for (name, n) in &report.dropped_by_source {
        out.line(format!("  from source {name}: {}", grouped(*n)))?;
    }
    for (name, n) in &report.dropped_by_split {
        out.line(format!("  from split {name}: {}", grouped(*n)))?;
    }
    Ok(Done::All)
}

fn clusters(at: &Cut, across: Option<Across>, out: &mut Out) -> Result<Done> {
    let (columns, view, threshold) = open(at)?;
    for row in duplicates::cluster_rows(&view, &columns, threshold, across) {
        if out.is_closed() {
            break;
        }
        if out.json {
            out.json(&row)?;
            continue;
        }
        out.line(format!("{} records, weakest link {}", grouped(row.size as u64), score(row.weakest)))?;
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

fn pairs(at: &Cut, across: Option<Across>, out: &mut Out) -> Result<Done> {
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

fn apply(at: &Cut, policy: Policy, out: &mut Out) -> Result<Done> {
    let threshold = threshold(&at.threshold)?;
    let mut workspace = Workspace::open(&at.workspace)?;
    let report = with_progress(out, |progress| {
        let columns = query::columns(&mut workspace, progress)?;
        let view = duplicates::view(&mut workspace, &columns, at.lens.into())?;
        duplicates::apply(&mut workspace, &view, threshold, policy, progress)
    })?;
    if out.json {
        out.json(&report)?;
    } else {
        out.note(format!(
            "dropped {} records, each with its kept witness; {} earlier drops taken back",
            grouped(report.dropped),
            grouped(report.restored)
        ))?;
    }
    Ok(Done::All)
}
