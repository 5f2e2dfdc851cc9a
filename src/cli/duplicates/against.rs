//! `duplicates against`.

use std::path::{Path, PathBuf};

use crate::cli::Done;
use crate::cli::args;
use crate::cli::bar::with_progress;
use crate::cli::commands::threshold;
use crate::cli::files::{reading, say_rejects};
use crate::cli::folders::folders;
use crate::cli::out::Out;
use crate::display::{grouped, percent, score};
use crate::error::Result;
use crate::ops::duplicates::{self, AgainstReport, FileReport, Wish};
use crate::ops::query;
use crate::workspace::Workspace;

pub fn against(
    path: &Path,
    files: &[PathBuf],
    (read, wish): (&args::Reading, &Wish),
    at: &str,
    list: bool,
    out: &mut Out,
) -> Result<Done> {
    let (threshold, read, folders) = (threshold(at)?, reading(read)?, folders()?);
    let mut workspace = Workspace::open_to_read(path)?;
    let (columns, found) = with_progress(out, |progress| {
        let columns = query::columns(&mut workspace, progress)?;
        let found = duplicates::against(&workspace, &columns, files, (&read, wish), threshold, &folders, progress)?;
        Ok((columns, found))
    })?;
    if out.json && !list {
        out.json(&found.report)?;
    }
    if !out.json {
        say(&found.report, out)?;
    }
    let listed = found.stands(&columns).take_while(|_| list);
    for stands in listed {
        if out.is_closed() {
            break;
        }
        if out.json {
            out.json(&stands)?;
            continue;
        }
        let similarity = if stands.identical { "same ".to_owned() } else { score(stands.score) };
        out.line(format!("{similarity}  {}:{}  {}", stands.file, stands.line, stands.text))?;
        out.line(format!("       record {} of {}  {}", stands.id, stands.source, stands.record_text))?;
    }
    Ok(if say_rejects(&found.files) { Done::SomeRejected } else { Done::All })
}

fn say(report: &AgainstReport, out: &mut Out) -> Result<()> {
    let records = grouped(report.records);
    let held = match report.against.as_str() {
        "protected" => format!("the {records} protected records"),
        "all" => format!("the {records} records"),
        filter => format!("the {records} records that match {filter}"),
    };
    for file in &report.files {
        out.line(summary(file, &held))?;
        for (source, n) in &file.by_source {
            out.line(format!("  in source {source}: {}", grouped(*n)))?;
        }
    }
    Ok(())
}

fn summary(file: &FileReport, held: &str) -> String {
    format!(
        "{} of {} prompts of {} ({}) already stand in {held} ({} the same text)",
        grouped(file.found),
        grouped(file.prompts),
        file.file,
        percent(file.found, file.prompts),
        grouped(file.identical)
    )
}
