//! What differs is what a look at every record in turn finds.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tamis::compose::Rng;
use tamis::model::State;
use tamis::query::Columns;
use tamis::versions::{Comparison, Difference, Entry, compare};

use super::support::{Fate, Plain, RULES, SOURCES, SPLITS, Version, columns, two};

/// Difference, source, cause, split before, split.
type Group = (Difference, String, String, Option<String>, Option<String>);

fn dropped(plain: &Plain) -> String {
    match plain.fate {
        Fate::Rule(rule) => format!("rule: {rule}"),
        Fate::Duplicate(Some(recipe)) => format!("duplicate: {recipe}"),
        Fate::Duplicate(None) => "duplicate".to_owned(),
        Fate::Hand => "hand".to_owned(),
        Fate::Kept(_) => panic!("it is kept"),
    }
}

/// Every record of either, one by one.
fn naive(a: &Version, b: &Version) -> BTreeMap<u32, Vec<Group>> {
    let word = |split: Option<&str>| split.map(str::to_owned);
    let cause = |by_hand: bool, else_by: &str| if by_hand { "hand".to_owned() } else { else_by.to_owned() };
    let mut found: BTreeMap<u32, Vec<Group>> = BTreeMap::new();
    for id in a.keys().chain(b.keys()) {
        let (then, now) = (a.get(id), b.get(id));
        let (was, is) = (then.filter(|p| p.is_kept()), now.filter(|p| p.is_kept()));
        let mut groups = Vec::new();
        match (was, is) {
            (None, Some(is)) => {
                let cause = then.map_or("source".to_owned(), dropped);
                groups.push((Difference::Added, is.source.to_owned(), cause, None, word(is.split)));
            }
            (Some(was), None) => {
                let cause = now.map_or("source".to_owned(), dropped);
                groups.push((Difference::Removed, was.source.to_owned(), cause, word(was.split), None));
            }
            (Some(was), Some(is)) => {
                let row = |difference, cause| (difference, is.source.to_owned(), cause, word(was.split), word(is.split));
                if was.text != is.text {
                    groups.push(row(Difference::Changed, cause(was.edited || is.edited, "rules")));
                }
                if was.split != is.split {
                    groups.push(row(Difference::Moved, cause(is.by_hand, "split")));
                }
            }
            (None, None) => {}
        }
        if !groups.is_empty() {
            found.insert(*id, groups);
        }
    }
    found
}

/// The lists of a comparison, record by record.
fn listed(comparison: &Comparison, a: &Columns, b: &Columns) -> BTreeMap<u32, Vec<Group>> {
    let mut found: BTreeMap<u32, Vec<Group>> = BTreeMap::new();
    for difference in Difference::ALL {
        let ids: Vec<u32> = comparison.list(difference).iter().map(|&entry| id(entry, a, b)).collect();
        assert!(ids.is_sorted_by(|x, y| x < y), "ids ascend");
        for (&entry, id) in comparison.list(difference).iter().zip(ids) {
            let group = comparison.group(entry);
            assert_eq!(group.difference, difference);
            let splits = (comparison.split_before(group).map(str::to_owned), comparison.split(group).map(str::to_owned));
            let row = (difference, comparison.source(group).to_owned(), comparison.cause(group), splits.0, splits.1);
            found.entry(id).or_default().push(row);
        }
    }
    found
}

fn id(entry: Entry, a: &Columns, b: &Columns) -> u32 {
    let ids: Vec<u32> = [entry.a().map(|p| a.id(p).0), entry.b().map(|p| b.id(p).0)].into_iter().flatten().collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "both positions are the same record's");
    ids[0]
}

fn check(a: &Version, b: &Version) {
    let (left, right) = (columns(a, 0), columns(b, 1));
    let comparison = compare(&left, &right);
    let expected = naive(a, b);
    assert_eq!(listed(&comparison, &left, &right), expected);

    let mut counts: BTreeMap<Group, u64> = BTreeMap::new();
    expected.values().flatten().for_each(|group| *counts.entry(group.clone()).or_default() += 1);
    let counted = comparison.groups().map(|(group, records)| {
        let splits = (comparison.split_before(group).map(str::to_owned), comparison.split(group).map(str::to_owned));
        ((group.difference, comparison.source(group).to_owned(), comparison.cause(group), splits.0, splits.1), records)
    });
    assert_eq!(counted.collect::<BTreeMap<_, _>>(), counts);

    let kept = |version: &Version| version.values().filter(|plain| plain.is_kept()).count() as u64;
    assert_eq!(kept(a) + comparison.count(Difference::Added), kept(b) + comparison.count(Difference::Removed));
    for difference in Difference::ALL {
        let list = comparison.list(difference);
        let pages: Vec<Entry> = (0..=list.len()).flat_map(|page| comparison.page(difference, page * 7, 7).to_vec()).collect();
        assert_eq!(pages, list);
        let halves = [0, 1].map(|half| comparison.select(difference, |group| group.source % 2 == half));
        assert_eq!(halves.iter().map(Vec::len).sum::<usize>(), list.len());
        assert!(halves[1].iter().all(|&entry| comparison.group(entry).source == 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_comparison_is_what_a_look_at_every_record_finds((a, b) in two()) {
        check(&a, &b);
        check(&b, &a);
        let same = columns(&a, 0);
        prop_assert_eq!(compare(&same, &columns(&a, 2)).groups().count(), 0);
    }
}

/// As many as need several stretches, of which one version lacks whole ones.
#[test]
fn stretches_meet_without_a_seam() {
    let mut rng = Rng::new(5);
    let mut plain = |id: u32| Plain {
        source: SOURCES[(id / 20_000) as usize % 3],
        text: "x".repeat(rng.below(3)),
        fate: match rng.below(8) {
            0 => Fate::Rule(RULES[rng.below(3)]),
            1 => Fate::Hand,
            _ => Fate::Kept(State::Undecided),
        },
        split: Some(SPLITS[rng.below(3)]),
        by_hand: false,
        edited: rng.below(9) == 0,
    };
    let a: Version = (0..60_000).map(|id| (id, plain(id))).collect();
    let kept = |id: &u32| !(17_000..41_000).contains(id) && !id.is_multiple_of(13);
    let b: Version = (0..70_000).filter(kept).map(|id| (id, plain(id))).collect();
    check(&a, &b);
    check(&b, &a);
    check(&a, &Version::new());
}
