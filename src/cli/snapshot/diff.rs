//! `snapshot diff`.

use std::path::Path;

use crate::cli::bar::with_progress;
use crate::cli::out::Out;
use crate::cli::{Done, args};
use crate::display::{grouped, safe};
use crate::error::{Error, Result};
use crate::model::DiffTag;
use crate::model::NO_SPLIT;
use crate::ops::diff::{self, Diff, DiffRow, GroupRow, Summary, Wanted};
use crate::progress::Progress;
use crate::rules::word_diff;
use crate::versions::Difference;
use crate::workspace::Workspace;

impl From<args::Listed> for Difference {
    fn from(listed: args::Listed) -> Self {
        match listed {
            args::Listed::Added => Difference::Added,
            args::Listed::Removed => Difference::Removed,
            args::Listed::Changed => Difference::Changed,
            args::Listed::Moved => Difference::Moved,
        }
    }
}

pub fn differences(args: &args::SnapshotDiff, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open_to_read(&args.workspace)?;
    let diff = with_progress(out, |progress| diff::compare(&mut workspace, &args.a, &args.b, progress))?;
    if let Some(path) = &args.output {
        let written = with_progress(out, |progress| write(&workspace, &diff, args, path, progress))?;
        return say_written(written, path, out);
    }
    match args.list {
        None => say_summary(args, &diff.summary(), out),
        Some(listed) => list(&workspace, &diff, &wanted(args, listed.into()), out),
    }
}

fn wanted(args: &args::SnapshotDiff, difference: Difference) -> Wanted {
    let (source, cause) = (args.source.clone(), args.cause.clone());
    Wanted { difference, source, cause, offset: args.offset, limit: args.limit }
}

fn write(workspace: &Workspace, diff: &Diff, args: &args::SnapshotDiff, path: &Path, progress: &Progress) -> Result<u64> {
    let all = Difference::ALL.into_iter().filter(|difference| args.list.is_none_or(|one| Difference::from(one) == *difference));
    let mut entries = Vec::new();
    for difference in all {
        entries.extend(diff.list(&wanted(args, difference))?);
    }
    diff::write(workspace, diff, &entries, path, progress)
}

fn say_written(records: u64, path: &Path, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(&serde_json::json!({"path": path.display().to_string(), "records": records}))?;
    } else {
        out.note(format!("wrote {} records to {}", grouped(records), path.display()))?;
    }
    Ok(Done::All)
}

fn say_summary(args: &args::SnapshotDiff, summary: &Summary, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(summary)?;
        return Ok(Done::All);
    }
    let [added, removed, changed, moved, before, kept] =
        [summary.added, summary.removed, summary.changed, summary.moved, summary.kept_before, summary.kept].map(grouped);
    out.line(format!(
        "{} → {}: {before} → {kept} kept; {added} added, {removed} removed, {changed} changed, {moved} moved",
        args.a, args.b
    ))?;
    for group in &summary.groups {
        out.line(format!(
            "  {:<8} {:>10}  {}  {}  {}",
            group.change.word(),
            grouped(group.records),
            group.source,
            group.words,
            splits(group)
        ))?;
    }
    Ok(Done::All)
}

/// `train`, or `train → validation` for what stood elsewhere.
fn splits(group: &GroupRow) -> String {
    let name = |split: &Option<String>| split.clone().unwrap_or_else(|| NO_SPLIT.to_owned());
    match group.change {
        Difference::Changed if group.split_before != group.split => {
            format!("{} → {}", name(&group.split_before), name(&group.split))
        }
        Difference::Added | Difference::Changed => name(&group.split),
        Difference::Removed => name(&group.split_before),
        Difference::Moved => format!("{} → {}", name(&group.split_before), name(&group.split)),
    }
}

fn list(workspace: &Workspace, diff: &Diff, wanted: &Wanted, out: &mut Out) -> Result<Done> {
    let entries = diff.list(wanted)?;
    let listed = diff::rows(workspace, diff, &entries, &Progress::none(), |row| {
        if out.is_closed() {
            return Err(Error::interrupted());
        }
        if out.json {
            return out.json(&row);
        }
        say_row(&row, out)
    });
    match listed {
        Err(error) if error.is_interrupted() && out.is_closed() => Ok(Done::All),
        other => other.map(|()| Done::All),
    }
}

fn say_row(row: &DiffRow, out: &mut Out) -> Result<()> {
    let moved = match row.change {
        Difference::Moved => {
            let name = |split: &Option<String>| split.clone().unwrap_or_else(|| NO_SPLIT.to_owned());
            format!("  {} → {}", name(&row.split_before), name(&row.split))
        }
        _ => String::new(),
    };
    out.line(format!("record {}  {}, line {}  {}{moved}", row.id, row.source, row.line, row.words))?;
    match (&row.text_before, &row.text) {
        (Some(before), Some(after)) => out.styled_line(&inline_diff(before, after, out.color)),
        (before, after) => out.line(format!("  {}", after.as_ref().or(before.as_ref()).map_or("", String::as_str))),
    }
}

/// `a red car[- , 8k-]{+.+}`; where colour is on, deletions are crossed out and insertions underlined instead.
fn inline_diff(old: &str, new: &str, colour: bool) -> String {
    let mut line = String::from("  ");
    for op in word_diff(old, new) {
        let gone = safe(old.get(op.old).unwrap_or_default());
        let come = safe(new.get(op.new).unwrap_or_default());
        line.push_str(&match op.tag {
            DiffTag::Equal => gone.into_owned(),
            DiffTag::Delete if colour => format!("\u{1b}[31;9m{gone}\u{1b}[0m"),
            DiffTag::Delete => format!("[-{gone}-]"),
            DiffTag::Insert if colour => format!("\u{1b}[32;4m{come}\u{1b}[0m"),
            DiffTag::Insert => format!("{{+{come}+}}"),
        });
    }
    line
}
