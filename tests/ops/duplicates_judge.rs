//! What a person says of pairs, against brute force: it holds for the texts, whatever is built, and only drawn pairs count as a sample.

use std::collections::BTreeSet;

use tamis::error::Kind;
use tamis::model::{Judgement, Lens, RecordId, Sets, Verdict};
use tamis::ops::duplicates as dups;
use tamis::ops::edit;

use super::duplicates_world::{components, lexical, semantic, shelf, t};
use super::{Bench, lines, prompts};

const DIFFERENT: Option<Verdict> = Some(Verdict::Different);

fn small() -> Bench {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red car in the rain\na blue car in the rain\nan owl at night\nan old owl at night\n");
    bench
}

/// Both stand in one cluster somewhere from `floor` up.
fn meet(bench: &mut Bench, lens: Lens, floor: u16, a: u32, b: u32) -> bool {
    (floor..=1000).step_by(25).any(|at| bench.clusters(lens, at).iter().any(|c| c.contains(&a) && c.contains(&b)))
}

#[test]
fn a_pair_judged_different_holds_no_cluster_whatever_is_built() {
    let mut bench = small();
    let folders = shelf(bench.path());
    let wishes = [lexical(Sets::Words, 0.4), lexical(Sets::Words, 0.3), lexical(Sets::Grams, 0.3), semantic(0.3)];
    for wish in &wishes {
        bench.build_as(wish, &folders);
        assert!(meet(&mut bench, wish.lens, 400, 1, 2), "{wish:?}");
    }
    let report = bench.judge(&[(2, 1)], DIFFERENT, false);
    assert_eq!((report.pairs, report.operation.is_some(), report.stale.pairs), (1, true, true));
    edit::edit(&mut bench.workspace, RecordId(3), Some("a red car in the long rain".into())).expect("an edit");
    for wish in &wishes {
        // First the graph as it was when the pair was judged, then one that is made now.
        for _ in 0..2 {
            let (columns, view) = bench.view_of(wish.lens);
            let mut pairs = BTreeSet::new();
            dups::pairs(&view, &columns, view.floor(), None, |a, b, _| {
                pairs.insert((a.0, b.0));
                Ok(())
            })
            .expect("pairs");
            assert!(!pairs.contains(&(1, 2)), "{wish:?}");
            assert!(bench.stored_pairs(wish.lens, 0.3).contains_key(&(1, 2)), "the graph itself knows it: {wish:?}");
            bench.build_as(wish, &folders);
        }
    }
    // The same two texts, written otherwise and come later: nobody needs to say it again.
    edit::edit(&mut bench.workspace, RecordId(3), None).expect("an edit");
    bench.import("b.txt", "A  RED Car in the\train\n a blue CAR in the rain\n");
    bench.build_as(&wishes[0], &folders);
    for at in [400, 600, 700] {
        assert!(bench.clusters(Lens::Lexical, at).is_superset(&[vec![1, 5], vec![2, 6]].into()), "at {at}");
    }
    assert!(!meet(&mut bench, Lens::Lexical, 400, 1, 6) && !meet(&mut bench, Lens::Lexical, 400, 2, 5));
    bench.build_as(&semantic(0.3), &folders);
    let (_, view) = bench.view_of(Lens::Semantic);
    for (a, b) in [(1, 2), (1, 6), (5, 2), (5, 6)] {
        assert!(view.graph.pairs(0.0).all(|(x, y, _)| (x.0, y.0) != (a.min(b), a.max(b))), "{a} and {b}");
    }
}

#[test]
fn undo_and_clear_bring_a_pair_back() {
    let mut bench = small();
    bench.build(0.4);
    let before = bench.clusters(Lens::Lexical, 600);
    assert!(before.contains(&vec![1, 2]));
    bench.judge(&[(1, 2)], DIFFERENT, false);
    assert!(!bench.clusters(Lens::Lexical, 600).contains(&vec![1, 2]));
    bench.undo();
    assert_eq!(bench.clusters(Lens::Lexical, 600), before);
    bench.judge(&[(1, 2)], DIFFERENT, true);
    assert_eq!(bench.judge(&[(1, 2)], DIFFERENT, true).operation, None, "said before");
    assert!(bench.judge(&[(1, 2)], DIFFERENT, false).operation.is_some(), "no longer of a sample");
    bench.judge(&[(2, 1)], Some(Verdict::Duplicate), false);
    assert_eq!(bench.clusters(Lens::Lexical, 600), before, "the last word counts");
    bench.judge(&[(1, 2), (3, 4)], DIFFERENT, false);
    let cleared = bench.judge(&[(1, 2)], None, false);
    assert_eq!((cleared.pairs, bench.clusters(Lens::Lexical, 600)), (1, [vec![1, 2]].into()));
    assert_eq!(bench.judge(&[(1, 2)], None, false).operation, None);
}

#[test]
fn a_judgement_is_of_the_texts_and_not_of_the_records() {
    let mut bench = small();
    bench.build(0.4);
    bench.judge(&[(1, 2)], DIFFERENT, false);
    let swap = |bench: &mut Bench, text: Option<&str>| {
        edit::edit(&mut bench.workspace, RecordId(2), text.map(str::to_owned)).expect("an edit");
        bench.build(0.4);
        bench.clusters(Lens::Lexical, 600).contains(&vec![1, 2])
    };
    assert!(swap(&mut bench, Some("a green car in the rain")), "of this text nobody said anything");
    assert!(!swap(&mut bench, Some("A Blue  car in the rain")), "of this one somebody did");
    assert!(!swap(&mut bench, None));
}

#[test]
fn clusters_are_those_of_all_pairs_without_the_judged_ones() {
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&prompts(5, 120)));
    bench.build(0.3);
    let pairs = bench.stored_pairs(Lens::Lexical, 0.3);
    let ids: Vec<u32> = bench.rows().iter().map(|row| row.0).collect();
    let judged: Vec<(u32, u32)> = pairs.iter().filter(|(_, score)| **score < 1.0).map(|(pair, _)| *pair).step_by(3).collect();
    assert!(judged.len() > 30);
    bench.judge(&judged, DIFFERENT, false);
    // Texts are judged, not records: the same holds for every other record with the same text.
    let rows = bench.rows();
    let text = |id: u32| rows[id as usize - 1].1.to_lowercase();
    let texts: BTreeSet<(String, String)> = judged.iter().flat_map(|&(a, b)| [(text(a), text(b)), (text(b), text(a))]).collect();
    for at in [300, 450, 600, 800, 1000] {
        let joins = |a: u32, b: u32| {
            let is_near = pairs.get(&(a, b)).is_some_and(|score| *score >= t(at).value());
            is_near && !texts.contains(&(text(a), text(b)))
        };
        assert_eq!(bench.clusters(Lens::Lexical, at), components(&ids, joins), "at {at}");
    }
}

#[test]
fn one_text_is_no_pair() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red car\nA  Red car\na red car\nan owl\n");
    bench.build(0.4);
    let columns = bench.columns();
    let judgement = Some(Judgement { verdict: Verdict::Different, sampled: false });
    for pair in [(1, 2), (1, 3), (1, 1), (1, 9), (0, 1)] {
        // With a good pair before it: all or nothing.
        let pairs = [(1, 4), pair].map(|(a, b)| (RecordId(a), RecordId(b)));
        let error = dups::judge(&mut bench.workspace, &columns, &pairs, judgement).expect_err("refused");
        assert_eq!(error.kind, Kind::Refused, "{pair:?}");
        assert!(error.hint.is_some_and(|hint| hint.contains("tamis ")), "{pair:?}");
    }
    assert_eq!(bench.workspace.store().judgements().expect("a read"), []);
}

#[test]
fn only_answers_to_drawn_pairs_feed_the_triage() {
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&prompts(9, 150)));
    bench.build(0.5);
    // One pair of records for each pair of texts.
    let graph = dups::load(&bench.workspace, Lens::Lexical).expect("a graph");
    let first = |node: u32| graph.node_of.iter().position(|&n| n == node).expect("a record") as u32 + 1;
    let pairs: Vec<(u32, u32)> = graph.edges.iter().map(|edge| (first(edge.a), first(edge.b))).collect();
    let triage = |bench: &mut Bench| {
        let (columns, view) = bench.view_of(Lens::Lexical);
        dups::triage(&bench.workspace, &columns, &view, t(700), &[]).expect("a triage")
    };
    bench.judge(&pairs[..6], DIFFERENT, false);
    let report = triage(&mut bench);
    assert_eq!((report.triage.asked(), report.triage.suggest(0.5)), (0, None));
    assert_eq!(report.judged.len(), 6);
    bench.judge(&pairs[6..10], Some(Verdict::Duplicate), true);
    bench.judge(&pairs[10..12], DIFFERENT, true);
    let report = triage(&mut bench);
    let duplicates: u32 = report.triage.bins.iter().map(|bin| bin.duplicates).sum();
    assert_eq!((report.triage.asked(), duplicates, report.judged.len()), (6, 4, 12));
    // A pair below the floor is known, but there is no score to count it by.
    let far = (1..=150).flat_map(|a| (a + 1..=150).map(move |b| (a, b)));
    let scored = bench.stored_pairs(Lens::Lexical, 0.5);
    let far: Vec<(u32, u32)> = far.filter(|pair| !scored.contains_key(pair)).take(1).collect();
    bench.judge(&far, DIFFERENT, true);
    let report = triage(&mut bench);
    assert_eq!((report.triage.asked(), report.judged.len()), (6, 13));
    assert_eq!(report.judged.iter().filter(|judged| judged.score.is_none()).count(), 1);
}

#[test]
fn every_pair_is_asked_about_once_and_then_no_more() {
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&prompts(3, 150)));
    bench.mark([1, 2], Some(tamis::model::Mark::Drop));
    bench.build(0.35);
    let (columns, view) = bench.view_of(Lens::Lexical);
    let alive = |node: u32| view.base.node_of.iter().zip(view.candidates.iter()).any(|(&n, c)| n == node && c.alive);
    let expected = view.base.edges.iter().filter(|edge| alive(edge.a) && alive(edge.b)).count();
    let mut asked = BTreeSet::new();
    let mut skipped = Vec::new();
    loop {
        let report = dups::triage(&bench.workspace, &columns, &view, t(600), &skipped).expect("a triage");
        let again = dups::triage(&bench.workspace, &columns, &view, t(600), &skipped).expect("a triage");
        assert_eq!(report.next, again.next, "the same answers lead to the same question");
        let Some(next) = report.next else { break };
        assert!(next.a < next.b && next.a.0 > 2, "{next:?}");
        let (a, b) = (view.graph.index_of(next.a).expect("there"), view.graph.index_of(next.b).expect("there"));
        assert_eq!(view.score(a as u32, b as u32), Some(next.score));
        assert!(asked.insert((next.a, next.b)), "{next:?} again");
        // By turns answered and passed over.
        match asked.len() % 2 {
            0 => skipped.push((next.a, next.b)),
            _ => _ = bench.judge(&[(next.a.0, next.b.0)], DIFFERENT, true),
        }
    }
    assert!(expected > 20);
    assert_eq!(asked.len(), expected);
}
