//! One record through every rule, with what is refused of it.

use super::ruling::Ruling;
use crate::error::Result;
use crate::model::{DiffOp, RecordId, Refusal};
use crate::rules::harm::{self, Warning, Warnings};
use crate::rules::{AttributedOp, Pipeline, Step, Subject, Way, word_diff};
use crate::workspace::Workspace;

/// One text's way through the rules.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    pub raw: String,
    pub steps: Vec<Step>,
    /// From the raw text to the last step's, each change with the index of its rule.
    pub diff: Vec<AttributedOp>,
    /// For each step, from the text before it to the proposed one.
    pub step_diffs: Vec<Vec<DiffOp>>,
    /// The whole record is refused.
    pub refused_whole: bool,
    /// What is refused and not proposed any more.
    pub unproposed: Vec<Refusal>,
    /// The harm of each step.
    pub step_warnings: Vec<Warnings>,
}

impl Trace {
    /// The text after the last rule.
    pub fn end(&self) -> &str {
        self.steps.last().map_or(&self.raw, |step| &step.text)
    }

    /// The text that step `n` began with.
    pub fn before(&self, n: usize) -> &str {
        n.checked_sub(1).and_then(|n| self.steps.get(n)).map_or(&self.raw, |step| &step.text)
    }

    /// Everything that a rule proposes, in order: what it would be refused as, and whether it is.
    pub fn proposals(&self, pipeline: &Pipeline) -> Vec<Proposed> {
        let mut all = Vec::new();
        for (step, done) in self.steps.iter().enumerate() {
            for (change, proposal) in done.changes.iter().enumerate() {
                all.push(Proposed { step, change: Some(change), refusal: proposal.refusal.clone(), refused: proposal.refused });
            }
            if done.dropped || done.drop_refused {
                let rule = pipeline.rules().get(done.rule).map(|rule| rule.name.clone()).unwrap_or_default();
                all.push(Proposed { step, change: None, refusal: Refusal::Drop { rule }, refused: done.drop_refused });
            }
        }
        all
    }
}

/// One thing that a rule wants to do to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// Index into [`Trace::steps`].
    pub step: usize,
    /// Index into [`Step::changes`]; `None` for a drop.
    pub change: Option<usize>,
    pub refusal: Refusal,
    pub refused: bool,
}

/// Puts one record through every rule; `None` when it is not there.
pub fn trace(workspace: &Workspace, pipeline: &Pipeline, record: RecordId) -> Result<Option<Trace>> {
    Tracer::new(workspace, pipeline)?.trace(record)
}

/// Puts one record after the other through every rule: what they need besides is read once.
#[derive(Debug)]
pub struct Tracer<'a> {
    workspace: &'a Workspace,
    ruling: Ruling<'a>,
}

impl<'a> Tracer<'a> {
    pub fn new(workspace: &'a Workspace, pipeline: &'a Pipeline) -> Result<Tracer<'a>> {
        Ok(Tracer { workspace, ruling: Ruling::new(workspace.store(), pipeline)? })
    }

    /// `None` when the record is not there.
    pub fn trace(&self, record: RecordId) -> Result<Option<Trace>> {
        let Some(record) = self.workspace.store().raw_record(record)? else { return Ok(None) };
        let refused = self.ruling.refused(&record.text).map_or(&[][..], |refused| &refused.list);
        let way = self.ruling.pipeline.way(&record.text, &self.ruling.subject(&record), refused);
        Ok(Some(Trace { refused_whole: refused.contains(&Refusal::Record), ..traced(way, record.text) }))
    }
}

/// Puts one text through every rule, without a workspace.
pub fn trace_text(pipeline: &Pipeline, raw: &str) -> Trace {
    traced(pipeline.way(raw, &Subject::default(), &[]), raw.to_owned())
}

fn traced(way: Way, raw: String) -> Trace {
    let Way { steps, diff, unproposed } = way;
    let mut trace = Trace { raw, steps, diff, unproposed, ..Trace::default() };
    let steps = trace.steps.iter().enumerate().map(|(n, step)| (trace.before(n), step));
    let of_step = |(before, step): (&str, &Step)| (word_diff(before, step.proposed()), warnings_of(before, step));
    (trace.step_diffs, trace.step_warnings) = steps.map(of_step).unzip();
    trace
}

fn warnings_of(before: &str, step: &Step) -> Warnings {
    let mut warnings = harm::warnings(before, &step.text);
    if step.failed.is_some() {
        warnings.add(Warning::Failed);
    }
    warnings
}
