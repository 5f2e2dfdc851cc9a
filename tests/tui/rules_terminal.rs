//! The rules on a real (pseudo-)terminal, with the real binary: a rule is edited and its counts watched, a change refused, the rules
//! applied and taken back, tamis ended and started again; what was refused is still refused.

use std::path::Path;
use std::process::Command;

use crate::support::driver::workspace_of;
use crate::support::pty::Pty;

const TAMIS: &str = env!("CARGO_BIN_EXE_tamis");
const TEXTS: [&str; 3] = ["a quiet cul-de-sac, 8k", "a red car, 8k, on a long road", "a lake in fog"];
const MINE: &str = "name = \"mine\"\n\n[[rule]]\nname = \"praise\"\nkind = \"remove-phrases\"\nphrases = ['4k']\n";

fn tamis(arguments: &[&str]) -> String {
    let output = Command::new(TAMIS).args(arguments).output().expect("the binary runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn texts(workspace: &str) -> Vec<String> {
    let rows = tamis(&["list", workspace, "--json"]);
    let text = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["text"].as_str().map(str::to_owned);
    rows.lines().filter_map(text).collect()
}

#[test]
fn a_rule_is_edited_a_change_refused_applied_undone_and_all_is_still_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = workspace_of(folder.path(), &TEXTS).display().to_string();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, MINE).expect("a file");
    tamis(&["rules", "import", &workspace, &file.display().to_string(), "--quiet"]);
    let start = || Pty::spawn(Path::new(TAMIS), &[&workspace], &[], 120, 40);

    let mut pty = start();
    pty.send("2p");
    pty.wait_for_text("mine  1 rules  yours");
    pty.send("mine\r");
    pty.wait_for_text("changes 0 and drops 0 of 3");
    // The cursor stands behind the list; `4k` becomes `8k`, and the counts follow.
    pty.send("\t\te");
    pty.wait_for_text("edit rule 1");
    pty.send("\x1b[D\x1b[D\x7f\x7f");
    pty.wait_for_text("the list has a blank phrase");
    pty.send("8k");
    pty.wait_for_text("as it is typed");
    pty.wait_for_text("changes 2 and drops 0 of 3");
    pty.send("\x13");
    pty.wait_for_text("saved rules mine");
    // The second of the two records keeps its 8k.
    pty.send("\tj");
    pty.wait_for_text("a red car");
    pty.wait_for_text("2 · prompts · praise");
    pty.send(" ");
    pty.wait_for_text("8k‹refused›");
    pty.wait_for_text("changes 1 and drops 0 of 3");
    pty.send("\r");
    pty.wait_for_text("mine changes 1 and drops 0 of 3 records.");
    pty.send("y");
    pty.wait_for_text("rules applied: 1 changed, 0 dropped");
    pty.wait_for_text("mine · in force");
    assert_eq!(texts(&workspace), ["a quiet cul-de-sac", TEXTS[1], TEXTS[2]]);
    pty.send("u");
    pty.wait_for_text("mine · not in force");
    assert_eq!(texts(&workspace), TEXTS);
    pty.send("\x12");
    pty.wait_for_text("mine · in force");
    pty.send("q");
    assert!(pty.exit_status().success());

    let mut pty = start();
    pty.send("2");
    pty.wait_for_text("mine · in force");
    pty.wait_for_text("=  refused");
    pty.send("q");
    assert!(pty.exit_status().success());
    assert_eq!(texts(&workspace), ["a quiet cul-de-sac", TEXTS[1], TEXTS[2]]);
}
