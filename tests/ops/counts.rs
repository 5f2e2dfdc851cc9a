//! Counts add up, whatever was done.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tamis::model::{Mark, Policy, State, Threshold};
use tamis::ops::check::{Asked, Name, Verdict, check_as};
use tamis::ops::import::ImportArgs;
use tamis::ops::list::{ListArgs, list};
use tamis::ops::rules;
use tamis::ops::split::SplitArgs;
use tamis::ops::stats::stats;
use tamis::ops::{duplicates as dups, sources, split, undo};
use tamis::progress::Progress;
use tamis::rules::Pipeline;
use tamis::shelf::Folders;

use super::{Bench, prompts};

/// A line of a file and what it counts as.
#[derive(Debug, Clone)]
enum Line {
    Good(String),
    Blank,
    Nul,
    InvalidUtf8,
}

fn line() -> impl Strategy<Value = Line> {
    prop_oneof![
        6 => prop::sample::select(prompts(3, 60)).prop_map(Line::Good),
        1 => Just(Line::Blank),
        1 => Just(Line::Nul),
        1 => Just(Line::InvalidUtf8),
    ]
}

fn bytes(lines: &[Line]) -> Vec<u8> {
    let one = |line: &Line| match line {
        Line::Good(text) => format!("{text}\n").into_bytes(),
        Line::Blank => b" \t\n".to_vec(),
        Line::Nul => b"a\0b\n".to_vec(),
        Line::InvalidUtf8 => b"a \xff\xfe b\r\n".to_vec(),
    };
    lines.iter().flat_map(one).collect()
}

fn act(bench: &mut Bench, choice: u8) {
    let none = Progress::none();
    let ids: Vec<u32> = bench.rows().iter().map(|(id, ..)| *id).collect();
    let some = |modulus: u32| ids.iter().copied().filter(move |id| id % modulus == 0).collect::<Vec<_>>();
    match choice % 8 {
        0 => bench.mark(some(3), Some(Mark::Drop)),
        1 => bench.mark(some(4), Some(Mark::Keep)),
        2 => bench.mark(some(2), None),
        3 => _ = rules::apply(&mut bench.workspace, &Pipeline::builtin("default").expect("default"), None, &none).expect("rules"),
        4 => _ = rules::clear(&mut bench.workspace),
        5 => {
            bench.build(0.4);
            let (_, view) = bench.view();
            let threshold = Threshold::from_thousandths(400 + u16::from(choice) * 2);
            dups::apply(&mut bench.workspace, &view, threshold, Policy::Cover, None, &none).expect("applied");
        }
        6 => {
            let args = SplitArgs {
                seed: u64::from(choice),
                threshold: Threshold::from_thousandths(600),
                ..SplitArgs::of(tamis::splits::Targets::parse("train=8,test=2", "").expect("targets"))
            };
            split::split(&mut bench.workspace, args, &Folders::default(), &none).expect("a split");
        }
        _ => _ = undo::undo(&mut bench.workspace, None, &none),
    }
}

fn compare(bench: &mut Bench) {
    let none = Progress::none();
    let report = stats(&mut bench.workspace, &none).expect("counts");
    let mut rows = Vec::new();
    let matched = list(&mut bench.workspace, &ListArgs::default(), &none, |row| {
        rows.push(row);
        Ok(())
    })
    .expect("a list");
    let kept = rows.iter().filter(|row| row.state != State::Drop).count();
    assert_eq!((matched.records, matched.kept), (rows.len(), kept));
    assert_eq!((report.records, report.kept, report.dropped), (rows.len() as u64, kept as u64, (rows.len() - kept) as u64));
    assert_eq!(report.states.values().sum::<u64>(), report.records);
    assert_eq!(report.causes.values().sum::<u64>(), report.dropped);
    assert_eq!(report.splits.values().sum::<u64>(), report.kept);
    assert_eq!(report.rules.values().sum::<u64>(), report.causes.get("rule").copied().unwrap_or(0));
    let mut by_split: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.state != State::Drop) {
        *by_split.entry(row.split.clone().unwrap_or("none".into())).or_default() += 1;
    }
    assert_eq!(report.splits, by_split);
    let details = sources::sources(&bench.workspace, usize::MAX >> 1).expect("sources");
    assert_eq!(details.len(), report.sources.len());
    for (source, detail) in report.sources.iter().zip(details) {
        let counts = source.counts;
        assert_eq!(counts, detail.source.counts);
        assert_eq!(counts.read, counts.accepted + counts.blank + counts.rejected);
        assert_eq!(detail.rejects.len() as u64, counts.rejected);
        let of_source = rows.iter().filter(|row| row.source == source.name);
        assert_eq!(of_source.clone().count() as u64, counts.accepted);
        let because = |word: &str| {
            of_source
                .clone()
                .filter(|r| r.state == State::Drop && r.cause.as_deref().is_some_and(|c| c.starts_with(word)))
                .count() as u64
        };
        assert_eq!(because("hand"), source.dropped_by_hand);
        assert_eq!(because("rule"), source.dropped_by_rules);
        assert_eq!(because("duplicate"), source.dropped_as_duplicates);
        assert_eq!(
            counts.accepted,
            source.kept + source.dropped_by_hand + source.dropped_by_rules + source.dropped_as_duplicates
        );
    }
    let sound = Asked { only: vec![Name::File, Name::Invariants, Name::Derived], ..Asked::default() };
    assert_ne!(check_as(&mut bench.workspace, &sound, &none).expect("a check").verdict, Verdict::Blocked);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn counts_add_up(files in prop::collection::vec(prop::collection::vec(line(), 0..30), 1..4), choices in prop::collection::vec(any::<u8>(), 0..10)) {
        let mut bench = Bench::new();
        for (n, file) in files.iter().enumerate() {
            let again = ImportArgs { again: true, ..ImportArgs::default() };
            let report = bench.import_as(&format!("f{n}.txt"), bytes(file), again);
            let counts = report.sources[0].counts;
            let count = |which: fn(&Line) -> bool| file.iter().filter(|line| which(line)).count() as u64;
            prop_assert_eq!(counts.accepted, count(|l| matches!(l, Line::Good(_))));
            prop_assert_eq!(counts.blank, count(|l| matches!(l, Line::Blank)));
            prop_assert_eq!(counts.rejected, count(|l| matches!(l, Line::Nul | Line::InvalidUtf8)));
            prop_assert_eq!(counts.read, file.len() as u64);
            // Every reject by its line.
            let expected: Vec<u64> = (1..).zip(file).filter(|(_, l)| matches!(l, Line::Nul | Line::InvalidUtf8)).map(|(n, _)| n).collect();
            prop_assert_eq!(report.sources[0].rejects.iter().map(|r| r.line).collect::<Vec<_>>(), expected);
        }
        compare(&mut bench);
        for choice in choices {
            act(&mut bench, choice);
            compare(&mut bench);
        }
    }
}

#[test]
fn a_dry_run_says_what_the_import_then_says() {
    let mut bench = Bench::new();
    let names = ["a.txt", "b.txt", "copy-of-a.txt"];
    for (name, text) in names.iter().zip(["one\n\ntwo\0\n", "three\n", "one\n\ntwo\0\n"]) {
        std::fs::write(bench.path().join(name), text).expect("a file");
    }
    let args = |count: usize, dry_run: bool| ImportArgs {
        files: names.iter().take(count).map(|name| bench.path().join(name)).collect(),
        dry_run,
        ..ImportArgs::default()
    };
    let (two, two_dry, three, three_dry) = (args(2, false), args(2, true), args(3, false), args(3, true));
    let mut run = |args: ImportArgs| {
        let report = tamis::ops::import::import(&mut bench.workspace, args, &Progress::none());
        report.map(|r| serde_json::to_value(&r.sources).expect("JSON")).map_err(|e| e.to_string())
    };
    assert_eq!(run(three_dry), run(three), "the same file twice in one import is refused, dry or not");
    let dry = run(two_dry);
    assert!(dry.is_ok());
    assert_eq!(dry, run(two));
}
