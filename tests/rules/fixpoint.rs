//! Pipelines that run on their own result come to rest, or give up at a known number of rounds.

use std::sync::LazyLock;

use proptest::prelude::*;
use tamis::rules::{MAX_ROUNDS, Pipeline, Subject, Way};

use super::texts::{apply, default, parsed, prompt};

fn settled(toml: &str) -> Pipeline {
    parsed(&format!("name = 'p'\nfixpoint = true\n{toml}"))
}

fn replaces(rules: &[(&str, &str)]) -> String {
    let rule = |(n, (pattern, with)): (usize, &(&str, &str))| {
        format!("[[rule]]\nname = 'r{n}'\nkind = 'replace'\npattern = '{pattern}'\nwith = '{with}'\n")
    };
    rules.iter().enumerate().map(rule).collect()
}

fn way(pipeline: &Pipeline, raw: &str) -> Way {
    pipeline.way(raw, &Subject::default(), &[])
}

/// The last round it may take still did something.
fn gave_up(way: &Way) -> bool {
    way.steps.last().is_some_and(|step| step.round + 1 == MAX_ROUNDS)
}

fn end(pipeline: &Pipeline, raw: &str) -> String {
    apply(pipeline, raw).text.unwrap_or_else(|| raw.to_owned())
}

/// Once more does nothing, and the rounds are those of the pipeline that goes once.
fn check(to_fixpoint: &Pipeline, once: &Pipeline, raw: &str) {
    let way = way(to_fixpoint, raw);
    let applied = apply(to_fixpoint, raw);
    assert_eq!(applied, way.applied(raw));
    let mut text = raw.to_owned();
    for _ in 0..MAX_ROUNDS {
        let next = apply(once, &text);
        let is_dropped = next.dropped_by.is_some();
        text = next.text.clone().unwrap_or(text);
        if is_dropped || next.text.is_none() {
            assert_eq!(applied.dropped_by, next.dropped_by);
            break;
        }
    }
    assert_eq!(end(to_fixpoint, raw), text);
    if applied.dropped_by.is_none() && !gave_up(&way) {
        assert_eq!(apply(to_fixpoint, &text).text, None, "{raw:?} → {text:?} is not at rest");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn the_default_pipeline_comes_to_rest(raw in prompt()) {
        static TO_FIXPOINT: LazyLock<Pipeline> =
            LazyLock::new(|| parsed(&default().source().replacen("name =", "fixpoint = true\nname =", 1)));
        prop_assert!(TO_FIXPOINT.goes_to_fixpoint());
        check(&TO_FIXPOINT, default(), &raw);
    }

    /// Any few rules that rewrite each other's letters: some rest, some turn for ever, some grow.
    #[test]
    fn any_rules_rest_or_give_up(
        rules in prop::collection::vec(("[a-d]{1,2}", "[a-d]{0,2}"), 1..5),
        raw in "[a-d ]{0,12}",
    ) {
        let rules: Vec<(&str, &str)> = rules.iter().map(|(pattern, with)| (pattern.as_str(), with.as_str())).collect();
        let once = parsed(&format!("name = 'p'\n{}", replaces(&rules)));
        check(&settled(&replaces(&rules)), &once, &raw);
    }
}

#[test]
fn two_rules_that_flip_each_other_end() {
    let within_a_round = settled(&replaces(&[("red", "blue"), ("blue", "red")]));
    assert_eq!(apply(&within_a_round, "a red cat").text, None);
    assert_eq!(way(&within_a_round, "a red cat").steps.len(), 2, "one round ends as it began");

    let between_rounds = settled(&replaces(&[("x", "y"), ("^(y+) a", "$1 b"), ("^(y+) c", "x a"), ("^(y+) b$", "$1 c")]));
    let way = way(&between_rounds, "x c");
    assert!(way.steps.iter().all(|step| step.round < MAX_ROUNDS));
    assert_eq!(apply(&between_rounds, "x c"), way.applied("x c"));
}

#[test]
fn rules_that_turn_for_ever_stop_after_the_last_round() {
    // Each round moves one step on in a ring of three.
    let ring = settled(&replaces(&[("^3", "0"), ("^2", "3"), ("^1", "2"), ("^0", "1")]));
    let way = way(&ring, "1 cat");
    assert!(gave_up(&way));
    assert_eq!(way.steps.last().map(|step| step.round), Some(MAX_ROUNDS - 1));
    assert_eq!(apply(&ring, "1 cat"), way.applied("1 cat"));
}

#[test]
fn the_rounds_are_counted_and_a_rule_is_named_once() {
    let eats = settled(&replaces(&[("^a", ""), ("^b", "")]));
    let applied = apply(&eats, "abab cat");
    assert_eq!((applied.text.as_deref(), applied.fired.as_slice()), (Some(" cat"), &[0, 1][..]));
    let rounds: Vec<usize> = way(&eats, "abab cat").steps.iter().map(|step| step.round).collect();
    assert_eq!(rounds, [0, 0, 1, 1]);
}

#[test]
fn a_drop_in_a_later_round_counts() {
    let toml = format!("[[rule]]\nname = 'd'\nkind = 'drop-if'\ncontains_any = ['b']\n{}", replaces(&[("a", "b")]));
    let applied = apply(&settled(&toml), "a");
    assert_eq!((applied.dropped_by, applied.fired.as_slice(), applied.text.as_deref()), (Some(0), &[1][..], Some("b")));
    assert_eq!(apply(&parsed(&format!("name = 'p'\n{toml}")), "a").dropped_by, None);
}
