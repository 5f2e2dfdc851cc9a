//! `duplicates apply`.

use crate::cli::Done;
use crate::cli::args::Cut;
use crate::cli::bar::with_progress;
use crate::cli::commands::threshold;
use crate::cli::out::Out;
use crate::display::{counted, grouped};
use crate::error::Result;
use crate::model::Policy;
use crate::ops::duplicates;
use crate::ops::query;
use crate::workspace::Workspace;

pub fn apply(at: &Cut, policy: Policy, filter: &str, out: &mut Out) -> Result<Done> {
    let threshold = threshold(&at.threshold)?;
    let mut workspace = Workspace::open(&at.workspace)?;
    let report = with_progress(out, |progress| {
        let columns = query::columns(&mut workspace, progress)?;
        let view = duplicates::view(&workspace, &columns, at.lens.into())?;
        let scope = duplicates::scope(&workspace, &columns, filter, progress)?;
        duplicates::apply(&mut workspace, &view, threshold, policy, scope.as_ref(), progress)
    })?;
    if out.json {
        out.json(&report)?;
    } else {
        out.note(format!(
            "dropped {} ({} of them already), each with its kept witness; {} taken back",
            counted(report.dropped, "record"),
            grouped(report.already),
            counted(report.restored, "earlier drop")
        ))?;
    }
    Ok(Done::All)
}
