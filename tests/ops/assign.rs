//! Moving records by hand.

use tamis::error::Kind;
use tamis::model::{Mark, RecordId};
use tamis::ops::import::ImportArgs;
use tamis::ops::{history, query, undo};
use tamis::progress::Progress;

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
