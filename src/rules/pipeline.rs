//! A pipeline: ordered rules, compiled once, applied to any number of texts from any number of threads.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::action::Verdict;
use super::spec::{self, Rule};
use super::totals::Totals;
use crate::error::Result;
use crate::model::{MAX_TEXT, Outcome};

/// Raised when a kind comes to do something else with the same parameters, so that old results count as stale.
const ENGINE: &str = "tamis rules 1";

/// Compiled rules in order. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Pipeline {
    source: Arc<str>,
    name: Arc<str>,
    description: Arc<str>,
    rules: Arc<[Rule]>,
}

/// One step that changed the text, or dropped the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Index of the rule.
    pub rule: usize,
    /// The text after it; the text before where it dropped.
    pub text: String,
    pub dropped: bool,
}

/// What the pipeline made of one text, without the steps between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// `None` when the text is as it was. For a dropped record: the text that the dropping rule saw.
    pub text: Option<String>,
    /// Index of the rule that dropped it; no later rule ran.
    pub dropped_by: Option<usize>,
    /// Indices of the rules that changed the text, ascending.
    pub fired: Vec<usize>,
}

impl Pipeline {
    /// Reads a pipeline from TOML ([`spec`] shows the form). Errors name the rule and the line.
    pub fn parse(toml: &str) -> Result<Pipeline> {
        let spec = spec::read(toml)?;
        Ok(Pipeline {
            source: toml.into(),
            name: spec.name.into(),
            description: spec.description.into(),
            rules: spec.rules.into(),
        })
    }

    /// The TOML it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the file says it is for, or nothing.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The rules in order; disabled ones keep their place, so that an index means the same with a rule on or off.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Names of the rules, in order, unique.
    pub fn rule_names(&self) -> Vec<&str> {
        self.rules.iter().map(|rule| rule.name.as_str()).collect()
    }

    /// Digest of what it does, hex: XXH3-128 over the enabled rules' names, kinds and parameters with defaults filled in.
    ///
    /// Comments, blanks, the order of keys, `why`, the pipeline's name and description, and disabled rules do not matter. The
    /// names of rules do: outcomes hold them.
    pub fn digest(&self) -> String {
        let mut canonical = String::from(ENGINE);
        for rule in self.rules.iter().filter(|rule| rule.enabled) {
            // A name, a kind and one line of JSON hold no line break, so no two pipelines run together.
            canonical.push_str(&format!("\n{}\n{}\n{}", rule.name, rule.kind, rule.canonical));
        }
        format!("{:032x}", xxh3_128(canonical.as_bytes()))
    }

    /// What the rules make of a text. No text is built when none fires.
    pub fn apply(&self, text: &str) -> Applied {
        let mut fired = Vec::new();
        let mut dropped_by = None;
        let end = self.run(text, |rule, step| match step {
            Some(_) => fired.push(rule),
            None => dropped_by = Some(rule),
        });
        Applied { text: end.filter(|end| end != text), dropped_by, fired }
    }

    /// Every step, for showing one text.
    pub fn steps(&self, text: &str) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        self.run(text, |rule, step| {
            let seen = || steps.last().map_or(text, |last| last.text.as_str()).to_owned();
            let next = Step { rule, text: step.map_or_else(seen, str::to_owned), dropped: step.is_none() };
            steps.push(next);
        });
        steps
    }

    /// Runs the enabled rules and tells `note` of each that did something: the new text, or `None` for a drop.
    fn run(&self, text: &str, mut note: impl FnMut(usize, Option<&str>)) -> Option<String> {
        let mut current: Option<String> = None;
        for (index, rule) in self.rules.iter().enumerate().filter(|(_, rule)| rule.enabled) {
            match rule.action.apply(current.as_deref().unwrap_or(text)) {
                Verdict::Same => {}
                // A record is at most so long, and rules that feed each other could grow a text without end.
                Verdict::Changed(next) if next.len() > MAX_TEXT => {}
                Verdict::Changed(next) => {
                    note(index, Some(&next));
                    current = Some(next);
                }
                Verdict::Drop => {
                    note(index, None);
                    break;
                }
            }
        }
        current
    }

    /// [`Applied`] as the layer the workspace stores; `None` when nothing changed.
    pub fn outcome(&self, applied: &Applied) -> Option<Outcome> {
        if applied.text.is_none() && applied.dropped_by.is_none() {
            return None;
        }
        let name = |rule: usize| self.rules.get(rule).map(|rule| rule.name.clone());
        Some(Outcome {
            text: applied.text.clone(),
            dropped_by: applied.dropped_by.and_then(name),
            fired: applied.fired.iter().copied().filter_map(name).collect(),
        })
    }

    /// Empty totals with a row per rule.
    pub fn totals(&self) -> Totals {
        Totals::of(self.rules.len())
    }
}
