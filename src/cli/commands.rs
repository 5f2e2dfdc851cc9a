//! The short commands: each opens the workspace, calls its op, prints the report.

use super::Done;
use super::args;
use super::bar::with_progress;
use super::out::Out;
use crate::display::{grouped, percent};
use crate::error::{Error, Result};
use crate::model::{Mark, OpId, RecordId, Threshold};
use crate::ops;
use crate::ops::list::ListArgs;
use crate::ops::mark::MarkArgs;
use crate::ops::undo::StepReport;
use crate::progress::Progress;
use crate::workspace::Workspace;

pub fn demo(args: args::Demo, global: &args::Global, out: &mut Out) -> Result<Done> {
    if let Some(path) = args.rebuild {
        ops::example::rebuild(&path)?;
        if out.json {
            out.json(&serde_json::json!({"path": path.display().to_string()}))?;
            return Ok(Done::All);
        }
        out.note(format!("wrote the example workspace to {}", path.display()))?;
        return Ok(Done::All);
    }
    let path = ops::example::copy_to(&std::env::temp_dir())?;
    if let Some(folder) = args.pictures {
        for picture in crate::tui::pictures::write(&path, &folder)? {
            out.note(format!("wrote {}", picture.display()))?;
        }
        return Ok(Done::All);
    }
    super::tui::open(&path, global)?;
    out.note(format!("the example workspace you worked on is {}", path.display()))?;
    Ok(Done::All)
}

pub fn stats(args: args::Workspace, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open_to_read(&args.workspace)?;
    let report = with_progress(out, |progress| ops::stats::stats(&mut workspace, progress))?;
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    out.line(format!(
        "{} records, {} kept ({}), {} dropped",
        grouped(report.records),
        grouped(report.kept),
        percent(report.kept, report.records),
        grouped(report.dropped)
    ))?;
    for source in &report.sources {
        let protected = if source.protected { " [protected]" } else { "" };
        out.line(format!(
            "  source {}{protected}: {} accepted, {} kept; dropped: {} by hand, {} by rules, {} as duplicates",
            source.name,
            grouped(source.counts.accepted),
            grouped(source.kept),
            grouped(source.dropped_by_hand),
            grouped(source.dropped_by_rules),
            grouped(source.dropped_as_duplicates)
        ))?;
    }
    for (state, n) in &report.states {
        out.line(format!("  state {state}: {}", grouped(*n)))?;
    }
    for (rule, n) in &report.rules {
        out.line(format!("  dropped by rule {rule}: {}", grouped(*n)))?;
    }
    for (split, n) in &report.splits {
        out.line(format!("  split {split}: {} kept", grouped(*n)))?;
    }
    Ok(Done::All)
}

pub fn list(args: args::List, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open_to_read(&args.workspace)?;
    let list = ListArgs { filter: args.filter, sort: args.sort, limit: args.limit, offset: args.offset };
    let progress = crate::progress::Progress::none();
    let matched = ops::list::list(&mut workspace, &list, &progress, |row| {
        if out.is_closed() {
            return Err(Error::interrupted());
        }
        if out.json {
            return out.json(&row);
        }
        let cause = row.cause.map(|c| format!(" ({c})")).unwrap_or_default();
        out.line(format!("{:>8}  {}{cause}  {}  {}", row.id.0, row.state.word(), row.source, row.text))
    });
    match matched {
        Ok(matched) if !out.json => out.note(format!(
            "{} records match, {} of them are kept",
            grouped(matched.records as u64),
            grouped(matched.kept as u64)
        ))?,
        Err(error) if error.is_interrupted() && out.is_closed() => {}
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    Ok(Done::All)
}

pub fn mark(args: args::Mark, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let mark = match args.mark {
        args::MarkWord::Keep => Some(Mark::Keep),
        args::MarkWord::Drop => Some(Mark::Drop),
        args::MarkWord::Flag => Some(Mark::Flag),
        args::MarkWord::Clear => None,
    };
    let report = with_progress(out, |progress| {
        let records = named(&mut workspace, &args.ids, args.filter.as_deref(), progress)?;
        let mark = MarkArgs { records, mark, reason: args.reason.clone(), filter: args.filter.clone() };
        ops::mark::mark(&mut workspace, mark, progress)
    })?;
    if out.json {
        out.json(&report)?;
    } else {
        out.note(format!("{} of {} records changed", grouped(report.changed), grouped(report.records)))?;
    }
    Ok(Done::All)
}

/// The records with these ids, or those that the filter matches where there is one.
pub fn named(workspace: &mut Workspace, ids: &[u32], filter: Option<&str>, progress: &Progress) -> Result<Vec<RecordId>> {
    let Some(filter) = filter else { return Ok(ids.iter().map(|&id| RecordId(id)).collect()) };
    let columns = ops::query::columns(workspace, progress)?;
    let query = ops::query::parse(&columns, filter, None)?;
    Ok(ops::query::ids(&columns, &ops::query::select(workspace, &columns, &query, progress)?))
}

pub fn edit(args: args::Edit, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let report = ops::edit::edit(&mut workspace, RecordId(args.id), args.text)?;
    if out.json {
        out.json(&report)?;
    } else {
        out.note(if report.operation.is_some() { format!("edited record {}", report.id) } else { "nothing changed".into() })?;
    }
    Ok(Done::All)
}

pub fn undo(args: args::Undo, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let report = with_progress(out, |progress| match args.op.map(OpId) {
        Some(operation) if args.with_later => ops::undo::undo_with_later(&mut workspace, operation, progress),
        operation => ops::undo::undo(&mut workspace, operation, progress),
    })?;
    print_step("undone", &report, out)
}

pub fn redo(args: args::Workspace, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let report = with_progress(out, |progress| ops::undo::redo(&mut workspace, progress))?;
    print_step("redone", &report, out)
}

fn print_step(word: &str, report: &StepReport, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(report)?;
    } else {
        for taken in &report.later {
            out.note(step_line(word, &taken.description, taken.changes))?;
        }
        out.note(step_line(word, &report.description, report.changes))?;
    }
    Ok(Done::All)
}

fn step_line(word: &str, description: &str, changes: u64) -> String {
    let changes = if changes == 1 { "1 change".to_owned() } else { format!("{} changes", grouped(changes)) };
    format!("{word}: {description} ({changes})")
}

pub fn history(args: args::History, out: &mut Out) -> Result<Done> {
    let workspace = Workspace::open_to_read(&args.workspace)?;
    for entry in ops::history::history(&workspace, args.limit)? {
        if out.json {
            out.json(&entry)?;
            continue;
        }
        let undone = if entry.undone { " (undone)" } else { "" };
        out.line(format!("{:>5}  {}  {}{undone}", entry.id.0, ops::history::time(entry.at), entry.description))?;
        out.line(format!("       {}", entry.command))?;
    }
    Ok(Done::All)
}

/// A threshold as typed.
pub fn threshold(text: &str) -> Result<Threshold> {
    text.parse().map_err(|()| Error::usage(format!("{text} is no threshold")).hint("a number from 0 to 1, as in 0.85"))
}
