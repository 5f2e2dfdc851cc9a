//! Checks: each finds what it is for, names exactly the records behind it, and is content without.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tamis::model::{Lens, Mark, Threshold};
use tamis::ops::check::{self, Asked, CheckRow, Depth, Name, Verdict};
use tamis::ops::import::ImportArgs;
use tamis::ops::{duplicates as dups, edit, query, rules, snapshot, undo};
use tamis::progress::Progress;
use tamis::rules::Pipeline;
use tamis::shelf::Folders;

use super::{Bench, lines, prompts};
use tamis::model::RecordId;

impl Bench {
    fn asked(&mut self, asked: &Asked) -> CheckRow {
        let mut report = check::check_as(&mut self.workspace, asked, &Progress::none()).expect("a check");
        assert_eq!(report.checks.len(), 1, "{report:?}");
        report.checks.remove(0)
    }

    pub(super) fn check(&mut self, name: Name) -> CheckRow {
        self.asked(&Asked { only: vec![name], ..Asked::default() })
    }

    /// Ids of the records that the check's filter shows.
    pub(super) fn behind(&mut self, row: &CheckRow) -> Vec<u32> {
        let columns = self.columns();
        let query = query::parse(&columns, row.filter.as_deref().expect("a filter"), None).expect("a filter that parses");
        let hits = query::select(&self.workspace, &columns, &query, &Progress::none()).expect("hits");
        query::ids(&columns, &hits).into_iter().map(|id| id.0).collect()
    }

    #[track_caller]
    pub(super) fn expect(&mut self, name: Name, verdict: Verdict, behind: &[u32]) -> CheckRow {
        let row = self.check(name);
        assert_eq!(row.verdict, verdict, "{row:?}");
        if !behind.is_empty() {
            assert_eq!(self.behind(&row), behind, "{row:?}");
            assert_eq!(row.count, behind.len() as u64, "{row:?}");
        }
        row
    }

    fn import_in_split(&mut self, name: &str, texts: &str, split: &str) {
        self.import_as(name, texts, ImportArgs { split: Some(split.into()), ..ImportArgs::default() });
    }

    fn apply_rules(&mut self, toml: &str) {
        let pipeline = Pipeline::parse(toml).expect("a pipeline");
        rules::apply(&mut self.workspace, &pipeline, None, &Progress::none()).expect("applied");
    }
}

#[test]
fn the_whole_is_as_its_worst_part_and_quick_is_a_part_of_it() {
    let mut bench = Bench::new();
    bench.import_in_split("a.txt", "a red car\nan owl\n", "train");
    bench.import_in_split("b.txt", "A  red car\na fish\n", "test");
    let report = check::check(&mut bench.workspace, &Progress::none()).expect("a check");
    assert_eq!(report.verdict, Verdict::Blocked);
    assert_eq!(report.checks.iter().map(|row| row.check.as_str()).collect::<Vec<_>>(), Name::ALL.map(Name::word));
    let columns = bench.columns();
    let quick = check::check_with(&bench.workspace, &columns, Depth::Quick, &Progress::none()).expect("a check");
    assert!(!quick.checks.is_empty() && quick.checks.len() < report.checks.len());
    assert!(quick.checks.iter().all(|row| report.checks.contains(row)), "{quick:?}");
    let full = check::check_with(&bench.workspace, &columns, Depth::Full, &Progress::none()).expect("a check");
    assert_eq!(full, report);
}

#[test]
fn a_cancelled_check_is_interrupted() {
    let mut bench = Bench::new();
    bench.import("a.txt", lines(&prompts(1, 50)));
    let progress = Progress::new();
    progress.cancel();
    assert!(check::check(&mut bench.workspace, &progress).is_err());
}

#[test]
fn identical_texts_are_attention_within_a_split_and_blocked_across() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red car\nan owl\nA RED  car\na red, car\n");
    bench.expect(Name::Duplicates, Verdict::Attention, &[1, 3]);
    bench.import_in_split("b.txt", "an OWL\n", "test");
    // Record 2 has no split: nothing crosses a border yet.
    bench.expect(Name::Duplicates, Verdict::Attention, &[1, 2, 3, 5]);
    bench.import_in_split("c.txt", "an  owl\na fish\n", "train");
    bench.expect(Name::Duplicates, Verdict::Blocked, &[2, 5, 6]);
    bench.mark([5, 3], Some(Mark::Drop));
    bench.expect(Name::Duplicates, Verdict::Attention, &[2, 6]);
    bench.mark([2], Some(Mark::Drop));
    bench.expect(Name::Duplicates, Verdict::Ready, &[]);
}

#[test]
fn pairs_that_an_applied_threshold_should_have_left_none_of() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red car in the rain\na red car in the snow\nan owl at night\na red car in the mud\n");
    bench.build(0.5);
    let (_, view) = bench.view();
    let at = Threshold::from_thousandths(700);
    dups::apply(&mut bench.workspace, &view, at, tamis::model::Policy::Cover, None, &Progress::none()).expect("applied");
    bench.expect(Name::Duplicates, Verdict::Ready, &[]);
    bench.mark([2], Some(Mark::Keep));
    let kept: Vec<u32> = bench.rows().into_iter().filter(|(_, _, state)| state.is_kept()).map(|(id, ..)| id).collect();
    let like: Vec<u32> = kept.into_iter().filter(|&id| id != 3).collect();
    assert!(like.len() > 1);
    let row = bench.expect(Name::Duplicates, Verdict::Attention, &like);
    assert!(row.detail.contains("0.700") || row.detail.contains("0.7"), "{row:?}");
}

#[test]
fn leakage_without_a_graph_says_how_to_have_one_and_builds_one_when_asked() {
    let mut bench = Bench::new();
    bench.import_in_split("a.txt", "a red car in the rain\nan owl at night\n", "train");
    bench.expect(Name::Leakage, Verdict::Ready, &[]);
    bench.import_in_split("b.txt", "a red car in the snow\na fish in the sea\n", "test");
    let row = bench.expect(Name::Leakage, Verdict::Attention, &[]);
    assert!(row.detail.contains("tamis duplicates build --lens lexical --floor 0.7"), "{row:?}");
    let at = |thousandths| Asked {
        only: vec![Name::Leakage],
        threshold: Some(Threshold::from_thousandths(thousandths)),
        folders: Some(Folders::default()),
        ..Asked::default()
    };
    // 5 words of 7 are shared.
    for (thousandths, verdict, behind) in [(714, Verdict::Blocked, vec![1, 3]), (715, Verdict::Ready, vec![])] {
        let row = bench.asked(&at(thousandths));
        assert_eq!(row.verdict, verdict, "{row:?}");
        if !behind.is_empty() {
            assert_eq!(bench.behind(&row), behind);
        }
    }
    assert!(dups::info(&bench.workspace, Lens::Lexical).expect("read").is_none(), "nothing was saved");
    // A stored graph answers, until a text changes or the threshold is below its floor.
    bench.build(0.6);
    bench.expect(Name::Leakage, Verdict::Blocked, &[1, 3]);
    assert_eq!(bench.asked(&Asked { folders: None, ..at(550) }).verdict, Verdict::Attention);
    assert_eq!(bench.asked(&at(550)).verdict, Verdict::Blocked);
    edit::edit(&mut bench.workspace, RecordId(3), Some("a boat".into())).expect("edited");
    bench.expect(Name::Leakage, Verdict::Attention, &[]);
    assert_eq!(bench.asked(&at(700)).verdict, Verdict::Ready);
}

/// Of the stored graph an edge was left out by the cap, and what held its ends together was judged different: nothing is proven.
#[test]
fn what_a_cap_left_out_is_not_proven_by_what_was_judged() {
    let mut bench = Bench::new();
    bench.import_in_split("a.txt", "a b c d e f g h\na b c d e f i j\n", "train");
    bench.import_in_split("b.txt", "a b c d i j k l\na b i j k l m n\n", "test");
    let columns = bench.columns();
    let wish = dups::Wish { floor: 0.5, ..dups::Wish::of(Lens::Lexical) };
    let mut made = dups::make(&bench.workspace, &columns, &wish, &Folders::default(), &Progress::none()).expect("a graph");
    made.graph.capped = Some(1);
    dups::save(&mut bench.workspace, &made).expect("saved");
    let asked = Asked { only: vec![Name::Leakage], threshold: Some(Threshold::from_thousandths(500)), ..Asked::default() };
    assert_eq!(bench.asked(&asked).verdict, Verdict::Blocked);
    bench.judge(&[(2, 3)], Some(tamis::model::Verdict::Different), false);
    let row = bench.asked(&asked);
    assert_eq!(row.verdict, Verdict::Attention, "{row:?}");
    assert!(row.detail.contains("lower bounds"), "{row:?}");
}

#[test]
fn a_graph_without_some_of_the_records_proves_nothing_of_them() {
    let mut bench = Bench::new();
    bench.import_in_split("a.txt", "a red car in the rain\n", "train");
    bench.import_in_split("b.txt", "a red car in the rain again\nan owl\n", "test");
    let columns = bench.columns();
    let few = dups::Wish { filter: "-id:2".into(), ..dups::Wish::of(Lens::Lexical) };
    let mut made = dups::make(&bench.workspace, &columns, &few, &Folders::default(), &Progress::none()).expect("a graph");
    made.origin.filter.clear();
    dups::save(&mut bench.workspace, &made).expect("saved");
    let row = bench.expect(Name::Leakage, Verdict::Attention, &[]);
    assert!(row.detail.contains("1 kept record is not in the similarity graph"), "{row:?}");
}

#[test]
fn a_witness_is_missed_only_by_what_was_dropped_for_it() {
    let mut bench = Bench::new();
    bench.import("a.txt", "a red car in the rain\na red car in the rain\n");
    bench.build(0.5);
    let (_, view) = bench.view();
    let at = Threshold::from_thousandths(700);
    dups::apply(&mut bench.workspace, &view, at, tamis::model::Policy::Cover, None, &Progress::none()).expect("applied");
    let rows = bench.rows();
    let of = |kept: bool| rows.iter().filter(|(.., state)| state.is_kept() == kept).map(|(id, ..)| *id).collect::<Vec<u32>>();
    let (gone, witness) = (of(false), of(true));
    assert_eq!((gone.len(), witness.len()), (1, 1));
    bench.mark(witness, Some(Mark::Drop));
    bench.expect(Name::Witnesses, Verdict::Attention, &gone);
    // A person dropped it too: now it is not lost with its witness.
    bench.mark(gone, Some(Mark::Drop));
    bench.expect(Name::Witnesses, Verdict::Ready, &[]);
}

#[test]
fn rules_are_at_rest_or_not() {
    let mut bench = Bench::new();
    bench.import("a.txt", "aaaa\nowl\nab\naaaaab\n");
    bench.expect(Name::Rules, Verdict::Attention, &[]);
    // One run takes one pair of letters away, so that texts of more change again.
    bench.apply_rules("name = \"one\"\n[[rule]]\nname = \"first\"\nkind = \"replace\"\npattern = \"^aa(?=.)\"\nwith = \"\"\n");
    let rows: Vec<String> = bench.rows().into_iter().map(|(_, text, _)| text).collect();
    assert_eq!(rows, ["aa", "owl", "ab", "aaab"]);
    let row = bench.expect(Name::Rules, Verdict::Attention, &[4]);
    assert!(row.detail.contains("change 1 record and drop 0"), "{row:?}");
    // A person's word stands: an edit that the rules would change is told, not blamed.
    edit::edit(&mut bench.workspace, RecordId(4), Some("aaaaaa".into())).expect("edited");
    let row = bench.expect(Name::Rules, Verdict::Ready, &[]);
    assert!(row.detail.contains("1 is otherwise because a person said so"), "{row:?}");
    undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone");
    bench.mark([4], Some(Mark::Drop));
    bench.expect(Name::Rules, Verdict::Ready, &[]);
}

#[test]
fn rules_that_would_drop_on_a_second_look_are_told_but_for_those_that_a_person_kept() {
    let mut bench = Bench::new();
    bench.import("a.txt", "xx bad yy\nbad\nfine\n");
    bench.apply_rules(
        "name = \"two\"\n[[rule]]\nname = \"bad\"\nkind = \"drop-if\"\npattern = \"^bad$\"\n\
         [[rule]]\nname = \"sides\"\nkind = \"replace\"\npattern = \"^xx | yy$\"\nwith = \"\"\n",
    );
    bench.mark([2], Some(Mark::Keep));
    let row = bench.expect(Name::Rules, Verdict::Attention, &[1]);
    assert!(row.detail.contains("change 0 records and drop 1") && row.detail.contains("1 is otherwise"), "{row:?}");
}

#[test]
fn texts_are_not_blank_and_not_too_long() {
    let mut bench = Bench::new();
    bench.import("a.txt", format!("short\n{}\nx\n", "owl ".repeat(80)));
    bench.expect(Name::Texts, Verdict::Attention, &[2]);
    bench.apply_rules("name = \"blank\"\n[[rule]]\nname = \"x\"\nkind = \"replace\"\npattern = \"^x$\"\nwith = \" \"\n");
    bench.expect(Name::Texts, Verdict::Blocked, &[3]);
    bench.mark([2, 3], Some(Mark::Drop));
    bench.expect(Name::Texts, Verdict::Ready, &[]);
}

#[test]
fn flags_splits_and_stale_graphs() {
    let mut bench = Bench::new();
    bench.import_in_split("a.txt", "a red car\nan owl\n", "train");
    bench.expect(Name::Flags, Verdict::Ready, &[]);
    bench.expect(Name::Splits, Verdict::Ready, &[]);
    bench.expect(Name::Derived, Verdict::Ready, &[]);
    bench.import("b.txt", "a fish\n");
    bench.mark([2], Some(Mark::Flag));
    bench.expect(Name::Flags, Verdict::Attention, &[2]);
    bench.expect(Name::Splits, Verdict::Attention, &[3]);
    bench.build(0.5);
    bench.expect(Name::Graph, Verdict::Ready, &[]);
    edit::edit(&mut bench.workspace, RecordId(1), Some("a green car".into())).expect("edited");
    assert_eq!(bench.check(Name::Graph).verdict, Verdict::Attention);
    assert_eq!(bench.check(Name::Derived).verdict, Verdict::Attention);
}

#[test]
fn a_snapshot_is_checked_as_it_was() {
    let mut bench = Bench::new();
    bench.import_in_split("a.txt", "a red car\nan owl\n", "train");
    bench.import_in_split("b.txt", "a red  car\na fish\n", "test");
    bench.mark([4], Some(Mark::Flag));
    snapshot::create(&mut bench.workspace, "v1", &Folders::default(), &Progress::none()).expect("a snapshot");
    bench.mark([3, 4], Some(Mark::Drop));
    let then = Asked { snapshot: Some("v1".into()), ..Asked::default() };
    let report = check::check_as(&mut bench.workspace, &then, &Progress::none()).expect("a check");
    let verdict = |name: Name| report.checks.iter().find(|row| row.check == name.word()).expect("the check").verdict;
    assert_eq!((verdict(Name::Duplicates), verdict(Name::Flags)), (Verdict::Blocked, Verdict::Attention));
    bench.expect(Name::Duplicates, Verdict::Ready, &[]);
    bench.expect(Name::Flags, Verdict::Ready, &[]);
    let unknown = check::check_as(&mut bench.workspace, &Asked { snapshot: Some("v2".into()), ..then }, &Progress::none());
    assert!(unknown.is_err_and(|e| e.hint.is_some_and(|hint| hint.contains("v1"))));
}

#[test]
fn an_export_of_a_part_is_checked_in_that_part() {
    let mut bench = Bench::new();
    bench.import_in_split("a.txt", "a red car\nan owl\n", "train");
    bench.import_in_split("b.txt", "a red  car\na fish\n", "test");
    let columns = bench.columns();
    let verdict = |positions: &[u32]| {
        let asked = Asked { only: vec![Name::Duplicates], ..Asked::default() };
        let now = tamis::model::Version::Now;
        check::before_export(&bench.workspace, now, &columns, positions, &asked, &Progress::none()).expect("a check").verdict
    };
    assert_eq!(verdict(&[0, 1, 2, 3]), Verdict::Blocked);
    assert_eq!(verdict(&[3, 1, 2]), Verdict::Ready);
}

#[test]
fn more_records_than_a_filter_spells_out_are_counted_in_full() {
    let mut bench = Bench::new();
    bench.import("a.txt", "the same\n".repeat(1200));
    let row = bench.check(Name::Duplicates);
    assert_eq!((row.count, row.filter.as_deref()), (1200, Some("id:>=1 id:<=1000")));
    assert!(row.detail.contains("1,199 records"), "{row:?}");
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase().split_whitespace().eq(b.to_lowercase().split_whitespace())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Leakage and identical texts as brute force finds them.
    #[test]
    fn what_crosses_a_border_is_what_brute_force_finds(
        files in prop::collection::vec((prop::collection::vec("[ab]( [a-c]){1,5}", 1..7), 0..4usize), 1..4),
        thousandths in 300..1000u16,
        dropped in prop::collection::btree_set(1..20u32, 0..4),
    ) {
        let mut bench = Bench::new();
        let mut rows: Vec<(u32, String, Option<usize>)> = Vec::new();
        for (n, (texts, split)) in files.iter().enumerate() {
            // The last number is a source that declares none.
            let named = (*split < 3).then(|| format!("s{split}"));
            bench.import_as(&format!("{n}.txt"), lines(texts), ImportArgs { split: named.clone(), again: true, ..ImportArgs::default() });
            for text in texts {
                rows.push((rows.len() as u32 + 1, text.clone(), named.as_ref().map(|_| *split)));
            }
        }
        bench.mark(dropped.iter().copied().filter(|&id| id <= rows.len() as u32), Some(Mark::Drop));
        rows.retain(|(id, ..)| !dropped.contains(id));
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<String>>();
        let threshold = Threshold::from_thousandths(thousandths);
        let near = |a: &str, b: &str| {
            let (a, b) = (words(a), words(b));
            same(&a.iter().cloned().collect::<String>(), "") || a.intersection(&b).count() as f32 / a.union(&b).count() as f32 >= threshold.value()
        };
        let crossing = |close: &dyn Fn(&str, &str) -> bool| -> Vec<u32> {
            let leaks = |(_, text, split): &&(u32, String, Option<usize>)| {
                split.is_some() && rows.iter().any(|(_, other, there)| there.is_some() && there != split && close(text, other))
            };
            rows.iter().filter(leaks).map(|(id, ..)| *id).collect()
        };
        let asked = Asked { only: vec![Name::Leakage], threshold: Some(threshold), folders: Some(Folders::default()), ..Asked::default() };
        for expected in [Some(()), None] {
            // First by a graph in memory, then by the stored one.
            let row = bench.asked(&asked);
            let leaking = crossing(&near);
            prop_assert_eq!(row.count, leaking.len() as u64, "{:?}", row);
            if leaking.is_empty() {
                prop_assert_eq!(row.verdict, Verdict::Ready);
            } else {
                prop_assert_eq!(row.verdict, Verdict::Blocked);
                prop_assert_eq!(bench.behind(&row), leaking);
            }
            if expected.is_some() {
                bench.build(0.3);
            }
        }
        let row = bench.check(Name::Duplicates);
        let across = crossing(&same);
        prop_assert_eq!(row.verdict == Verdict::Blocked, !across.is_empty());
        let groups: BTreeSet<u32> = rows.iter().filter(|(id, text, _)| rows.iter().any(|(other, there, _)| other != id && same(text, there))).map(|(id, ..)| *id).collect();
        prop_assert_eq!(row.verdict == Verdict::Ready, groups.is_empty());
    }
}
