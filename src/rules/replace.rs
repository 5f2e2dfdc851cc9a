//! `replace`: rewrite what a pattern matches.
//!
//! Parameters: `pattern` and `with` (where `$1` is the first group), or `patterns = [[pattern, with], …]` for several that
//! belong together, applied one after the other. `ignore_case` holds for all of them.

use regex::{Regex, RegexSet, RegexSetBuilder};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::action::{Action, Built, Fault, Params, Verdict};
use super::pattern;

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
        let regex = pattern::compile(text, params.ignore_case)?;
        pattern::check_template(&regex, with).map_err(|fault| fault.at(text.span()))?;
        steps.push((regex, with.clone()));
    }
    let gate = gate(&pairs, params.ignore_case)?;
    Ok(Built::new(Replacer { steps, gate }, canonical))
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

/// One search for all patterns: most texts match none, and then only this one runs. Not worth it for a single pattern.
fn gate(pairs: &[(Spanned<String>, String)], ignore_case: bool) -> Result<Option<RegexSet>, Fault> {
    if pairs.len() < 2 {
        return Ok(None);
    }
    let set = RegexSetBuilder::new(pairs.iter().map(|(text, _)| text.get_ref())).case_insensitive(ignore_case).build();
    set.map(Some).map_err(|error| Fault::new(format!("the patterns are too large together: {error}"), "split the rule in two"))
}

#[derive(Debug)]
struct Replacer {
    steps: Vec<(Regex, String)>,
    gate: Option<RegexSet>,
}

impl Action for Replacer {
    fn apply(&self, text: &str) -> Verdict {
        if self.gate.as_ref().is_some_and(|gate| !gate.is_match(text)) {
            return Verdict::Same;
        }
        let mut changed: Option<String> = None;
        for (regex, with) in &self.steps {
            let current = changed.as_deref().unwrap_or(text);
            if let std::borrow::Cow::Owned(next) = regex.replace_all(current, with.as_str()) {
                changed = Some(next);
            }
        }
        match changed {
            Some(new) if new != text => Verdict::Changed(new),
            _ => Verdict::Same,
        }
    }
}
