//! The waterfall counts what there is, adds up, and says so when it does not.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tamis::display::markdown::inline;
use tamis::model::{Counts, Source, SourceId};
use tamis::versions::{Course, Waterfall, waterfall};

use super::support::{Fate, Plain, SOURCES, Version, columns, two};

fn source(name: &str, accepted: u64) -> Source {
    Source {
        id: SourceId(1),
        name: name.to_owned(),
        path: String::new(),
        format: "txt".to_owned(),
        digest: String::new(),
        counts: Counts { read: accepted + 5, accepted, blank: 2, rejected: 3 },
        image_root: None,
        prefix: None,
        split: None,
        protected: name == "d",
        active: true,
    }
}

fn of<'v>(version: &'v Version, name: &str) -> Vec<&'v Plain> {
    version.values().filter(|plain| plain.source == name).collect()
}

/// The sources in an order of their own: they are found by name.
fn counted(version: &Version) -> Waterfall {
    let sources: Vec<Source> = SOURCES.map(|name| source(name, of(version, name).len() as u64)).into_iter().rev().collect();
    waterfall(&columns(version, 1), &sources)
}

fn tally<'w>(words: impl Iterator<Item = &'w str>) -> BTreeMap<String, u64> {
    let mut tally = BTreeMap::new();
    words.for_each(|word| *tally.entry(word.to_owned()).or_default() += 1);
    tally
}

fn check(course: &Course, records: &[&Plain]) {
    let fates = || records.iter().map(|plain| plain.fate);
    let rules = fates().filter_map(|fate| if let Fate::Rule(rule) = fate { Some(rule) } else { None });
    let recipes = fates().filter_map(|fate| if let Fate::Duplicate(recipe) = fate { Some(recipe) } else { None });
    assert_eq!(course.rules, tally(rules));
    assert_eq!(course.duplicates, tally(recipes.map(|recipe| recipe.unwrap_or("unknown recipe"))));
    assert_eq!(course.by_hand, fates().filter(|fate| *fate == Fate::Hand).count() as u64);
    let kept = records.iter().filter(|plain| plain.is_kept());
    assert_eq!(course.splits, tally(kept.map(|plain| plain.split.unwrap_or("none"))));
    assert_eq!(course.kept, records.iter().filter(|plain| plain.is_kept()).count() as u64);
    assert_eq!((course.counts.accepted, course.protected), (records.len() as u64, course.name == "d"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_record_falls_once((version, _) in two(), pick in any::<u64>()) {
        let fall = counted(&version);
        prop_assert!(fall.adds_up());
        prop_assert_eq!(fall.sources.len(), SOURCES.len());
        for course in &fall.sources {
            check(course, &of(&version, &course.name));
        }
        prop_assert_eq!(fall.total.counts.accepted, version.len() as u64);
        prop_assert!(fall.total.exported.is_none());

        let columns = columns(&version, 1);
        let exported: Vec<u32> =
            (0..columns.len()).filter(|&p| columns.is_kept(p) && pick >> (p % 64) & 1 == 1).map(|p| p as u32).collect();
        let fall = fall.with_exported(&columns, &exported);
        prop_assert!(fall.adds_up());
        let total = fall.total.exported.expect("exported");
        prop_assert_eq!((total.records, total.left_out), (exported.len() as u64, fall.total.kept - exported.len() as u64));
    }
}

#[test]
fn what_does_not_add_up_is_said() {
    let record = |fate| Plain { source: "a", text: "x".into(), fate, split: None, by_hand: false, edited: false };
    let version: Version = [(1, record(Fate::Hand)), (2, record(Fate::Kept(tamis::model::State::Keep)))].into();
    let fall = counted(&version);
    assert!(fall.adds_up());
    let mut wrong = fall.clone();
    wrong.sources[0].kept += 1;
    assert!(!wrong.adds_up(), "a record from nowhere");
    let mut wrong = fall.clone();
    wrong.total.by_hand += 1;
    assert!(!wrong.adds_up(), "a sum that is none");
    let short = waterfall(&columns(&version, 0), &[source("a", 3)]);
    assert!(!short.adds_up(), "a record that was read is nowhere");
}

#[test]
fn a_table_holds_whatever_the_names_are() {
    assert_eq!(inline("a|b\nc"), "a\\|b␊c");
    assert_eq!(inline("<b>`x` [y](z) \u{202e}&amp;"), "\\<b>\\`x\\` \\[y\\](z) ⟨202E⟩\\&amp;");
    let record = |source, fate| Plain { source, text: "x".into(), fate, split: Some("train"), by_hand: false, edited: false };
    let version: Version =
        [(1, record("b|c", Fate::Rule("x\ny"))), (2, record("a", Fate::Kept(tamis::model::State::Keep)))].into();
    let markdown = counted(&version).markdown();
    for block in markdown.split("\n\n") {
        let bars: Vec<usize> = block.lines().map(|line| line.replace("\\|", "").matches('|').count()).collect();
        assert!(bars.iter().all(|n| *n == bars[0]), "{block}");
    }
    assert!(markdown.contains("| dropped by rule |"), "{markdown}");
    assert!(markdown.contains("| all | 17 | −6 | −9 | 2 | −1 | 0 | 0 | 1 | 1 |"), "{markdown}");
}
