//! `rules apply`, `rules clear`: a pipeline in force, and none.

use std::path::Path;

use super::super::{Done, bar::with_progress, out::Out};
use super::preview;
use crate::display::grouped;
use crate::error::Result;
use crate::ops::rules;
use crate::rules::{Pipeline, document};
use crate::workspace::Workspace;

pub struct How<'a> {
    pub named: Option<&'a str>,
    pub fixpoint: bool,
    pub dry_run: bool,
}

pub fn apply(path: &Path, how: &How<'_>, out: &mut Out) -> Result<Done> {
    if how.dry_run {
        let workspace = Workspace::open_to_read(path)?;
        let pipeline = find(&workspace, how)?;
        let preview = with_progress(out, |progress| rules::preview::preview_all(&workspace, &pipeline, progress))?;
        return preview::counts(&pipeline, &preview, out);
    }
    let mut workspace = Workspace::open(path)?;
    let pipeline = find(&workspace, how)?;
    let report = with_progress(out, |progress| rules::apply(&mut workspace, &pipeline, how.named, progress))?;
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    out.note(preview::consequences(&report.pipeline, [report.changed, report.dropped, report.records]))?;
    if report.failed > 0 {
        out.note(format!(
            "a rule gave up on {} texts: `tamis rules preview WORKSPACE --warning failed --diff` shows them",
            grouped(report.failed)
        ))?;
    }
    Ok(Done::All)
}

fn find(workspace: &Workspace, how: &How<'_>) -> Result<Pipeline> {
    let pipeline = rules::find(Some(workspace), how.named)?;
    // One that says so itself stays byte for byte.
    if how.fixpoint && !pipeline.goes_to_fixpoint() { document::with_fixpoint(&pipeline, true) } else { Ok(pipeline) }
}

pub fn clear(path: &Path, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(path)?;
    rules::clear(&mut workspace)?;
    if out.json {
        out.json(&serde_json::json!({"pipeline": null}))?;
    } else {
        out.note("the rules are taken back; texts are as imported or edited")?;
    }
    Ok(Done::All)
}
