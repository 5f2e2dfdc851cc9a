//! Each operation knows its equivalent command line: pasted into a shell, the lines of a history make the workspace again.

use super::desk::Desk;
use crate::workspace::ground::ground;

#[test]
fn the_lines_of_a_history_make_the_workspace_again() {
    let desk = Desk::new();
    desk.write("it's a list.txt", "a red car in the rain\nan owl, masterpiece\na red car in the rain today\n");
    desk.write("b.csv", "Caption,image_path,n\n\"the sea, \"\"blue\"\"\",x/1.png,1\nthe sea at night,,2\n");
    let lines: [&[&str]; 14] = [
        &["import", "w.db", "it's a list.txt", "--source", "-dash $HOME `x`", "--protect"],
        &[
            "import",
            "w.db",
            "b.csv",
            "--text-column",
            "Caption",
            "--file-column",
            "image_path",
            "--prefix",
            "p",
            "--split",
            "test",
        ],
        &["rules", "apply", "w.db", "--pipeline", "default"],
        &["mark", "w.db", "keep", "--id", "1", "2", "--reason", "it's \"good\"\nand more"],
        &["mark", "w.db", "drop", "--filter", "sea OR (owl chars:>99)", "--reason", "-x"],
        &["edit", "w.db", "--id", "3", "--text", "-a $(touch pwned) red car; in the 'rain' \u{1f327}\nsecond line"],
        &["sources", "w.db", "--unprotect", "-dash $HOME `x`"],
        &["duplicates", "build", "w.db", "--floor", "0.4"],
        &["duplicates", "apply", "w.db", "-t", "0.45", "--policy", "cluster"],
        &["split", "w.db", "--share", "train=2,validation=1", "--seed", "9", "--by", "source", "-t", "0.6"],
        &["undo", "w.db", "--op", "6"],
        &["mark", "w.db", "flag", "--id", "5"],
        &["undo", "w.db"],
        &["redo", "w.db"],
    ];
    for line in lines {
        // The first source's name begins with a dash, which only this form takes.
        let args = line.iter().flat_map(|word| match *word {
            "--source" | "--unprotect" | "--reason" => vec![],
            word if line.contains(&"--unprotect") && word.starts_with("-dash") => vec![format!("--unprotect={word}")],
            word if word.starts_with("-dash") => vec![format!("--source={word}")],
            "-x" => vec!["--reason=-x".to_owned()],
            word if word.starts_with("it's \"") => vec![format!("--reason={word}")],
            word => vec![word.to_owned()],
        });
        desk.run_args(args).expect(0);
    }

    let again = Desk::new();
    for name in ["it's a list.txt", "b.csv"] {
        again.write(name, desk.read(name));
    }
    let mut commands: Vec<String> = desk
        .run("history w.db --json")
        .expect(0)
        .lines()
        .iter()
        .map(|op| op["command"].as_str().expect("a line").to_owned())
        .collect();
    commands.reverse();
    assert_eq!(commands.len(), lines.len() - 1, "all but the graph, which is derived: {commands:#?}");
    for command in &commands {
        if command.contains("duplicates apply") {
            again.run("duplicates build w.db --floor 0.4").expect(0);
        }
        let script = format!("tamis() {{ '{}' \"$@\"; }}\n{command}", env!("CARGO_BIN_EXE_tamis"));
        let ran =
            std::process::Command::new("/bin/sh").args(["-c", &script]).current_dir(again.path("")).output().expect("a shell");
        assert!(ran.status.success(), "{command}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    assert_eq!(ground(&again.path("w.db")), ground(&desk.path("w.db")));
    assert!(!again.path("pwned").exists() && !desk.path("pwned").exists());
}
