//! `snapshot create|list|show|delete|restore`.

use crate::cli::bar::with_progress;
use crate::cli::folders::folders;
use crate::cli::out::Out;
use crate::cli::{Done, args};
use crate::display::{counted, grouped};
use crate::error::Result;
use crate::ops::history::time;
use crate::ops::snapshot::{self, Restored, Shown, Snapshot, TakenBack};
use crate::workspace::Workspace;

pub fn create(args: &args::SnapshotCreate, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let name = match &args.name {
        Some(name) => name.clone(),
        None => snapshot::suggested(&snapshot::list(&workspace)?),
    };
    let folders = folders()?;
    let created = with_progress(out, |progress| snapshot::create(&mut workspace, &name, &folders, progress))?;
    if out.json {
        out.json(&created)?;
        return Ok(Done::All);
    }
    out.note(format!("snapshot {}", line(&created.snapshot)))?;
    if !created.same_as.is_empty() {
        out.note(format!("the very same state as {}", created.same_as.join(", ")))?;
    }
    Ok(Done::All)
}

pub fn list(args: &args::Workspace, out: &mut Out) -> Result<Done> {
    let workspace = Workspace::open_to_read(&args.workspace)?;
    let snapshots = snapshot::list(&workspace)?;
    for one in &snapshots {
        if out.json {
            out.json(one)?;
        } else {
            out.line(format!("{}  {}", time(one.at), line(one)))?;
        }
    }
    if snapshots.is_empty() && !out.json {
        out.note("no snapshots yet: `tamis snapshot create WORKSPACE NAME` makes one")?;
    }
    Ok(Done::All)
}

/// Name, what is kept of how many, splits, digest.
fn line(snapshot: &Snapshot) -> String {
    let Snapshot { name, summary, digest, .. } = snapshot;
    let splits: Vec<String> = summary.splits.iter().map(|(split, records)| format!("{split} {}", grouped(*records))).collect();
    let kept = format!("{} of {} kept", grouped(summary.kept), counted(summary.records, "record"));
    let splits = if splits.is_empty() { String::new() } else { format!(" ({})", splits.join(", ")) };
    format!("{name}: {kept}{splits}  {}", digest.get(..12).unwrap_or(digest))
}

pub fn show(args: &args::SnapshotNamed, out: &mut Out) -> Result<Done> {
    let workspace = Workspace::open_to_read(&args.workspace)?;
    let shown = snapshot::show(&workspace, &args.name)?;
    if out.json {
        out.json(&shown)?;
        return Ok(Done::All);
    }
    let Shown { snapshot, rules, duplicates, split, judged_pairs, refused_texts, pipelines, operations_since } = &shown;
    out.line(line(snapshot))?;
    let recipe = |value: &Option<serde_json::Value>| value.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    for (what, value) in [
        ("made", time(snapshot.at)),
        ("sha256", snapshot.digest.clone()),
        ("sources", snapshot.summary.sources.join(", ")),
        ("rules", rules.clone().unwrap_or_else(|| "–".to_owned())),
        ("duplicates", recipe(duplicates)),
        ("split", recipe(split)),
        ("judged pairs", grouped(*judged_pairs)),
        ("refused texts", grouped(*refused_texts)),
        ("pipelines", if pipelines.is_empty() { "–".to_owned() } else { pipelines.join(", ") }),
        ("since", counted(*operations_since, "operation")),
    ] {
        out.line(format!("  {what:<14}{value}"))?;
    }
    Ok(Done::All)
}

pub fn delete(args: &args::SnapshotNamed, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let forgotten = snapshot::delete(&mut workspace, &args.name)?;
    if out.json {
        out.json(&forgotten)?;
    } else {
        out.note(format!("snapshot {} has no name any more; `tamis undo` gives it back", args.name))?;
    }
    Ok(Done::All)
}

pub fn restore(args: &args::SnapshotRestore, out: &mut Out) -> Result<Done> {
    if args.dry_run {
        return would_restore(args, out);
    }
    let mut workspace = Workspace::open(&args.workspace)?;
    if args.splits.is_empty() {
        let restored = with_progress(out, |progress| snapshot::restore(&mut workspace, &args.name, &args.without, progress))?;
        return if out.json { out.json(&restored).map(|()| Done::All) } else { say_restored(&restored, out) };
    }
    let taken = with_progress(out, |progress| snapshot::take_back(&mut workspace, &args.name, &args.splits, progress))?;
    if out.json { out.json(&taken).map(|()| Done::All) } else { say_taken_back(&taken, out) }
}

fn would_restore(args: &args::SnapshotRestore, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open_to_read(&args.workspace)?;
    if !args.splits.is_empty() {
        let plan = with_progress(out, |progress| snapshot::plan_take_back(&mut workspace, &args.name, &args.splits, progress))?;
        return if out.json { out.json(&plan).map(|()| Done::All) } else { say_taken_back(&plan, out) };
    }
    let plan = with_progress(out, |progress| snapshot::plan_restore(&mut workspace, &args.name, &args.without, progress))?;
    if out.json {
        out.json(&plan)?;
        return Ok(Done::All);
    }
    let (records, others) = (counted(plan.records, "record"), counted(plan.others, "setting"));
    out.line(format!("would restore {}: {records} and {others} would change", plan.snapshot))?;
    say_sources(&plan, out)
}

fn say_sources(restored: &Restored, out: &mut Out) -> Result<Done> {
    for (what, names) in [("back", &restored.sources_back), ("gone", &restored.sources_gone)] {
        if !names.is_empty() {
            out.note(format!("sources {what}: {}", names.join(", ")))?;
        }
    }
    Ok(Done::All)
}

fn say_restored(restored: &Restored, out: &mut Out) -> Result<Done> {
    let Restored { snapshot, records, others, released, ruled_otherwise, .. } = restored;
    if restored.operation.is_none() {
        out.note(format!("everything is as in {snapshot} already"))?;
        return Ok(Done::All);
    }
    out.note(format!("restored {snapshot}: {} and {} changed", counted(*records, "record"), counted(*others, "setting")))?;
    say_sources(restored, out)?;
    if *released > 0 {
        let said = format!("{} kept again, because what they were duplicates of was left out", counted(*released, "record"));
        out.note(format!("{said}; apply the policy again"))?;
    }
    if *ruled_otherwise > 0 {
        let said = format!("the rules make something else of {} than they made then", counted(*ruled_otherwise, "record"));
        out.note(format!("{said}: this is another version of tamis"))?;
    }
    Ok(Done::All)
}

fn say_taken_back(taken: &TakenBack, out: &mut Out) -> Result<Done> {
    let TakenBack { snapshot, splits, records, from, kept_again, texts, dropped, absent, .. } = taken;
    let splits = splits.join(", ");
    out.note(format!("{splits} is as in {snapshot}: {}", counted(*records, "record")))?;
    let from: Vec<String> = from.iter().map(|(split, records)| format!("{} from {split}", grouped(*records))).collect();
    if !from.is_empty() {
        out.note(format!("  moved there: {}", from.join(", ")))?;
    }
    out.note(format!("  {} kept again, {} with the text of then", grouped(*kept_again), grouped(*texts)))?;
    out.note(format!("  {} of today's {splits} dropped", grouped(*dropped)))?;
    if taken.unwitnessed > 0 {
        let said = format!("{} are dropped as duplicates of these", counted(taken.unwitnessed, "record"));
        out.note(format!("  {said}: apply the policy again, `tamis duplicates apply`"))?;
    }
    if *absent > 0 {
        out.note(format!("  {} of then are of sources that were taken out since", counted(*absent, "record")))?;
    }
    Ok(Done::All)
}
