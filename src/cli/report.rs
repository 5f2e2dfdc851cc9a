//! `report`: what became of all that was read.

use std::io::Write;

use super::bar::with_progress;
use super::folders::folders;
use super::out::Out;
use super::{Done, args};
use crate::error::Result;
use crate::ops::report;
use crate::workspace::Workspace;

pub fn run(args: &args::Report, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open_to_read(&args.workspace)?;
    let (snapshot, folders) = (args.snapshot.as_deref(), folders()?);
    let report = with_progress(out, |progress| report::report(&mut workspace, snapshot, &folders, progress))?;
    match &args.output {
        Some(path) => {
            report::write(&report, path)?;
            if !out.json {
                out.note(format!("wrote the report to {}", path.display()))?;
            }
        }
        None if !out.json => _ = out.data().write_all(report.markdown().as_bytes()),
        None => {}
    }
    if out.json {
        out.json(&report)?;
    }
    Ok(Done::All)
}
