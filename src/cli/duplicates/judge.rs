//! `duplicates judge|cut`.

use std::path::Path;

use super::at::open;
use crate::cli::Done;
use crate::cli::args::{Cut, VerdictWord};
use crate::cli::commands::threshold;
use crate::cli::out::Out;
use crate::display::{counted, grouped, score};
use crate::error::{Error, Result};
use crate::model::{Judgement, Lens, RecordId, Verdict};
use crate::ops::duplicates;
use crate::ops::query;
use crate::progress::Progress;
use crate::workspace::Workspace;

pub fn judge(path: &Path, word: VerdictWord, pairs: &[String], sampled: bool, lens: Lens, out: &mut Out) -> Result<Done> {
    let verdict = match word {
        VerdictWord::Duplicate => Some(Verdict::Duplicate),
        VerdictWord::Different => Some(Verdict::Different),
        VerdictWord::Clear => None,
        VerdictWord::List => return list(path, lens, out),
    };
    if pairs.is_empty() {
        return Err(Error::usage("no pair is named")
            .hint("`--pair A,B`, once or more; `duplicates judge WORKSPACE list` shows what was said"));
    }
    let judgement = verdict.map(|verdict| Judgement { verdict, sampled });
    let pairs = pairs.iter().map(|pair| pair_of(pair)).collect::<Result<Vec<_>>>()?;
    let mut workspace = Workspace::open(path)?;
    let columns = query::columns(&mut workspace, &Progress::none())?;
    let report = duplicates::judge(&mut workspace, &columns, &pairs, judgement)?;
    if out.json {
        out.json(&report)?;
    } else if report.operation.is_none() {
        out.note(if judgement.is_some() {
            "nothing changed: it was said before"
        } else {
            "nothing changed: nothing was said of it"
        })?;
    } else {
        out.note(format!(
            "{} {}",
            counted(report.pairs, "pair"),
            if judgement.is_some() { "judged" } else { "no longer judged" }
        ))?;
    }
    Ok(Done::All)
}

/// `12,40`.
fn pair_of(text: &str) -> Result<(RecordId, RecordId)> {
    let id = |text: &str| text.trim().parse().ok().map(RecordId);
    let pair = text.split_once(',').and_then(|(a, b)| Some((id(a)?, id(b)?)));
    pair.ok_or_else(|| Error::usage(format!("{text} is no pair")).hint("two ids with a comma between them, as in 12,40"))
}

fn list(path: &Path, lens: Lens, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open_to_read(path)?;
    let columns = query::columns(&mut workspace, &Progress::none())?;
    let view = duplicates::view(&workspace, &columns, lens)?;
    for pair in duplicates::judged(&workspace, &columns, &view)? {
        if out.json {
            out.json(&pair)?;
            continue;
        }
        let similarity = pair.score.map_or_else(|| format!("<{}", score(view.graph.floor)), score);
        out.line(format!("{:>9}  {similarity}  {:>8} {:>8}", pair.judgement.verdict.word(), pair.a.0, pair.b.0))?;
    }
    Ok(Done::All)
}

pub fn cut(at: &Cut, member: u32, dry_run: bool, out: &mut Out) -> Result<Done> {
    let member = RecordId(member);
    if dry_run {
        let (columns, view, threshold) = open(at)?;
        let plan = duplicates::plan_cut(&columns, &view, threshold, member)?;
        return say(&plan, &plan, "would cut", out);
    }
    let threshold = threshold(&at.threshold)?;
    let mut workspace = Workspace::open(&at.workspace)?;
    let columns = query::columns(&mut workspace, &Progress::none())?;
    let view = duplicates::view(&workspace, &columns, at.lens.into())?;
    duplicates::require_in_range(&view, threshold)?;
    let report = duplicates::cut_weakest(&mut workspace, &columns, &view, threshold, member)?;
    say(&report, &report.plan, "cut", out)
}

fn say(json: &impl serde::Serialize, plan: &duplicates::CutPlan, did: &str, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(json)?;
    } else {
        out.note(format!(
            "{did} at {}: {} records from {}; {} judged different",
            score(plan.weakest),
            grouped(plan.sides.0),
            grouped(plan.sides.1),
            counted(plan.pairs, "pair")
        ))?;
    }
    Ok(Done::All)
}
