//! Standard output and standard error: who says what, and what happens when nobody listens.

use std::io::{BufRead, BufReader};

use super::desk::{Desk, Ran};

/// Enough of everything to fill a pipe several times.
fn desk() -> Desk {
    let desk = Desk::new();
    let lines: String = (0..6000).map(|n| format!("a long prompt about the {} sea, masterpiece, number {n}\n", n % 9)).collect();
    desk.write("many.txt", lines);
    desk.run("import w.db many.txt").expect(0);
    desk
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let desk = desk();
    desk.run("duplicates build w.db --filter id:<300").expect(0);
    for line in [
        "list w.db",
        "list w.db --json",
        "export w.db - --layout jsonl",
        "export w.db - --layout txt",
        "export w.db - --layout csv",
        "rules preview w.db --diff",
        "rules filter many.txt",
        "rules filter many.txt --json",
        "duplicates pairs w.db -t 0.6",
        "duplicates pairs w.db -t 0.6 --json",
        "man",
    ] {
        let mut child = desk.start(line);
        let mut first = String::new();
        BufReader::with_capacity(16, child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
        assert!(!first.is_empty(), "{line}");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""), "{line}");
    }
}

#[test]
fn nothing_but_results_and_errors_is_said_when_nobody_watches() {
    let desk = desk();
    for line in [
        "import w.db many.txt --again --source two",
        "list w.db --limit 3",
        "stats w.db",
        "rules preview w.db",
        "rules apply w.db",
        "duplicates build w.db --filter id:<50",
        "mark w.db keep --id 1",
        "check w.db",
        "history w.db",
        "export w.db - --layout jsonl --filter id:<9",
        "export w.db out --layout jsonl",
        "verify out",
        "undo w.db",
    ] {
        let ran = desk.run(line).expect(0);
        assert_eq!(ran.err, "", "{line}: no progress bar where nobody sees it");
        assert!(!ran.out.is_empty(), "{line}");
    }
}

#[test]
fn quiet_leaves_the_result_and_nothing_else() {
    let desk = Desk::new();
    desk.write("a.txt", b"one\n\xff\n");
    for line in [
        "import w.db a.txt --quiet",
        "-q mark w.db keep --id 1",
        "undo -q w.db",
        "redo w.db -q",
        "rules apply w.db -q",
        "split w.db -q --share a=1",
    ] {
        let ran = desk.run(line);
        assert!([0, 3].contains(&ran.code), "{line}: {ran:?}");
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""), "{line}");
    }
    for line in ["stats w.db -q", "list w.db -q", "list w.db --json -q", "history w.db -q", "check w.db -q"] {
        assert!(!desk.run(line).expect(0).out.is_empty(), "{line}: this is what was asked for");
    }
    assert_eq!(desk.run("list w.db -q").out.lines().count(), 1);
    let ran = desk.run("mark w.db keep --id 9 -q").expect(1);
    assert!(ran.err.starts_with("error: "), "errors are always said");
}

#[test]
fn colour_is_for_terminals_or_on_request() {
    let desk = Desk::new();
    desk.workspace(&["a black cat in the rain, masterpiece"]);
    let escape = |ran: &Ran| ran.out.contains('\u{1b}');
    assert!(!escape(&desk.run("rules preview w.db --diff").expect(0)));
    assert!(!escape(&desk.run("rules preview w.db --diff --color never").expect(0)));
    assert!(escape(&desk.run("rules preview w.db --diff --color always").expect(0)));
    assert_eq!(desk.run("rules preview w.db --diff").out, "record 1  praise\n  a black cat in the rain[-, masterpiece-]\n");
}
