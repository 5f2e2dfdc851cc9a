//! `import` and `sources`.

use super::Done;
use super::args;
use super::bar::with_progress;
use super::out::Out;
use crate::display::{counted, grouped};
use crate::error::{Error, Result};
use crate::model::{Counts, Reject};
use crate::ops::import::{ImportArgs, ImportReport};
use crate::ops::{self};
use crate::sources::{Format, Options};
use crate::workspace::Workspace;

/// Rejected lines that are spelled out for a person.
const SHOWN_REJECTS: usize = 20;

/// The format that a word names.
pub fn format_of(word: &str) -> Result<Format> {
    Format::from_word(word).ok_or_else(|| {
        Error::usage(format!("there is no format {word}")).hint("txt, jsonl, csv, tsv, parquet, imagefolder, captions")
    })
}

pub fn import(args: args::Import, out: &mut Out) -> Result<Done> {
    let format = args.format.as_deref().map(format_of);
    let import = ImportArgs {
        files: args.files,
        known_as: None,
        source: args.source,
        options: Options {
            format: format.transpose()?,
            text_column: args.text_column,
            file_column: args.file_column,
            image_root: args.images,
        },
        prefix: args.prefix,
        split: args.split,
        protect: args.protect,
        dry_run: args.dry_run,
        again: args.again,
    };
    // A dry run writes nothing, not even a new workspace.
    let mut workspace = match (args.dry_run, args.workspace.exists()) {
        (true, true) => Workspace::open_to_read(&args.workspace)?,
        (true, false) => Workspace::in_memory()?,
        (false, existed) => {
            let workspace = Workspace::create(&args.workspace)?;
            let report = run(workspace, import, out);
            if report.is_err() && !existed {
                remove_empty(&args.workspace);
            }
            return print(&report?, out);
        }
    };
    let report = with_progress(out, |progress| ops::import::import(&mut workspace, import, progress))?;
    print(&report, out)
}

fn run(mut workspace: Workspace, import: ImportArgs, out: &Out) -> Result<ImportReport> {
    with_progress(out, |progress| ops::import::import(&mut workspace, import, progress))
}

/// A first import that failed leaves no workspace behind: it was made by this very command and holds nothing.
fn remove_empty(path: &std::path::Path) {
    let is_empty = Workspace::open_to_read(path).and_then(|w| Ok(ops::history::history(&w, 1)?.is_empty())).unwrap_or(false);
    if is_empty {
        for suffix in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            let _ = std::fs::remove_file(name);
        }
    }
}

fn print(report: &ImportReport, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(report)?;
    } else {
        for source in &report.sources {
            let verb = if report.dry_run { "would import" } else { "imported" };
            out.note(format!("{verb} {} ({}): {}", source.name, source.format, counts(&source.counts)))?;
            rejects(&source.rejects, source.counts.rejected, out)?;
            if source.counts.accepted == 0
                && source.file_column.is_some()
                && source.rejects.iter().any(|r| r.reason.contains("file name"))
            {
                out.note("  hint: every file name was refused; --file-column \"\" imports the texts without their images")?;
            }
        }
    }
    Ok(if report.rejected() > 0 { Done::SomeRejected } else { Done::All })
}

fn counts(counts: &Counts) -> String {
    format!(
        "{} read = {} accepted + {} blank + {} rejected",
        grouped(counts.read),
        grouped(counts.accepted),
        grouped(counts.blank),
        grouped(counts.rejected)
    )
}

fn rejects(rejects: &[Reject], total: u64, out: &mut Out) -> Result<()> {
    for reject in rejects.iter().take(SHOWN_REJECTS) {
        out.note(format!("  line {}: {}", reject.line, reject.reason))?;
    }
    let shown = rejects.len().min(SHOWN_REJECTS) as u64;
    if total > shown {
        out.note(format!("  and {} more; `tamis sources WORKSPACE --json` lists them", grouped(total - shown)))?;
    }
    Ok(())
}

pub fn sources(args: args::Sources, out: &mut Out) -> Result<Done> {
    if let Some((name, protected)) = args.protect.map(|n| (n, true)).or(args.unprotect.map(|n| (n, false))) {
        let mut workspace = Workspace::open(&args.workspace)?;
        ops::sources::protect(&mut workspace, &name, protected)?;
        if out.json {
            out.json(&serde_json::json!({"source": name, "protected": protected}))?;
            return Ok(Done::All);
        }
        out.note(format!("source {name} is {}", if protected { "protected" } else { "not protected" }))?;
        return Ok(Done::All);
    }
    if let Some(name) = &args.remove {
        let mut workspace = Workspace::open(&args.workspace)?;
        return say_taken("out", &ops::sources::remove(&mut workspace, name)?, out);
    }
    if let Some(name) = &args.bring_back {
        let mut workspace = Workspace::open(&args.workspace)?;
        let taken = with_progress(out, |progress| ops::sources::bring_back(&mut workspace, name, progress))?;
        return say_taken("in again", &taken, out);
    }
    let workspace = Workspace::open_to_read(&args.workspace)?;
    let limit = if out.json { usize::MAX >> 1 } else { SHOWN_REJECTS };
    for detail in ops::sources::sources(&workspace, limit)? {
        if out.json {
            out.json(&detail)?;
            continue;
        }
        let source = &detail.source;
        let notes = [source.protected.then(|| "protected".to_owned()), source.split.as_ref().map(|s| format!("split {s}"))];
        let notes: Vec<String> = notes.into_iter().flatten().collect();
        let notes = if notes.is_empty() { String::new() } else { format!(" [{}]", notes.join(", ")) };
        out.line(format!("{}{notes}  {}  {}", source.name, source.format, source.path))?;
        out.line(format!("  {}", counts(&source.counts)))?;
        rejects(&detail.rejects, source.counts.rejected, out)?;
    }
    Ok(Done::All)
}

fn say_taken(word: &str, taken: &ops::sources::Taken, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(taken)?;
        return Ok(Done::All);
    }
    out.note(format!("took source {} {word}: {}", taken.source, counted(taken.records, "record")))?;
    if taken.released > 0 {
        let said = format!("{} kept again, because what they were duplicates of is gone", counted(taken.released, "record"));
        out.note(format!("{said}; apply the policy again: tamis duplicates apply"))?;
    }
    Ok(Done::All)
}
