//! Leakage of a workspace against all pairs of its texts; mended and certified.

use std::collections::{BTreeMap, BTreeSet};

use tamis::error::Kind;
use tamis::model::{DropBy, Lens, Mark, RecordId, Threshold, Verdict};
use tamis::ops::leaks::{self, Between, FixArgs, FixReport, LeakRow, Matrix};
use tamis::ops::{duplicates as dups, edit, sources, undo};
use tamis::progress::Progress;
use tamis::similarity::normal;

use super::duplicates_world::t;
use super::split_stays::by_hand;
use super::{Bench, lines, prompts};
use crate::workspace::model::{jaccard, words};

/// Two sources, three splits by turns, some records dropped and some without a split: everything leaks into everything.
fn bench() -> Bench {
    let mut bench = Bench::new();
    let texts = prompts(13, 160);
    bench.import("a.txt", lines(&texts[..100]));
    bench.import("b.txt", lines(&texts[100..]));
    for (split, first) in [("train", 1), ("validation", 2), ("test", 3)] {
        by_hand(&mut bench, &(first..=150).step_by(3).collect::<Vec<_>>(), Some(split)).expect("moved");
    }
    bench.mark((5..160).step_by(20), Some(Mark::Drop));
    bench.build(0.3);
    bench
}

fn matrix(bench: &mut Bench, by: Between, threshold: Threshold) -> Matrix {
    let (columns, view) = bench.view();
    leaks::matrix(&columns, &view, by, threshold).expect("a matrix")
}

/// Every pair of kept records with its score, by the text alone.
fn all_pairs(bench: &mut Bench) -> Vec<(u32, u32, f32)> {
    let columns = bench.columns();
    let kept: Vec<usize> = (0..columns.len()).filter(|&p| columns.is_kept(p)).collect();
    let sets: BTreeMap<usize, BTreeSet<String>> = kept.iter().map(|&p| (p, words(columns.text(p)))).collect();
    let same = |a: usize, b: usize| normal::normalised(columns.text(a)) == normal::normalised(columns.text(b));
    let score = |a: usize, b: usize| if same(a, b) { 1.0 } else { jaccard(&sets[&a], &sets[&b]) };
    let pairs = kept.iter().flat_map(|&a| kept.iter().filter(move |&&b| a != b).map(move |&b| (a, b)));
    pairs.map(|(a, b)| (columns.id(a).0, columns.id(b).0, score(a, b))).collect()
}

fn group(bench: &mut Bench, by: Between) -> BTreeMap<u32, String> {
    let columns = bench.columns();
    let name = |p: usize| match by {
        Between::Splits => columns.split_name(p).map(str::to_owned),
        Between::Sources => Some(columns.source_name(p).to_owned()),
    };
    (0..columns.len()).filter_map(|p| Some((columns.id(p).0, name(p)?))).collect()
}

/// By names: records, pairs, the highest score.
type Cells = BTreeMap<(String, String), (u64, u64, f32)>;

/// The matrix by looking at every pair.
fn brute(bench: &mut Bench, by: Between, threshold: Threshold) -> (Cells, Option<f32>) {
    let groups = group(bench, by);
    let mut cells: BTreeMap<(String, String), (BTreeSet<u32>, u64, f32)> = BTreeMap::new();
    let mut highest: Option<f32> = None;
    for (a, b, score) in all_pairs(bench) {
        let (Some(of), Some(inside)) = (groups.get(&a), groups.get(&b)) else { continue };
        if of == inside || score < 0.3 {
            continue;
        }
        highest = Some(highest.map_or(score, |h| h.max(score)));
        if score >= threshold.value() {
            let cell = cells.entry((of.clone(), inside.clone())).or_default();
            cell.0.insert(a);
            cell.1 += 1;
            cell.2 = cell.2.max(score);
        }
    }
    (cells.into_iter().map(|(key, (records, pairs, score))| (key, (records.len() as u64, pairs, score))).collect(), highest)
}

fn as_map(leaks: &[LeakRow]) -> Cells {
    leaks.iter().map(|leak| ((leak.of.clone(), leak.inside.clone()), (leak.records, leak.pairs, leak.highest))).collect()
}

#[test]
fn the_matrix_is_what_all_pairs_say() {
    let mut bench = bench();
    for by in Between::ALL {
        for at in [300, 500, 800, 1000] {
            let matrix = matrix(&mut bench, by, t(at));
            let (cells, highest) = brute(&mut bench, by, t(at));
            assert_eq!(as_map(&matrix.leaks), cells, "{by:?} at {at}");
            assert_eq!(matrix.highest, highest);
            assert!(matrix.gaps.are_none() && !cells.is_empty() || at == 1000);
            assert_eq!(matrix.is_proven_clean(), cells.is_empty());
        }
    }
    let counts: Vec<_> = matrix(&mut bench, Between::Sources, t(500)).groups.into_iter().map(|g| (g.name, g.records)).collect();
    assert_eq!(counts, [("a".to_owned(), 95), ("b".to_owned(), 57)]);
    let (columns, view) = bench.view();
    let below = leaks::matrix(&columns, &view, Between::Splits, t(200)).unwrap_err();
    assert!(below.kind == Kind::Usage && below.hint.is_some_and(|hint| hint.contains("--floor 0.2")));
}

#[test]
fn the_pairs_of_a_cell_are_walked_page_by_page() {
    let mut bench = bench();
    let (columns, view) = bench.view();
    let page = |offset, limit| {
        leaks::pairs(&columns, &view, Between::Splits, t(400), ("train", "test"), (offset, limit)).expect("pairs")
    };
    let whole = page(0, usize::MAX);
    assert_eq!((whole.total, whole.pairs.len() as u64 > 7), (whole.pairs.len() as u64, true));
    assert!(whole.pairs.is_sorted_by(|a, b| a.score >= b.score));
    let mut tiled = Vec::new();
    for offset in (0..whole.total).step_by(5) {
        tiled.extend(page(offset, 5).pairs);
    }
    assert_eq!(tiled, whole.pairs);
    assert!(page(whole.total, 5).pairs.is_empty() && page(u64::MAX, 5).pairs.is_empty());
    let groups = group(&mut bench, Between::Splits);
    let mut expected: Vec<(u32, u32)> = all_pairs(&mut bench)
        .into_iter()
        .filter(|(a, b, score)| {
            *score >= 0.4 && groups.get(a).is_some_and(|g| g == "train") && groups.get(b).is_some_and(|g| g == "test")
        })
        .map(|(a, b, _)| (a, b))
        .collect();
    let mut found: Vec<(u32, u32)> = whole.pairs.iter().map(|pair| (pair.a.0, pair.b.0)).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    let unknown = leaks::pairs(&columns, &view, Between::Splits, t(400), ("train", "dev"), (0, 5)).unwrap_err();
    assert_eq!((unknown.kind, unknown.message.as_str()), (Kind::Usage, "there is no split dev"));
}

fn fix(bench: &mut Bench, by: Between, losers: &[&str], at: u16, dry_run: bool) -> tamis::error::Result<FixReport> {
    let (_, view) = bench.view();
    fix_by(bench, &view, by, losers, at, dry_run)
}

fn fix_by(
    bench: &mut Bench,
    view: &dups::View,
    by: Between,
    losers: &[&str],
    at: u16,
    dry_run: bool,
) -> tamis::error::Result<FixReport> {
    let losers = losers.iter().map(|name| (*name).to_owned()).collect();
    let args = FixArgs { by, losers, threshold: t(at), dry_run };
    leaks::fix(&mut bench.workspace, view, &args, &Progress::none())
}

/// Between the question and the answer others may have been at work.
#[test]
fn who_loses_is_decided_by_the_splits_of_now() {
    let mut bench = bench();
    let (_, asked) = bench.view();
    let planned = fix_by(&mut bench, &asked, Between::Splits, &["train"], 450, true).expect("a plan");
    let [freed, judged] = [planned.drops[0].id.0, planned.drops[1].id.0];
    by_hand(&mut bench, &[freed], None).expect("moved");
    let witnesses: Vec<(u32, u32)> = (1..=160).filter(|&id| id != judged).map(|id| (judged, id)).collect();
    bench.judge(&witnesses, Some(Verdict::Different), false);
    let (_, now) = bench.view();
    let expected = fix_by(&mut bench, &now, Between::Splits, &["train"], 450, true).expect("a plan");
    let done = fix_by(&mut bench, &asked, Between::Splits, &["train"], 450, false).expect("mended");
    assert_eq!((&done.drops, &done.leaks), (&expected.drops, &expected.leaks));
    assert!(done.drops.iter().all(|drop| drop.id.0 != freed) && done.drops.len() < planned.drops.len());
    bench.build(0.4);
    let refused = fix_by(&mut bench, &asked, Between::Splits, &["train"], 450, false).unwrap_err();
    assert!(refused.kind == Kind::Refused && refused.message.contains("anew"), "{refused}");
}

#[test]
fn one_side_loses_each_with_its_closest_witness_and_one_undo_brings_all_back() {
    for by in Between::ALL {
        let mut bench = bench();
        let (losers, at): (&[&str], u16) = if by == Between::Splits { (&["train", "test"], 450) } else { (&["b"], 450) };
        let groups = group(&mut bench, by);
        let is_loser = |id: u32| groups.get(&id).map(|name| losers.contains(&name.as_str()));
        let before = bench.rows();
        let mut closest: BTreeMap<u32, f32> = BTreeMap::new();
        for (a, b, score) in all_pairs(&mut bench) {
            if score >= f32::from(at) / 1000.0 && is_loser(a) == Some(true) && is_loser(b) == Some(false) {
                closest.entry(a).and_modify(|s| *s = s.max(score)).or_insert(score);
            }
        }
        assert!(closest.len() > 5);
        let dry = fix(&mut bench, by, losers, at, true).expect("a plan");
        assert_eq!((dry.operation, bench.rows()), (None, before.clone()), "nothing changed");
        let done = fix(&mut bench, by, losers, at, false).expect("mended");
        assert_eq!((&dry.drops, &dry.leaks), (&done.drops, &done.leaks));
        let drops: BTreeMap<u32, f32> = done.drops.iter().map(|drop| (drop.id.0, drop.score)).collect();
        assert_eq!(drops, closest);
        assert!(done.drops.iter().all(|drop| is_loser(drop.witness.0) == Some(false)) && done.remaining.is_empty());
        let after = matrix(&mut bench, by, t(at));
        assert_eq!(after.leaks, done.leaks);
        for leak in &after.leaks {
            assert_eq!(losers.contains(&leak.of.as_str()), losers.contains(&leak.inside.as_str()), "{leak:?}");
        }
        let columns = bench.columns();
        for id in drops.keys() {
            let position = columns.position(RecordId(*id)).expect("it is there");
            let recipe = columns.drop_recipe(position).expect("by what");
            assert_eq!((recipe.lens, recipe.by, recipe.threshold), (Lens::Lexical, DropBy::Leakage, t(at)));
        }
        assert_eq!(fix(&mut bench, by, losers, at, false).expect("again").operation, None, "once is enough");
        undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone");
        assert_eq!(bench.rows(), before);
    }
}

#[test]
fn what_is_marked_or_protected_remains_and_is_told() {
    let mut bench = bench();
    let all = fix(&mut bench, Between::Splits, &["train"], 450, true).expect("a plan");
    let [marked, flagged] = [all.drops[0].id, all.drops[1].id];
    bench.mark([marked.0], Some(Mark::Keep));
    bench.mark([flagged.0], Some(Mark::Flag));
    sources::protect(&mut bench.workspace, "b", true).expect("protected");
    let done = fix(&mut bench, Between::Splits, &["train"], 450, false).expect("mended");
    let stays = |id: RecordId| id == marked || id == flagged || id.0 > 100;
    let (remaining, drops): (Vec<_>, Vec<_>) = all.drops.iter().partition(|drop| stays(drop.id));
    assert!(remaining.len() > 2);
    assert_eq!((done.remaining.iter().collect::<Vec<_>>(), done.drops.iter().collect::<Vec<_>>()), (remaining, drops));
    let of_train = done.leaks.iter().filter(|leak| leak.of == "train");
    let leaking: BTreeSet<u64> = of_train.map(|leak| leak.records).collect();
    assert!(leaking.iter().all(|&n| n > 0) && !leaking.is_empty(), "what remains still leaks, and that is said");
}

#[test]
fn who_cannot_lose_is_told() {
    let mut bench = bench();
    for losers in [&["dev"][..], &["train", "validation", "test"], &[]] {
        let error = fix(&mut bench, Between::Splits, losers, 450, false).unwrap_err();
        assert_eq!((error.kind, error.hint.is_some()), (Kind::Usage, true), "{losers:?}");
    }
}

#[test]
fn a_graph_that_proves_nothing_says_so() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a b c d\nx y\n");
    bench.import("b.txt", "e f g h\nu v\n");
    let (columns, none) = (bench.columns(), |bench: &Bench, columns| dups::view(&bench.workspace, columns, Lens::Lexical));
    assert!(none(&bench, &columns).is_err_and(|e| e.kind == Kind::Refused && e.hint.is_some()), "absent");
    bench.build(0.5);
    assert!(matrix(&mut bench, Between::Sources, t(500)).is_proven_clean());
    edit::edit(&mut bench.workspace, RecordId(3), Some("a b c d".into())).expect("an edit");
    let stale = matrix(&mut bench, Between::Sources, t(500));
    assert!(stale.gaps.stale && !stale.is_proven_clean() && stale.leaks.is_empty());
    assert!(fix(&mut bench, Between::Sources, &["a"], 500, false).is_err_and(|e| e.kind == Kind::Refused));
    let of_a = dups::Wish { filter: "source:a".into(), ..dups::Wish::of(Lens::Lexical) };
    dups::build(&mut bench.workspace, &of_a, &tamis::shelf::Folders::default(), &Progress::none()).expect("a graph");
    let partial = matrix(&mut bench, Between::Sources, t(500));
    assert_eq!((partial.gaps.stale, partial.gaps.missing, partial.is_proven_clean()), (false, 2, false));
    by_hand(&mut bench, &[1], Some("train")).expect("moved");
    by_hand(&mut bench, &[2, 3], Some("test")).expect("moved");
    let (columns, view) = bench.view();
    let certificate = leaks::certificate(&columns, &view, t(500), None).expect("a certificate");
    assert_eq!((certificate.records, certificate.pairs_tested), (3, 1), "record 3 was not looked at");
    assert!(!certificate.markdown().contains("were looked at"), "{}", certificate.markdown());
    bench.build(0.5);
    assert_eq!(matrix(&mut bench, Between::Sources, t(500)).leaks.len(), 2, "and the new graph knows");
}

#[test]
fn a_certificate_counts_every_pair_and_what_a_person_judged() {
    let mut bench = bench();
    let certify = |bench: &mut Bench| {
        let (columns, view) = bench.view();
        leaks::certificate(&columns, &view, t(450), None).expect("a certificate")
    };
    let certificate = certify(&mut bench);
    let (groups, columns) = (group(&mut bench, Between::Splits), bench.columns());
    let is_across = |a: u32, b: u32| groups.contains_key(&a) && groups.contains_key(&b) && groups[&a] != groups[&b];
    let all = all_pairs(&mut bench);
    let across: Vec<f32> = all.iter().filter(|(a, b, _)| a < b && is_across(*a, *b)).map(|(.., score)| *score).collect();
    assert_eq!(certificate.pairs_tested, across.len() as u64);
    assert_eq!(certificate.pairs_found, across.iter().filter(|&&score| score >= 0.45).count() as u64);
    assert_eq!(certificate.records, groups.keys().filter(|id| columns.is_kept(**id as usize - 1)).count() as u64);
    assert_eq!(certificate.highest, across.iter().copied().max_by(f32::total_cmp));
    assert!(certificate.highest_is_exact && !certificate.holds());
    assert_eq!(certify(&mut bench), certificate, "the same state, the same certificate");

    // Judged different, the closest pairs of different texts count no more, and are counted.
    let judged = all.iter().find(|(a, b, score)| a < b && is_across(*a, *b) && (0.45..1.0).contains(score)).expect("a pair");
    bench.judge(&[(judged.0, judged.1)], Some(Verdict::Different), false);
    let later = certify(&mut bench);
    assert!(later.judged_different > 0);
    assert_eq!(later.pairs_found + later.judged_different, certificate.pairs_found);

    fix(&mut bench, Between::Splits, &["train", "test"], 450, false).expect("mended");
    fix(&mut bench, Between::Splits, &["train"], 450, false).expect("mended");
    let clean = certify(&mut bench);
    assert!(clean.holds() && clean.pairs_found == 0 && clean.highest.is_none_or(|h| h < 0.45), "{clean:?}");
    assert!(clean.markdown().starts_with("No record of one split"));
}
