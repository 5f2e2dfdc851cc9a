//! The gate passes texts by that a rule could do nothing with, and changes nothing else: every result is that of an interpreter
//! that gives every rule every text.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tamis::rules::need::{CharSet, Need};
use tamis::rules::{Applied, DEFAULT, Pipeline};

use super::patterns;
use super::texts::{apply, default, parsed, prompt};

/// Matches nowhere, and needs nothing.
const NEVER: &str = "\\b\\B";
/// A phrase that is in no text; the gate only knows phrases of ASCII.
const ABSENT: &str = "\u{10fffe}";

/// A pipeline as one for each rule, each written so that the gate lets every text in.
fn ungated(toml: &str) -> Vec<Pipeline> {
    let document: toml::Table = toml.parse().expect("a pipeline");
    let rules = document["rule"].as_array().expect("rules").clone();
    let alone = |mut rule: toml::Value| {
        open(rule.as_table_mut().expect("a rule"));
        let table = toml::Table::from_iter([("name".into(), "one".into()), ("rule".into(), toml::Value::Array(vec![rule]))]);
        parsed(&table.to_string())
    };
    rules.into_iter().map(alone).collect()
}

fn open(rule: &mut toml::Table) {
    let wrap = |pattern: &mut toml::Value| {
        *pattern = format!("(?:{})|{NEVER}", pattern.as_str().expect("a pattern")).into();
    };
    rule.get_mut("pattern").map(wrap);
    for pair in rule.get_mut("patterns").and_then(toml::Value::as_array_mut).into_iter().flatten() {
        wrap(&mut pair.as_array_mut().expect("a pair")[0]);
    }
    for key in ["phrases", "contains_any"] {
        if let Some(phrases) = rule.get_mut(key).and_then(toml::Value::as_array_mut) {
            phrases.push(ABSENT.into());
        }
    }
}

/// Rule by rule, without a look at what the text has.
fn interpreted(rules: &[Pipeline], raw: &str) -> Applied {
    let mut text = raw.to_owned();
    let mut all = Applied::default();
    for (index, rule) in rules.iter().enumerate() {
        let applied = apply(rule, &text);
        assert!(applied.failed.is_empty());
        if applied.dropped_by.is_some() {
            all.dropped_by = Some(index);
            break;
        }
        if let Some(next) = applied.text {
            all.fired.push(index);
            text = next;
        }
    }
    Applied { text: (text != raw).then_some(text), ..all }
}

fn default_interpreted() -> &'static [Pipeline] {
    static RULES: LazyLock<Vec<Pipeline>> = LazyLock::new(|| ungated(DEFAULT));
    &RULES
}

/// Many rules that pass each other work: most texts wake some parts of a rule and not others.
const WOVEN: &str = r#"
name = "woven"
[[rule]]
name = "folded"
kind = "replace"
patterns = [['k', 'q'], ['(?i)ss', 'z'], ['é+', 'e']]
ignore_case = true
[[rule]]
name = "wakes-the-next"
kind = "replace"
pattern = 'a'
with = '1 b'
[[rule]]
name = "woken"
kind = "replace"
patterns = [['\d+ ?b', 'two'], ['two', 's'], ['(?<=s)-', '+']]
[[rule]]
name = "phrases"
kind = "remove-phrases"
phrases = ["ab", "s", "k k", "猫"]
before = ["b"]
[[rule]]
name = "drops"
kind = "drop-if"
contains_any = ["--", "kk"]
pattern = '(\w)\1\1'
chars_more_than = 30
"#;

#[test]
fn every_line_of_the_table_is_the_interpreters() {
    for line in include_str!("default.txt").lines() {
        assert_eq!(apply(default(), line), interpreted(default_interpreted(), line), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_default_pipeline_is_the_interpreters(raw in prompt()) {
        prop_assert_eq!(apply(default(), &raw), interpreted(default_interpreted(), &raw));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn parts_that_wake_each_other_are_the_interpreters(raw in patterns::text()) {
        static WOVEN_RULES: LazyLock<(Pipeline, Vec<Pipeline>)> = LazyLock::new(|| (parsed(WOVEN), ungated(WOVEN)));
        prop_assert_eq!(apply(&WOVEN_RULES.0, &raw), interpreted(&WOVEN_RULES.1, &raw));
    }
}

/// Whether a text has what is needed, as the gate means it.
fn meets(need: &Need, text: &str) -> bool {
    let (chars, lower) = (CharSet::of(text), text.to_ascii_lowercase());
    let folds = text.contains(['\u{212a}', '\u{17f}']);
    let holds = |literal: &String| lower.contains(&literal.to_ascii_lowercase());
    let literals = need.literals.as_ref().is_none_or(|literals| folds || literals.iter().any(holds));
    literals && need.chars.iter().all(|set| set.meets(chars))
}

enum Engine {
    Linear(regex::Regex),
    Fancy(fancy_regex::Regex),
}

/// The pattern on the engine that rules would run it on.
fn engine(pattern: &str, ignore_case: bool) -> Option<Engine> {
    let linear = regex::RegexBuilder::new(pattern).case_insensitive(ignore_case).build();
    let fancy = || fancy_regex::RegexBuilder::new(pattern).case_insensitive(ignore_case).backtrack_limit(50_000).build();
    linear.map(Engine::Linear).or_else(|_| fancy().map(Engine::Fancy)).ok()
}

impl Engine {
    /// `None`: it gave up.
    fn is_match(&self, text: &str) -> Option<bool> {
        match self {
            Engine::Linear(regex) => Some(regex.is_match(text)),
            Engine::Fancy(regex) => regex.is_match(text).ok(),
        }
    }

    fn replaced(&self, text: &str) -> Option<String> {
        match self {
            Engine::Linear(regex) => Some(regex.replace_all(text, "<$0>").into_owned()),
            Engine::Fancy(regex) => regex.try_replacen(text, 0, "<$0>").ok().map(|text| text.into_owned()),
        }
    }
}

/// A need that asks for too much would silently skip a rule. How many patterns were real ones, and matched, is counted, so that
/// the test cannot pass by looking at nothing.
#[test]
fn what_a_pattern_matches_has_what_the_pattern_needs() {
    let mut runner = TestRunner::deterministic();
    let (mut linear, mut fancy, mut matched, mut told_apart) = (0, 0, 0, 0);
    for _ in 0..1_000 {
        let pattern = patterns::pattern().new_tree(&mut runner).expect("a pattern").current();
        let ignore_case = any::<bool>().new_tree(&mut runner).expect("a flag").current();
        let Some(engine) = engine(&pattern, ignore_case) else { continue };
        match engine {
            Engine::Linear(_) => linear += 1,
            Engine::Fancy(_) => fancy += 1,
        }
        let need = Need::of_pattern(&pattern, ignore_case);
        for _ in 0..12 {
            let text = patterns::text().new_tree(&mut runner).expect("a text").current();
            let is_match = engine.is_match(&text);
            matched += u32::from(is_match == Some(true));
            told_apart += u32::from(!meets(&need, &text));
            assert!(
                is_match != Some(true) || meets(&need, &text),
                "{pattern:?} (ignore_case {ignore_case}) in {text:?}: {need:?}"
            );
        }
    }
    assert!(linear > 200 && fancy > 100 && matched > 1_500 && told_apart > 1_500, "{linear} {fancy} {matched} {told_apart}");
}

/// The same through a whole rule: what it makes of a text is what the engine alone makes of it.
#[test]
fn a_rule_of_any_pattern_does_what_the_engine_does() {
    let mut runner = TestRunner::deterministic();
    let mut changed = 0;
    for _ in 0..200 {
        let pattern = patterns::pattern().new_tree(&mut runner).expect("a pattern").current();
        let ignore_case = any::<bool>().new_tree(&mut runner).expect("a flag").current();
        let Some(engine) = engine(&pattern, ignore_case).filter(|_| !pattern.is_empty()) else { continue };
        let rule = toml::Table::from_iter([
            ("name".into(), "one".into()),
            ("kind".into(), "replace".into()),
            ("pattern".into(), pattern.clone().into()),
            ("with".into(), "<$0>".into()),
            ("ignore_case".into(), ignore_case.into()),
        ]);
        let pipeline = parsed(&format!("name = 'p'\n[[rule]]\n{rule}"));
        for _ in 0..6 {
            let text = patterns::text().new_tree(&mut runner).expect("a text").current();
            let Some(expected) = engine.replaced(&text) else { continue };
            changed += u32::from(expected != text);
            assert_eq!(apply(&pipeline, &text).text.unwrap_or(text.clone()), expected, "{pattern:?} ({ignore_case}) in {text:?}");
        }
    }
    assert!(changed > 150, "{changed}");
}
