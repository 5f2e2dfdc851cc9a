//! What the documents say is what the program does.

use std::fs;
use std::path::Path;

use clap::CommandFactory;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a document")
}

/// `assets/keys.md` is made from the table of actions. Set `TAMIS_REWRITE=1` to make it anew.
#[test]
fn the_key_table_is_the_action_table() {
    let made = format!(
        "# Keys\n\nMade from the table of actions by `TAMIS_REWRITE=1 cargo test key_table`.\n\n{}",
        tamis::tui::action::markdown()
    );
    if std::env::var_os("TAMIS_REWRITE").is_some() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/keys.md"), &made).expect("the document is written");
    }
    assert_eq!(read("assets/keys.md").trim_end(), made.trim_end(), "run: TAMIS_REWRITE=1 cargo test key_table");
}

#[test]
fn the_readme_names_every_command_and_every_exit_code() {
    let readme = read("README.md");
    for command in tamis::cli::args::Cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(
            readme.contains(&format!("`{name}`"))
                || readme.contains(&format!("`{name} "))
                || readme.contains(&format!("tamis {name}`")),
            "{name}"
        );
        for inner in command.get_subcommands() {
            let words = [format!("`{name} {}`", inner.get_name()), format!("`{}`", inner.get_name())];
            assert!(words.iter().any(|w| readme.contains(w.as_str())), "{name} {}", inner.get_name());
        }
    }
}

/// Every link of the README to a file of the project leads somewhere.
#[test]
fn links_lead_somewhere() {
    for document in ["README.md", "CONTRIBUTING.md"] {
        for link in read(document).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let there = link.starts_with("http") || Path::new(env!("CARGO_MANIFEST_DIR")).join(link).exists();
            assert!(there, "{document}: {link}");
        }
    }
}
