//! `split` and `assign`.

use super::Done;
use super::args;
use super::bar::with_progress;
use super::commands::{named, threshold};
use super::folders::folders;
use super::out::Out;
use crate::display::{counted, grouped, score};
use crate::error::Result;
use crate::ops::assign::{self, AssignArgs};
use crate::ops::leaks::LeakRow;
use crate::ops::query;
use crate::ops::split::{self, SplitArgs, SplitReport, SplitSize, UnmetRow, WhyRow};
use crate::splits::Targets;
use crate::workspace::Workspace;

pub fn split(args: args::Split, out: &mut Out) -> Result<Done> {
    let wanted = SplitArgs {
        seed: args.seed,
        by: args.by.iter().map(|word| word.parse()).collect::<Result<_>>()?,
        lens: args.lens.into(),
        threshold: threshold(&args.threshold)?,
        extend: args.extend,
        keep: args.keep,
        dry_run: args.dry_run,
        ..SplitArgs::of(Targets::parse(&args.share.join(","), &args.count.join(","))?)
    };
    let mut workspace = if args.dry_run { Workspace::open_to_read(&args.workspace)? } else { Workspace::open(&args.workspace)? };
    let folders = folders()?;
    let report = with_progress(out, |progress| split::split(&mut workspace, wanted, &folders, progress))?;
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    say(&report, out)?;
    Ok(Done::All)
}

fn say(report: &SplitReport, out: &mut Out) -> Result<()> {
    for size in &report.splits {
        out.note(said_of_size(size))?;
    }
    for unmet in &report.unmet {
        out.note(said_of_unmet(unmet))?;
    }
    for key in &report.strata.keys {
        let groups: Vec<String> =
            key.groups.iter().take(MOST_GROUPS).map(|(name, n)| format!("{name} ({})", grouped(*n))).collect();
        let more = key.groups.len().saturating_sub(MOST_GROUPS);
        let more = if more > 0 { format!(", and {} more", grouped(more as u64)) } else { String::new() };
        out.note(format!("in proportion by {}: {}{more}", key.by, groups.join(", ")))?;
    }
    for (why, records) in &report.stays {
        out.note(format!("{} {}", counted(*records, "record"), said_of_staying(why, *records)))?;
    }
    for leak in &report.leaks {
        out.note(said_of_leak(leak))?;
    }
    let moved = counted(report.moved, "record");
    out.note(if report.dry_run {
        format!("{moved} would change place; nothing was changed")
    } else {
        format!("{moved} changed place")
    })
}

/// Groups of one key that are said; all of them with `--json`.
const MOST_GROUPS: usize = 8;

fn said_of_size(size: &SplitSize) -> String {
    let have = format!("{}: {}, {:.2} %", size.name, counted(size.records, "record"), size.share * 100.0);
    match (size.wanted, size.off) {
        (Some(wanted), Some(off)) => format!("{have} (asked for {}: {off:+})", grouped(wanted)),
        _ => have,
    }
}

fn said_of_unmet(unmet: &UnmetRow) -> String {
    let off = format!("{} {}", counted(unmet.off.unsigned_abs(), "record"), if unmet.off > 0 { "too many" } else { "too few" });
    let why = match &unmet.why {
        WhyRow::Cluster { size, record } => {
            format!("the cluster of record {record} has {} and goes to one split whole", counted(u64::from(*size), "record"))
        }
        WhyRow::Held { records } => format!("{} stay in it, or follow those that do", counted(*records, "record")),
        WhyRow::HeldElsewhere { records } => {
            format!("records that stay in other splits fill these by {} too many", grouped(*records))
        }
    };
    format!("{} has {off}: {why}", unmet.name)
}

fn said_of_staying(why: &str, records: u64) -> String {
    let (stay, was) = if records == 1 { ("stays", "was") } else { ("stay", "were") };
    match why {
        "by hand" => format!("{was} moved by hand and {stay}"),
        "declared" => format!("{stay} in the split that the source declares"),
        "extended" => format!("{stay} where they are: only those without a split are assigned"),
        "kept" => format!("{stay} in a split that is kept"),
        "protected" => format!("{stay} because the source is protected"),
        _ => format!("{stay} because of the mark keep"),
    }
}

fn said_of_leak(leak: &LeakRow) -> String {
    format!(
        "{} of {} with a near-copy in {} (highest {}): records that stay are in both splits",
        counted(leak.records, "record"),
        leak.of,
        leak.inside,
        score(leak.highest)
    )
}

pub fn assign(args: &args::Assign, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let report = with_progress(out, |progress| {
        let records = named(&mut workspace, &args.ids, args.filter.as_deref(), progress)?;
        let columns = query::columns(&mut workspace, progress)?;
        let split = Some(args.split.clone()).filter(|split| split != assign::CLEAR);
        let assign = AssignArgs { records, split, filter: args.filter.clone() };
        assign::assign(&mut workspace, &columns, assign, progress)
    })?;
    if out.json {
        out.json(&report)?;
    } else {
        out.note(format!("{} of {} changed", grouped(report.changed), counted(report.records, "record")))?;
    }
    Ok(Done::All)
}
