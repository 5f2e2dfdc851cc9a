//! `duplicates triage`.

use super::at::open_workspace;
use crate::cli::Done;
use crate::cli::args::Cut;
use crate::cli::out::Out;
use crate::clusters::triage::{Share, Suggestion, Triage};
use crate::display::{grouped, score};
use crate::error::{Error, Result};
use crate::ops::duplicates::{self, TriageReport};

pub fn triage(at: &Cut, precision: f64, out: &mut Out) -> Result<Done> {
    if !(precision > 0.0 && precision <= 1.0) {
        return Err(Error::usage(format!("{precision} is no precision")).hint("a number above 0, at most 1, as in 0.95"));
    }
    let (workspace, columns, view, threshold) = open_workspace(at)?;
    let report = duplicates::triage(&workspace, &columns, &view, threshold, &[])?;
    let suggestion = report.triage.suggest(precision);
    if out.json {
        out.json(&json(&report, suggestion.as_ref()))?;
        return Ok(Done::All);
    }
    for bin in report.triage.bins.iter().filter(|bin| bin.asked > 0) {
        out.line(format!(
            "{:.2}–{:.2}  {:>12} pairs  {:>4} judged  {}",
            f64::from(bin.from) / 100.0,
            f64::from(bin.to) / 100.0,
            grouped(bin.pairs),
            bin.asked,
            share(bin.share)
        ))?;
    }
    out.line(match &suggestion {
        Some(found) => {
            format!("for a precision of {precision} the threshold is {:#}: {}", found.threshold, share(found.precision))
        }
        None if report.triage.asked() == 0 => "no sampled pair is judged yet".to_owned(),
        None => format!("no threshold reaches a precision of {precision} by the answers so far"),
    })?;
    if let Some(missing) = suggestion.and_then(|found| found.missing) {
        out.line(format!(
            "to be sure: at least {} more answers between {:.2} and {:.2}",
            missing.answers,
            f64::from(missing.from) / 100.0,
            f64::from(missing.to) / 100.0
        ))?;
    }
    if let Some(next) = report.next {
        let text = |id| columns.position(id).map_or("", |position| columns.text(position));
        out.line(format!("next, at {}:", score(next.score)))?;
        out.line(format!("  {:>8}  {}", next.a.0, text(next.a)))?;
        out.line(format!("  {:>8}  {}", next.b.0, text(next.b)))?;
        out.note(format!("`tamis duplicates judge WORKSPACE duplicate|different --sampled --pair {},{}`", next.a.0, next.b.0))?;
    }
    Ok(Done::All)
}

fn share(share: Share) -> String {
    format!("{:.3} ({:.3} to {:.3})", share.value, share.low, share.high)
}

fn json(report: &TriageReport, suggestion: Option<&Suggestion>) -> serde_json::Value {
    let share = |share: Share| serde_json::json!({ "value": share.value, "low": share.low, "high": share.high });
    let Triage { bins, .. } = &report.triage;
    let bins: Vec<serde_json::Value> = bins
        .iter()
        .map(|bin| {
            let precision = (bin.asked > 0).then(|| share(bin.share));
            serde_json::json!({
                "from": f64::from(bin.from) / 100.0,
                "to": f64::from(bin.to) / 100.0,
                "pairs": bin.pairs,
                "judged": bin.asked,
                "duplicates": bin.duplicates,
                "precision": precision,
            })
        })
        .collect();
    let suggestion = suggestion.map(|found| {
        serde_json::json!({
            "threshold": found.threshold.value(),
            "precision": share(found.precision),
            "pairs": found.pairs,
            "answers_missing": found.missing.map_or(0, |missing| missing.answers),
        })
    });
    serde_json::json!({ "judged": report.triage.asked(), "bins": bins, "suggestion": suggestion, "next": report.next })
}
