//! Duplicates on a real (pseudo-)terminal, with the real binary: built, slid, judged, applied, undone, and all of it still there after a
//! restart.

use std::path::Path;
use std::process::Command;

use crate::support::driver::workspace_of;
use crate::support::pty::Pty;

const TAMIS: &str = env!("CARGO_BIN_EXE_tamis");
const TEXTS: [&str; 6] = [
    "a red car on a long road at night",
    "a red car on a long road at dawn",
    "a red car on a long way at dawn",
    "丸い窓 のある きのこの家 🍄 夜 8k",
    "丸い窓 のある きのこの家 🍄 夜",
    "nothing like the others",
];

fn dropped(workspace: &str) -> usize {
    let output = Command::new(TAMIS).args(["list", workspace, "state:drop", "--json"]).output().expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").lines().count()
}

#[test]
fn duplicates_are_built_slid_judged_applied_undone_and_remembered() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = workspace_of(folder.path(), &TEXTS).display().to_string();
    let home = folder.path().display().to_string();
    let start = || Pty::spawn(Path::new(TAMIS), &[&workspace], &[("HOME", &home)], 120, 40);

    let mut pty = start();
    pty.send("3");
    pty.wait_for_text("There is no similarity graph yet.");
    pty.send("B");
    pty.wait_for_text("build the similarity graph");
    pty.send("\r");
    pty.wait_for_text("pairs at 0.50 or above");
    pty.wait_for_text("0.80 · cover");
    pty.wait_for_text("drops 1 of 6");
    pty.send("<<<(((((");
    pty.wait_for_text("0.60 · cover");
    pty.wait_for_text("2 clusters · 5 records · largest 3");
    pty.wait_for_text("drops 3 of 6");
    // The figures come with the key, the clusters a moment later.
    pty.wait_for_text("3 members");
    // The second member of the first cluster is no duplicate of its keeper.
    pty.send("\tjx");
    pty.wait_for_text("1 and 2: different");
    pty.wait_for_text("drops 2 of 6");
    pty.send("b");
    pty.wait_for_text("Are these two duplicates?");
    pty.wait_for_text("0 judged");
    pty.send("y");
    pty.wait_for_text("1 judged");
    pty.send("u");
    pty.wait_for_text("0 judged");
    pty.send("\x1b");
    pty.wait_for_text("0.60 · cover");
    pty.wait_for_text("drops 2 of 6");
    pty.send("\r");
    pty.wait_for_text("Drops 2 of 6 records at 0.60 (cover).");
    pty.send("y");
    pty.wait_for_text("dropped 2 duplicates");
    assert_eq!(dropped(&workspace), 2);
    pty.send("u");
    pty.wait_for_text("undo: duplicates cover at 0.600");
    assert_eq!(dropped(&workspace), 0);
    pty.send("q");
    assert!(pty.exit_status().success());

    let mut pty = start();
    pty.send("3");
    pty.wait_for_text("0.60 · cover");
    pty.wait_for_text("drops 2 of 6");
    // Undoing the judgement brings the pair back.
    pty.send("u");
    pty.wait_for_text("drops 3 of 6");
    pty.send("q");
    assert!(pty.exit_status().success());
}
