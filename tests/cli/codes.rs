//! Exit codes: 0 done · 1 refused · 2 usage · 3 some rejected · 4 blocked · 130 cancelled. A refusal says what next, and changes nothing.

use std::io::Write;

use rustix::process::{Pid, Signal, kill_process};

use super::desk::Desk;
use crate::workspace::ground::ground;

#[test]
fn refusals_are_one_and_change_nothing() {
    let desk = Desk::new();
    let path = desk.workspace(&["a red car", "an owl"]);
    let before = ground(&path);
    for line in [
        "mark w.db keep --id 3",
        "mark w.db keep --id 0",
        "edit w.db --id 9 --text x",
        "import w.db lines.txt",
        "import w.db nothing.txt",
        "import w.db lines.txt --again --source lines",
        "undo w.db --op 7",
        "redo w.db",
        "rules clear w.db",
        "duplicates at w.db -t 0.8",
        "duplicates apply w.db -t 0.8",
        "sources w.db --protect nobody",
        "export w.db no/such/folder --layout jsonl",
        "verify .",
        "rules preview w.db --pipeline nothing.toml",
    ] {
        let ran = desk.run(line);
        assert_eq!(ran.code, 1, "{line}: {ran:?}");
        assert!(ran.err.starts_with("error: ") && ran.out.is_empty(), "{line}: {ran:?}");
        assert_eq!(ground(&path), before, "{line}");
    }
    for line in [
        "mark w.db keep --id 3",
        "redo w.db",
        "rules clear w.db",
        "duplicates at w.db -t 0.8",
        "sources w.db --protect nobody",
        "import w.db lines.txt",
    ] {
        desk.run(line).complains(1);
    }
    desk.run_args(["edit", "w.db", "--id", "1", "--text", "  "]).complains(1);
}

#[test]
fn words_that_do_not_fit_are_two() {
    let desk = Desk::new();
    let path = desk.workspace(&["a red car", "an owl"]);
    desk.run("duplicates build w.db --floor 0.5").expect(0);
    desk.write("c.csv", "one,two\n1,2\n");
    let before = ground(&path);
    for line in [
        "no-such-command w.db",
        "mark w.db",
        "mark w.db maybe --id 1",
        "mark w.db keep",
        "mark w.db keep --id 1 --filter owl",
        "mark w.db keep --id x",
        "edit w.db --id 1",
        "edit w.db --id 1 --text x --clear",
        "list w.db chars:>x",
        "list w.db (owl",
        "list w.db /[/",
        "list w.db --sort beauty",
        "list w.db --limit -1",
        "split w.db --share train",
        "split w.db --share a=1,a=2",
        "split w.db --share a/b=1",
        "split w.db --share a=1 --by size",
        "split w.db --share a=1 -t 7",
        "split w.db --share a=1 -t 0",
        "split w.db",
        "split w.db --count a=0",
        "split w.db --count a=999",
        "split w.db --share a=1 --count A=1",
        "split w.db --share a=1 --keep b",
        "assign w.db train",
        "assign w.db none --id 1",
        "assign w.db a/b --id 1",
        "assign w.db train --id 1 --filter owl",
        "leakage w.db --list",
        "leakage w.db lines.txt --lose train",
        "leakage w.db --dry-run",
        "leakage w.db --pairs train",
        "leakage w.db -t 7",
        "duplicates at w.db",
        "duplicates at w.db -t 1.1",
        "duplicates at w.db -t x",
        "duplicates at w.db -t nan",
        "duplicates at w.db -t 0.4",
        "duplicates at w.db -t 0.8 --lens telepathy",
        "duplicates build w.db --floor 0",
        "duplicates build w.db --floor 1.5",
        "duplicates build w.db --floor=-1",
        "import w.db c.csv",
        "import w.db c.csv --text-column three",
        "import w.db lines.txt --format word",
        "import w.db lines.txt c.csv --source both",
        "import w.db lines.txt --again --split a/b",
        "import w.db",
        "export w.db out --layout kite",
        "export w.db - --layout imagefolder",
        "export w.db out --layout txt --with id",
        "export w.db out --layout jsonl --with nothing",
        "stats",
        "w.db stats w.db",
        "w.db stats",
        "list w.db --color sometimes",
        "completions klingon",
    ] {
        let ran = desk.run(line);
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(ran.err.starts_with("error: ") && ran.out.is_empty(), "{line}: {ran:?}");
        assert_eq!(ground(&path), before, "{line}");
    }
    let told = desk.run("import w.db c.csv").complains(2);
    assert!(told.err.contains("one") && told.err.contains("two"), "it says which columns there are: {told:?}");
    let bare = desk.run("");
    assert_eq!(bare.code, 2);
    assert!(bare.out.contains("Usage"));
}

#[test]
fn some_rejected_is_three_and_blocked_is_four() {
    let desk = Desk::new();
    desk.write("a.txt", b"one\n\xff\ntwo\n");
    let ran = desk.run("import w.db a.txt").expect(3);
    assert!(ran.out.contains("line 2: invalid UTF-8"), "{ran:?}");
    desk.run("import w.db a.txt --again --dry-run").expect(3);
    desk.run("export w.db out --layout jsonl").expect(0);
    desk.run("verify out").expect(0);
    std::fs::remove_file(desk.path("out/data.jsonl")).expect("removed");
    let ran = desk.run("verify out").expect(4);
    assert!(ran.out.contains("data.jsonl"), "{ran:?}");
}

#[test]
fn cancelled_is_130_and_leaves_nothing() {
    let desk = Desk::new();
    for (signal, first) in [(Signal::INT, true), (Signal::TERM, false)] {
        if !first {
            desk.workspace(&["one"]);
        }
        let names = desk.names();
        let mut child = desk.start("import w.db - --format txt --source long");
        let mut input = child.stdin.take().expect("a pipe");
        let block = "a long prompt about the sea\n".repeat(1000);
        // The pipe holds less than this: when all of it is written, the import is under way.
        for _ in 0..40 {
            input.write_all(block.as_bytes()).expect("it reads");
        }
        kill_process(Pid::from_child(&child), signal).expect("a signal");
        // It stops reading as soon as it notices.
        while input.write_all(block.as_bytes()).is_ok() {}
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130));
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cancelled"), "{output:?}");
        assert_eq!(desk.names(), names, "first: {first}");
    }
    assert_eq!(desk.run("stats w.db --json").expect(0).json()["records"], 1);
}
