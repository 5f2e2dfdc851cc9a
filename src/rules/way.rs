//! One text's way through the rules, step by step: what each rule wanted, what of it was refused, and what came of it.
//!
//! A refused change is known by its place in the raw text ([`Refusal`]), so each proposed change is traced back to there through
//! the steps before it ([`super::attributed`]).

use std::ops::Range;

use super::action::Verdict;
use super::attributed::{AttributedOp, Pieces};
use super::diff::word_diff;
use super::pipeline::{Applied, At, Pipeline};
use super::subject::Subject;
use crate::model::{DiffOp, DiffTag, Refusal};

/// Every step of one text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Way {
    pub steps: Vec<Step>,
    /// From the raw text to the last step's, each change with the index of its rule.
    pub diff: Vec<AttributedOp>,
    /// What was refused and is not proposed any more.
    pub unproposed: Vec<Refusal>,
}

/// One rule that did something with the text, or wanted to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// Index of the rule.
    pub rule: usize,
    /// From 0; above it only where the pipeline goes to its fixpoint.
    pub round: usize,
    /// The text after it; the text before where it dropped.
    pub text: String,
    /// It dropped the record.
    pub dropped: bool,
    /// It wanted to drop the record, and that is refused.
    pub drop_refused: bool,
    /// The field it set.
    pub field: Option<(String, String)>,
    /// It could not be carried out; why.
    pub failed: Option<String>,
    /// The text as the rule would have it, where some of that is refused; else that is `text`.
    pub proposed: Option<String>,
    /// From the text before to the proposed one.
    pub changes: Vec<Proposal>,
}

/// One stretch that a rule wants to be another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Bytes of the text before the step.
    pub old: Range<usize>,
    /// Bytes of the proposed text.
    pub new: Range<usize>,
    /// What refusing it is remembered as.
    pub refusal: Refusal,
    pub refused: bool,
}

impl Step {
    /// The text as the rule would have it.
    pub fn proposed(&self) -> &str {
        self.proposed.as_deref().unwrap_or(&self.text)
    }

    /// Whether anything came of it.
    pub fn counts(&self) -> bool {
        self.dropped || self.field.is_some() || self.changes.iter().any(|change| !change.refused)
    }
}

impl Way {
    /// The text after the last step.
    pub fn end<'a>(&'a self, raw: &'a str) -> &'a str {
        self.steps.last().map_or(raw, |step| &step.text)
    }

    /// The text that step `n` began with.
    pub fn before<'a>(&'a self, n: usize, raw: &'a str) -> &'a str {
        n.checked_sub(1).and_then(|n| self.steps.get(n)).map_or(raw, |step| &step.text)
    }

    /// Index of the rule that dropped it.
    pub fn dropped_by(&self) -> Option<usize> {
        self.steps.iter().find(|step| step.dropped).map(|step| step.rule)
    }

    /// Whether anything is refused, proposed still or not.
    pub fn has_refusals(&self) -> bool {
        let refuses = |step: &Step| step.drop_refused || step.changes.iter().any(|change| change.refused);
        !self.unproposed.is_empty() || self.steps.iter().any(refuses)
    }

    /// The sum of the steps.
    pub fn applied(&self, raw: &str) -> Applied {
        let end = self.end(raw);
        let mut applied = Applied {
            text: (end != raw).then(|| end.to_owned()),
            dropped_by: self.dropped_by(),
            fired: self.steps.iter().filter(|step| step.counts() && !step.dropped).map(|step| step.rule).collect(),
            ..Applied::default()
        };
        for step in &self.steps {
            applied.failed.extend(step.failed.clone().map(|why| (step.rule, why)));
            if let Some((name, value)) = &step.field {
                applied.set(name, value.clone());
            }
        }
        applied.tidied()
    }
}

/// Walks a text through the rules.
pub(super) fn walk(pipeline: &Pipeline, raw: &str, subject: &Subject<'_>, refused: &[Refusal]) -> Way {
    let mut walk =
        Walk { pipeline, raw, refused, proposed: vec![false; refused.len()], pieces: Pieces::of(raw), steps: Vec::new() };
    pipeline.run(raw, subject, |at, before, verdict| walk.judge(at, before, verdict));
    let Walk { proposed, pieces, steps, .. } = walk;
    // What is refused as a whole is refused for as long as the text is there.
    let is_gone = |(refusal, proposed): &(&Refusal, bool)| !proposed && **refusal != Refusal::Record;
    let unproposed = refused.iter().zip(proposed).filter(is_gone).map(|(refusal, _)| refusal.clone()).collect();
    Way { steps, diff: pieces.diff(), unproposed }
}

struct Walk<'a> {
    pipeline: &'a Pipeline,
    raw: &'a str,
    refused: &'a [Refusal],
    /// By refusal: a rule proposed it.
    proposed: Vec<bool>,
    pieces: Pieces,
    steps: Vec<Step>,
}

impl Walk<'_> {
    /// Writes the step down, and says what stands of it.
    fn judge(&mut self, at: At, before: &str, verdict: Verdict) -> Verdict {
        let step = Step { rule: at.rule, round: at.round, text: before.to_owned(), ..Step::default() };
        match verdict {
            Verdict::Changed(next) => self.change(step, before, next),
            Verdict::Drop => {
                let rule = self.pipeline.rules().get(at.rule).map(|rule| rule.name.clone()).unwrap_or_default();
                let is_refused = self.refuses(&Refusal::Drop { rule });
                self.steps.push(Step { dropped: !is_refused, drop_refused: is_refused, ..step });
                if is_refused { Verdict::Same } else { Verdict::Drop }
            }
            Verdict::Field { name, value } => {
                let is_refused = self.refuses(&Refusal::Record);
                if is_refused {
                    return Verdict::Same;
                }
                self.steps.push(Step { field: Some((name.to_string(), value.clone())), ..step });
                Verdict::Field { name, value }
            }
            Verdict::Failed(why) => {
                self.steps.push(Step { failed: Some(why.clone()), ..step });
                Verdict::Failed(why)
            }
            Verdict::Same => Verdict::Same,
        }
    }

    fn change(&mut self, step: Step, before: &str, next: String) -> Verdict {
        let diff = word_diff(before, &next);
        let changes = self.proposals(before, &next, &diff);
        if changes.iter().all(|change| !change.refused) {
            self.pieces.step(&diff, step.rule);
            self.steps.push(Step { text: next.clone(), changes, ..step });
            return Verdict::Changed(next);
        }
        let text = without_refused(before, &next, &changes);
        self.pieces.step(&word_diff(before, &text), step.rule);
        let is_same = text == before;
        self.steps.push(Step { text: text.clone(), proposed: Some(next), changes, ..step });
        if is_same { Verdict::Same } else { Verdict::Changed(text) }
    }

    /// The changed stretches: a deletion with the insertion that follows it is one.
    fn proposals(&mut self, before: &str, next: &str, diff: &[DiffOp]) -> Vec<Proposal> {
        let mut stretches: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        for op in diff.iter().filter(|op| op.tag != DiffTag::Equal) {
            match stretches.last_mut() {
                Some((old, new)) if old.end == op.old.start && new.end == op.new.start => {
                    (old.end, new.end) = (op.old.end, op.new.end);
                }
                _ => stretches.push((op.old.clone(), op.new.clone())),
            }
        }
        stretches.into_iter().map(|(old, new)| self.proposal(before, next, old, new)).collect()
    }

    fn proposal(&mut self, before: &str, next: &str, old: Range<usize>, new: Range<usize>) -> Proposal {
        let raw = self.pieces.raw_range(&old);
        let core = core_of(&self.raw[raw.clone()]);
        let refusal = Refusal::Change {
            start: raw.start + core.start,
            end: raw.start + core.end,
            gone: inner(&before[old.clone()]).to_owned(),
            come: inner(&next[new.clone()]).to_owned(),
        };
        let refused = self.refuses(&refusal);
        Proposal { old, new, refusal, refused }
    }

    fn refuses(&mut self, refusal: &Refusal) -> bool {
        let mut found = false;
        for (known, proposed) in self.refused.iter().zip(&mut self.proposed) {
            if known == refusal || *known == Refusal::Record {
                *proposed = true;
                found = true;
            }
        }
        found
    }
}

/// The text before with the changes that are not refused.
fn without_refused(before: &str, next: &str, changes: &[Proposal]) -> String {
    let mut text = String::with_capacity(before.len());
    let mut done = 0;
    for change in changes.iter().filter(|change| !change.refused) {
        text.push_str(&before[done..change.old.start]);
        text.push_str(&next[change.new.clone()]);
        done = change.old.end;
    }
    text.push_str(&before[done..]);
    text
}

/// A stretch without the blanks and separators at its ends, which rules take along or leave as it comes; all of it where there
/// is nothing else.
fn core_of(stretch: &str) -> Range<usize> {
    let is_loose = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.' | '|');
    let start = stretch.len() - stretch.trim_start_matches(is_loose).len();
    let end = stretch.trim_end_matches(is_loose).len();
    if start < end { start..end } else { 0..stretch.len() }
}

fn inner(stretch: &str) -> &str {
    &stretch[core_of(stretch)]
}
