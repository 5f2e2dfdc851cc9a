//! Moves by hand: from Browse into a split, where later splits leave the record.

use tamis::tui::event::Event;

use super::duplicates::columns;
use crate::support::driver::{Driver, workspace_of};

const TEXTS: [&str; 6] = ["one castle", "two rivers", "three moons", "four trees", "five houses", "six dogs"];

fn splits(path: &std::path::Path) -> Vec<String> {
    let columns = columns(path);
    let named = |p: usize| {
        let hand = if columns.is_assigned_by_hand(p) { "!" } else { "" };
        format!("{}{hand}", columns.split_name(p).unwrap_or("-"))
    };
    (0..columns.len()).map(named).collect()
}

#[test]
fn a_record_is_moved_and_stays_until_it_is_undone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = workspace_of(folder.path(), &TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    let asked = driver.keys("m").screen();
    assert!(asked.contains("move record 1 to a split by hand") && asked.contains("  name"), "there is none yet: {asked}");
    assert!(driver.keys("a/b").screen().contains("name"), "{}", driver.screen());
    driver.keys("<enter>");
    assert!(driver.app.is_typing(), "what cannot be a name is not taken");
    let moved = driver.keys("<c-u>test<enter>").screen();
    assert!(moved.contains("1 record moved to test by hand") && moved.contains("#2"), "and the cursor moves on: {moved}");
    assert_eq!(splits(&path), ["test!", "-", "-", "-", "-", "-"]);
    assert!(driver.keys("k").screen().contains("test, by hand"), "{}", driver.screen());

    // A later split leaves it.
    let made = driver.keys("4e<c-u>train=100<enter>ay").screen();
    assert!(made.contains("1 by hand"), "{made}");
    assert_eq!(splits(&path), ["test!", "train", "train", "train", "train", "train"]);

    // A list now: all that is selected, to a split that is there.
    driver.keys("1g ").keys("  ");
    insta::assert_snapshot!("move_80_by_24", driver.resize(80, 24).keys("m").screen());
    let moved = driver.keys("<enter>").screen();
    assert!(moved.contains("moved to te") || moved.contains("moved to tr"), "{moved}");
    assert_eq!(splits(&path).iter().filter(|split| split.ends_with('!')).count(), 3);
    driver.keys("u");
    assert_eq!(splits(&path), ["test!", "train", "train", "train", "train", "train"]);

    // Set free, it goes where the next split sends it.
    assert!(driver.keys("gmG<enter>").screen().contains("set free"), "{}", driver.screen());
    assert_eq!(splits(&path)[0], "-");
    driver.keys("uuu");
    assert_eq!(splits(&path), ["-"; 6]);
}

#[test]
fn esc_and_a_pasted_name_do_what_they_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = workspace_of(folder.path(), &TEXTS);
    let mut driver = Driver::open(&path, 60, 20);
    driver.keys("m<esc>");
    assert_eq!(splits(&path), ["-"; 6]);
    driver.keys("m").event(Event::Paste(" dev ".into())).keys("<enter>");
    assert_eq!(splits(&path)[0], "dev!");
    driver.keys("mj<enter>").event(Event::Paste("x".into()));
    assert!(driver.keys("<esc>").screen().contains("a new split …"), "back to the list: {}", driver.screen());
    driver.keys("<esc>");
    assert!(!driver.screen().contains("a new split …"));
}
