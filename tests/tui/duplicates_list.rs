//! The list of clusters: filtered, sorted, and what a move of the threshold changes; what is remembered.

use tamis::model::{Lens, Policy, Threshold};
use tamis::ops::duplicates;
use tamis::workspace::Workspace;

use super::duplicates::{TEXTS, columns, dropped, workspace};
use crate::support::driver::Driver;

#[test]
fn a_filter_keeps_the_clusters_with_a_member_that_matches() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    assert!(driver.keys("3t0.6<enter>").screen().contains("2 clusters"), "{}", driver.screen());
    let typed = driver.keys("/dawn").screen();
    assert!(typed.contains("/dawn") && typed.contains(" 1 cluster"), "{typed}");
    assert!(driver.keys("<enter>").screen().contains("cluster 1 of 1"), "{}", driver.screen());
    let asked = driver.keys("<enter>").screen();
    assert!(asked.contains("Only records that match the filter go or come back: dawn"), "{asked}");
    assert!(asked.contains("Drops 2 of 7"), "{asked}");
    driver.keys("y");
    assert_eq!(dropped(&path), [2, 3]);
    assert!(driver.keys("<esc>").screen().contains("cluster 1 of 2"), "{}", driver.screen());
}

#[test]
fn a_filter_that_does_not_parse_points_at_its_place() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    let screen = driver.keys("3t0.6<enter>/source:").screen();
    assert!(screen.contains("! at "), "{screen}");
    let screen = driver.keys("<enter>").screen();
    assert!(screen.contains("! at "), "it stays until it is right: {screen}");
    let screen = driver.keys("<esc>").screen();
    assert!(screen.contains("cluster 1 of 2") && !screen.contains("! at "), "{screen}");
    let none = driver.keys("/zebra<enter>").screen();
    assert!(none.contains("no cluster has a member that matches"), "{none}");
}

#[test]
fn clusters_are_sorted_and_turned_round() {
    let mut driver = Driver::example(120, 40);
    let sizes = |screen: &str| -> Vec<u64> {
        let lines = screen.lines().skip_while(|line| !line.contains("size   link")).skip(1).take(10);
        lines.filter_map(|line| line.split_whitespace().find(|word| *word != "⋈")?.parse().ok()).collect()
    };
    let largest = driver.keys("3").screen();
    assert!(sizes(&largest).is_sorted_by(|a, b| a >= b) && sizes(&largest)[0] == 58, "{largest}");
    let turned = driver.keys("s<enter>").screen();
    assert!(sizes(&turned).iter().all(|&size| size == 2) && turned.contains("by size ↑"), "{turned}");
    let weakest = driver.keys("sjj<enter>g").screen();
    assert!(weakest.contains("by weakest") && weakest.contains(" 0.800 "), "{weakest}");
}

#[test]
fn a_mark_shows_what_enters_and_what_leaves() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    let at = driver.keys("3t0.6<enter>o").screen();
    assert!(at.contains("0.60 → 0.60: +0 −0") && at.contains("move the slider"), "{at}");
    let higher = driver.keys("t0.9<enter>").screen();
    assert!(higher.contains("0.60 → 0.90: +0 −2"), "{higher}");
    assert!(higher.contains("would stay: like 1 at") && higher.contains("move 1 of 2"), "{higher}");
    driver.keys("oo");
    let lower = driver.keys("t0.6<enter>").screen();
    assert!(lower.contains("0.90 → 0.60: +2 −0") && lower.contains("would go: like 1 at"), "{lower}");
    assert!(driver.keys("o").screen().contains("2 clusters"));
}

#[test]
fn where_the_slider_rests_is_remembered() {
    let (_folder, path) = workspace(&TEXTS);
    Driver::open(&path, 80, 24).keys("3t0.65<enter>l");
    let workspace = Workspace::open_to_read(&path).expect("a workspace");
    let place = duplicates::remembered(&workspace, Lens::Lexical, "words").expect("a place");
    assert_eq!(place, Some((Threshold::from_thousandths(650), Policy::Cluster)));
    assert!(Driver::open(&path, 80, 24).keys("3").screen().contains("0.65 · cluster"));
    assert_eq!(columns(&path).len(), TEXTS.len());
}

#[test]
fn the_smallest_terminal_shows_what_matters() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 40, 10);
    let screen = driver.keys("3t0.6<enter>").screen();
    assert!(screen.contains("0.60 · cover") && screen.contains("drops 3 of 7"), "{screen}");
    for keys in ["b", "<esc>D", "<esc>K", "<esc>i", "<esc>B", "<esc>s", "<esc>p", "<esc>X", "<esc>o", "/red<enter>"] {
        driver.keys(keys).screen();
    }
}

#[test]
fn moves_at_120_by_40() {
    let mut driver = Driver::example(120, 40);
    driver.keys("3o<lt>jjj");
    insta::assert_snapshot!("moves_120_by_40", driver.screen());
}
