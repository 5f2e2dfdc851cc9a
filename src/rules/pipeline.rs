//! A pipeline: ordered rules, compiled once, applied to any number of texts from any number of threads.

use crate::error::Result;
use crate::model::Outcome;

/// Compiled rules in order.
#[derive(Debug, Clone)]
pub struct Pipeline {}

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
    /// `None` when the text is as it was.
    pub text: Option<String>,
    /// Index of the rule that dropped it.
    pub dropped_by: Option<usize>,
    /// Indices of the rules that changed the text, ascending.
    pub fired: Vec<usize>,
}

/// Per rule: on how many texts it did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub changed: u64,
    pub dropped: u64,
}

/// Counts over many texts; adding is associative, so that threads can count apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    pub records: u64,
    /// Records whose text changed and that were not dropped.
    pub changed: u64,
    pub dropped: u64,
    pub rules: Vec<Counts>,
}

impl Pipeline {
    /// Reads a pipeline from TOML. Errors name the rule and the line.
    pub fn parse(_toml: &str) -> Result<Pipeline> {
        todo!()
    }
    /// The TOML it was read from.
    pub fn source(&self) -> &str {
        todo!()
    }
    pub fn name(&self) -> &str {
        todo!()
    }
    /// Digest of what it does (not of comments or blanks), hex.
    pub fn digest(&self) -> String {
        todo!()
    }
    /// Names of the rules, in order, unique.
    pub fn rule_names(&self) -> Vec<&str> {
        todo!()
    }
    pub fn apply(&self, _text: &str) -> Applied {
        todo!()
    }
    /// Every step, for showing one text.
    pub fn steps(&self, _text: &str) -> Vec<Step> {
        todo!()
    }
    /// [`Applied`] as the layer the workspace stores; `None` when nothing changed.
    pub fn outcome(&self, _applied: &Applied) -> Option<Outcome> {
        todo!()
    }
}

impl Totals {
    pub fn note(&mut self, _applied: &Applied) {
        todo!()
    }
    pub fn add(self, _other: Totals) -> Totals {
        todo!()
    }
}
