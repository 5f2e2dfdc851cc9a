//! `leakage WS`: what of one split or source of a workspace stands in another; the pairs; one side loses; the certificate.

use super::Done;
use super::args;
use super::bar::with_progress;
use super::commands::threshold;
use super::folders::folders;
use super::out::Out;
use crate::display::{counted, grouped, score};
use crate::error::{Error, Result};
use crate::model::{Lens, Threshold};
use crate::ops::duplicates::{self, View};
use crate::ops::leaks::{self, Between, FixArgs, FixReport, Group, Matrix, PairsPage};
use crate::ops::query;
use crate::query::Columns;
use crate::workspace::Workspace;

impl From<args::Border> for Between {
    fn from(border: args::Border) -> Self {
        match border {
            args::Border::Splits => Between::Splits,
            args::Border::Sources => Between::Sources,
        }
    }
}

pub fn run(args: &args::Leakage, out: &mut Out) -> Result<Done> {
    let within = &args.within;
    let mut workspace = match within.lose.is_empty() || within.dry_run {
        true => Workspace::open_to_read(&args.a)?,
        false => Workspace::open(&args.a)?,
    };
    let typed = args.threshold.as_deref().map(threshold).transpose()?;
    let (columns, view) = with_progress(out, |progress| {
        let columns = query::columns(&mut workspace, progress)?;
        let view = duplicates::view(&workspace, &columns, Lens::from(args.how.lens))?;
        Ok((columns, view))
    })?;
    let at = typed.map_or_else(|| leaks::default_threshold(&workspace, &view), Ok)?;
    let by = Between::from(within.by);
    if !within.lose.is_empty() {
        let losers = names_of(&within.lose, &group_names(&columns, by));
        let fix = FixArgs { by, losers, threshold: at, dry_run: within.dry_run };
        let report = with_progress(out, |progress| leaks::fix(&mut workspace, &view, &fix, progress))?;
        return said_of_fix(&report, at, out);
    }
    if let Some(typed) = &within.pairs {
        let (a, b) = two_names(typed, &group_names(&columns, by))?;
        let page = leaks::pairs(&columns, &view, by, at, (&a, &b), (within.offset, within.limit))?;
        return said_of_pairs(&page, &columns, view.lens(), out);
    }
    if within.certificate {
        return certificate(&columns, &view, at, out);
    }
    said_of_matrix(&leaks::matrix(&columns, &view, by, at)?, at, out)
}

fn group_names(columns: &Columns, by: Between) -> Vec<String> {
    match by {
        Between::Splits => columns.names.splits.clone(),
        Between::Sources => columns.names.sources.clone(),
    }
}

/// Each as it stands where that is a name; otherwise apart by commas.
fn names_of(typed: &[String], known: &[String]) -> Vec<String> {
    let apart = |typed: &String| match known.contains(typed) {
        true => vec![typed.clone()],
        false => typed.split(',').map(|name| name.trim().to_owned()).collect(),
    };
    typed.iter().flat_map(apart).collect()
}

/// `train,test`; a comma may be part of a source's name.
fn two_names(typed: &str, known: &[String]) -> Result<(String, String)> {
    let halves = || typed.match_indices(',').map(|(at, _)| (typed[..at].trim().to_owned(), typed[at + 1..].trim().to_owned()));
    let both_known = halves().find(|(a, b)| known.contains(a) && known.contains(b));
    both_known.or_else(|| halves().next()).ok_or_else(|| {
        Error::usage(format!("`{typed}` is not two names")).hint("name both sides, as in --pairs train,validation")
    })
}

fn said_of_matrix(matrix: &Matrix, at: Threshold, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(matrix)?;
    } else {
        let groups: Vec<String> =
            matrix.groups.iter().map(|Group { name, records }| format!("{name} ({})", grouped(*records))).collect();
        let groups = if groups.is_empty() { format!("there are no {}", matrix.by.word()) } else { groups.join(", ") };
        out.line(format!("between {}: {groups}; {} ≥ {at:#} ({})", matrix.by.word(), matrix.lens.word(), matrix.method))?;
        matrix.leaks.iter().try_for_each(|leak| out.line(leak.words()))?;
        if matrix.leaks.is_empty() {
            out.line(format!("no near-copies across {}; {}", matrix.by.word(), closest(matrix.highest, matrix.floor)))?;
        }
        say_gaps(matrix.gaps, matrix.lens, out)?;
    }
    Ok(if matrix.is_proven_clean() { Done::All } else { Done::Blocked })
}

fn closest(highest: Option<f32>, floor: f32) -> String {
    match highest {
        Some(highest) => format!("the closest pair scores {}", score(highest)),
        None => format!("no pair reaches {}", score(floor)),
    }
}

fn say_gaps(gaps: leaks::Gaps, lens: Lens, out: &mut Out) -> Result<()> {
    for gap in gaps.words() {
        out.line(format!("not proven: {gap}"))?;
    }
    if gaps.stale || gaps.missing > 0 {
        out.note(format!("build it again: `tamis duplicates build WORKSPACE --lens {}`", lens.word()))?;
    }
    Ok(())
}

fn said_of_pairs(page: &PairsPage, columns: &Columns, lens: Lens, out: &mut Out) -> Result<Done> {
    let text = |record| columns.position(record).map_or("", |position| columns.text(position));
    for pair in &page.pairs {
        if out.is_closed() {
            break;
        }
        if out.json {
            out.json(pair)?;
            continue;
        }
        out.line(format!("{}  {:>8}  {}", score(pair.score), pair.a.0, text(pair.a)))?;
        out.line(format!("       {:>8}  {}", pair.b.0, text(pair.b)))?;
    }
    if !out.json {
        say_gaps(page.gaps, lens, out)?;
        let (shown, all) = (grouped(page.pairs.len() as u64), counted(page.total, "pair"));
        out.note(format!("{shown} of {all}, from number {}", grouped(page.offset)))?;
    }
    Ok(if page.total == 0 && page.gaps.are_none() { Done::All } else { Done::Blocked })
}

fn said_of_fix(report: &FixReport, at: Threshold, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(report)?;
    } else {
        let dropped = if report.dry_run { "would be dropped" } else { "dropped" };
        let losers = report.losers.join(", ");
        out.note(format!("{} of {losers} {dropped} at {at:#} ({})", counted(report.dropped, "record"), report.lens.word()))?;
        for remaining in &report.remaining {
            let score = score(remaining.score);
            out.line(format!(
                "record {} stays: it is marked or protected ({score} to record {})",
                remaining.id, remaining.witness
            ))?;
        }
        report.leaks.iter().try_for_each(|leak| out.line(leak.words()))?;
        say_gaps(report.gaps, report.lens, out)?;
    }
    Ok(if report.leaks.is_empty() && report.gaps.are_none() { Done::All } else { Done::Blocked })
}

fn certificate(columns: &Columns, view: &View, at: Threshold, out: &mut Out) -> Result<Done> {
    let certificate = leaks::certificate(columns, view, at, leaks::model_digest(view, &folders()?))?;
    if out.json {
        out.json(&certificate)?;
    } else {
        certificate.markdown().lines().try_for_each(|line| out.line(line))?;
    }
    Ok(if certificate.holds() { Done::All } else { Done::Blocked })
}
