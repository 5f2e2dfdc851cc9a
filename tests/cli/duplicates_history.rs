//! The lines that History shows of judging, cutting and settings make the workspace again.

use super::desk::Desk;
use crate::workspace::ground::ground;

const TEXTS: [&str; 7] = [
    "a red car in the rain, --ar 16:9",
    "a blue car in the rain",
    "an owl at night",
    "an old owl at night",
    "the sea, it's blue",
    "the sea, it's very blue",
    "the very old sea, it's blue",
];

#[test]
fn the_lines_of_a_history_make_judgements_and_settings_again() {
    let desk = Desk::new();
    desk.workspace(&TEXTS);
    let lines: [&[&str]; 18] = [
        &["duplicates", "mask", "w.db", "--set", "it's $HOME `x`", "a \"b\" $(touch pwned)", "in the rain"],
        &["duplicates", "mask", "w.db", "--add=--ar 16:9", "--add=-"],
        &["duplicates", "order", "w.db", "--set", "keep", "field:clip score", "oldest"],
        &["duplicates", "build", "w.db", "--floor", "0.2"],
        &["duplicates", "judge", "w.db", "different", "--pair", "1,2", "7,5"],
        &["duplicates", "judge", "w.db", "duplicate", "--sampled", "--pair", "3,4"],
        &["duplicates", "judge", "w.db", "clear", "--pair", "1,2"],
        &["duplicates", "cut", "w.db", "-t", "0.55", "--id", "6"],
        &["split", "w.db", "--share", "train=1,test=1", "--seed", "3", "-t", "0.9"],
        &["duplicates", "protect", "w.db", "--set", "test", "a split's name"],
        &["duplicates", "apply", "w.db", "-t", "0.4", "--policy", "cluster"],
        &["duplicates", "apply", "w.db", "-t", "0.9", "--filter", "sea OR (owl chars:>9)"],
        &["duplicates", "apply", "w.db", "-t", "0.95", "--filter", "-owl"],
        &["duplicates", "protect", "w.db", "--clear"],
        &["duplicates", "order", "w.db", "--clear"],
        &["duplicates", "mask", "w.db", "--remove", "in the rain"],
        &["undo", "w.db"],
        &["duplicates", "judge", "w.db", "different", "--pair", "3,5"],
    ];
    for line in lines {
        desk.run_args(line).expect(0);
    }
    let ours = ground(&desk.path("w.db"));
    for part in ["judgement/", "setting/duplicates.mask", "setting/duplicates"] {
        assert!(ours.keys().any(|key| key.starts_with(part)), "{part}: {ours:#?}");
    }

    let again = Desk::new();
    again.write("lines.txt", desk.read("lines.txt"));
    let history = desk.run("history w.db --json").expect(0).lines();
    let mut commands: Vec<&str> = history.iter().map(|op| op["command"].as_str().expect("a line")).collect();
    commands.reverse();
    assert_eq!(commands.len(), lines.len(), "the import for the graph, which is derived: {commands:#?}");
    for command in &commands {
        if ["duplicates apply", "duplicates cut"].iter().any(|verb| command.contains(verb)) {
            again.run("duplicates build w.db --floor 0.2").expect(0);
        }
        let script = format!("tamis() {{ '{}' \"$@\"; }}\n{command}", env!("CARGO_BIN_EXE_tamis"));
        let ran = std::process::Command::new("/bin/sh")
            .args(["-c", &script])
            .current_dir(again.path(""))
            .env("XDG_DATA_HOME", again.path("data"))
            .env("XDG_CACHE_HOME", again.path("cache"))
            .output()
            .expect("a shell");
        assert!(ran.status.success(), "{command}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    assert_eq!(ground(&again.path("w.db")), ours, "{commands:#?}");
    assert!(!again.path("pwned").exists() && !desk.path("pwned").exists());
}
