//! Cutting clusters, against brute force: what was one cluster is two, nothing else moves, and undo is exactly the way back.

use std::collections::BTreeSet;

use tamis::error::Kind;
use tamis::model::{Lens, RecordId, Sets};
use tamis::ops::duplicates::{self as dups, CutReport};

use super::duplicates_world::{components, lexical, same_text, semantic, shelf, t};
use super::{Bench, lines, prompts};

fn bench(count: usize) -> Bench {
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&prompts(21, count)));
    bench.build(0.35);
    bench
}

fn cut(bench: &mut Bench, at: u16, member: u32) -> tamis::error::Result<CutReport> {
    let (columns, view) = bench.view_of(Lens::Lexical);
    dups::cut_weakest(&mut bench.workspace, &columns, &view, t(at), RecordId(member))
}

/// Whether all members hang together by pairs at or above a score.
fn hang_together(bench: &mut Bench, members: &[u32], score: f32) -> bool {
    let pairs = bench.stored_pairs(Lens::Lexical, score);
    components(members, |a, b| pairs.contains_key(&(a, b))).iter().any(|component| component.len() == members.len())
}

#[test]
fn a_cut_parts_one_cluster_and_no_other() {
    for at in [400, 500, 650] {
        let mut bench = bench(160);
        let before = bench.clusters(Lens::Lexical, at);
        let largest = before.iter().max_by_key(|members| members.len()).expect("a cluster").clone();
        assert!(largest.len() > 3, "{largest:?}");
        let report = cut(&mut bench, at, largest[1]).expect("cut");

        let weakest = report.plan.weakest;
        assert!(hang_together(&mut bench, &largest, weakest), "they hang together by it");
        assert!(!hang_together(&mut bench, &largest, weakest.next_up()), "and by nothing stronger");

        let after = bench.clusters(Lens::Lexical, at);
        let others = |clusters: &BTreeSet<Vec<u32>>| -> BTreeSet<Vec<u32>> {
            clusters.iter().filter(|members| !largest.contains(&members[0])).cloned().collect()
        };
        assert_eq!(others(&after), others(&before), "at {at}");
        assert!(after.iter().all(|members| members.iter().all(|m| largest.contains(m)) || !largest.contains(&members[0])));
        // The pieces of the largest: each piece lies on one side, and the sides are as large as was said.
        let pieces = after.iter().filter(|members| largest.contains(&members[0]));
        let sizes: Vec<usize> = pieces.map(Vec::len).collect();
        let (small, large) = report.plan.sides;
        assert_eq!(small + large, largest.len() as u64);
        assert!(sizes.iter().all(|&size| size as u64 <= large), "{sizes:?}, {small} and {large}");
        assert!(sizes.iter().sum::<usize>() <= largest.len() && !after.contains(&largest));

        bench.undo();
        assert_eq!(bench.clusters(Lens::Lexical, at), before);
        assert_eq!(bench.workspace.store().judgements().expect("a read"), []);
    }
}

#[test]
fn a_cut_is_the_judgement_of_the_pairs_across_and_lasts() {
    let mut bench = Bench::new();
    // Two near triples, tied by one weak link between 3 and 4.
    bench.import("a.txt", "a b c d e f\na b c d e g\na b c d e x y z\nx y z p q r d e\np q r s x y\np q r s x w\n");
    bench.build(0.2);
    let before = bench.clusters(Lens::Lexical, 400);
    assert_eq!(before, [vec![1, 2, 3, 4, 5, 6]].into());
    let (columns, view) = bench.view_of(Lens::Lexical);
    let plan = dups::plan_cut(&columns, &view, t(400), RecordId(5)).expect("a plan");
    assert_eq!(bench.workspace.store().judgements().expect("a read"), [], "a plan changes nothing");
    let report = cut(&mut bench, 400, 5).expect("cut");
    assert_eq!((&report.plan, report.stale.pairs), (&plan, true));
    assert_eq!(bench.clusters(Lens::Lexical, 400), [vec![1, 2, 3], vec![4, 5, 6]].into());
    assert_eq!((plan.sides, plan.weakest), ((3, 3), 5.0 / 11.0));
    // Every stored pair from one side to the other, at any score.
    let across = bench.stored_pairs(Lens::Lexical, 0.2).into_keys().filter(|&(a, b)| a <= 3 && b > 3).count();
    assert_eq!((plan.pairs, bench.workspace.store().judgements().expect("a read").len()), (across as u64, across));
    for floor in [0.2, 0.25] {
        bench.build_as(&lexical(Sets::Words, floor), &Default::default());
        assert_eq!(bench.clusters(Lens::Lexical, 250), [vec![1, 2, 3], vec![4, 5, 6]].into(), "lower down as well");
    }
}

#[test]
fn cutting_on_and_on_ends_where_all_texts_are_apart() {
    let mut bench = bench(60);
    let rows = bench.rows();
    let text = |id: u32| rows[id as usize - 1].1.as_str();
    let mut cuts = 0;
    loop {
        let clusters = bench.clusters(Lens::Lexical, 450);
        let of_different = clusters.iter().find(|members| members.iter().any(|&m| !same_text(text(m), text(members[0]))));
        let Some(cluster) = of_different else {
            for members in &clusters {
                assert_eq!(cut(&mut bench, 450, members[0]).expect_err("one text").kind, Kind::Refused);
            }
            break;
        };
        cut(&mut bench, 450, cluster[0]).expect("cut");
        cuts += 1;
        assert!(cuts < 60, "each cut makes one more component");
    }
    assert!(cuts > 10);
}

#[test]
fn by_a_graph_of_older_texts_nothing_is_cut() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red car in the rain\na blue car in the rain\n");
    bench.build(0.5);
    tamis::ops::edit::edit(&mut bench.workspace, RecordId(2), Some("the sea".into())).expect("an edit");
    let error = cut(&mut bench, 600, 1).expect_err("stale");
    assert!(error.kind == Kind::Refused && error.hint.is_some_and(|hint| hint.contains("duplicates build")));
    assert_eq!(bench.workspace.store().judgements().expect("a read"), [], "the sea was never compared");
    bench.undo();
    assert!(cut(&mut bench, 600, 1).is_ok());
}

#[test]
fn where_there_is_nothing_to_cut_it_says_so() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red car\nA red  car\nan owl at night\nAn owl at night\n");
    bench.build(0.5);
    let folders = shelf(bench.path());
    bench.build_as(&semantic(0.9), &folders);
    for member in [1, 3, 9] {
        let error = cut(&mut bench, 600, member).expect_err("refused");
        assert!(error.kind == Kind::Refused && error.hint.is_some(), "{error}");
        // To a model these are two texts each, but what is judged does not know them apart.
        let (columns, view) = bench.view_of(Lens::Semantic);
        let error = dups::plan_cut(&columns, &view, t(990), RecordId(member)).expect_err("refused");
        assert!(error.kind == Kind::Refused && error.hint.is_some(), "{error}");
    }
    assert_eq!(bench.workspace.store().judgements().expect("a read"), []);
}
