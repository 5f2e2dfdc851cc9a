//! Every change of rules is one operation: it is undone and done again, and its command line does the same elsewhere.

use std::process::Command;

use super::desk::Desk;
use super::rules::{OWN, desk};
use crate::workspace::ground::read_only;

/// One line for each kind of change, as one would work.
const LINES: &[&[&str]] = &[
    &["rules", "new", "w.db", "mine", "--from", "own"],
    &["rules", "new", "w.db", "empty"],
    &["rules", "import", "w.db", "own file.toml", "--name", "third"],
    &["rules", "apply", "w.db", "--pipeline", "own"],
    &["rules", "disable", "w.db", "reds"],
    &["rules", "apply", "w.db"],
    &["rules", "enable", "w.db", "reds", "--pipeline", "own"],
    &["rules", "move", "w.db", "specs", "--to", "1"],
    &["rules", "enable", "w.db", "--fixpoint"],
    &["rules", "disable", "w.db", "--fixpoint"],
    &["rules", "apply", "w.db", "--fixpoint"],
    &["rules", "refuse", "w.db", "--id", "1", "--change", "1"],
    &["rules", "refuse", "w.db", "--id", "4", "--rule", "reds", "--pipeline", "third"],
    &["rules", "refuse", "w.db", "--id", "4", "--rule", "reds", "--pipeline", "strange.toml"],
    &["rules", "refuse", "w.db", "--id", "2", "--record"],
    &["rules", "refuse", "w.db", "--id", "1", "--change", "1", "--accept"],
    &["rules", "refuse", "w.db", "--id", "2", "--refusal", "{\"what\":\"drop\",\"rule\":\"no-owls\"}"],
    &[
        "rules",
        "edit",
        "w.db",
        "--insert",
        "2",
        "--toml",
        "\n[[rule]]\nname = \"it-s\"\nkind = \"replace\"\npattern = \"it's $HOME\"\nwith = ''\n\n",
    ],
    &[
        "rules",
        "edit",
        "w.db",
        "--rule",
        "it-s",
        "--toml",
        "[[rule]]\nname = \"its\"\nkind = \"replace\"\npattern = '`x`'\nwith = '-'\n\n\n",
    ],
    &["rules", "edit", "w.db", "--rule", "no-owls", "--toml", ""],
    &["rules", "edit", "w.db", "--rule", "its", "--toml", " \n"],
    &["rules", "edit", "w.db", "--pipeline", "empty", "--toml", "name = \"empty\"\n\n\n"],
    &["rules", "edit", "w.db", "--pipeline", "third", "--toml", "name = \"renamed\" # it's\n"],
    &["rules", "disable", "w.db", "urls", "--pipeline", "default"],
    &["rules", "remove", "w.db", "third"],
    &["rules", "clear", "w.db"],
    &["rules", "apply", "w.db"],
];

fn ready() -> Desk {
    let desk = desk();
    desk.write("own file.toml", OWN);
    desk.write("strange.toml", OWN.replace("blue", "green"));
    desk
}

/// All that rules can change: which are in force, what they made of each record, the pipelines, what is refused.
const STATE: [&str; 4] = [
    "SELECT 'in force', name || ' ' || digest FROM pipelines WHERE id = (SELECT value FROM settings WHERE key = 'pipeline')",
    "SELECT record, coalesce(text, '') || coalesce(' dropped by ' || dropped_by, '') || coalesce(fired, '') FROM outcomes
     WHERE pipeline = (SELECT value FROM settings WHERE key = 'pipeline') AND (text IS NOT NULL OR dropped_by IS NOT NULL)",
    "SELECT name, source FROM named_pipelines",
    "SELECT text, refused FROM refusals",
];

fn state(desk: &Desk) -> Vec<String> {
    let connection = read_only(&desk.path("w.db"));
    let mut state = Vec::new();
    for sql in STATE {
        let mut statement = connection.prepare(sql).expect("our schema");
        let row = |row: &rusqlite::Row<'_>| Ok(format!("{:?} {}", row.get_ref(0)?, row.get::<_, String>(1)?));
        state.extend(statement.query_map([], row).expect("rows").map(|row| row.expect("a row")));
    }
    state.sort();
    state
}

#[test]
fn each_change_is_undone_and_done_again() {
    let desk = ready();
    for line in LINES {
        let before = state(&desk);
        let ran = desk.run_args(*line).expect(0);
        let after = state(&desk);
        assert!(after != before && !ran.out.is_empty(), "{line:?} does nothing: {ran:?}");
        desk.run("undo w.db").expect(0);
        assert_eq!(state(&desk), before, "{line:?} undone");
        desk.run("redo w.db").expect(0);
        assert_eq!(state(&desk), after, "{line:?} done again");
    }
}

#[test]
fn the_lines_of_a_history_make_the_rules_again() {
    let desk = ready();
    for line in LINES {
        desk.run_args(*line).expect(0);
    }
    let history = desk.run("history w.db --json").expect(0).lines();
    assert_eq!(history.len(), LINES.len() + 2, "with both imports");
    let again = Desk::new();
    for name in ["lines.txt", "own.toml", "own file.toml", "strange.toml"] {
        again.write(name, desk.read(name));
    }
    // What a file said is known by what was refused of it, whatever it says now.
    again.write("strange.toml", "name = 'other'\n");
    for operation in history.iter().rev() {
        let command = operation["command"].as_str().expect("a line");
        let script = format!("tamis() {{ '{}' \"$@\"; }}\n{command}", env!("CARGO_BIN_EXE_tamis"));
        let ran = Command::new("/bin/sh").args(["-c", &script]).current_dir(again.path("")).output().expect("a shell");
        assert!(ran.status.success(), "{command}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    assert_eq!(state(&again), state(&desk));
    let told = |desk: &Desk| -> Vec<_> {
        let lines = desk.run("history w.db --json").expect(0).lines();
        lines.iter().map(|line| (line["command"].clone(), line["description"].clone())).collect()
    };
    assert_eq!(told(&again), told(&desk));
}
