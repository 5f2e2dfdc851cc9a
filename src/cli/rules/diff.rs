//! The records that a pipeline does something to, one by one: which rules and what harm, and the word diff as a pager shows it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use super::super::{Done, out::Out};
use super::{rule_name, words_of};
use crate::display::safe;
use crate::error::Result;
use crate::model::{DiffTag, RecordId, Refusal};
use crate::ops::rules::trace::{Proposed, Trace, Tracer};
use crate::ops::rules::{AttributedOp, PreviewItem};
use crate::rules::Pipeline;
use crate::workspace::Workspace;

/// One for each rule in turn, so that neighbours differ: cyan, magenta, yellow, blue and the light ones of two, as on the screens.
const COLOURS: [&str; 6] = ["36", "35", "33", "34", "95", "94"];

/// Prints records: a line each, and its word diff below where `diffs`. In JSON one object a line.
pub fn list<'a>(
    workspace: &Workspace,
    pipeline: &Pipeline,
    items: impl Iterator<Item = &'a PreviewItem>,
    diffs: bool,
    out: &mut Out,
) -> Result<Done> {
    let tracer = Tracer::new(workspace, pipeline)?;
    for item in items {
        if out.is_closed() {
            break;
        }
        let traced = if diffs || out.json { tracer.trace(item.record)? } else { None };
        match traced {
            Some(trace) if out.json => out.json(&row(pipeline, item, &trace))?,
            Some(trace) => {
                out.styled_line(&heading(pipeline, item, out.color))?;
                out.styled_line(&inline_diff(&trace, out.color))?;
                print_rest(pipeline, &trace, out)?;
            }
            None => out.styled_line(&heading(pipeline, item, out.color))?,
        }
    }
    Ok(Done::All)
}

/// `record 17  specs, dropped by urls  ! loses-half  (refused in part)`.
fn heading(pipeline: &Pipeline, item: &PreviewItem, colour: bool) -> String {
    let name = |rule: u16| in_colour(&safe(rule_name(pipeline, rule.into())), rule.into(), "1", colour);
    let mut rules: Vec<String> = item.fired.iter().map(|&rule| name(rule)).collect();
    rules.extend(item.dropped_by.map(|rule| format!("dropped by {}", name(rule))));
    let done = if rules.is_empty() { "left alone".to_owned() } else { rules.join(", ") };
    let mut line = format!("record {}  {done}", item.record);
    if !item.warnings.is_empty() {
        line.push_str(&format!("  ! {}", words_of(item.warnings).join(", ")));
    }
    if item.refused {
        line.push_str("  (something is refused)");
    }
    line
}

/// `red car[- , 8k-]{+.+}`: deletions and insertions in brackets. Where colour is on, in the colour of the rule instead, deletions
/// crossed out and insertions underlined.
fn inline_diff(trace: &Trace, colour: bool) -> String {
    let mut line = String::from("  ");
    for AttributedOp { tag, old, new, rule } in &trace.diff {
        let gone = safe(trace.raw.get(old.clone()).unwrap_or_default());
        let come = safe(trace.end().get(new.clone()).unwrap_or_default());
        let rule = rule.unwrap_or_default();
        line.push_str(&match tag {
            DiffTag::Equal => gone.into_owned(),
            DiffTag::Delete if colour => in_colour(&gone, rule, "9", colour),
            DiffTag::Delete => format!("[-{gone}-]"),
            DiffTag::Insert if colour => in_colour(&come, rule, "4", colour),
            DiffTag::Insert => format!("{{+{come}+}}"),
        });
    }
    line
}

fn in_colour(safe_text: &str, rule: usize, attribute: &str, colour: bool) -> String {
    match COLOURS.get(rule % COLOURS.len()) {
        Some(code) if colour => format!("\u{1b}[{code};{attribute}m{safe_text}\u{1b}[0m"),
        _ => safe_text.to_owned(),
    }
}

/// What a word diff does not show: fields that are set, and rules that could not be carried out.
fn print_rest(pipeline: &Pipeline, trace: &Trace, out: &mut Out) -> Result<()> {
    for step in &trace.steps {
        let rule = rule_name(pipeline, step.rule);
        if let Some((name, value)) = &step.field {
            out.line(format!("  {name} = {value}  ({rule})"))?;
        }
        if let Some(why) = &step.failed {
            out.line(format!("  {rule} failed: {why}"))?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct DiffRow<'a> {
    id: RecordId,
    raw: &'a str,
    text: &'a str,
    dropped_by: Option<&'a str>,
    fired: Vec<&'a str>,
    fields: BTreeMap<&'a str, &'a RawValue>,
    failed: Vec<FailedRow<'a>>,
    warnings: Vec<&'static str>,
    refused: bool,
    changes: Vec<ChangeRow<'a>>,
}

#[derive(Serialize)]
struct FailedRow<'a> {
    rule: &'a str,
    why: &'a str,
}

/// A change, or a drop: then nothing goes and nothing comes.
#[derive(Serialize)]
struct ChangeRow<'a> {
    /// What `rules refuse --change` takes.
    n: usize,
    rule: &'a str,
    gone: Option<String>,
    come: Option<String>,
    refused: bool,
}

fn row<'a>(pipeline: &'a Pipeline, item: &PreviewItem, trace: &'a Trace) -> DiffRow<'a> {
    let name = |rule: u16| rule_name(pipeline, rule.into());
    let field = |(name, value): &'a (String, String)| Some((name.as_str(), serde_json::from_str(value).ok()?));
    let failed = trace.steps.iter().filter_map(|step| Some((step.rule, step.failed.as_deref()?)));
    let proposals = trace.proposals(pipeline).into_iter().enumerate();
    DiffRow {
        id: item.record,
        raw: &trace.raw,
        text: trace.end(),
        dropped_by: item.dropped_by.map(name),
        fired: item.fired.iter().map(|&rule| name(rule)).collect(),
        fields: trace.steps.iter().filter_map(|step| step.field.as_ref()).filter_map(field).collect(),
        failed: failed.map(|(rule, why)| FailedRow { rule: rule_name(pipeline, rule), why }).collect(),
        warnings: words_of(item.warnings),
        refused: item.refused,
        changes: proposals.map(|(index, proposed)| change(pipeline, trace, index, proposed)).collect(),
    }
}

fn change<'a>(pipeline: &'a Pipeline, trace: &Trace, index: usize, proposed: Proposed) -> ChangeRow<'a> {
    let rule = trace.steps.get(proposed.step).map_or("", |step| rule_name(pipeline, step.rule));
    let (gone, come) = match proposed.refusal {
        Refusal::Change { gone, come, .. } => (Some(gone), Some(come)),
        Refusal::Drop { .. } | Refusal::Record => (None, None),
    };
    ChangeRow { n: index + 1, rule, gone, come, refused: proposed.refused }
}
