//! Both lenses on the Duplicates screen. The semantic graph is made by hand: no model is needed for what the screen does with it.

use std::path::{Path, PathBuf};

use tamis::model::{Edge, Lens};
use tamis::ops::duplicates::{self, Made};
use tamis::similarity::{Graph, digest};
use tamis::store::graphs::Origin;
use tamis::workspace::Workspace;

use super::duplicates::{TEXTS, columns, workspace};
use crate::support::driver::Driver;

/// Stores a semantic graph in which the fox means the car.
fn with_meaning(path: &Path) {
    let columns = columns(path);
    let records = (0..columns.len()).map(|position| columns.id(position)).collect();
    let digests = (0..columns.len()).map(|position| digest(columns.text(position))).collect();
    let edge = |a, b, score| Edge { a, b, score };
    let edges = vec![edge(3, 4, 0.96875), edge(0, 1, 0.9375), edge(1, 2, 0.875), edge(0, 6, 0.71875)];
    let node_of = (0..columns.len() as u32).collect();
    let (lens, method) = (Lens::Semantic, "all-MiniLM-L6-v2 bf16".to_owned());
    let graph = Graph { lens, method, floor: 0.65, records, node_of, digests, edges, capped: None };
    let origin = Origin { digest: columns.text_digest(), ..Origin::default() };
    let mut workspace = Workspace::open(path).expect("a workspace");
    duplicates::save(&mut workspace, &Made { graph, origin, embedded: 0, reused: 0 }).expect("a graph");
}

fn both() -> (tempfile::TempDir, PathBuf) {
    let (folder, path) = workspace(&TEXTS);
    with_meaning(&path);
    (folder, path)
}

#[test]
fn the_other_lens_has_its_own_threshold() {
    let (_folder, path) = both();
    let mut driver = Driver::open(&path, 100, 30);
    let words = driver.keys("3t0.6<enter>").screen();
    assert!(words.contains("0.60 · cover") && words.contains("lexical: words"), "{words}");
    let meaning = driver.keys("m").screen();
    assert!(meaning.contains("0.85 · cover") && meaning.contains("semantic: all-MiniLM-L6-v2 bf16"), "{meaning}");
    assert!(meaning.contains("2 clusters · 5 records · largest 3"), "{meaning}");
    driver.keys("<lt><lt>");
    assert!(driver.screen().contains("0.75 · cover"));
    assert!(driver.keys("m").screen().contains("0.60 · cover"));
    assert!(driver.keys("m").screen().contains("0.75 · cover"));
    drop(driver);
    let again = Driver::open(&path, 100, 30).keys("3m").screen();
    assert!(again.contains("0.75 · cover"), "{again}");
}

#[test]
fn without_the_other_lens_it_says_what_to_press() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 120, 30);
    let screen = driver.keys("3m").screen();
    assert!(screen.contains("the semantic lens needs a model: `tamis model fetch`"), "{screen}");
    assert!(screen.contains("lexical: words"));
    let map = driver.keys("D").screen();
    assert!(map.contains("The map needs both lenses"), "{map}");
    let form = driver.keys("<esc>B<s-tab><s-tab><right>").screen();
    assert!(form.contains("0.65") && form.contains("there is no model yet"), "{form}");
}

#[test]
fn members_have_the_scores_of_both_lenses() {
    let (_folder, path) = both();
    let mut driver = Driver::open(&path, 130, 30);
    let screen = driver.keys("3t0.6<enter>").screen();
    assert!(screen.contains("words 0.778  meaning 0.938"), "{screen}");
    assert!(screen.contains("meaning <0.65"), "{screen}");
    let screen = driver.keys("m").screen();
    assert!(screen.contains("meaning 0.938  words 0.778"), "{screen}");
}

#[test]
fn members_stand_in_the_order_of_the_lens() {
    let (_folder, path) = both();
    let mut driver = Driver::open(&path, 130, 30);
    let order = |screen: &str| -> Vec<usize> {
        ["   1  keeper", "   2  ", "   3  ", "   7  "].iter().filter_map(|start| screen.find(&format!("│{start}"))).collect()
    };
    // By meaning 7 is as far from 1 as the floor allows, and 3 farther.
    let screen = driver.keys("3mt0.7<enter>").screen();
    let places = order(&screen);
    assert!(places.len() == 4 && places[1] < places[3] && places[3] < places[2], "{screen}");
}

#[test]
fn the_map_counts_the_four_sides() {
    let (_folder, path) = both();
    let mut driver = Driver::open(&path, 120, 40);
    let map = driver.keys("3D").screen();
    assert!(map.contains("same words & meaning") && map.contains("same meaning only"), "{map}");
    // 0–6 is of one meaning (0.719), and shares no word; the cross-hair goes below it.
    let lower = driver.keys("<s-down><s-down><s-down>").screen();
    assert!(lower.contains("0.70"), "{lower}");
    // The closest in meaning come first.
    let lower = driver.keys("..").screen();
    assert!(lower.contains("meaning 0.719") && lower.contains("words <0.50"), "{lower}");
    assert!(driver.keys("<tab>").screen().contains("neither"));
    assert!(driver.keys("<esc>m").screen().contains("0.70 · cover"), "the cross-hair is the threshold");
}

#[test]
fn triage_shows_the_other_score() {
    let (_folder, path) = both();
    let screen = Driver::open(&path, 120, 40).keys("3t0.7<enter>b").screen();
    assert!(screen.contains("words 0.") && screen.contains("  meaning "), "{screen}");
}

#[test]
fn members_at_120_by_40() {
    let (_folder, path) = both();
    let mut driver = Driver::open(&path, 120, 40);
    driver.keys("3t0.6<enter><tab>");
    insta::assert_snapshot!("members_120_by_40", driver.screen());
}

#[test]
fn members_at_80_by_24() {
    let (_folder, path) = both();
    let mut driver = Driver::open(&path, 80, 24);
    driver.keys("3t0.6<enter>G<tab>");
    insta::assert_snapshot!("members_80_by_24", driver.screen());
}

#[test]
fn the_map_at_80_by_24() {
    let (_folder, path) = both();
    let mut driver = Driver::open(&path, 80, 24);
    driver.keys("3D<tab>");
    insta::assert_snapshot!("map_80_by_24", driver.screen());
}
