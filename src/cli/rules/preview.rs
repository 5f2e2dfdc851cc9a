//! `rules preview`: what a pipeline would do, in counts or record by record.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::{Done, args, bar::with_progress, out::Out};
use super::{diff, rule_index};
use crate::display::grouped;
use crate::error::Result;
use crate::ops::rules::{self, Fate, Preview, Which};
use crate::rules::Pipeline;
use crate::rules::harm::Warning;
use crate::workspace::Workspace;

pub fn preview(args: &args::Preview, out: &mut Out) -> Result<Done> {
    let workspace = Workspace::open_to_read(&args.workspace)?;
    let pipeline = rules::find(Some(&workspace), args.pipeline.pipeline.as_deref())?;
    let which = which(args, &pipeline)?;
    let preview = with_progress(out, |progress| rules::preview::preview_all(&workspace, &pipeline, progress))?;
    if !args.diff && which == Which::default() {
        return counts(&pipeline, &preview, out);
    }
    let rows = preview.rows(which).into_iter().filter_map(|row| preview.items.get(row as usize));
    diff::list(&workspace, &pipeline, rows.take(args.limit.unwrap_or(usize::MAX)), args.diff, out)
}

fn which(args: &args::Preview, pipeline: &Pipeline) -> Result<Which> {
    Ok(Which {
        rule: args.rule.as_deref().map(|rule| rule_index(pipeline, rule)).transpose()?.map(|rule| rule as u16),
        fate: args.fate.map(Fate::from),
        warning: args.warning.as_deref().and_then(Warning::from_word),
        refused: args.refused,
    })
}

impl From<args::Fate> for Fate {
    fn from(fate: args::Fate) -> Fate {
        match fate {
            args::Fate::Changed => Fate::Changed,
            args::Fate::Dropped => Fate::Dropped,
            args::Fate::Kept => Fate::Kept,
        }
    }
}

#[derive(Serialize)]
struct PreviewReport<'a> {
    pipeline: &'a str,
    digest: String,
    records: u64,
    changed: u64,
    dropped: u64,
    rules: Vec<RuleRow<'a>>,
    warnings: BTreeMap<&'static str, u64>,
    refused: u64,
}

#[derive(Serialize)]
struct RuleRow<'a> {
    rule: &'a str,
    changed: u64,
    dropped: u64,
    /// Records on which no other rule does anything.
    alone: u64,
    enabled: bool,
}

/// `sd2 changes 12,410 and drops 3,127 of 92,644 records`.
pub fn consequences(pipeline: &str, figures: [u64; 3]) -> String {
    let [changed, dropped, records] = figures.map(grouped);
    format!("{pipeline} changes {changed} and drops {dropped} of {records} records")
}

/// Prints the counts of a whole preview.
pub fn counts(pipeline: &Pipeline, preview: &Preview, out: &mut Out) -> Result<Done> {
    let report = report(pipeline, preview);
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    out.line(consequences(report.pipeline, [report.changed, report.dropped, report.records]))?;
    for row in &report.rules {
        let off = if row.enabled { "" } else { " (off)" };
        let [changed, dropped, alone] = [row.changed, row.dropped, row.alone].map(grouped);
        out.line(format!("{changed:>10} changed {dropped:>10} dropped {alone:>10} only by this rule  {}{off}", row.rule))?;
    }
    for warning in Warning::ALL.into_iter().filter(|warning| preview.warned(*warning) > 0) {
        out.line(format!("{:>10} {:<12}  {}", grouped(preview.warned(warning)), warning.word(), warning.about()))?;
    }
    if report.refused > 0 {
        out.line(format!("{:>10} {:<12}  something of it is refused", grouped(report.refused), "refused"))?;
    }
    Ok(Done::All)
}

fn report<'a>(pipeline: &'a Pipeline, preview: &Preview) -> PreviewReport<'a> {
    let row = |(rule, counts): (&'a crate::rules::Rule, &crate::rules::Counts)| RuleRow {
        rule: &rule.name,
        changed: counts.changed,
        dropped: counts.dropped,
        alone: counts.alone,
        enabled: rule.enabled,
    };
    let totals = &preview.totals;
    PreviewReport {
        pipeline: pipeline.name(),
        digest: pipeline.digest(),
        records: totals.records,
        changed: totals.changed,
        dropped: totals.dropped,
        rules: pipeline.rules().iter().zip(&totals.rules).map(row).collect(),
        warnings: Warning::ALL.into_iter().map(|warning| (warning.word(), preview.warned(warning))).collect(),
        refused: preview.refused,
    }
}
