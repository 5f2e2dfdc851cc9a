//! Versions on the command line: what differs, the report, and undo in the middle.

use serde_json::{Value, json};

use super::desk::Desk;
use crate::workspace::ground::ground;

/// A desk with `w.db`: snapshot `v1`, and something of everything done since.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("a.txt", "a red car in the rain\nan owl at night\nthe \u{1b}[31msea\n");
    desk.write("b.txt", "old snow\n");
    desk.run("import w.db a.txt --split train").expect(0);
    desk.run("snapshot create w.db v1").expect(0);
    desk.run("mark w.db drop --id 2").expect(0);
    desk.run_args(["edit", "w.db", "--id", "1", "--text", "a blue car in the rain"]).expect(0);
    desk.run_args(["import", "w.db", "b.txt", "--source", "b|<i>\n", "--split", "test"]).expect(0);
    desk
}

#[test]
fn a_diff_is_counted_and_listed() {
    let desk = desk();
    let said = desk.run("snapshot diff w.db v1").expect(0).out;
    assert!(said.starts_with("v1 → now: 3 → 3 kept; 1 added, 1 removed, 1 changed, 0 moved\n"), "{said}");
    assert!(said.contains("removed") && said.contains("dropped by hand"), "{said}");
    let summary = desk.run("snapshot diff w.db v1 now --json").expect(0).json();
    assert_eq!([&summary["added"], &summary["removed"], &summary["kept"]], [1, 1, 3]);
    let changes: Vec<&Value> = summary["groups"].as_array().expect("groups").iter().map(|group| &group["change"]).collect();
    assert_eq!(changes, ["added", "removed", "changed"]);

    let shown = desk.run("snapshot diff w.db v1 --list changed").expect(0).out;
    assert_eq!(shown, "record 1  a, line 1  by hand\n  a [-red-]{+blue+} car in the rain\n");
    let rows = desk.run("snapshot diff w.db v1 --list removed --json").expect(0).lines();
    let expected = json!({"id": 2, "source": "a", "line": 2, "change": "removed", "cause": "hand", "text_before": "an owl at night",
        "text": null, "split_before": "train", "split": null});
    assert_eq!(rows, [expected]);
    assert_eq!(desk.run("snapshot diff w.db now v1 --list removed --cause source --json").expect(0).lines().len(), 1);
    assert_eq!(desk.run("snapshot diff w.db v1 --list added --offset 1 --json").expect(0).out, "");
}

#[test]
fn a_diff_is_written_to_a_new_file() {
    let desk = desk();
    let said = desk.run("snapshot diff w.db v1 -o d.jsonl --json").expect(0).json();
    assert_eq!(said["records"], 3);
    let changes: Vec<Value> =
        desk.read("d.jsonl").lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["change"].clone()).collect();
    assert_eq!(changes, ["added", "removed", "changed"]);
    desk.run("snapshot diff w.db v1 --list added -o d.jsonl").complains(1);
    assert_eq!(desk.read("d.jsonl").lines().count(), 3, "it is as it was");
    desk.run("snapshot diff w.db v7").complains(1);
    desk.run("snapshot diff w.db v1 --list added --source nobody").complains(2);
    desk.run("snapshot diff w.db v1 --limit 3").expect(2);
}

#[test]
fn a_report_is_markdown_or_json_or_a_file() {
    let desk = desk();
    let said = desk.run("report w.db").expect(0).out;
    assert!(said.starts_with("# w.db\n\n3 of 4 records are kept (75.0 %), from 4 that were read.\n"), "{said}");
    assert!(said.contains("| b\\|\\<i\\>␊ | 1 | 0 | 0 | 1 |"), "{said}");
    assert!(said.contains("- 3: drop record 2  \n  `tamis mark w.db drop --id 2`\n"), "{said}");
    desk.run("report w.db -o report.md").expect(0);
    assert_eq!(desk.read("report.md"), said);
    desk.run("report w.db -o report.md").complains(1);
    let figures = desk.run("report w.db --json").expect(0).json();
    assert_eq!(figures["waterfall"]["total"]["kept"], 3);
    assert_eq!(figures["waterfall"]["sources"][0]["splits"], json!({"train": 2}));

    let first = desk.run("report w.db --snapshot v1").expect(0).out;
    assert!(!first.contains("now") && !first.contains("drop record 2"), "{first}");
    desk.run("mark w.db drop --id 1").expect(0);
    assert_eq!(desk.run("report w.db --snapshot v1").expect(0).out, first);
    desk.run("report w.db --snapshot v7").complains(1);
}

#[test]
fn an_operation_in_the_middle_is_undone_with_what_builds_on_it() {
    let desk = desk();
    desk.run("mark w.db keep --id 2").expect(0);
    let refused = desk.run("undo w.db --op 3").complains(1);
    assert!(refused.err.contains("6 (keep record 2)") && refused.err.contains("--op 3 --with-later"), "{refused:?}");
    desk.run("undo w.db --with-later").expect(2);
    let undone = desk.run("undo w.db --op 3 --with-later --json").expect(0).json();
    assert_eq!((&undone["operation"], &undone["later"][0]["operation"]), (&json!(3), &json!(6)));
    let state = |desk: &Desk| desk.run("list w.db id:2 --json").expect(0).lines()[0]["state"].clone();
    assert_eq!(state(&desk), "undecided");
    desk.run("redo w.db").expect(0);
    assert_eq!(state(&desk), "drop");
    desk.run("redo w.db").expect(0);
    assert_eq!(state(&desk), "keep");
}

/// Undone together, each is a step with a line of its own: pasted into a shell, the lines of the history make the workspace again.
#[test]
fn the_lines_of_undone_operations_make_the_workspace_again() {
    let prepared = || {
        let desk = Desk::new();
        desk.write("a.txt", "a red car\nan owl\nthe sea\n");
        desk
    };
    let (desk, again) = (prepared(), prepared());
    for line in [
        "import w.db a.txt",
        "mark w.db keep --id 1 2",
        "mark w.db drop --id 2",
        "mark w.db flag --id 3",
        "mark w.db keep --id 2",
        "undo w.db --op 2 --with-later",
        "redo w.db",
    ] {
        desk.run(line).expect(0);
    }
    let mut commands: Vec<String> = desk
        .run("history w.db --json")
        .expect(0)
        .lines()
        .iter()
        .map(|operation| operation["command"].as_str().expect("a line").to_owned())
        .collect();
    commands.reverse();
    assert_eq!(commands[5..8], ["tamis undo w.db --op 5", "tamis undo w.db --op 3", "tamis undo w.db --op 2"]);
    for command in &commands {
        again.run(command.strip_prefix("tamis ").expect("a command")).expect(0);
    }
    assert_eq!(ground(&again.path("w.db")), ground(&desk.path("w.db")));
}
