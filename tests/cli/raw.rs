//! Nothing from data reaches a terminal raw (contract 14): not from texts, fields, names of sources, files and workspaces, nor in an error.

use tamis::display::is_forbidden;

use super::desk::{Desk, Ran};

/// C0, DEL, C1 as UTF-8, bidirectional, tag and zero-width characters, with what they would do to a terminal.
const NASTY: &str = "a\u{1b}[31mred\u{1b}]0;title\u{7}\u{7f}\u{9b}2J\u{90}\u{85}\u{202e}rtl\u{2066}\u{e0041}\u{200b}\u{8}\r car";

#[track_caller]
fn harmless(ran: &Ran, what: &str) {
    for text in [&ran.out, &ran.err] {
        let raw = text.chars().find(|&c| c != '\n' && is_forbidden(c));
        assert_eq!(raw, None, "{what}: {text:?}");
    }
}

fn desk() -> Desk {
    let desk = Desk::new();
    let line =
        |n: usize| serde_json::json!({"text": format!("{NASTY} {n}"), "file_name": format!("x/{NASTY}{n}.png"), NASTY: NASTY});
    desk.write("n\u{1b}[31m\u{9b}\u{202e}.jsonl", format!("{}\n{}\n{{broken {NASTY}\n", line(1), line(2)));
    let import = desk.run_args(["import", "w\u{1b}[31m.db", "n\u{1b}[31m\u{9b}\u{202e}.jsonl", "--source", NASTY]).expect(3);
    harmless(&import, "import");
    desk
}

const WS: &str = "w\u{1b}[31m.db";

#[test]
fn no_command_prints_a_control_of_the_data() {
    let desk = desk();
    let commands: &[&[&str]] = &[
        &["sources", WS],
        &["sources", WS, "--protect", NASTY],
        &["stats", WS],
        &["list", WS],
        &["mark", WS, "drop", "--id", "1", "--reason", NASTY],
        &["edit", WS, "--id", "2", "--text", NASTY],
        &["rules", "preview", WS],
        &["rules", "preview", WS, "--diff"],
        &["rules", "apply", WS],
        &["rules", "test", NASTY],
        &["rules", "show", WS],
        &["rules", "list", WS],
        &["duplicates", "build", WS],
        &["duplicates", "at", WS, "-t", "0.5"],
        &["duplicates", "clusters", WS, "-t", "0.5"],
        &["duplicates", "pairs", WS, "-t", "0.5"],
        &["duplicates", "apply", WS, "-t", "0.5"],
        &["split", WS, "--share", "a=1,b=1"],
        &["history", WS],
        &["undo", WS],
        &["redo", WS],
        &["check", WS],
        &["export", WS, "out\u{1b}[31m", "--layout", "jsonl", "--dry-run"],
        &["export", WS, "out\u{1b}[31m", "--layout", "jsonl"],
        &["verify", "out\u{1b}[31m"],
        &["import", WS, "n\u{1b}[31m\u{9b}\u{202e}.jsonl", "--again", "--dry-run"],
    ];
    for command in commands {
        for json in [false, true] {
            // What changes something runs once; it said its first word above or says it here.
            let args = command.iter().copied().chain(json.then_some("--json"));
            let ran = desk.run_args(args);
            assert!([0, 1, 3].contains(&ran.code), "{command:?}: {ran:?}");
            harmless(&ran, &format!("{command:?}"));
        }
    }
}

#[test]
fn json_keeps_the_value_that_it_escapes() {
    let desk = desk();
    let rows = desk.run_args(["list", WS, "--json"]).expect(0).lines();
    assert_eq!((rows[0]["text"].as_str(), rows[0]["source"].as_str()), (Some(format!("{NASTY} 1").as_str()), Some(NASTY)));
    assert_eq!(rows[1]["fields"][NASTY], NASTY);
    // And an export to a pipe is data: byte for byte.
    let data = desk.run_args(["export", WS, "-", "--layout", "txt"]).expect(0).out;
    assert_eq!(data, format!("{NASTY} 1\n{NASTY} 2\n"));
}

#[test]
fn errors_show_the_controls_of_what_they_name() {
    let desk = desk();
    for args in [
        &["stats", NASTY][..],
        &["list", WS, "source:\u{1b}[31m("],
        &["list", WS, "--sort", NASTY],
        &["import", WS, NASTY],
        &["import", WS, "n\u{1b}[31m\u{9b}\u{202e}.jsonl"],
        &["import", WS, "n\u{1b}[31m\u{9b}\u{202e}.jsonl", "--format", NASTY],
        &["sources", WS, "--protect", "\u{1b}[31mno"],
        &["split", WS, "--share", "\u{1b}[31m=1"],
        &["split", WS, "--share", "a=1", "-t", NASTY],
        &["export", WS, "no\u{1b}[31m/where", "--layout", "jsonl"],
        &["export", WS, "out", "--layout", "jsonl", "--with", "no\u{1b}[31msuch"],
        &["verify", NASTY],
        &["rules", "show", "--pipeline", NASTY],
        // What the parser of the command line repeats.
        &["stats", "a", NASTY],
        &[NASTY, NASTY],
        &["mark", WS, NASTY, "--id", "1"],
        &["list", WS, "--limit", NASTY],
        &["--no\u{1b}[31msuch"],
    ] {
        for color in [&[][..], &["--color", "always"]] {
            let ran = desk.run_args(args.iter().chain(color));
            assert!([1, 2].contains(&ran.code), "{args:?}: {ran:?}");
            assert!(ran.err.starts_with("error: "), "{args:?}: {ran:?}");
            harmless(&ran, &format!("{args:?}"));
        }
    }
}

#[test]
fn colours_are_ours_alone() {
    let desk = desk();
    let ran = desk.run_args(["rules", "preview", WS, "--diff", "--color", "always"]).expect(0);
    // A rule's name, what it takes away and what it puts in, in its colour; and the end of that.
    let ours = regex::Regex::new("\u{1b}\\[(?:(?:3[3-6]|9[45]);[149]|0)m").expect("a pattern");
    assert!(ours.is_match(&ran.out), "{ran:?}");
    let without = ours.replace_all(&ran.out, "").into_owned();
    harmless(&Ran { out: without, ..ran }, "a coloured diff");
}

#[test]
fn a_pipeline_file_and_its_faults_are_shown_harmlessly() {
    let desk = desk();
    desk.write("p.toml", "name = 'p'\n[[rule]]\nname = 'r'\nkind = 'drop-if'\npattern = '\u{9b}31m('\n");
    desk.write("q.toml", "name = 'p'\n\u{202e}what = 1\n");
    // A sound pipeline that is piped is data, byte for byte; its faults are words.
    for name in ["p.toml", "q.toml"] {
        for line in [format!("rules show --pipeline {name}"), format!("rules test x --pipeline {name}")] {
            harmless(&desk.run(&line), &line);
        }
    }
    desk.run("rules show --pipeline p.toml").complains(1);
}

#[test]
fn names_that_are_not_unicode_do_no_harm() {
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::new();
    let name = std::ffi::OsStr::from_bytes(b"n\xff\x1b[31m.txt");
    std::fs::write(desk.path("").join(name), "one\n").expect("a file");
    let ran = desk.run_args([std::ffi::OsStr::new("import"), "w.db".as_ref(), name]).expect(0);
    harmless(&ran, "import");
    harmless(&desk.run("sources w.db").expect(0), "sources");
    harmless(&desk.run_args([std::ffi::OsStr::new("stats"), name]).expect(1), "stats");
    harmless(&desk.run_args([std::ffi::OsStr::new("stats"), "w.db".as_ref(), name]).expect(2), "stats");
}
