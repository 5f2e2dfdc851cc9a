//! The table of actions keeps what `screens.md` and terminals demand.

use std::collections::HashMap;

use tamis::tui::action::{ACTIONS, Context, markdown, of};
use tamis::tui::key::Key;
use tamis::tui::keymap::Keymap;

fn key(word: &str) -> Key {
    word.parse().unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn no_two_actions_share_a_key_in_one_context() {
    for context in Context::ALL {
        let mut seen = HashMap::new();
        for spec in of(context) {
            for word in spec.keys {
                if let Some(other) = seen.insert(key(word), spec.name) {
                    panic!("{word} is {other} and {} in {}", spec.name, context.name());
                }
            }
        }
    }
}

#[test]
fn every_action_is_reachable_by_each_of_its_keys_in_its_context() {
    let keymap = Keymap::default();
    for spec in ACTIONS {
        assert!(!spec.keys.is_empty(), "{}", spec.name);
        for word in spec.keys {
            assert_eq!(keymap.resolve(spec.context, key(word)), Some(spec.action), "{word} for {}", spec.name);
        }
    }
}

/// A screen may take a key from the contexts behind it, but what every screen offers must stay within reach on every screen.
#[test]
fn what_is_global_is_reachable_on_every_screen() {
    use Context::{Always, Browse, Duplicates, Global, List, Rules, Sources, Splits, Versions};
    let may_hide = ["open", "edit", "next-match", "previous-match"];
    let keymap = Keymap::default();
    for screen in [Browse, Rules, Duplicates, Splits, Versions, Sources] {
        for spec in ACTIONS.iter().filter(|s| [Always, Global, List].contains(&s.context) && !may_hide.contains(&s.name)) {
            assert!(keymap.keys_in(screen, spec.action).next().is_some(), "{} on {}", spec.name, screen.name());
        }
    }
}

#[test]
fn names_are_unique_in_their_context_and_the_table_is_in_order() {
    for (place, spec) in ACTIONS.iter().enumerate() {
        assert_eq!(spec.action as usize, place);
        assert_eq!(of(spec.context).filter(|s| s.name == spec.name).count(), 1, "{}", spec.name);
        assert!(spec.doc.ends_with('.'), "{}", spec.name);
        assert!(spec.command.is_empty() || spec.command.starts_with("tamis "), "{}", spec.name);
    }
}

#[test]
fn keys_that_are_other_keys_are_unused() {
    for word in ACTIONS.iter().flat_map(|s| s.keys) {
        assert!(!["ctrl-h", "ctrl-i", "ctrl-j", "ctrl-m", "ctrl-["].contains(word), "{word}");
    }
}

#[test]
fn german_keyboards_need_no_altgr() {
    for spec in ACTIONS {
        let easy = spec.keys.iter().any(|word| !word.contains(['[', ']', '{', '}', '\\', '@', '|', '~']));
        assert!(easy, "{} has only keys behind AltGr", spec.name);
    }
}

#[test]
fn footers_have_five_to_seven_keys_worth_showing() {
    let keymap = Keymap::default();
    use Context::{Browse, Duplicates, Rules, Sources, Splits, Versions};
    for screen in [Browse, Rules, Duplicates, Splits, Versions, Sources] {
        let hints = keymap.hints(screen);
        assert!(hints.iter().take(5).all(|(_, spec)| spec.rank > 0), "{}", screen.name());
    }
}

#[test]
fn the_readme_table_has_every_action() {
    let table = markdown();
    assert_eq!(table.lines().filter(|line| line.starts_with("| `")).count(), ACTIONS.len());
    assert!(table.contains("| `a` | keep | Mark as keep and go on. | `tamis mark WS keep --id N` |"));
}
