//! `replace`: rewrite what a pattern matches.
//!
//! Parameters: `pattern` and `with` (where `$1` is the first group), or `patterns = [[pattern, with], …]` for several that
//! belong together, applied one after the other. `ignore_case` holds for all of them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::action::{Action, Built, Context, Fault, Params, Verdict};
use super::need::Need;
use super::pattern::{self, Pattern};
use crate::model::MAX_TEXT;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Replace {
    #[serde(default)]
    pattern: Option<Spanned<String>>,
    #[serde(default)]
    with: Option<String>,
    #[serde(default)]
    patterns: Vec<(Spanned<String>, String)>,
    #[serde(default)]
    ignore_case: bool,
}

/// Reads and compiles a `replace` rule.
pub fn build(params: Params<'_>) -> Result<Built, Fault> {
    let (params, canonical) = params.read::<Replace>()?;
    let pairs = params.pairs()?;
    let mut steps = Vec::with_capacity(pairs.len());
    for (text, with) in &pairs {
        let pattern = pattern::compile(text, params.ignore_case)?;
        pattern::check_template(&pattern, with).map_err(|fault| fault.at(text.span()))?;
        steps.push((pattern, with.clone()));
    }
    let needs = pairs.iter().map(|(text, _)| Need::of_pattern(text.get_ref(), params.ignore_case)).collect();
    Ok(Built::with_needs(Replacer { steps }, canonical, needs))
}

impl Replace {
    /// The patterns in either form, as one list.
    fn pairs(&self) -> Result<Vec<(Spanned<String>, String)>, Fault> {
        match (&self.pattern, &self.with) {
            (Some(pattern), Some(with)) if self.patterns.is_empty() => Ok(vec![(pattern.clone(), with.clone())]),
            (None, None) if !self.patterns.is_empty() => Ok(self.patterns.clone()),
            (Some(_), None) => Err(Fault::new("`pattern` has no `with`", "add with = \"\" to remove what it matches")),
            (None, Some(_)) => Err(Fault::new("`with` has no `pattern`", "add pattern = '…'")),
            (None, None) => Err(Fault::new("it has no pattern", "add pattern = '…' and with = '…', or patterns = [['…', '…']]")),
            (Some(_), Some(_)) => Err(Fault::new("it has both `pattern` and `patterns`", "move the one into the list")),
        }
    }
}

#[derive(Debug)]
struct Replacer {
    steps: Vec<(Pattern, String)>,
}

impl Action for Replacer {
    fn apply(&self, text: &str, context: &Context<'_>) -> Verdict {
        let mut changed: Option<String> = None;
        for (part, (pattern, with)) in self.steps.iter().enumerate() {
            // What the text needs was looked up before it changed.
            if changed.is_none() && !context.awake.has(part) {
                continue;
            }
            match pattern.replace_all(changed.as_deref().unwrap_or(text), with) {
                // Too long already: the pipeline says so, and the patterns behind it must not feed on it.
                Ok(Cow::Owned(next)) if next.len() > MAX_TEXT => return Verdict::Changed(next),
                Ok(Cow::Owned(next)) => changed = Some(next),
                Ok(Cow::Borrowed(_)) => {}
                Err(limit) => return Verdict::Failed(limit.message()),
            }
        }
        match changed {
            Some(new) if new != text => Verdict::Changed(new),
            _ => Verdict::Same,
        }
    }
}
