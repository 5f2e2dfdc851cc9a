//! `duplicates against`: files before they are imported.

use super::desk::Desk;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("train.txt", "a red car in the rain\nan owl at night\nthe sea\n");
    desk.write("more.txt", "a green hill\nthe quiet sea\n");
    desk.run("import w.db train.txt more.txt").expect(0);
    desk.write("new.jsonl", "{\"text\":\"A red car in the  rain\"}\n\n{\"text\":\"a red car in the rain today\"}\n{\"text\":\"a green hill\"}\n{broken\n");
    desk.write("other.txt", "nothing of it\n");
    desk
}

#[test]
fn files_are_held_against_the_workspace_and_nothing_changes() {
    let desk = desk();
    let before = desk.run("list w.db --json").expect(0).out;
    let report = desk.run("duplicates against w.db new.jsonl other.txt -t 0.8 --json").expect(3).json();
    assert_eq!((&report["against"], &report["records"]), (&"all".into(), &5.into()));
    assert_eq!(
        report["files"],
        serde_json::json!([
            {"file": "new.jsonl", "prompts": 3, "found": 3, "identical": 2, "by_source": {"more": 1, "train": 2}, "blank": 1, "rejected": 1},
            {"file": "other.txt", "prompts": 1, "found": 0, "identical": 0, "by_source": {}, "blank": 0, "rejected": 0},
        ])
    );
    let said = desk.run("duplicates against w.db new.jsonl -t 0.8").expect(3);
    assert!(
        said.out.starts_with(
            "3 of 3 prompts of new.jsonl (100.0 %) already stand in the 5 records (2 the same text)\n  in source more: 1\n"
        ),
        "{said:?}"
    );
    assert!(said.err.contains("new.jsonl line 5: rejected"), "{said:?}");
    let rows = desk.run("duplicates against w.db new.jsonl -t 0.8 --list --json").expect(3).lines();
    assert_eq!(rows.len(), 3);
    assert_eq!(
        (&rows[1]["id"], &rows[1]["line"], &rows[1]["source"], &rows[1]["identical"]),
        (&1.into(), &3.into(), &"train".into(), &false.into())
    );
    assert_eq!(
        (&rows[1]["text"], &rows[1]["record_text"]),
        (&"a red car in the rain today".into(), &"a red car in the rain".into())
    );
    assert_eq!(desk.run("list w.db --json").expect(0).out, before);
    assert_eq!(desk.run("duplicates against w.db other.txt -t 0.8 --list").expect(0).out.lines().count(), 1);
}

#[test]
fn protected_records_are_those_that_count() {
    let desk = desk();
    desk.run("sources w.db --protect more").expect(0);
    let found = |line: &str| {
        let report = desk.run(&format!("duplicates against w.db new.jsonl -t 0.8 --json {line}")).expect(3).json();
        (report["against"].as_str().map(str::to_owned), report["records"].as_u64(), report["files"][0]["found"].as_u64())
    };
    assert_eq!(found(""), (Some("protected".to_owned()), Some(2), Some(1)));
    assert_eq!(found("--filter source:train"), (Some("source:train".to_owned()), Some(3), Some(2)));
    desk.run("sources w.db --unprotect more").expect(0);
    desk.run("mark w.db drop --id 1").expect(0);
    assert_eq!(found(""), (Some("all".to_owned()), Some(4), Some(1)), "what was dropped by hand stands there no more");
    assert_eq!(found("--filter state:drop"), (Some("state:drop".to_owned()), Some(1), Some(2)));
    desk.run("duplicates mask w.db --set today").expect(0);
    let masked = desk.run("duplicates against w.db new.jsonl -t 0.8 --filter source:train --json").expect(3).json();
    assert_eq!(masked["files"][0]["identical"], 2, "masked phrases do not count");
}

#[test]
fn what_is_wrong_is_told() {
    let desk = desk();
    desk.run("duplicates against w.db new.jsonl -t 2").complains(2);
    desk.run("duplicates against w.db new.jsonl -t 0").complains(2);
    desk.run("duplicates against w.db new.jsonl -t 0.8 --filter (").expect(2);
    desk.run("duplicates against w.db gone.txt -t 0.8").expect(1);
    desk.run("duplicates against w.db new.jsonl -t 0.8 --lens semantic").complains(1);
}
