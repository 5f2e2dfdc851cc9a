//! dedup of plain files against an oracle that compares every prompt with every other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tamis::model::{Lens, Policy, Sets, Threshold};
use tamis::ops::Reading;
use tamis::ops::dedup::{Asked, Deduped, dedup};
use tamis::ops::duplicates::Wish;
use tamis::progress::Progress;
use tamis::shelf::Folders;
use tamis::similarity::{Items, UnionFind, normal::normalised};

use super::{lines, prompts};

fn deduped(file: &Path, against: Vec<PathBuf>, sets: Sets, threshold: f64, policy: Policy) -> Deduped {
    let asked = Asked {
        file: file.to_owned(),
        against,
        reading: Reading::default(),
        wish: Wish { sets, ..Wish::of(Lens::Lexical) },
        threshold: Threshold::new(threshold).expect("a threshold"),
        policy,
    };
    dedup(&asked, &Folders::default(), &Progress::none()).expect("deduped")
}

fn score(a: &str, b: &str, sets: Sets) -> f32 {
    if normalised(a) == normalised(b) { 1.0 } else { Items::of(a, sets).score(b) }
}

/// Which prompts stay: fixed ones are compared with, the longest is looked at first, then the first.
fn kept_by_cover(texts: &[String], fixed: &[String], sets: Sets, threshold: f32) -> Vec<bool> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(texts[at].chars().count()), at));
    let mut stays: Vec<&String> = fixed.iter().collect();
    let mut kept = vec![false; texts.len()];
    for at in order {
        if stays.iter().all(|other| score(&texts[at], other, sets) < threshold) {
            stays.push(&texts[at]);
            kept[at] = true;
        }
    }
    kept
}

/// One of each component; none where a fixed one is in it.
fn kept_by_cluster(texts: &[String], fixed: &[String], sets: Sets, threshold: f32) -> Vec<bool> {
    let all: Vec<&String> = texts.iter().chain(fixed).collect();
    let mut components = UnionFind::new(all.len());
    for a in 0..all.len() {
        for b in 0..a {
            // Pairs among the fixed ones join nothing, as no prompt of them can go.
            if b < texts.len() && score(all[a], all[b], sets) >= threshold {
                components.union(a as u32, b as u32);
            }
        }
    }
    let roots: Vec<u32> = (0..all.len() as u32).map(|at| components.find(at)).collect();
    let mut best: BTreeMap<u32, usize> = BTreeMap::new();
    for at in 0..texts.len() {
        let first = best.entry(roots[at]).or_insert(at);
        if texts[at].chars().count() > texts[*first].chars().count() {
            *first = at;
        }
    }
    let is_fixed = |root: u32| roots[texts.len()..].contains(&root);
    (0..texts.len()).map(|at| best[&roots[at]] == at && !is_fixed(roots[at])).collect()
}

#[test]
fn what_goes_is_what_comparing_all_with_all_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, fixed) = (folder.path().join("new.txt"), folder.path().join("old.txt"));
    let texts = prompts(5, 160);
    let (old, new) = texts.split_at(50);
    std::fs::write(&file, lines(new)).expect("written");
    std::fs::write(&fixed, lines(old)).expect("written");
    for (sets, threshold) in [(Sets::Words, 0.5), (Sets::Words, 0.8), (Sets::Grams, 0.6)] {
        for (against, held) in [(vec![], &[][..]), (vec![fixed.clone()], old)] {
            for policy in [Policy::Cover, Policy::Cluster] {
                let found = deduped(&file, against.clone(), sets, threshold, policy);
                let kept: Vec<bool> = found.rows().map(|row| !row.dropped).collect();
                let expected = match policy {
                    Policy::Cover => kept_by_cover(new, held, sets, threshold as f32),
                    _ => kept_by_cluster(new, held, sets, threshold as f32),
                };
                assert_eq!(kept, expected, "{sets:?} {threshold} {policy:?} against {}", held.len());
                assert!(kept.contains(&false) && kept.contains(&true));
                for row in found.rows().filter(|row| row.dropped && policy == Policy::Cover) {
                    let witness = row.witness.expect("a witness");
                    assert_eq!(row.score, Some(score(row.text, witness.text, sets)));
                    assert!(row.score >= Some(threshold as f32));
                    let (from, name) = (if witness.file.ends_with("old.txt") { old } else { new }, &witness.file);
                    assert_eq!(from[witness.line as usize - 1], witness.text, "{name}");
                    assert!(name.ends_with("old.txt") || kept[witness.line as usize - 1]);
                }
            }
        }
    }
}

#[test]
fn every_policy_drops_both_sides() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.txt");
    std::fs::write(&file, "a red car\nan owl\na red car now\n").expect("written");
    let found = deduped(&file, vec![], Sets::Words, 0.7, Policy::Every);
    assert_eq!(found.rows().map(|row| row.dropped).collect::<Vec<_>>(), [true, false, true]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever stands in the files: blank lines, lines that are no text, repeats.
    #[test]
    fn counts_add_up_and_what_stays_is_what_was_said(
        rows in prop::collection::vec(prop::sample::select(vec!["", " \t", "a b c", "A  b c", "a b c d", "x y", "!", "\u{0}", "x y z", "x"]), 0..14),
        old in prop::collection::vec(prop::sample::select(vec!["", "x y", "a b", "\u{0}"]), 0..3),
        crlf in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, fixed) = (folder.path().join("new.txt"), folder.path().join("old.txt"));
        let ending = if crlf { "\r\n" } else { "\n" };
        let whole: Vec<String> = rows.iter().map(|row| format!("{row}{ending}")).collect();
        std::fs::write(&file, whole.concat()).expect("written");
        std::fs::write(&fixed, old.join("\n")).expect("written");
        let found = deduped(&file, vec![fixed], Sets::Words, 0.6, Policy::Cover);
        let counts = found.counts();
        prop_assert_eq!(counts.read, counts.kept + counts.dropped + counts.blank + counts.rejected);
        prop_assert_eq!(counts.read as usize, rows.len());
        prop_assert_eq!(counts.rejected as usize, rows.iter().filter(|row| row.contains('\0')).count());
        let mut out = Vec::new();
        found.write_kept(&mut out, &Progress::none()).expect("written");
        let stays: Vec<&str> = found.rows().filter(|row| !row.dropped).map(|row| whole[row.line as usize - 1].as_str()).collect();
        prop_assert_eq!(String::from_utf8(out).expect("text"), stays.concat());
        let texts: Vec<String> = found.rows().map(|row| row.text.to_owned()).collect();
        let fixed: Vec<String> = old.iter().filter(|row| !row.is_empty() && !row.contains('\0')).map(|row| (*row).to_owned()).collect();
        let expected = kept_by_cover(&texts, &fixed, Sets::Words, 0.6);
        prop_assert_eq!(found.rows().map(|row| !row.dropped).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_file_that_changes_meanwhile_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.txt");
    std::fs::write(&file, "a red car\nan owl\n").expect("written");
    let found = deduped(&file, vec![], Sets::Words, 0.7, Policy::Cover);
    std::fs::write(&file, "an owl\na red car\n").expect("written");
    let written = found.write_kept(&mut Vec::new(), &Progress::none());
    assert!(written.is_err_and(|e| e.message.contains("changed") && e.hint.is_some()));
}
