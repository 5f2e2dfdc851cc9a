//! Snapshots: what is frozen stays, restoring is the way back, and so is undoing the restore.

use proptest::prelude::*;
use tamis::error::Kind;
use tamis::model::{Judgement, Mark, Policy, Record, RecordId, Threshold, Verdict, Version};
use tamis::ops::import::ImportArgs;
use tamis::ops::snapshot::{create, delete, list, restore, show, take_back};
use tamis::ops::{duplicates as dups, edit, query, rules, sources, undo};
use tamis::progress::Progress;
use tamis::query::Columns;
use tamis::rules::Pipeline;
use tamis::shelf::Folders;

use super::{Bench, lines, prompts};

/// All that can be seen of a version, record by record.
fn seen(bench: &mut Bench, version: Version) -> (Vec<Record>, Vec<String>) {
    let columns = columns_of(bench, version);
    let ids: Vec<RecordId> = (0..columns.len()).map(|p| columns.id(p)).collect();
    let records = bench.workspace.store().records_of(version, &ids).expect("records");
    let rows = (0..columns.len()).map(|p| {
        let rule = columns.dropped_by(p).map(|rule| &columns.names.rules[rule as usize]);
        let recipe = columns.drop_recipe(p).map(|recipe| recipe.to_string());
        let place = (columns.source_name(p), columns.split_name(p), columns.is_assigned_by_hand(p));
        format!("{:?} {:?} {rule:?} {recipe:?} {place:?} {}", columns.state(p), columns.cause(p), columns.text(p))
    });
    (records, rows.collect())
}

fn columns_of(bench: &mut Bench, version: Version) -> Columns {
    bench.workspace.read(|store| store.load_columns_of(version, &Progress::none())).expect("columns")
}

fn digest(bench: &mut Bench) -> String {
    bench.workspace.read(|store| store.freeze(&Progress::none())).expect("frozen").digest
}

/// One of many things a curator does; what is refused changes nothing.
fn act(bench: &mut Bench, choice: u8, pick: u32) {
    let none = Progress::none();
    let rows = bench.rows();
    let ids: Vec<u32> = rows.iter().map(|(id, ..)| *id).collect();
    let one = ids.get(pick as usize % ids.len().max(1)).copied();
    let names: Vec<String> = bench.workspace.store().all_sources().expect("sources").into_iter().map(|s| s.name).collect();
    let source = names.get(pick as usize % names.len().max(1)).cloned().unwrap_or_default();
    match choice % 13 {
        0 => {
            let split = pick.is_multiple_of(2).then(|| "train".to_owned());
            let texts = prompts(u64::from(pick), 12);
            bench.import_as(
                &format!("s{}.txt", names.len()),
                lines(&texts),
                ImportArgs { split, again: true, ..ImportArgs::default() },
            );
        }
        1 => bench.mark(one, Some(Mark::Drop)),
        2 => bench.mark(ids.iter().copied().filter(|id| id % 5 == pick % 5), Some(Mark::Keep)),
        3 => bench.mark(one, None),
        4 => _ = one.map(|id| edit::edit(&mut bench.workspace, RecordId(id), Some(format!("edited {pick}")))),
        5 => {
            let name = if pick.is_multiple_of(2) { "default" } else { "sd2" };
            let pipeline = Pipeline::builtin(name).or_else(|| Pipeline::builtin("default")).expect("a pipeline");
            _ = rules::apply(&mut bench.workspace, &pipeline, None, &none);
        }
        6 => _ = rules::clear(&mut bench.workspace),
        7 | 8 => {
            bench.build(0.4);
            let (_, view) = bench.view();
            let at = Threshold::from_thousandths(500 + (pick % 5) as u16 * 100);
            let policy = Policy::ALL[pick as usize % 2];
            dups::apply(&mut bench.workspace, &view, at, policy, None, &none).expect("applied");
        }
        9 => _ = sources::protect(&mut bench.workspace, &source, pick.is_multiple_of(2)),
        10 => _ = sources::remove(&mut bench.workspace, &source),
        11 => _ = sources::bring_back(&mut bench.workspace, &source, &none),
        _ => {
            let columns = bench.columns();
            let pair = one.zip(ids.first().copied()).map(|(a, b)| (RecordId(a), RecordId(b)));
            let judgement = Some(Judgement { verdict: Verdict::Different, sampled: false });
            _ = pair.map(|pair| dups::judge(&mut bench.workspace, &columns, &[pair], judgement));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn restore_after_snapshot_is_identity(
        before in prop::collection::vec((any::<u8>(), any::<u32>()), 1..12),
        after in prop::collection::vec((any::<u8>(), any::<u32>()), 1..12),
    ) {
        let (mut bench, none) = (Bench::new(), Progress::none());
        bench.import("first.txt", lines(&prompts(1, 30)));
        before.iter().for_each(|&(choice, pick)| act(&mut bench, choice, pick));
        let then = seen(&mut bench, Version::Now);
        let created = create(&mut bench.workspace, "s", &Folders::default(), &none).expect("a snapshot").snapshot;
        prop_assert_eq!(&created.digest, &digest(&mut bench));
        let kept = then.0.iter().filter(|record| record.state().0.is_kept()).count() as u64;
        prop_assert_eq!((created.summary.records, created.summary.kept), (then.0.len() as u64, kept));
        prop_assert_eq!(created.summary.splits.values().sum::<u64>(), kept);

        after.iter().for_each(|&(choice, pick)| act(&mut bench, choice, pick));
        let version = Version::Snapshot(created.id);
        prop_assert_eq!(&seen(&mut bench, version), &then, "what is frozen stays what it was");

        let (later, later_digest) = (seen(&mut bench, Version::Now), digest(&mut bench));
        let restored = restore(&mut bench.workspace, "s", &[], &none).expect("restored");
        prop_assert_eq!(restored.ruled_otherwise, 0);
        prop_assert_eq!(&seen(&mut bench, Version::Now), &then);
        prop_assert_eq!(digest(&mut bench), created.digest);
        prop_assert_eq!(restore(&mut bench.workspace, "s", &[], &none).expect("again").operation, None);

        if restored.operation.is_some() {
            undo::undo(&mut bench.workspace, None, &none).expect("undone");
            prop_assert_eq!(&seen(&mut bench, Version::Now), &later);
            prop_assert_eq!(digest(&mut bench), later_digest);
        }
    }
}

#[test]
fn what_did_not_change_is_kept_once() {
    let (mut bench, none) = (Bench::new(), Progress::none());
    bench.import("a.txt", lines(&prompts(4, 9_000)));
    bench.mark(1..=9_000, Some(Mark::Keep));
    create(&mut bench.workspace, "one", &Folders::default(), &none).expect("a snapshot");
    bench.mark([5_000], Some(Mark::Drop));
    let two = create(&mut bench.workspace, "two", &Folders::default(), &none).expect("a snapshot");
    assert!(two.same_as.is_empty());
    let three = create(&mut bench.workspace, "three", &Folders::default(), &none).expect("a snapshot");
    assert_eq!(three.same_as, ["two"]);
    // Ids 0 to 4095, 4096 to 8191, 8192 to 9000: the second one twice.
    assert_eq!(bench.workspace.store().chunk_count().expect("a count"), 4);
}

#[test]
fn names_are_taken_let_go_and_given_back() {
    let (mut bench, none) = (Bench::new(), Progress::none());
    bench.import("a.txt", "one\ntwo\n");
    create(&mut bench.workspace, "v1", &Folders::default(), &none).expect("a snapshot");
    let refused =
        |bench: &mut Bench, name: &str| create(&mut bench.workspace, name, &Folders::default(), &none).expect_err("refused").kind;
    assert_eq!(refused(&mut bench, "v1"), Kind::Refused);
    assert_eq!(refused(&mut bench, "now"), Kind::Usage);
    bench.mark([1], Some(Mark::Drop));
    delete(&mut bench.workspace, "v1").expect("let go");
    assert!(list(&bench.workspace).expect("a list").is_empty());
    let error = show(&bench.workspace, "v1").expect_err("gone");
    assert!(error.hint.is_some_and(|hint| hint.contains("snapshot create")));
    undo::undo(&mut bench.workspace, None, &none).expect("undone");
    let shown = show(&bench.workspace, "v1").expect("back");
    assert_eq!((shown.snapshot.summary.kept, shown.operations_since), (2, 1), "the mark");
    let error = restore(&mut bench.workspace, "v1", &["b".into()], &none).expect_err("no such source");
    assert!(error.hint.is_some_and(|hint| hint.contains("it has a")));
}

#[test]
fn a_source_taken_out_releases_what_it_stood_for() {
    let (mut bench, none) = (Bench::new(), Progress::none());
    bench.import("a.txt", "a red car in the rain\nan owl\n");
    bench.import("b.txt", "a red car in the rain today\na lone tree\n");
    bench.build(0.4);
    let (_, view) = bench.view();
    dups::apply(&mut bench.workspace, &view, Threshold::from_thousandths(700), Policy::Cover, None, &none).expect("applied");
    let texts = |bench: &mut Bench| -> Vec<String> {
        let columns = bench.columns();
        (0..columns.len()).filter(|&p| columns.is_kept(p)).map(|p| columns.text(p).to_owned()).collect()
    };
    assert_eq!(texts(&mut bench), ["an owl", "a red car in the rain today", "a lone tree"]);
    create(&mut bench.workspace, "both", &Folders::default(), &none).expect("a snapshot");

    let taken = sources::remove(&mut bench.workspace, "b").expect("out");
    assert_eq!((taken.records, taken.released), (2, 1));
    assert_eq!(texts(&mut bench), ["a red car in the rain", "an owl"], "not lost with its copy");
    undo::undo(&mut bench.workspace, None, &none).expect("undone");
    assert_eq!(texts(&mut bench).len(), 3);

    let restored = restore(&mut bench.workspace, "both", &["b".into()], &none).expect("without b");
    assert_eq!((restored.sources_gone, restored.released), (vec!["b".to_owned()], 1));
    assert_eq!(texts(&mut bench), ["a red car in the rain", "an owl"]);
    let back = sources::bring_back(&mut bench.workspace, "b", &none).expect("in again");
    assert_eq!(back.records, 2);
    assert_eq!(sources::bring_back(&mut bench.workspace, "b", &none).expect_err("it is there").kind, Kind::Refused);
}

#[test]
fn a_split_goes_back_to_what_it_was_and_the_others_stay() {
    let (mut bench, none) = (Bench::new(), Progress::none());
    let split = |name: &str| ImportArgs { split: Some(name.into()), ..ImportArgs::default() };
    bench.import_as("t.txt", "t one\nt two\nt three\n", split("train"));
    bench.import_as("v.txt", "v one\nv two\nv three\n", split("validation"));
    create(&mut bench.workspace, "v6", &Folders::default(), &none).expect("a snapshot");
    // Since then: another validation source, an edit, a drop.
    bench.import_as("w.txt", "w one\nw two\n", split("validation"));
    edit::edit(&mut bench.workspace, RecordId(4), Some("another".into())).expect("an edit");
    bench.mark([5, 2], Some(Mark::Drop));
    let before = bench.rows();

    let taken = take_back(&mut bench.workspace, "v6", &["validation".into()], &none).expect("back");
    assert_eq!((taken.records, taken.kept_again, taken.texts, taken.dropped, taken.absent), (3, 1, 1, 2, 0));
    let now = columns_of(&mut bench, Version::Now);
    let of = |name: &str| -> Vec<String> {
        let kept = (0..now.len()).filter(|&p| now.is_kept(p) && now.split_name(p) == Some(name));
        kept.map(|p| now.text(p).to_owned()).collect()
    };
    assert_eq!(of("validation"), ["v one", "v two", "v three"]);
    assert_eq!(of("train"), ["t one", "t three"], "as today, the drop included");
    assert_eq!(take_back(&mut bench.workspace, "v6", &["validation".into()], &none).expect("again").operation, None);
    undo::undo(&mut bench.workspace, None, &none).expect("undone");
    assert_eq!(bench.rows(), before);

    sources::remove(&mut bench.workspace, "v").expect("out");
    let error = take_back(&mut bench.workspace, "v6", &["validation".into()], &none).expect_err("nothing is left of it");
    assert!(error.kind == Kind::Refused && error.hint.is_some_and(|hint| hint.contains("--bring-back")));
    undo::undo(&mut bench.workspace, None, &none).expect("in again");
    let error = take_back(&mut bench.workspace, "v6", &["test".into()], &none).expect_err("no such split");
    assert!(error.hint.is_some_and(|hint| hint.contains("train, validation")));
    let ids: Vec<RecordId> = (1..=8).map(RecordId).collect();
    assert_eq!(query::records(&bench.workspace, &ids).expect("records").len(), 8);
}

/// The digest says what is frozen: other records, other digest, though nothing stands over either.
#[test]
fn the_digest_is_of_the_records_too() {
    let freeze = |lines: &str, name: &str, split: Option<&str>| {
        let mut bench = Bench::new();
        bench.import_as(name, lines, ImportArgs { split: split.map(str::to_owned), ..ImportArgs::default() });
        digest(&mut bench)
    };
    let one = freeze("one\ntwo\n", "a.txt", None);
    assert_eq!(one, freeze("one\ntwo\n", "a.txt", None));
    for other in [
        freeze("one\nthree\n", "a.txt", None),
        freeze("one\ntwo\n", "b.txt", None),
        freeze("one\ntwo\n", "a.txt", Some("train")),
        freeze("{\"text\": \"one\"}\n{\"text\": \"two\", \"seed\": 1}\n", "a.jsonl", None),
    ] {
        assert_ne!(one, other);
    }
}

/// Records are read in ranges where ids lie close together, and one by one where they do not: the same records.
#[test]
fn records_of_a_version_are_the_same_however_they_are_read() {
    let (mut bench, none) = (Bench::new(), Progress::none());
    bench.import("a.txt", lines(&prompts(8, 400)));
    bench.import_as("b.txt", lines(&prompts(9, 300)), ImportArgs { split: Some("train".into()), ..ImportArgs::default() });
    rules::apply(&mut bench.workspace, &Pipeline::builtin("default").expect("rules"), None, &none).expect("applied");
    bench.mark((1..700).step_by(7), Some(Mark::Keep));
    edit::edit(&mut bench.workspace, RecordId(5), Some("edited".into())).expect("an edit");
    let id = create(&mut bench.workspace, "v", &Folders::default(), &none).expect("a snapshot").snapshot.id;
    for version in [Version::Now, Version::Snapshot(id)] {
        let all: Vec<RecordId> = (1..=700).map(RecordId).collect();
        let store = bench.workspace.store();
        let in_ranges = store.records_of(version, &all).expect("records");
        let backwards: Vec<RecordId> = all.iter().rev().copied().collect();
        let mut one_by_one = store.records_of(version, &backwards).expect("records");
        one_by_one.reverse();
        assert_eq!(in_ranges, one_by_one);
        assert_eq!(in_ranges.len(), 700);
        let few: Vec<RecordId> = [1, 3, 4, 699].map(RecordId).to_vec();
        let picked: Vec<&Record> = few.iter().map(|id| &in_ranges[id.0 as usize - 1]).collect();
        assert_eq!(store.records_of(version, &few).expect("records").iter().collect::<Vec<_>>(), picked);
    }
    assert_eq!(bench.workspace.store().records(&(1..=700).map(RecordId).collect::<Vec<_>>()).expect("records").len(), 700);
}

/// Taken out one after the other, brought back alone: what was dropped for the other one's sake is kept.
#[test]
fn a_source_that_comes_back_is_not_dropped_for_one_that_is_gone() {
    let (mut bench, none) = (Bench::new(), Progress::none());
    bench.import("a.txt", "a red car in the rain\n");
    bench.import("b.txt", "a red car in the rain today\n");
    bench.build(0.4);
    let (_, view) = bench.view();
    dups::apply(&mut bench.workspace, &view, Threshold::from_thousandths(700), Policy::Cover, None, &none).expect("applied");
    sources::remove(&mut bench.workspace, "a").expect("out");
    assert_eq!(sources::remove(&mut bench.workspace, "b").expect("out").released, 1);
    sources::bring_back(&mut bench.workspace, "a", &none).expect("in again");
    assert!(bench.columns().is_kept(0));
}

/// The next split leaves every record of a restored one where it is, those too that stood there already.
#[test]
fn a_split_that_was_taken_back_is_pinned_whole() {
    let (mut bench, none) = (Bench::new(), Progress::none());
    bench.import("a.txt", lines(&prompts(11, 120)));
    let split = |bench: &mut Bench, seed| {
        let targets = tamis::splits::Targets::parse("train=70,validation=30", "").expect("shares");
        let args = tamis::ops::split::SplitArgs { seed, ..tamis::ops::split::SplitArgs::of(targets) };
        tamis::ops::split::split(&mut bench.workspace, args, &Folders::default(), &Progress::none()).expect("a split");
    };
    let validation = |bench: &mut Bench| -> Vec<u32> {
        let columns = bench.columns();
        (0..columns.len()).filter(|&p| columns.split_name(p) == Some("validation")).map(|p| columns.id(p).0).collect()
    };
    split(&mut bench, 1);
    let then = validation(&mut bench);
    create(&mut bench.workspace, "v", &Folders::default(), &none).expect("a snapshot");
    take_back(&mut bench.workspace, "v", &["validation".into()], &none).expect("as it is");
    split(&mut bench, 2);
    let now = validation(&mut bench);
    assert!(then.iter().all(|id| now.contains(id)), "{then:?} {now:?}");
}

#[test]
fn what_would_be_released_is_known_before() {
    let (mut bench, none) = (Bench::new(), Progress::none());
    bench.import("a.txt", "a red car in the rain\nan owl\n");
    bench.import("b.txt", "a red car in the rain today\n");
    bench.build(0.4);
    let (_, view) = bench.view();
    dups::apply(&mut bench.workspace, &view, Threshold::from_thousandths(700), Policy::Cover, None, &none).expect("applied");
    create(&mut bench.workspace, "v", &Folders::default(), &none).expect("a snapshot");
    let without = ["b".to_owned()];
    let plan = tamis::ops::snapshot::plan_restore(&mut bench.workspace, "v", &without, &none).expect("a plan");
    let done = restore(&mut bench.workspace, "v", &without, &none).expect("restored");
    assert_eq!((plan.released, plan.sources_gone), (1, done.sources_gone));
    assert_eq!(done.released, 1);
}
