//! `dedup`: near-duplicates out of a file, without a workspace.

use std::path::Path;

use super::Done;
use super::args;
use super::bar::with_progress;
use super::commands::threshold;
use super::duplicates::wish;
use super::files::{note_aside, reading, say_rejects};
use super::folders::folders;
use super::out::Out;
use crate::display::grouped;
use crate::error::{Error, Result};
use crate::ops::dedup::{self, Asked, Deduped};
use crate::ops::filter_file::Target;

pub fn run(args: &args::Dedup, out: &mut Out) -> Result<Done> {
    let asked = Asked {
        file: args.file.clone(),
        against: args.against.clone(),
        reading: reading(&args.reading)?,
        wish: wish(&args.how, None, ""),
        threshold: threshold(&args.threshold)?,
        policy: args.policy.into(),
    };
    require_two_names(args.output.as_deref(), args.dropped.as_deref())?;
    let mut output = args.output.as_deref().map(Target::create).transpose()?;
    let mut dropped = args.dropped.as_deref().map(Target::create).transpose()?;
    let folders = folders()?;
    let deduped = with_progress(out, |progress| {
        let deduped = dedup::dedup(&asked, &folders, progress)?;
        if let Some(output) = &mut output {
            deduped.write_kept(output, progress)?;
        }
        if let Some(dropped) = &mut dropped {
            deduped.write_dropped(dropped)?;
        }
        Ok(deduped)
    })?;
    // The output last: where it is, all is.
    [dropped, output].into_iter().flatten().try_for_each(Target::commit)?;
    let to_file = args.output.is_some();
    if !to_file && !out.json && !say_kept(&deduped, out)? {
        return Ok(Done::All);
    }
    if out.json {
        say_rows(&deduped, out)?;
    }
    let notes = notes(&deduped, &asked);
    let any_rejected = say_rejects(deduped.files());
    for note in notes {
        if to_file && !out.json { out.note(note)? } else { note_aside(out, &note) }
    }
    Ok(if any_rejected { Done::SomeRejected } else { Done::All })
}

fn require_two_names(output: Option<&Path>, dropped: Option<&Path>) -> Result<()> {
    if output.is_some() && output == dropped {
        return Err(Error::usage("what stays and what goes cannot be written into one file").hint("name two files"));
    }
    Ok(())
}

/// What stays on standard output; false when its reader has gone.
fn say_kept(deduped: &Deduped, out: &mut Out) -> Result<bool> {
    let silent = Out::silent(out);
    let mut data = out.data();
    let written = with_progress(&silent, |progress| deduped.write_kept(&mut *data, progress));
    drop(data);
    match written {
        Err(_) if out.is_closed() => Ok(false),
        other => other.map(|()| true),
    }
}

fn say_rows(deduped: &Deduped, out: &mut Out) -> Result<()> {
    for row in deduped.rows() {
        if out.is_closed() {
            break;
        }
        out.json(&row)?;
    }
    Ok(())
}

fn notes(deduped: &Deduped, asked: &Asked) -> Vec<String> {
    let counts = deduped.counts();
    let mut notes = vec![format!(
        "{}: {} read = {} kept + {} dropped + {} blank + {} rejected ({} at {:#}, {})",
        deduped.file.name(),
        grouped(counts.read),
        grouped(counts.kept),
        grouped(counts.dropped),
        grouped(counts.blank),
        grouped(counts.rejected),
        asked.policy.word(),
        asked.threshold,
        deduped.method,
    )];
    if let Some(strongest) = deduped.capped {
        notes.push(format!(
            "capped: there were too many pairs, so of each text the {strongest} strongest count; cover may keep some more"
        ));
    }
    notes
}
