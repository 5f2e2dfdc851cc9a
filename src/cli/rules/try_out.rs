//! `rules test`: one text through every rule, step by step.

use serde::Serialize;

use super::super::{Done, out::Out};
use super::{rule_name, words_of};
use crate::error::Result;
use crate::ops::rules;
use crate::ops::rules::trace::{Trace, trace_text};
use crate::rules::Pipeline;

#[derive(Serialize)]
struct TestReport<'a> {
    raw: &'a str,
    text: Option<&'a str>,
    dropped_by: Option<&'a str>,
    steps: Vec<TestStep<'a>>,
}

#[derive(Serialize)]
struct TestStep<'a> {
    rule: &'a str,
    /// From 0.
    round: usize,
    text: &'a str,
    dropped: bool,
    /// A name and a JSON value.
    field: Option<(&'a str, &'a str)>,
    failed: Option<&'a str>,
    warnings: Vec<&'static str>,
}

pub fn test(text: &str, named: Option<&str>, out: &mut Out) -> Result<Done> {
    let pipeline = rules::find(None, named)?;
    let trace = trace_text(&pipeline, text);
    let report = report(&pipeline, &trace);
    if out.json {
        out.json(&report)?;
        return Ok(Done::All);
    }
    out.line(format!("{:>24}  {text}", "raw"))?;
    for (step, warnings) in report.steps.iter().zip(&trace.step_warnings) {
        out.line(format!("{:>24}  {}", step.rule, step.in_words()))?;
        for warning in warnings.iter() {
            out.line(format!("{:>24}  ! {}: {}", "", warning.word(), warning.about()))?;
        }
    }
    if report.steps.is_empty() {
        out.note("no rule fires")?;
    }
    Ok(Done::All)
}

fn report<'a>(pipeline: &'a Pipeline, trace: &'a Trace) -> TestReport<'a> {
    let dropped_by = trace.steps.iter().find(|step| step.dropped).map(|step| rule_name(pipeline, step.rule));
    let steps = trace.steps.iter().zip(&trace.step_warnings).map(|(step, warnings)| TestStep {
        rule: rule_name(pipeline, step.rule),
        round: step.round,
        text: &step.text,
        dropped: step.dropped,
        field: step.field.as_ref().map(|(name, value)| (name.as_str(), value.as_str())),
        failed: step.failed.as_deref(),
        warnings: words_of(*warnings),
    });
    TestReport { raw: &trace.raw, text: dropped_by.is_none().then(|| trace.end()), dropped_by, steps: steps.collect() }
}

impl TestStep<'_> {
    fn in_words(&self) -> String {
        match (self.dropped, self.failed, self.field) {
            (true, ..) => "dropped".to_owned(),
            (_, Some(why), _) => format!("failed: {why}"),
            (_, _, Some((name, value))) => format!("{name} = {value}"),
            _ => self.text.to_owned(),
        }
    }
}
