//! Laws over any text: nothing panics, the views agree with each other, and diffs rebuild both sides.

use proptest::prelude::*;
use tamis::model::{DiffOp, DiffTag};
use tamis::rules::{Applied, AttributedOp, Pipeline, Step, Subject, Totals, attributed_diff, word_diff};

use super::texts::{apply, default, prompt};

pub fn rebuilds<'a>(
    old: &str,
    new: &str,
    ops: impl Iterator<Item = (DiffTag, &'a std::ops::Range<usize>, &'a std::ops::Range<usize>)>,
) {
    let (mut old_at, mut new_at) = (0, 0);
    for (tag, old_range, new_range) in ops {
        assert_eq!((old_range.start, new_range.start), (old_at, new_at), "the ops tile both texts");
        let (gone, come) = (&old[old_range.clone()], &new[new_range.clone()]);
        match tag {
            DiffTag::Equal => assert!(gone == come && !gone.is_empty()),
            DiffTag::Delete => assert!(!gone.is_empty() && come.is_empty()),
            DiffTag::Insert => assert!(gone.is_empty() && !come.is_empty()),
        }
        (old_at, new_at) = (old_range.end, new_range.end);
    }
    assert_eq!((old_at, new_at), (old.len(), new.len()), "the ops reach both ends");
}

fn check_word_diff(old: &str, new: &str) {
    let ops = word_diff(old, new);
    rebuilds(old, new, ops.iter().map(|DiffOp { tag, old, new }| (*tag, old, new)));
    for pair in ops.windows(2) {
        assert_ne!(pair[0].tag, pair[1].tag, "neighbours are merged");
        assert!((pair[0].tag, pair[1].tag) != (DiffTag::Insert, DiffTag::Delete), "a deletion stands before its insertion");
    }
}

fn check_attributed(pipeline: &Pipeline, raw: &str) {
    let steps = pipeline.way(raw, &Subject::default(), &[]).steps;
    let end = steps.last().map_or(raw, |step| &step.text);
    let ops = attributed_diff(raw, &steps);
    rebuilds(raw, end, ops.iter().map(|AttributedOp { tag, old, new, .. }| (*tag, old, new)));
    for op in &ops {
        let fired = op.rule.is_some_and(|rule| steps.iter().any(|step| step.rule == rule && !step.dropped));
        assert_eq!(op.tag != DiffTag::Equal, fired, "changes, and only they, name a rule that fired");
    }
}

fn check_apply(pipeline: &Pipeline, raw: &str) {
    let (applied, steps) = (apply(pipeline, raw), pipeline.way(raw, &Subject::default(), &[]).steps);
    let end = steps.last().map_or(raw, |step| &step.text);
    let fired: Vec<usize> = steps.iter().filter(|step| !step.dropped).map(|step| step.rule).collect();
    let dropped_by = steps.iter().find(|step| step.dropped).map(|step| step.rule);
    assert_eq!(applied, Applied { text: (end != raw).then(|| end.to_owned()), dropped_by, fired, ..Applied::default() });
    assert!(applied.fired.is_sorted_by(|a, b| a < b));

    let outcome = pipeline.outcome(&applied);
    assert_eq!(outcome.is_none(), applied.text.is_none() && applied.dropped_by.is_none());
    assert_eq!(outcome.and_then(|outcome| outcome.text), applied.text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn apply_agrees_with_steps(raws in prop::collection::vec(prompt(), 4)) {
        let pipeline = default();
        for raw in raws {
            check_apply(pipeline, &raw);
            check_attributed(pipeline, &raw);
        }
    }

    #[test]
    fn word_diff_rebuilds_both_sides(old in prompt(), new in prompt(), any in any::<String>()) {
        check_word_diff(&old, &new);
        check_word_diff(&old, &format!("{old}{any}{new}"));
        check_word_diff(&any, &old);
    }

    #[test]
    fn attributed_diff_rebuilds_both_sides_of_any_steps(raw in prompt(), texts in prop::collection::vec(prompt(), 0..5)) {
        let steps: Vec<Step> = texts.into_iter().enumerate().map(|(rule, text)| Step { rule, text, ..Step::default() }).collect();
        let end = steps.last().map_or(raw.as_str(), |step| &step.text);
        let ops = attributed_diff(&raw, &steps);
        rebuilds(&raw, end, ops.iter().map(|op| (op.tag, &op.old, &op.new)));
    }

    #[test]
    fn totals_add_up_in_any_grouping(raws in prop::collection::vec(prompt(), 0..12), cuts in prop::array::uniform2(0usize..12)) {
        let pipeline = default();
        let applied: Vec<Applied> = raws.iter().map(|raw| apply(pipeline, raw)).collect();
        let count = |part: &[Applied]| {
            let mut totals = pipeline.totals();
            part.iter().for_each(|applied| totals.note(applied));
            totals
        };
        let (low, high) = (cuts[0].min(cuts[1]).min(applied.len()), cuts[0].max(cuts[1]).min(applied.len()));
        let (a, b, c) = (count(&applied[..low]), count(&applied[low..high]), count(&applied[high..]));
        let whole = count(&applied);
        prop_assert_eq!(a.clone().add(b.clone()).add(c.clone()), whole.clone());
        prop_assert_eq!(a.add(b.add(c)), whole.clone());
        prop_assert_eq!(Totals::default().add(whole.clone()), whole.clone());

        let unchanged = applied.iter().filter(|a| a.text.is_none() && a.dropped_by.is_none()).count() as u64;
        prop_assert_eq!(whole.records, raws.len() as u64);
        prop_assert_eq!(whole.records, unchanged + whole.changed + whole.dropped);
        prop_assert_eq!(whole.rules.iter().map(|rule| rule.dropped).sum::<u64>(), whole.dropped);
        prop_assert!(whole.rules.iter().map(|rule| rule.changed).sum::<u64>() >= whole.changed);
        for (rule, counts) in whole.rules.iter().enumerate() {
            let acted = |a: &Applied| a.fired.contains(&rule) || a.dropped_by == Some(rule);
            let alone = |a: &&Applied| acted(a) && a.fired.len() + usize::from(a.dropped_by.is_some()) == 1;
            prop_assert_eq!(counts.alone, applied.iter().filter(alone).count() as u64);
            prop_assert_eq!(counts.changed + counts.dropped, applied.iter().filter(|a| acted(a)).count() as u64);
        }
    }
}

#[test]
fn many_threads_see_the_same() {
    let pipeline = default();
    let raws: Vec<String> = include_str!("default.txt").lines().map(String::from).collect();
    let alone: Vec<Applied> = raws.iter().map(|raw| apply(pipeline, raw)).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..8).map(|_| scope.spawn(|| raws.iter().map(|raw| apply(pipeline, raw)).collect::<Vec<_>>())).collect();
        for worker in workers {
            assert_eq!(worker.join().expect("no panic"), alone);
        }
    });
}

#[test]
fn large_texts_rebuild_too() {
    let old: String = (0..4_900).map(|n| format!("w{} ", n * 7 % 5_003)).collect();
    let new: String = (0..4_900).map(|n| format!("w{} ", n * 11 % 4_001)).collect();
    check_word_diff(&old, &new); // just below the cap
    check_word_diff(&old, &format!("{old}{new}{old}")); // above it
}
