//! Every command has its help, and the commands are those that scripts rely on.

use clap::CommandFactory;
use tamis::cli::args::Cli;

use super::desk::Desk;

/// Every command as its words, the inner ones too.
fn commands(command: &clap::Command, words: &str, all: &mut Vec<String>) {
    for inner in command.get_subcommands() {
        let words = format!("{words} {}", inner.get_name()).trim().to_owned();
        if inner.has_subcommands() {
            commands(inner, &words, all);
        } else {
            assert!(inner.get_about().is_some(), "{words} has no help");
            all.push(words);
        }
    }
}

#[test]
fn every_command_says_what_it_does() {
    let desk = Desk::new();
    let mut all = Vec::new();
    commands(&Cli::command(), "", &mut all);
    let known = [
        "demo",
        "import",
        "sources",
        "stats",
        "list",
        "mark",
        "edit",
        "undo",
        "redo",
        "history",
        "rules list",
        "rules show",
        "rules new",
        "rules edit",
        "rules import",
        "rules export",
        "rules remove",
        "rules enable",
        "rules disable",
        "rules move",
        "rules test",
        "rules preview",
        "rules check",
        "rules apply",
        "rules clear",
        "rules refuse",
        "rules filter",
        "duplicates build",
        "duplicates at",
        "duplicates clusters",
        "duplicates pairs",
        "duplicates apply",
        "duplicates against",
        "pairs export",
        "pairs import",
        "dedup",
        "leakage",
        "split",
        "assign",
        "snapshot create",
        "snapshot list",
        "snapshot show",
        "snapshot diff",
        "snapshot restore",
        "snapshot delete",
        "report",
        "check",
        "export",
        "verify",
        "completions",
        "man",
    ];
    for word in known {
        assert!(all.iter().any(|command| command == word), "{word} is gone");
    }
    for command in &all {
        let ran = desk.run(&format!("{command} --help")).expect(0);
        assert!(ran.out.contains("Usage: tamis") && ran.err.is_empty(), "{command}: {ran:?}");
        for option in ["--json", "--quiet", "--color"] {
            assert!(ran.out.contains(option), "{command} does not tell {option}");
        }
    }
    let whole = desk.run("--help").expect(0).out;
    assert!(whole.contains("130 cancelled") && whole.contains("tamis demo"));
    assert!(desk.run("--version").expect(0).out.starts_with("tamis "));
    assert_eq!(desk.names(), Vec::<String>::new());
}

#[test]
fn the_shells_and_the_manual_know_every_command() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = desk.run(&format!("completions {shell}")).expect(0).out;
        assert!(["import", "duplicates", "verify"].iter().all(|word| script.contains(word)), "{shell}");
    }
    assert!(desk.run("man").expect(0).out.contains(".TH tamis"));
}
