//! Moving records by hand.

use tamis::error::Kind;
use tamis::model::{Mark, RecordId};
use tamis::ops::assign::{AssignArgs, assign};
use tamis::ops::import::ImportArgs;
use tamis::ops::{history, query, undo};
use tamis::progress::Progress;
use tamis::splits::target::MOST;

use super::Bench;
use super::split_stays::{by_hand, splits};

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.import_as("a.txt", "a\nb\n", ImportArgs { split: Some("train".into()), ..ImportArgs::default() });
    bench.import("b.txt", "c\nd\n");
    bench
}

fn words(bench: &mut Bench) -> Vec<String> {
    splits(bench).into_values().collect()
}

#[test]
fn a_hand_moves_sets_free_and_is_undone() {
    let mut bench = bench();
    assert_eq!(words(&mut bench), ["train", "train", "-", "-"]);
    assert_eq!(by_hand(&mut bench, &[2, 3], Some("test")).expect("moved"), 2);
    assert_eq!(words(&mut bench), ["train", "test", "test", "-"], "a hand wins over what a source declares");
    assert_eq!(by_hand(&mut bench, &[3], Some("test")).expect("there already"), 0);
    let columns = bench.columns();
    assert_eq!([0, 1, 2, 3].map(|p| columns.is_assigned_by_hand(p)), [false, true, true, false]);
    assert_eq!(by_hand(&mut bench, &[2, 3, 4], None).expect("free"), 2);
    assert_eq!(words(&mut bench), ["train", "train", "-", "-"]);
    let step = undo::undo(&mut bench.workspace, None, &Progress::none()).expect("undone");
    assert_eq!(step.description, "clear the split of 2 records");
    assert_eq!(words(&mut bench), ["train", "test", "test", "-"]);
    let last = history::history(&bench.workspace, 3).expect("a history");
    let assigned = last.iter().find(|entry| entry.description.starts_with("assign")).expect("it is there");
    assert_eq!((assigned.kind.as_str(), assigned.description.as_str()), ("assign", "assign 2 records to test"));
    assert!(assigned.command.ends_with(" test --id 2 --id 3"), "{}", assigned.command);
}

#[test]
fn names_that_are_none_and_records_that_are_not_there_change_nothing() {
    let mut bench = bench();
    for name in ["none", "unassigned", "clear", "a/b", "", "Train"] {
        assert_eq!(by_hand(&mut bench, &[3], Some(name)).unwrap_err().kind, Kind::Usage, "{name}");
    }
    assert_eq!(by_hand(&mut bench, &[3, 99], Some("test")).unwrap_err().kind, Kind::Refused);
    assert_eq!(words(&mut bench), ["train", "train", "-", "-"]);
    // A dropped record may be moved as well: it comes back to where it was put.
    bench.mark([4], Some(Mark::Drop));
    by_hand(&mut bench, &[4], Some("test")).expect("moved");
    let record = query::records(&bench.workspace, &[RecordId(4)]).expect("a read").remove(0);
    assert!(record.assignment.is_some_and(|assignment| assignment.by_hand && assignment.split == "test"));
}

#[test]
fn a_source_declares_only_what_could_be_a_split_beside_those_there_are() {
    let mut bench = bench();
    let import = |bench: &mut Bench, split: &str, dry_run| {
        let file = bench.path().join("more.txt");
        std::fs::write(&file, format!("of {split}")).expect("written");
        let args = ImportArgs { files: vec![file], split: Some(split.to_owned()), dry_run, ..ImportArgs::default() };
        tamis::ops::import::import(&mut bench.workspace, args, &Progress::none()).map(|_| ())
    };
    for name in ["clear", "all", "--json", "Train", &"x".repeat(65)] {
        assert_eq!(import(&mut bench, name, true).unwrap_err().kind, Kind::Usage, "{name}");
    }
    import(&mut bench, "train", false).expect("there already");
    let lines: String = (1..MOST).map(|n| format!("line {n}\n")).collect();
    bench.import("many.txt", &lines);
    let columns = bench.columns();
    for n in 1..MOST {
        let records = vec![columns.id(columns.len() - n)];
        let args = AssignArgs { records, split: Some(format!("s{n}")), filter: None };
        assign(&mut bench.workspace, &columns, args, &Progress::none()).expect("moved");
    }
    assert_eq!(bench.workspace.store().split_names().expect("names").len(), MOST);
    assert_eq!(import(&mut bench, "late", false).unwrap_err().kind, Kind::Usage);
    tamis::ops::sources::remove(&mut bench.workspace, "many").expect("taken out");
    assert_eq!(import(&mut bench, "late", false).unwrap_err().kind, Kind::Usage, "it may be brought back");
}

#[test]
fn each_of_many_named_records_must_be_there() {
    let mut bench = Bench::new();
    bench.import("a.txt", "line\n".repeat(30));
    let ids: Vec<u32> = (1..=30).chain([99]).collect();
    let error = by_hand(&mut bench, &ids, Some("test")).expect_err("no such record");
    assert_eq!((error.kind, error.message.as_str()), (Kind::Refused, "there is no record 99"));
    let args = tamis::ops::mark::MarkArgs {
        records: ids.into_iter().map(RecordId).collect(),
        mark: Some(Mark::Drop),
        reason: None,
        filter: None,
    };
    let error = tamis::ops::mark::mark(&mut bench.workspace, args, &Progress::none()).expect_err("no such record");
    assert_eq!(error.message, "there is no record 99");
}
