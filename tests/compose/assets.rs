//! The phrase lists that ship.

use std::collections::BTreeSet;

use tamis::compose::{Rng, grammar::Grammar, phrases};

#[test]
fn all_lists_compile() {
    assert_eq!(Grammar::compile(phrases::SOURCES).err(), None);
}

#[test]
fn every_file_of_the_folder_is_a_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/compose");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().trim_end_matches(".txt").to_owned())
        .collect();
    assert_eq!(files, phrases::SOURCES.iter().map(|(name, _)| (*name).to_owned()).collect());
}

#[test]
fn no_list_is_empty_or_says_a_thing_twice() {
    let mut phrases_in_all = 0;
    for (name, content) in phrases::SOURCES {
        assert!(content.starts_with("# "), "{name} does not say what it holds");
        let lines = phrases::lines(name);
        let different: BTreeSet<_> = lines.iter().collect();
        assert_eq!(different.len(), lines.len(), "{name}");
        assert!(lines.iter().all(|line| line.trim() == *line), "{name}: blanks at an end");
        assert!(lines.len() >= 5, "{name}");
        phrases_in_all += lines.len();
    }
    assert!(phrases_in_all > 3_000, "{phrases_in_all}");
}

#[test]
fn words_that_edits_look_for_have_no_holes() {
    for name in ["colour", "creature", "person"] {
        assert!(phrases::lines(name).iter().all(|line| !line.contains(['{', '[', '\\'])), "{name}");
    }
    assert!(phrases::lines("synonym").iter().all(|line| line.split(" = ").count() == 2));
}

#[test]
fn expansions_leave_no_template_marks_behind() {
    let mut rng = Rng::new(1);
    for (name, _) in phrases::SOURCES {
        for _ in 0..200 {
            let text = phrases::text_of(name, &mut rng);
            assert!(!text.is_empty() && !text.contains("a(n)") && !text.contains("A(n)"), "{name}: {text}");
            assert!(!text.contains(char::is_control), "{name}: {text}");
            assert!(*name == "weighted" || !text.contains(['{', '}', '[', ']', '\\']), "{name}: {text}");
        }
    }
}
