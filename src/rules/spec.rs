//! The TOML form of a pipeline.
//!
//! ```toml
//! name = "default"
//! description = "optional"
//!
//! [[rule]]
//! name = "pipes"            # unique; lower-case words joined by dashes
//! kind = "replace"          # a row of `kinds::KINDS`
//! why = "some tools separate tags by pipes"
//! enabled = true            # the default
//! pattern = ' *\| *'        # every other key belongs to the kind; unknown keys are errors
//! with = ', '
//! when = { source = "krea" }  # optional, for every kind: `when` shows the form
//! ```
//!
//! `fixpoint = true` before the first rule makes the whole pipeline run on its own result until nothing changes any more.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::action::{Action, Built, Fault, Params};
use super::kinds::KINDS;
use super::need::Need;
use super::when::{self, When};
use crate::error::{Error, Result};

/// A compiled rule.
#[derive(Debug, Clone)]
pub struct Rule {
    pub name: String,
    /// The kind's name in [`KINDS`].
    pub kind: &'static str,
    /// The reason the file gives, or nothing.
    pub why: String,
    /// A disabled rule is checked and listed, but never fires.
    pub enabled: bool,
    /// Line of its `[[rule]]` in the file, from 1.
    pub line: usize,
    /// Which records it is for; all where there is none.
    pub(super) when: Option<When>,
    /// Canonical form of `when`, empty without one.
    pub(super) when_canonical: String,
    /// Canonical parameters, for the digest.
    pub(super) canonical: String,
    pub(super) action: Arc<dyn Action>,
    pub(super) needs: Arc<[Need]>,
    reads_fields: bool,
    /// Its keys but for the common ones, as they stand in the file, for telling whether it was compiled before; `None` for a
    /// rule that is always compiled again.
    as_written: Option<Arc<str>>,
}

impl Rule {
    /// Whether it looks at the imported fields.
    pub fn reads_fields(&self) -> bool {
        self.reads_fields || self.when.as_ref().is_some_and(When::reads_fields)
    }
}

/// A pipeline file, read and compiled.
pub(super) struct Spec {
    pub name: String,
    pub description: String,
    pub to_fixpoint: bool,
    pub rules: Vec<Rule>,
}

/// Reads and compiles a pipeline file.
pub(super) fn read(source: &str, known: &[Rule]) -> Result<Spec> {
    let document = DeTable::parse(source).map_err(|error| located(source, "pipeline", error.into(), 0..0))?;
    let span = document.span();
    let mut table = document.into_inner();
    let in_file = |fault: Fault| located(source, "pipeline", fault, span.clone());
    let name = required(&mut table, "name").map_err(in_file)?;
    let description = optional(&mut table, "description").map_err(in_file)?.unwrap_or_default();
    let to_fixpoint = flag(&mut table, "fixpoint").map_err(in_file)?.unwrap_or(false);
    let tables = rule_tables(&mut table).map_err(in_file)?;
    if let Some(key) = table.keys().next() {
        let fault = Fault::new(
            format!("unknown key `{}`", key.get_ref()),
            "a pipeline has name, description, fixpoint and [[rule]] tables",
        );
        return Err(in_file(fault.at(key.span())));
    }
    let rules = read_rules(source, tables, known)?;
    Ok(Spec { name, description, to_fixpoint, rules })
}

fn rule_tables<'a>(table: &mut DeTable<'a>) -> std::result::Result<Vec<Spanned<DeValue<'a>>>, Fault> {
    match table.remove("rule").map(Spanned::into_inner) {
        None => Ok(Vec::new()),
        Some(DeValue::Array(tables)) => Ok(tables.into_iter().collect()),
        Some(_) => Err(Fault::new("`rule` is not a list of tables", "start each rule with [[rule]], in double brackets")),
    }
}

fn read_rules(source: &str, tables: Vec<Spanned<DeValue<'_>>>, known: &[Rule]) -> Result<Vec<Rule>> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut rules = Vec::with_capacity(tables.len());
    for (index, table) in tables.into_iter().enumerate() {
        let span = table.span();
        let label = label(index, &table);
        let read = read_rule(source, table, known).and_then(|rule| match seen.insert(rule.name.clone(), index + 1) {
            Some(other) => Err(Fault::new(format!("rule {other} has the same name"), "give each rule a name of its own")),
            None => Ok(rule),
        });
        rules.push(read.map_err(|fault| located(source, &label, fault, span))?);
    }
    Ok(rules)
}

/// ``rule 3 `pipes` ``, as errors call it.
fn label(index: usize, table: &Spanned<DeValue<'_>>) -> String {
    let name = table.get_ref().get("name").and_then(|name| name.get_ref().as_str());
    match name {
        Some(name) => format!("rule {} `{name}`", index + 1),
        None => format!("rule {}", index + 1),
    }
}

fn read_rule(source: &str, table: Spanned<DeValue<'_>>, known: &[Rule]) -> std::result::Result<Rule, Fault> {
    let span = table.span();
    let DeValue::Table(mut keys) = table.into_inner() else {
        return Err(Fault::new("it is not a table", "start each rule with [[rule]]"));
    };
    let name = required(&mut keys, "name")?;
    check_name(&name)?;
    let kind_span = keys.get("kind").map(Spanned::span);
    let kind = required(&mut keys, "kind")?;
    let Some(kind) = KINDS.iter().find(|known| known.name == kind) else {
        let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        let fault = Fault::new(format!("unknown kind `{kind}`"), format!("the kinds are {}", known.join(", ")));
        return Err(Fault { span: kind_span, ..fault });
    };
    let why = optional(&mut keys, "why")?.unwrap_or_default();
    let enabled = flag(&mut keys, "enabled")?.unwrap_or(true);
    let (when, when_canonical) = keys.remove("when").map(|table| when::build(Params(table))).transpose()?.unzip();
    let when_canonical = when_canonical.unwrap_or_default();
    let line = line_of(source, span.start);
    let params = Spanned::new(span, DeValue::Table(keys));
    let as_written = as_written(&params);
    let is_known = |rule: &&Rule| as_written.is_some() && rule.kind == kind.name && rule.as_written == as_written;
    if let Some(same) = known.iter().find(is_known) {
        return Ok(Rule { name, why, enabled, line, when, when_canonical, ..same.clone() });
    }
    let Built { action, canonical, needs, reads_fields } = (kind.build)(Params(params))?;
    let needs = needs.into();
    Ok(Rule {
        name,
        kind: kind.name,
        why,
        enabled,
        line,
        when,
        when_canonical,
        canonical,
        action,
        needs,
        reads_fields,
        as_written,
    })
}

/// The keys and values of a rule, without where in the file they stand. A number above `i64::MAX` has no [`toml::Value`].
fn as_written(params: &Spanned<DeValue<'_>>) -> Option<Arc<str>> {
    let value = toml::Value::deserialize(ValueDeserializer::from(params.clone())).ok()?;
    Some(value.to_string().into())
}

fn check_name(name: &str) -> std::result::Result<(), Fault> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if name.split('-').all(is_word) {
        return Ok(());
    }
    Err(Fault::new(format!("`{name}` is not a name"), "use lower-case words joined by dashes, e.g. camera-settings"))
}

fn required(table: &mut DeTable<'_>, key: &str) -> std::result::Result<String, Fault> {
    optional(table, key)?.ok_or_else(|| Fault::new(format!("`{key}` is missing"), format!("add {key} = \"…\"")))
}

fn optional(table: &mut DeTable<'_>, key: &str) -> std::result::Result<Option<String>, Fault> {
    let Some(value) = table.remove(key) else { return Ok(None) };
    match value.get_ref().as_str() {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(Fault::new(format!("`{key}` is not a string"), format!("write {key} = \"…\"")).at(value.span())),
    }
}

fn flag(table: &mut DeTable<'_>, key: &str) -> std::result::Result<Option<bool>, Fault> {
    let Some(value) = table.remove(key) else { return Ok(None) };
    match value.get_ref().as_bool() {
        Some(flag) => Ok(Some(flag)),
        None => Err(Fault::new(format!("`{key}` is neither true nor false"), format!("write {key} = false")).at(value.span())),
    }
}

/// `pipeline, line 12: rule 3 `pipes`: …` with its hint.
fn located(source: &str, what: &str, fault: Fault, fallback: Range<usize>) -> Error {
    let line = line_of(source, fault.span.unwrap_or(fallback).start);
    let message = match what {
        "pipeline" => format!("pipeline, line {line}: {}", fault.message),
        rule => format!("pipeline, line {line}: {rule}: {}", fault.message),
    };
    Error::refused(message).hint(fault.hint)
}

fn line_of(source: &str, at: usize) -> usize {
    1 + source.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_words_joined_by_dashes() {
        for name in ["urls", "eos-1d", "a-b-c"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "Urls", "a b", "-a", "a--b", "ä"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
