//! `rules refuse`: what rules may not do to a text; refused, accepted again, listed.

use serde::Serialize;

use super::super::{Done, args, out::Out};
use super::rule_name;
use crate::display::grouped;
use crate::error::{Error, Result};
use crate::model::{RecordId, Refusal};
use crate::ops::rules;
use crate::ops::rules::refuse::{RefuseReport, Refused, What};
use crate::ops::rules::trace::{Proposed, Trace};
use crate::rules::Pipeline;
use crate::workspace::Workspace;

pub fn refuse(args: &args::Refuse, out: &mut Out) -> Result<Done> {
    let Some(id) = args.id.map(RecordId) else {
        return list_all(&Workspace::open_to_read(&args.workspace)?, out);
    };
    let named = args.pipeline.pipeline.as_deref();
    let Some(what) = what(args)? else {
        let workspace = Workspace::open_to_read(&args.workspace)?;
        let pipeline = rules::find(Some(&workspace), named)?;
        let trace = rules::trace(&workspace, &pipeline, id)?.ok_or_else(|| rules::refuse::no_record(id))?;
        return list_of_record(&pipeline, id, &trace, out);
    };
    let mut workspace = Workspace::open(&args.workspace)?;
    let pipeline = rules::find(Some(&workspace), named)?;
    let report = rules::refuse::refuse(&mut workspace, &pipeline, id, &what, !args.accept)?;
    say_done(&report, out)
}

/// What the options choose; `None`: nothing, so it is listed.
fn what(args: &args::Refuse) -> Result<Option<What>> {
    let change = args.change.and_then(|n| n.checked_sub(1)).map(|n| What::Change(n as usize));
    let refusals: Vec<Refusal> = args.refusal.iter().map(|json| parse(json)).collect::<Result<_>>()?;
    let rule = args.rule.clone().map(What::Rule);
    Ok(change.or(rule).or(args.record.then_some(What::Record)).or((!refusals.is_empty()).then_some(What::These(refusals))))
}

fn parse(json: &str) -> Result<Refusal> {
    serde_json::from_str(json).map_err(|e| {
        Error::usage("--refusal: that is no refusal")
            .caused_by(e)
            .hint("`tamis rules refuse WORKSPACE --id N --json` writes them as they are read")
    })
}

fn say_done(report: &RefuseReport, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(report)?;
        return Ok(Done::All);
    }
    for words in &report.refused {
        out.note(format!("refused: {words}"))?;
    }
    for words in &report.accepted {
        out.note(format!("accepted: {words}"))?;
    }
    out.note(match (report.operation, report.records) {
        (None, _) => "nothing changed".to_owned(),
        (Some(_), 0) => "no rules in force touch it".to_owned(),
        (Some(_), 1) => "the record with this text follows".to_owned(),
        (Some(_), records) => format!("{} records with this text follow", grouped(records)),
    })?;
    Ok(Done::All)
}

#[derive(Serialize)]
struct TextRow<'a> {
    #[serde(flatten)]
    refused: &'a Refused,
    words: Vec<String>,
}

fn list_all(workspace: &Workspace, out: &mut Out) -> Result<Done> {
    let all = rules::refuse::refusals(workspace)?;
    for refused in &all {
        let words: Vec<String> = refused.refusals.iter().map(ToString::to_string).collect();
        if out.json {
            out.json(&TextRow { refused, words })?;
            continue;
        }
        let records: Vec<String> = refused.records.iter().take(5).map(ToString::to_string).collect();
        let more = if refused.records.len() > records.len() { ", …" } else { "" };
        let text = refused.raw.as_deref().unwrap_or("the text is in no record now");
        out.line(format!("record {}{more}  {text}", records.join(", ")))?;
        for words in words {
            out.line(format!("       refused: {words}"))?;
        }
    }
    if !out.json {
        let texts = grouped(all.len() as u64);
        out.note(format!(
            "of {texts} texts something is refused; `tamis rules refuse WORKSPACE --id N` says what and takes it back"
        ))?;
    }
    Ok(Done::All)
}

#[derive(Serialize)]
struct RecordReport<'a> {
    id: RecordId,
    pipeline: &'a str,
    raw: &'a str,
    refused_whole: bool,
    proposals: Vec<ProposalRow<'a>>,
    /// Refused, and not proposed any more.
    unproposed: Vec<RefusalRow<'a>>,
}

#[derive(Serialize)]
struct ProposalRow<'a> {
    /// What `--change` takes.
    n: usize,
    rule: &'a str,
    words: String,
    refused: bool,
    refusal: &'a Refusal,
}

#[derive(Serialize)]
struct RefusalRow<'a> {
    words: String,
    refusal: &'a Refusal,
}

fn list_of_record(pipeline: &Pipeline, id: RecordId, trace: &Trace, out: &mut Out) -> Result<Done> {
    let proposals = trace.proposals(pipeline);
    let report = report(pipeline, id, trace, &proposals);
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    out.line(format!("record {id}  {}", report.raw))?;
    if report.refused_whole {
        out.line("the whole record is refused")?;
    }
    for row in &report.proposals {
        let refused = if row.refused { "  [refused]" } else { "" };
        out.line(format!("{:>5}  {:>24}  {}{refused}", row.n, row.rule, row.words))?;
    }
    for row in &report.unproposed {
        out.line(format!("{:>5}  {:>24}  {}  [refused, not proposed any more]", "-", "", row.words))?;
    }
    if report.proposals.is_empty() {
        out.note(format!("{} proposes nothing for it", report.pipeline))?;
    }
    Ok(Done::All)
}

fn report<'a>(pipeline: &'a Pipeline, id: RecordId, trace: &'a Trace, proposals: &'a [Proposed]) -> RecordReport<'a> {
    let rule = |step: usize| trace.steps.get(step).map_or("", |step| rule_name(pipeline, step.rule));
    let row = |(index, proposed): (usize, &'a Proposed)| ProposalRow {
        n: index + 1,
        rule: rule(proposed.step),
        words: proposed.refusal.to_string(),
        refused: proposed.refused,
        refusal: &proposed.refusal,
    };
    RecordReport {
        id,
        pipeline: pipeline.name(),
        raw: &trace.raw,
        refused_whole: trace.refused_whole,
        proposals: proposals.iter().enumerate().map(row).collect(),
        unproposed: trace.unproposed.iter().map(|refusal| RefusalRow { words: refusal.to_string(), refusal }).collect(),
    }
}
