//! What a hostile file, terminal or workspace must not bring about. Each test was a bug once.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::pty::Pty;

const TAMIS: &str = env!("CARGO_BIN_EXE_tamis");

fn tamis(folder: &Path, args: &[&str]) -> Output {
    Command::new(TAMIS).args(args).current_dir(folder).output().expect("tamis runs")
}

fn words(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].iter().map(|bytes| String::from_utf8_lossy(bytes)).collect()
}

fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
    }
    folder
}

/// Promise 5: to a pipe an export is data, on a terminal it is display.
#[test]
fn an_export_to_a_terminal_sends_it_no_controls() {
    let folder = folder_with(&[("a.txt", "esc \x1b]0;title\x07 c1 \u{9b}31m bidi \u{202e}abc\nplain\n".as_bytes())]);
    assert!(tamis(folder.path(), &["import", "w.db", "a.txt"]).status.success());
    let piped = tamis(folder.path(), &["export", "w.db", "-", "--layout", "txt"]);
    assert_eq!(piped.stdout, std::fs::read(folder.path().join("a.txt")).expect("the source"), "data stays data");

    let workspace = folder.path().join("w.db").display().to_string();
    for layout in ["txt", "csv", "jsonl"] {
        let mut pty = Pty::spawn(Path::new(TAMIS), &["export", &workspace, "-", "--layout", layout], &[], 80, 24);
        assert!(pty.exit_status().success());
        let sent = String::from_utf8_lossy(pty.raw_output()).into_owned();
        assert!(sent.contains("plain") && sent.contains("abc"), "{layout}: {sent:?}");
        assert!(!sent.chars().any(|c| tamis::display::is_forbidden(c) && c != '\r' && c != '\n'), "{layout}: {sent:?}");
    }
}

/// A pipeline is shown to be copied: a tab in it is a tab in the copy.
#[test]
fn a_pipeline_is_piped_byte_for_byte() {
    let toml = "name = \"x\"\n[[rule]]\n\tname = \"a\"\n\tkind = \"replace\"\n\tpattern = '\u{200b}'\n\twith = ''\n";
    let folder = folder_with(&[("x.toml", toml.as_bytes())]);
    let shown = tamis(folder.path(), &["rules", "show", "--pipeline", "x.toml"]);
    assert_eq!(String::from_utf8_lossy(&shown.stdout), toml);
}

/// A line feed in a name would let it write lines that look like ours.
#[test]
fn a_name_takes_one_line() {
    let folder = folder_with(&[("a\nready  file: ok.txt", b"one\n")]);
    let imported = tamis(folder.path(), &["import", "w.db", "a\nready  file: ok.txt"]);
    assert!(imported.status.success());
    for command in ["sources", "stats", "history", "list"] {
        let said = words(&tamis(folder.path(), &[command, "w.db"]));
        assert!(said.contains("a␊ready") && !said.lines().any(|line| line.starts_with("ready")), "{command}: {said}");
    }
}

#[test]
fn an_import_error_names_its_file() {
    let folder = folder_with(&[("good.txt", b"one\n"), ("bad.csv", b"text,text\n1,2\n")]);
    for more in [&[][..], &["--dry-run"]] {
        let said = words(&tamis(folder.path(), &[&["import", "w.db", "good.txt", "bad.csv"], more].concat()));
        assert!(said.contains("bad.csv: two columns are named"), "{said}");
    }
}

/// Opening a named pipe waits for a writer; a folder or device has no hint in it. An empty file is no workspace to write into.
#[test]
fn what_is_no_file_is_no_workspace() {
    let folder = folder_with(&[("empty.db", b"")]);
    std::fs::create_dir(folder.path().join("folder.db")).expect("a folder");
    let pipe = folder.path().join("pipe.db");
    let made = Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success());
    let names = ["empty.db", "folder.db", "/dev/null", "pipe.db"];
    for name in &names[..if made { 4 } else { 3 }] {
        for args in [&["list", name][..], &["mark", name, "keep", "--id", "1"]] {
            let output = tamis(folder.path(), args);
            assert_eq!(output.status.code(), Some(1), "{args:?}");
            assert!(words(&output).contains("is not a tamis workspace\nhint: "), "{args:?}: {}", words(&output));
        }
    }
    assert_eq!(std::fs::metadata(folder.path().join("empty.db")).expect("it is there").len(), 0, "and stays as it was");
}

/// Damage ends in an error with a hint or in a check that is blocked: no panic, no claim that all is well.
#[test]
fn a_damaged_workspace_is_named_as_such() {
    let folder = folder_with(&[]);
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("workspace.db.example")).expect("the example");
    let mut blocked = 0;
    for n in 0..12 {
        let mut damaged = bytes.clone();
        // Never the first page: without it the file is nobody's.
        let at = 4096 + (n * 2_654_435_761_usize) % (bytes.len() - 4096 - 512);
        damaged[at..at + 512].fill(0xff);
        std::fs::write(folder.path().join("w.db"), &damaged).expect("a file");
        let output = tamis(folder.path(), &["check", "w.db"]);
        let said = words(&output);
        match output.status.code() {
            Some(4) => {
                blocked += 1;
                assert!(said.contains("blocked    file: "), "{at}: {said}");
            }
            // Where a text lies the file is sound, and only what stands in it is another.
            Some(0) => {}
            Some(1) => assert!(said.contains("hint: the file is damaged"), "{at}: {said}"),
            code => panic!("{at}: {code:?} {said}"),
        }
    }
    assert!(blocked > 3, "{blocked} of 12");
}

#[test]
fn words_that_would_stand_for_something_else_name_nothing() {
    let folder = folder_with(&[("a.txt", b"one\n")]);
    for (option, value) in [("--source", ""), ("--split", ""), ("--split", "none"), ("--split", "unassigned")] {
        let output = tamis(folder.path(), &["import", "w.db", "a.txt", option, value]);
        assert_eq!(output.status.code(), Some(2), "{option} {value:?}: {}", words(&output));
    }
    assert!(!folder.path().join("w.db").exists(), "nothing was made");
}
