//! `rules list|show|test|preview|apply|clear|filter`.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::Done;
use super::args;
use super::bar::with_progress;
use super::out::Out;
use crate::display::{grouped, safe};
use crate::error::{Error, Result};
use crate::model::{DiffTag, RecordId};
use crate::ops::rules::{self, PreviewItem};
use crate::ops::{self, filter_file};
use crate::rules::{Pipeline, Step};
use crate::workspace::Workspace;

pub fn run(command: args::Rules, out: &mut Out) -> Result<Done> {
    match command {
        args::Rules::List { workspace } => list(workspace.as_deref(), out),
        args::Rules::Show { workspace, pipeline } => {
            let pipeline = find(workspace.as_deref(), &pipeline)?;
            show(&pipeline, out)
        }
        args::Rules::Test { text, pipeline } => test(&text, &find(None, &pipeline)?, out),
        args::Rules::Preview { workspace, pipeline, diff, limit } => preview(&workspace, &pipeline, diff, limit, out),
        args::Rules::Apply { workspace, pipeline } => apply(&workspace, &pipeline, out),
        args::Rules::Clear(args) => {
            let mut workspace = Workspace::open(&args.workspace)?;
            rules::clear(&mut workspace)?;
            if out.json {
                out.json(&serde_json::json!({"pipeline": null}))?;
                return Ok(Done::All);
            }
            out.note("the rules are taken back; texts are as imported or edited")?;
            Ok(Done::All)
        }
        args::Rules::Filter { file, pipeline, cleaned, output } => filter(&file, &pipeline, cleaned, output.as_deref(), out),
    }
}

fn find(workspace: Option<&Path>, args: &args::Pipeline) -> Result<Pipeline> {
    let workspace = workspace.map(Workspace::open_to_read).transpose()?;
    rules::find(workspace.as_ref(), args.pipeline.as_deref())
}

#[derive(Serialize)]
struct ShowReport<'a> {
    name: &'a str,
    digest: String,
    rules: Vec<&'a str>,
    toml: &'a str,
}

fn show(pipeline: &Pipeline, out: &mut Out) -> Result<Done> {
    if out.json {
        let (name, rules, toml) = (pipeline.name(), pipeline.rule_names(), pipeline.source());
        out.json(&ShowReport { name, digest: pipeline.digest(), rules, toml })?;
    } else {
        // To a file or pipe byte for byte: what is shown is a model to copy.
        writeln!(out.data(), "{}", pipeline.source().trim_end())?;
    }
    Ok(Done::All)
}

#[derive(Serialize)]
struct PipelineRow {
    name: String,
    digest: String,
    rules: usize,
    in_force: bool,
}

fn list(workspace: Option<&Path>, out: &mut Out) -> Result<Done> {
    let workspace = workspace.map(Workspace::open_to_read).transpose()?;
    let in_force = workspace.as_ref().map(rules::in_force).transpose()?.flatten();
    let mut rows: Vec<PipelineRow> = Vec::new();
    if let Some(saved) = &in_force {
        let pipeline = Pipeline::parse(&saved.source)?;
        rows.push(PipelineRow {
            name: saved.name.clone(),
            digest: saved.digest.clone(),
            rules: pipeline.rule_names().len(),
            in_force: true,
        });
    }
    for &(name, source) in crate::rules::BUILTIN {
        let pipeline = Pipeline::parse(source)?;
        if in_force.as_ref().is_none_or(|saved| saved.digest != pipeline.digest()) {
            rows.push(PipelineRow {
                name: name.to_owned(),
                digest: pipeline.digest(),
                rules: pipeline.rule_names().len(),
                in_force: false,
            });
        }
    }
    for row in rows {
        if out.json {
            out.json(&row)?;
        } else {
            let state = if row.in_force { "in force" } else { "built in" };
            out.line(format!("{}  {} rules  {state}  {}", row.name, row.rules, row.digest))?;
        }
    }
    Ok(Done::All)
}

#[derive(Serialize)]
struct TestStep<'a> {
    rule: &'a str,
    text: &'a str,
    dropped: bool,
}

#[derive(Serialize)]
struct TestReport<'a> {
    raw: &'a str,
    text: Option<&'a str>,
    dropped_by: Option<&'a str>,
    steps: Vec<TestStep<'a>>,
}

fn test(text: &str, pipeline: &Pipeline, out: &mut Out) -> Result<Done> {
    let steps = rules::trace::trace_text(pipeline, text).steps;
    let names = pipeline.rule_names();
    let dropped_by = steps.iter().find(|s| s.dropped).map(|s| names[s.rule]);
    let end = steps.iter().rev().find(|s| !s.dropped).map_or(text, |s| s.text.as_str());
    if out.json {
        let steps = steps.iter().map(|s| TestStep { rule: names[s.rule], text: &s.text, dropped: s.dropped }).collect();
        out.json(&TestReport { raw: text, text: dropped_by.is_none().then_some(end), dropped_by, steps })?;
        return Ok(Done::All);
    }
    out.line(format!("{:>24}  {text}", "raw"))?;
    for step in &steps {
        let what = if step.dropped { "dropped" } else { step.text.as_str() };
        out.line(format!("{:>24}  {what}", names[step.rule]))?;
    }
    if steps.is_empty() {
        out.note("no rule fires")?;
    }
    Ok(Done::All)
}

#[derive(Serialize)]
struct RuleRow<'a> {
    rule: &'a str,
    changed: u64,
    dropped: u64,
}

#[derive(Serialize)]
struct PreviewReport<'a> {
    pipeline: &'a str,
    digest: String,
    records: u64,
    changed: u64,
    dropped: u64,
    rules: Vec<RuleRow<'a>>,
}

fn preview(path: &Path, args: &args::Pipeline, diff: bool, limit: Option<usize>, out: &mut Out) -> Result<Done> {
    let workspace = Workspace::open_to_read(path)?;
    let pipeline = rules::find(Some(&workspace), args.pipeline.as_deref())?;
    let preview = with_progress(out, |progress| rules::preview::preview_all(&workspace, &pipeline, progress))?;
    if diff {
        return diffs(&workspace, &pipeline, &preview.items, limit.unwrap_or(usize::MAX), out);
    }
    let rules: Vec<RuleRow> = preview
        .rules
        .iter()
        .zip(&preview.totals.rules)
        .map(|(rule, counts)| RuleRow { rule, changed: counts.changed, dropped: counts.dropped })
        .collect();
    let totals = &preview.totals;
    if out.json {
        out.json(&PreviewReport {
            pipeline: pipeline.name(),
            digest: pipeline.digest(),
            records: totals.records,
            changed: totals.changed,
            dropped: totals.dropped,
            rules,
        })?;
        return Ok(Done::All);
    }
    out.line(format!(
        "{} changes {} and drops {} of {} records",
        pipeline.name(),
        grouped(totals.changed),
        grouped(totals.dropped),
        grouped(totals.records)
    ))?;
    for rule in rules {
        out.line(format!("{:>10} changed {:>10} dropped  {}", grouped(rule.changed), grouped(rule.dropped), rule.rule))?;
    }
    Ok(Done::All)
}

#[derive(Serialize)]
struct DiffRow<'a> {
    id: RecordId,
    raw: &'a str,
    text: &'a str,
    dropped_by: Option<&'a str>,
    fired: Vec<&'a str>,
}

/// Word diffs of the changed records, as a pager shows them.
fn diffs(workspace: &Workspace, pipeline: &Pipeline, items: &[PreviewItem], limit: usize, out: &mut Out) -> Result<Done> {
    let names = pipeline.rule_names();
    for item in items.iter().take(limit) {
        if out.is_closed() {
            break;
        }
        let Some(record) = ops::query::record(workspace, item.record)? else { continue };
        let Some(trace) = rules::trace(workspace, pipeline, item.record)? else { continue };
        let steps = trace.steps;
        let end = steps.iter().rev().find(|s| !s.dropped).map_or(record.raw_text.as_str(), |s| s.text.as_str());
        let dropped_by = item.dropped_by.map(|r| names[r as usize]);
        let fired: Vec<&str> = item.fired.iter().map(|&r| names[r as usize]).collect();
        if out.json {
            out.json(&DiffRow { id: item.record, raw: &record.raw_text, text: end, dropped_by, fired })?;
            continue;
        }
        let why = dropped_by.map_or_else(|| fired.join(", "), |rule| format!("dropped by {rule}"));
        out.line(format!("record {}  {why}", item.record))?;
        out.styled_line(&inline_diff(&record.raw_text, &steps, out.color))?;
    }
    Ok(Done::All)
}

/// `red car[- , 8k-]{+.+}`: deletions and insertions in brackets, coloured where colour is on.
fn inline_diff(raw: &str, steps: &[Step], color: bool) -> String {
    let end = steps.iter().rev().find(|s| !s.dropped).map_or(raw, |s| s.text.as_str());
    let mut line = String::from("  ");
    for op in crate::rules::word_diff(raw, end) {
        match op.tag {
            DiffTag::Equal => line.push_str(&safe(&raw[op.old])),
            DiffTag::Delete if color => line.push_str(&format!("\u{1b}[31;9m{}\u{1b}[0m", safe(&raw[op.old]))),
            DiffTag::Delete => line.push_str(&format!("[-{}-]", safe(&raw[op.old]))),
            DiffTag::Insert if color => line.push_str(&format!("\u{1b}[32;4m{}\u{1b}[0m", safe(&end[op.new]))),
            DiffTag::Insert => line.push_str(&format!("{{+{}+}}", safe(&end[op.new]))),
        }
    }
    line
}

fn apply(path: &Path, args: &args::Pipeline, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(path)?;
    let pipeline = rules::find(Some(&workspace), args.pipeline.as_deref())?;
    let report = with_progress(out, |progress| rules::apply(&mut workspace, &pipeline, args.pipeline.as_deref(), progress))?;
    if out.json {
        out.json(&report)?;
    } else {
        out.note(format!(
            "{} changes {} and drops {} of {} records",
            report.pipeline,
            grouped(report.changed),
            grouped(report.dropped),
            grouped(report.records)
        ))?;
    }
    Ok(Done::All)
}

fn filter(file: &Path, args: &args::Pipeline, cleaned: bool, output: Option<&Path>, out: &mut Out) -> Result<Done> {
    let pipeline = rules::find(None, args.pipeline.as_deref())?;
    let mut target = output.map(filter_file::Target::create).transpose()?;
    let json = out.json;
    let report = with_progress_quietly(out, |out, progress| {
        filter_file::filter_file(file, &pipeline, progress, |line| {
            if out.is_closed() {
                return Err(Error::interrupted());
            }
            if json {
                let text = serde_json::to_string(&line).map_err(|e| Error::io("JSON").caused_by(e))?;
                return write_line(&mut target, out, text.as_bytes());
            }
            match (&line.text, cleaned) {
                (None, _) => Ok(()),
                (Some(text), true) => write_line(&mut target, out, text.as_bytes()),
                (Some(_), false) => write_line(&mut target, out, line.raw.as_bytes()),
            }
        })
    });
    let report = match report {
        Err(error) if error.is_interrupted() && out.is_closed() => return Ok(Done::All),
        report => report?,
    };
    if let Some(target) = target {
        target.commit()?;
    }
    for reject in &report.rejects {
        eprintln!("line {}: rejected: {}", reject.line, safe(&reject.reason));
    }
    Ok(if report.rejects.is_empty() { Done::All } else { Done::SomeRejected })
}

/// The lines are data: they go out byte for byte, so that the output of a filter can be the input of the next program.
fn write_line(target: &mut Option<filter_file::Target>, out: &mut Out, line: &[u8]) -> Result<()> {
    match target {
        Some(target) => {
            target.write_all(line)?;
            target.write_all(b"\n")?;
            Ok(())
        }
        None if out.is_terminal() => out.line(String::from_utf8_lossy(line)),
        None => {
            out.bytes(line)?;
            out.bytes(b"\n")?;
            Ok(())
        }
    }
}

/// [`with_progress`] for work that writes to `out` meanwhile.
fn with_progress_quietly<T>(out: &mut Out, work: impl FnOnce(&mut Out, &crate::progress::Progress) -> Result<T>) -> Result<T> {
    let silent = Out::silent(out);
    with_progress(&silent, |progress| work(out, progress))
}
