//! What is refused does not happen, all else does, and it can be accepted again: over any text and any choice of what is proposed.

use std::sync::LazyLock;

use proptest::prelude::*;
use tamis::model::Refusal;
use tamis::rules::{AttributedOp, Pipeline, Step, Subject, Way, attributed_diff};

use super::laws::rebuilds;
use super::texts::{default, parsed, prompt};

/// Rules that overlap, write over each other, and drop.
fn entangled() -> &'static Pipeline {
    const TOML: &str = r#"
name = "entangled"
[[rule]]
name = "blanks"
kind = "replace"
pattern = '\s+'
with = ' '
[[rule]]
name = "names"
kind = "remove-phrases"
phrases = ["greg rutkowski", "wlop", "artstation", "8k"]
by = true
[[rule]]
name = "double"
kind = "replace"
pattern = '(\w+), (\w+)'
with = '$2 $1, $1'
[[rule]]
name = "shout"
kind = "replace"
patterns = [['cat', 'CAT'], ['a ', 'the '], ['the the', 'the']]
[[rule]]
name = "no-hd"
kind = "drop-if"
contains_any = ["hd"]
[[rule]]
name = "stops"
kind = "replace"
pattern = '[.,]+$'
with = ''
[[rule]]
name = "no-boxes"
kind = "drop-if"
contains_any = ["(("]
"#;
    static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| parsed(TOML));
    &PIPELINE
}

/// The same until nothing changes any more; `double` never comes to rest.
fn restless() -> &'static Pipeline {
    static PIPELINE: LazyLock<Pipeline> =
        LazyLock::new(|| parsed(&entangled().source().replacen("name", "fixpoint = true\nname", 1)));
    &PIPELINE
}

fn way(pipeline: &Pipeline, raw: &str, refused: &[Refusal]) -> Way {
    pipeline.way(raw, &Subject::default(), refused)
}

/// Everything that was wanted in a step: what it would be refused as, and whether it is.
fn wanted(pipeline: &Pipeline, step: &Step) -> Vec<(Refusal, bool)> {
    let mut all: Vec<_> = step.changes.iter().map(|change| (change.refusal.clone(), change.refused)).collect();
    if step.dropped || step.drop_refused {
        all.push((Refusal::Drop { rule: pipeline.rule_names()[step.rule].to_owned() }, step.drop_refused));
    }
    all
}

fn all_wanted(pipeline: &Pipeline, way: &Way) -> Vec<(Refusal, bool)> {
    way.steps.iter().flat_map(|step| wanted(pipeline, step)).collect()
}

/// A step's text, put together from the text before it and those of its changes that are wanted.
fn put_together(before: &str, step: &Step, with_refused: bool) -> String {
    let (mut text, mut done) = (String::new(), 0);
    for change in step.changes.iter().filter(|change| with_refused || !change.refused) {
        text.push_str(&before[done..change.old.start]);
        text.push_str(&step.proposed()[change.new.clone()]);
        done = change.old.end;
    }
    text + &before[done..]
}

fn check_steps(raw: &str, way: &Way) {
    for (n, step) in way.steps.iter().enumerate() {
        let before = way.before(n, raw);
        assert_eq!(step.text, put_together(before, step, false), "only what is not refused");
        assert_eq!(step.proposed(), put_together(before, step, true), "all that the rule wants");
        assert_eq!(step.proposed.is_some(), step.changes.iter().any(|change| change.refused));
        assert!(!(step.dropped && n + 1 < way.steps.len()), "nothing runs after a drop");
        for change in &step.changes {
            assert!(change.old.len() + change.new.len() > 0);
            let Refusal::Change { start, end, .. } = &change.refusal else { panic!("a change is refused as a change") };
            assert!(raw.get(*start..*end).is_some(), "{start}..{end} is a stretch of {raw:?}");
        }
    }
    let end = way.end(raw);
    rebuilds(raw, end, way.diff.iter().map(|AttributedOp { tag, old, new, .. }| (*tag, old, new)));
    let composed = attributed_diff(raw, &way.steps);
    rebuilds(raw, end, composed.iter().map(|op| (op.tag, &op.old, &op.new)));
}

fn check_refusing(pipeline: &Pipeline, raw: &str, choice: &[bool]) {
    let free = way(pipeline, raw, &[]);
    check_steps(raw, &free);
    assert!(!free.has_refusals());
    let proposed = all_wanted(pipeline, &free);
    let chosen = proposed.iter().zip(choice.iter().cycle()).filter(|(_, chosen)| **chosen);
    let refused: Vec<Refusal> = chosen.map(|((refusal, _), _)| refusal.clone()).collect();
    let refusing = way(pipeline, raw, &refused);
    check_steps(raw, &refusing);
    let wanted = all_wanted(pipeline, &refusing);
    for (refusal, is_refused) in &wanted {
        assert_eq!(*is_refused, refused.contains(refusal), "{refusal:?} of {raw:?}");
    }
    for refusal in &refused {
        let is_proposed = wanted.iter().any(|(known, _)| known == refusal);
        assert_ne!(is_proposed, refusing.unproposed.contains(refusal), "{refusal:?} is proposed or told not to be");
    }
    assert_eq!(refusing.has_refusals(), !refused.is_empty());
    if let (Some((first, _)), Some(true)) = (proposed.first(), choice.first()) {
        assert_eq!(wanted.first(), Some(&(first.clone(), true)), "the first proposal comes again, refused");
    }

    let applied = refusing.applied(raw);
    assert_eq!(pipeline.apply_refusing(raw, &Subject::default(), &refused), applied);
    let backwards: Vec<Refusal> = refused.iter().rev().cloned().collect();
    assert_eq!(pipeline.apply_refusing(raw, &Subject::default(), &backwards), applied, "in any order");
    assert_eq!(pipeline.apply_refusing(raw, &Subject::default(), &[]), free.applied(raw), "accepted again");
    assert_eq!(pipeline.apply(raw, &Subject::default()), free.applied(raw));
}

fn check_whole(pipeline: &Pipeline, raw: &str) {
    let whole = way(pipeline, raw, &[Refusal::Record]);
    check_steps(raw, &whole);
    assert!(whole.applied(raw).is_nothing());
    assert!(whole.applied(raw).fired.is_empty());
    assert!(whole.unproposed.is_empty());
    assert!(all_wanted(pipeline, &whole).iter().all(|(_, refused)| *refused));
}

/// A curator who refuses whatever is left comes to the raw text, and soon.
fn check_exhausting(pipeline: &Pipeline, raw: &str) {
    let mut refused: Vec<Refusal> = Vec::new();
    for _ in 0..=pipeline.rules().len() {
        let left = all_wanted(pipeline, &way(pipeline, raw, &refused)).into_iter().filter(|(_, refused)| !refused);
        let left: Vec<Refusal> = left.map(|(refusal, _)| refusal).collect();
        if left.is_empty() {
            break;
        }
        refused.extend(left);
    }
    let end = way(pipeline, raw, &refused);
    assert!(end.applied(raw).is_nothing(), "{raw:?} is still changed: {:?}", end.steps);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_is_refused_does_not_happen_and_all_else_does(
        raws in prop::collection::vec(prompt(), 3),
        choice in prop::collection::vec(any::<bool>(), 1..9),
    ) {
        for raw in &raws {
            check_refusing(default(), raw, &choice);
            check_refusing(entangled(), raw, &choice);
            check_refusing(restless(), raw, &choice);
        }
    }

    #[test]
    fn a_record_that_is_refused_is_left_alone(raw in prompt()) {
        check_whole(default(), &raw);
        check_whole(entangled(), &raw);
        check_whole(restless(), &raw);
    }

    #[test]
    fn refusing_all_that_is_left_leads_back_to_the_raw_text(raw in prompt()) {
        check_exhausting(default(), &raw);
        check_exhausting(entangled(), &raw);
        check_exhausting(restless(), &raw);
    }
}

#[test]
fn a_refused_drop_keeps_the_record_and_the_rules_after_it_run() {
    let refused = [Refusal::Drop { rule: "no-hd".into() }];
    let applied = entangled().apply_refusing("one hd dog.", &Subject::default(), &refused);
    assert_eq!((applied.dropped_by, applied.text.as_deref()), (None, Some("one hd dog")));
    assert_eq!(entangled().apply("one hd dog.", &Subject::default()).dropped_by, Some(4));
    // Another rule's drop is not meant.
    let applied = entangled().apply_refusing("one hd ((dog.", &Subject::default(), &refused);
    assert_eq!(applied.dropped_by, Some(6));
}

#[test]
fn one_of_several_equal_changes_is_refused_by_its_place() {
    let raw = "a cat, 8k, red, 8k, blue";
    let proposals = all_wanted(entangled(), &way(entangled(), raw, &[]));
    let second = proposals
        .iter()
        .filter(|(r, _)| matches!(r, Refusal::Change { gone, .. } if gone == "8k"))
        .nth(1)
        .expect("two")
        .0
        .clone();
    let kept = parsed("name = 'p'\n[[rule]]\nname = 'one'\nkind = 'remove-phrases'\nphrases = ['8k']\n");
    assert_eq!(kept.apply_refusing(raw, &Subject::default(), &[second]).text.as_deref(), Some("a cat, red, 8k, blue"));
}
