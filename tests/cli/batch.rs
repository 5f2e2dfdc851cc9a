//! `batch`: one operation a line, each on the disk before its `ack`.

use std::io::{BufRead, BufReader, Write};

use super::desk::Desk;

fn texts(desk: &Desk) -> Vec<(String, String)> {
    let rows = desk.run("list w.db --json").expect(0).lines();
    rows.iter()
        .map(|row| (row["state"].as_str().expect("a state").into(), row["text"].as_str().expect("a text").into()))
        .collect()
}

#[test]
fn every_line_is_an_operation_of_its_own() {
    let desk = Desk::new();
    desk.workspace(&["one", "two", "three"]);
    desk.write(
        "ops",
        "# a day's work\nmark keep --id 1 --reason 'it''s good'\n\nedit --id 2 --text \"two \\\"words\\\"\"\nmark drop --id 3\nundo\nredo\nundo\n",
    );
    let ran = desk.run("batch w.db ops --ack").expect(0);
    assert_eq!(ran.out, "ack 2\nack 4\nack 5\nack 6\nack 7\nack 8\n6 operations\n");
    assert_eq!(
        texts(&desk),
        [("keep".into(), "one".into()), ("undecided".into(), "two \"words\"".into()), ("undecided".into(), "three".into())]
    );
    assert_eq!(desk.run("history w.db --json").expect(0).lines().len(), 1 + 6);
    assert_eq!(desk.run("batch w.db ops --quiet").expect(0).out, "");
}

#[test]
fn commands_of_two_words_and_filters_and_json() {
    let desk = Desk::new();
    desk.workspace(&["a red car, masterpiece", "an owl"]);
    desk.write("ops", "rules apply\nmark flag --filter 'owl OR \"no such\"'\nsplit --share train=1\n");
    let ran = desk.run("batch w.db ops --ack --json").expect(0);
    assert_eq!(ran.out, "{\"ack\":1}\n{\"ack\":2}\n{\"ack\":3}\n{\"operations\":3}\n");
    assert_eq!(texts(&desk), [("undecided".into(), "a red car".into()), ("flag".into(), "an owl".into())]);
}

#[test]
fn the_first_failure_ends_it_with_its_line() {
    let desk = Desk::new();
    desk.workspace(&["one", "two"]);
    for (bad, code, words) in [
        ("mark keep --id 77", 1, "line 2: there is no record 77"),
        ("mark keep", 2, "line 2: "),
        ("mark keep --id 1 \"open", 2, "line 2: a quote is not closed"),
        ("frobnicate", 2, "line 2: `frobnicate` is no operation"),
        ("batch ops", 2, "line 2: `batch ops` is no operation"),
        ("leakage a b", 2, "line 2: "),
        ("edit --id 1 --text \u{1b}[31m --frob", 2, "line 2: "),
    ] {
        desk.write("ops", format!("mark flag --id 1\n{bad}\nmark drop --id 2\n"));
        let ran = desk.run("batch w.db ops --ack").expect(code);
        assert_eq!(ran.out, "ack 1\n", "{bad}");
        assert!(ran.err.starts_with(&format!("error: {words}")), "{bad}: {ran:?}");
        assert!(!ran.err.contains('\u{1b}'));
    }
    assert_eq!(texts(&desk), [("flag".into(), "one".into()), ("undecided".into(), "two".into())]);
    desk.run("batch w.db nothing").expect(1);
    desk.write("ops", b"mark keep --id 1 --reason \xff\n");
    assert!(desk.run("batch w.db ops").expect(1).err.contains("line 1: not UTF-8"));
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let desk = Desk::new();
    let count = 40;
    let lines: Vec<String> = (1..=count).map(|n| format!("prompt {n}")).collect();
    desk.workspace(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    for killed_after in [1, 7, 23] {
        let mut child = desk.start("batch w.db - --ack");
        let mut input = child.stdin.take().expect("a pipe");
        let mut acks = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let reason = format!("round {killed_after}");
        for n in 1..=killed_after {
            writeln!(input, "mark flag --id {n} --reason '{reason}'").expect("it reads");
            assert_eq!(acks.next().expect("an answer").expect("a line"), format!("ack {n}"));
        }
        // One more is in flight: it is there as a whole, or not at all.
        writeln!(input, "mark flag --id {count} --reason '{reason}'").expect("it reads");
        child.kill().expect("SIGKILL");
        child.wait().expect("it is dead");
        let rows = desk.run("list w.db state:flag --json").expect(0).lines();
        let marked = |id: u64| rows.iter().any(|row| row["id"] == id && row["cause"] == format!("hand: {reason}"));
        assert!((1..=killed_after).all(marked), "{killed_after}: {rows:?}");
        assert_ne!(desk.run("check w.db file invariants --json").expect(0).json()["verdict"], "blocked");
    }
}

#[test]
fn it_waits_for_lines_and_hears_a_cancel() {
    let desk = Desk::new();
    desk.workspace(&["one"]);
    let mut child = desk.start("batch w.db - --ack");
    let mut input = child.stdin.take().expect("a pipe");
    let mut acks = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    writeln!(input, "mark flag --id 1").expect("it reads");
    assert_eq!(acks.next().expect("an answer").expect("a line"), "ack 1");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("SIGINT");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    drop(input);
}

#[test]
fn no_operation_eats_the_lines_that_follow_it() {
    let desk = Desk::new();
    desk.workspace(&["one", "two"]);
    for line in ["import - --source rest", "rules edit --file -"] {
        let ran = desk.run_with("batch w.db - --ack", format!("{line}\nmark drop --id 2\n").as_bytes()).expect(2);
        assert!(ran.out.is_empty() && ran.err.contains("line 1: standard input holds the operations"), "{line}: {ran:?}");
    }
    // A word is a word.
    desk.run_with("batch w.db -", b"mark drop --id 2 --reason -\n").expect(0);
}
