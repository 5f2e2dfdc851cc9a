//! `check` as a script uses it: which checks, exit codes, the way to the records.

use super::desk::Desk;

/// Two splits with a near-copy between them: 5 words of 7.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("train.txt", "a red car in the rain\nan owl at night\n");
    desk.write("valid.txt", "a red car in the snow\na fish in the sea\n");
    desk.run("import w.db train.txt --split train").expect(0);
    desk.run("import w.db valid.txt --split validation").expect(0);
    desk
}

#[test]
fn leakage_always_has_an_answer_and_saves_nothing() {
    let desk = desk();
    for (line, code) in [
        ("check w.db leakage --at 0.75", 0),
        ("check w.db leakage --at 0.71", 4),
        ("check w.db leakage --threshold 0.71", 4),
        ("check w.db leakage -t 0.71 --lens lexical", 4),
        ("check w.db leakage", 4),
        // It is built in memory where it is not asked for by name, too.
        ("check w.db", 4),
    ] {
        desk.run(line).expect(code);
    }
    assert_eq!(desk.run("history w.db --json").expect(0).lines().len(), 2);
    let row = desk.run("check w.db leakage --json").expect(4).json()["checks"][0].clone();
    assert_eq!(
        (row["check"].as_str(), row["count"].as_u64(), row["filter"].as_str()),
        (Some("leakage"), Some(2), Some("id:1,3"))
    );
    let ids: Vec<_> = desk.run("list w.db id:1,3 --json").expect(0).lines().iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, [1, 3]);
    let said = desk.run("check w.db leakage").expect(4).out;
    assert!(said.starts_with("blocked    leakage: 2 records") && said.contains("tamis list w.db id:1,3"), "{said}");
}

#[test]
fn the_checks_that_are_named_are_made_and_no_others() {
    let desk = desk();
    let names = |line: &str| -> Vec<String> {
        let report = desk.run(line).json();
        report["checks"].as_array().expect("checks").iter().map(|row| row["check"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names("check w.db rules file similarity-graph --json"), ["file", "rules", "similarity graph"]);
    assert!(names("check w.db --quick --json").len() < names("check w.db --json").len());
    let refused = desk.run("check w.db leak").complains(2);
    assert!(refused.err.contains("there is no check leak") && refused.err.contains("leakage, splits"), "{refused:?}");
    desk.run("check w.db leakage --at 1.5").complains(2);
    desk.run("check w.db leakage --lens semantic").complains(1);
}

#[test]
fn a_snapshot_is_checked_by_its_name() {
    let desk = desk();
    desk.run("snapshot create w.db v1").expect(0);
    desk.run("mark w.db drop --id 3").expect(0);
    desk.run("check w.db leakage").expect(0);
    let then = desk.run("check w.db leakage --snapshot v1").expect(4).out;
    assert!(then.contains("1 pair of records"), "{then}");
    desk.run("check w.db leakage --snapshot v1 --at 0.72").expect(0);
    assert!(!then.contains("tamis list"), "a list would be of now: {then}");
    desk.run("check w.db --snapshot v2").complains(1);
}
