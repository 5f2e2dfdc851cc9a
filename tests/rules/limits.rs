//! Patterns and rules that would never end, or grow a text for ever: that rule fails on that text, by name, and the others go on.

use std::time::{Duration, Instant};

use tamis::model::MAX_TEXT;
use tamis::rules::{Applied, Pipeline, Subject};

use super::texts::{apply, parsed};

/// More than a machine under load needs for what is done in milliseconds, less than a person waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two rules that work.
fn between(pattern: &str) -> Pipeline {
    parsed(&format!(
        "name = 'p'\n[[rule]]\nname = 'before'\nkind = 'replace'\npattern = '^X'\nwith = 'a'\n\
         [[rule]]\nname = 'bad'\nkind = 'replace'\npattern = '{pattern}'\nwith = ''\n\
         [[rule]]\nname = 'bad-drop'\nkind = 'drop-if'\npattern = '{pattern}'\n\
         [[rule]]\nname = 'after'\nkind = 'replace'\npattern = 'Y$'\nwith = 'a'\n"
    ))
}

fn assert_bad_rule_fails(pattern: &str, body: &str, reason: &str) {
    let pipeline = between(pattern);
    let raw = format!("X{body}Y");
    let start = Instant::now();
    let applied = apply(&pipeline, &raw);
    let Applied { text, dropped_by, fired, failed, .. } = &applied;
    assert!(start.elapsed() < PATIENCE, "{pattern} took {:?}", start.elapsed());
    assert_eq!(failed.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(), [1, 2], "{pattern}");
    assert!(failed.iter().all(|(_, why)| why.contains(reason)), "{failed:?}");
    assert_eq!((dropped_by, fired.as_slice()), (&None, &[0, 3][..]));
    assert_eq!(text.as_deref(), Some(format!("a{body}a").as_str()), "the other rules apply");

    let way = pipeline.way(&raw, &Subject::default(), &[]);
    assert_eq!(way.applied(&raw), applied);
    let failed: Vec<bool> = way.steps.iter().map(|step| step.failed.is_some()).collect();
    assert_eq!(failed, [false, true, true, false]);
    assert!(way.steps.iter().filter(|step| step.failed.is_some()).all(|step| !step.counts() && step.changes.is_empty()));

    let mut totals = pipeline.totals();
    totals.note(&apply(&pipeline, "-"));
    totals.note(&applied);
    assert_eq!((totals.records, totals.changed, totals.dropped), (2, 1, 0));
    assert_eq!(totals.rules.iter().map(|rule| rule.changed).collect::<Vec<_>>(), [1, 0, 0, 1]);
}

/// The letters in front wake the patterns.
fn bodies(bytes: usize) -> [String; 2] {
    ["a", "word "].map(|word| format!("cbz {}", word.repeat(bytes / word.len())))
}

#[test]
fn patterns_that_try_everything_fail_on_that_text_only() {
    let [letters, words] = bodies(16_000);
    for (pattern, body) in [(r"(a|aa)+\1b(?=c)", &letters), (r"(\w+\s?)*(?!x)\1$", &words), (r"(?=(\w+ )+\1+z)(\w| )+z", &words)]
    {
        assert_bad_rule_fails(pattern, body, "steps");
    }
}

/// One step may read the whole text: steps alone are no bound.
#[test]
fn long_texts_are_not_given_to_patterns_that_look_around() {
    for bytes in [50_000, 900_000] {
        let [letters, words] = bodies(bytes);
        for (pattern, body) in [
            (r"a(?=.*z)", &letters),
            (r"(?<=a)(?=.*zq?)a", &letters),
            (r"(a|aa)+\1b(?=c)", &letters),
            (r"(\w+\s?)*(?!x)\1$", &words),
        ] {
            assert_bad_rule_fails(pattern, body, "16 KiB");
        }
    }
}

#[test]
fn as_many_matches_as_there_can_be_take_their_time_and_end() {
    let pipeline = between(r"a(?=.*z)");
    let start = Instant::now();
    let applied = apply(&pipeline, &format!("X{}z", "a".repeat(12_000)));
    assert!(start.elapsed() < PATIENCE && applied.failed.is_empty());
    assert_eq!(applied.text.as_deref(), Some("z"));
}

#[test]
fn a_failed_rule_does_not_hide_behind_one_that_works() {
    let pipeline = between(r"(a|aa)+\1b(?=c)");
    let applied = apply(&pipeline, "Xaaaabc");
    assert_eq!((applied.failed.as_slice(), applied.fired.as_slice()), (&[][..], &[0, 1][..]));
}

#[test]
fn a_condition_whose_pattern_gives_up_does_not_hold() {
    let pipeline = parsed(
        "name = 'p'\n[[rule]]\nname = 'one'\nkind = 'replace'\npattern = 'a$'\nwith = 'b'\nwhen = { pattern = '^(?:(a+)+)(?=b)\\1$' }\n",
    );
    assert!(apply(&pipeline, &"a".repeat(50_000)).is_nothing());
}

#[test]
fn a_text_grows_to_a_mebibyte_and_no_further() {
    let doubling = |n: usize| {
        let rule = |i: usize| format!("[[rule]]\nname = 'r{i}'\nkind = 'replace'\npattern = '(?s)^.*$'\nwith = '$0$0'\n");
        parsed(&format!("name = 'p'\n{}", (0..n).map(rule).collect::<String>()))
    };
    let exact = apply(&doubling(20), "x");
    assert_eq!((exact.text.map(|text| text.len()), exact.failed.len()), (Some(MAX_TEXT), 0));
    let over = apply(&doubling(22), "x");
    assert_eq!(over.text.as_ref().map(String::len), Some(MAX_TEXT));
    assert_eq!(over.fired, (0..20).collect::<Vec<_>>());
    assert_eq!(
        over.failed.iter().map(|(rule, why)| (*rule, why.contains("1 MiB"))).collect::<Vec<_>>(),
        [(20, true), (21, true)]
    );
}

#[test]
fn rules_that_feed_each_other_stop_growing() {
    let greedy =
        parsed("name = 'p'\nfixpoint = true\n[[rule]]\nname = 'r'\nkind = 'replace'\npattern = 'x'\nwith = 'xxxxxxxx'\n");
    let applied = apply(&greedy, "x");
    assert_eq!(applied.text.map(|text| text.len()), Some(8usize.pow(6)));
    assert!(applied.failed.iter().all(|(rule, why)| *rule == 0 && why.contains("1 MiB")) && !applied.failed.is_empty());
}
