//! Pairs on the Duplicates screen: judged one by one, picked out of a cluster, cut, masked; each an operation.

use std::path::Path;

use tamis::model::{Judgement, Verdict};
use tamis::ops::duplicates;
use tamis::workspace::Workspace;

use super::duplicates::{TEXTS, workspace};
use crate::support::driver::Driver;

fn judgements(path: &Path) -> Vec<Judgement> {
    let workspace = Workspace::open_to_read(path).expect("a workspace");
    workspace.store().judgements().expect("judgements").into_iter().map(|(_, judgement)| judgement).collect()
}

fn operations(path: &Path) -> usize {
    let workspace = Workspace::open_to_read(path).expect("a workspace");
    tamis::ops::history::history(&workspace, 100).expect("a history").len()
}

#[test]
fn a_member_that_is_no_duplicate_leaves_and_comes_back() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    assert!(driver.keys("3t0.6<enter>x").screen().contains("go to a member"));
    assert!(driver.screen().contains("drops 3 of 7"), "{}", driver.screen());
    // The keeper is 1; 2 is the member after it.
    driver.keys("<tab>jx");
    assert_eq!(judgements(&path), [Judgement { verdict: Verdict::Different, sampled: false }]);
    let screen = driver.screen();
    assert!(screen.contains("drops 2 of 7"), "{screen}");
    driver.keys("u");
    assert_eq!(judgements(&path), []);
    assert!(driver.screen().contains("drops 3 of 7"));
}

#[test]
fn what_was_said_of_a_pair_stands_there_and_is_taken_back_by_the_same_key() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 120, 30);
    // At 0.5 record 3 is near 2 and 1: the chain holds it although 1 and 3 are judged different.
    driver.keys("3t0.5<enter><tab>G");
    let screen = driver.keys("x").screen();
    assert!(screen.contains("3 members") && screen.contains("≠ judged different"), "{screen}");
    let screen = driver.keys("x").screen();
    assert!(!screen.contains("≠ judged"), "{screen}");
    assert_eq!(judgements(&path), []);
}

#[test]
fn one_text_twice_is_nothing_to_judge() {
    let (_folder, path) = workspace(&["a red car", "a red car", "something else"]);
    let mut driver = Driver::open(&path, 100, 30);
    let screen = driver.keys("3<tab>jx").screen();
    assert!(screen.contains("both have one and the same text"), "{screen}");
    assert_eq!(judgements(&path), []);
}

#[test]
fn a_cluster_is_cut_at_its_weakest_link_after_a_question() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    let asked = driver.keys("3t0.6<enter>X").screen();
    assert!(asked.contains("cut the cluster at its weakest link"), "{asked}");
    assert!(asked.contains("Its weakest link is 0.778: 1 member on one side, 2 on the"), "{asked}");
    driver.keys("X<enter><esc>");
    assert_eq!(judgements(&path), []);
    let screen = driver.keys("Xy").screen();
    assert!(!judgements(&path).is_empty(), "{screen}");
    assert!(judgements(&path).iter().all(|judgement| !judgement.sampled && judgement.verdict == Verdict::Different));
    assert!(driver.screen().contains("2 members"), "{}", driver.screen());
    driver.keys("u");
    assert_eq!(judgements(&path), []);
    assert!(driver.screen().contains("3 members"));
}

#[test]
fn each_answer_is_on_disk_before_the_next_question() {
    let mut driver = Driver::example(100, 30);
    let first = driver.keys("3b").screen();
    assert!(first.contains("Are these two duplicates? Pairs around 0.80") && first.contains("0 judged"), "{first}");
    let second = driver.keys("y").screen();
    assert!(second.contains("1 judged") && second != first, "{second}");
    let third = driver.keys("n").screen();
    assert!(third.contains("2 judged"), "{third}");
    // Going back brings the same question again.
    let again = driver.keys("u").screen();
    assert_eq!(body(&again), body(&second));
    assert_eq!(body(&driver.keys("u").screen()), body(&first));
    assert!(driver.keys("u").screen().contains("nothing was judged here yet"));
    let skipped = driver.keys("s").screen();
    assert!(skipped.contains("0 judged · 1 skipped") && body(&skipped) != body(&first), "{skipped}");
    assert_eq!(body(&driver.keys("u").screen()), body(&first));
    let left = driver.keys("<esc>").screen();
    assert!(left.contains("356 clusters"), "{left}");
}

/// Without the status line, which says what was done.
fn body(screen: &str) -> Vec<&str> {
    let lines: Vec<&str> = screen.lines().collect();
    lines[..lines.len() - 2].to_vec()
}

#[test]
fn answers_become_precision_and_a_suggestion() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    let before = driver.keys("3t0.6<enter>b").screen();
    assert!(before.contains("for a precision of 0.95: judge some pairs first"), "{before}");
    assert!(driver.keys("t").screen().contains("no threshold is suggested yet"));
    let all = driver.keys("yyyyyyyy").screen();
    assert!(all.contains("There is no pair left to ask about."), "{all}");
    assert!(all.contains("pairs are duplicates") && all.contains("for a precision of 0.95, "), "{all}");
    assert!(judgements(&path).iter().all(|judgement| judgement.sampled && judgement.verdict == Verdict::Duplicate));
    assert!(driver.keys("p0,5<enter>").screen().contains("for a precision of 0.5, "));
    assert!(driver.keys("p2<enter>").screen().contains("a precision is a number between 0 and 1"));
    assert!(driver.keys("<esc>t").screen().contains("the threshold is "));
}

#[test]
fn judging_different_changes_the_clusters_when_one_goes_back() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    let before = driver.keys("3t0.7<enter>").screen();
    assert!(before.contains("drops 2 of 7"), "{before}");
    let after = driver.keys("bnnnnnnn<esc>").screen();
    assert!(after.contains("0 clusters"), "{after}");
    assert!(!judgements(&path).is_empty());
}

#[test]
fn the_keeper_order_is_moved_and_saved() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    assert!(driver.keys("3t0.6<enter>").screen().contains("  1  keeper"), "{}", driver.screen());
    let dialog = driver.keys("K").screen();
    assert!(dialog.contains("who is kept first") && dialog.contains(" 4 longest"), "{dialog}");
    // The oldest before the longest, and a field.
    driver.keys("G<a-k>");
    assert!(driver.screen().contains(" 4 oldest"), "{}", driver.screen());
    driver.keys("aclip_score<enter>");
    assert!(driver.screen().contains("field:clip_score"), "{}", driver.screen());
    let screen = driver.keys("<delete><enter>").screen();
    assert!(screen.contains("kept first: protected, keep, image, oldest, longest"), "{screen}");
    let order = duplicates::keeper_order(&Workspace::open_to_read(&path).expect("a workspace")).expect("an order");
    assert_eq!(order.iter().map(ToString::to_string).collect::<Vec<_>>(), ["protected", "keep", "image", "oldest", "longest"]);
    driver.keys("u");
    let order = duplicates::keeper_order(&Workspace::open_to_read(&path).expect("a workspace")).expect("an order");
    assert_eq!(order.last().map(ToString::to_string).as_deref(), Some("oldest"));
}

#[test]
fn phrases_are_ignored_after_the_next_build() {
    let texts = ["a red car, highly detailed, 8k", "a blue cat, highly detailed, 8k", "a green tree in a field"];
    let (_folder, path) = workspace(&texts);
    let mut driver = Driver::open(&path, 100, 30);
    assert!(driver.keys("3t0.5<enter>").screen().contains("1 cluster "), "{}", driver.screen());
    let dialog = driver.keys("ia").screen();
    assert!(dialog.contains("phrases that do not count"), "{dialog}");
    let screen = driver.keys("highly detailed, 8k<enter><enter>").screen();
    assert!(screen.contains("texts or masked phrases changed since the graph was built"), "{screen}");
    let screen = driver.keys("B<enter>").screen();
    assert!(screen.contains("0 clusters"), "{screen}");
    let before = operations(&path);
    assert!(driver.keys("i<enter>").screen().contains("nothing changed"));
    assert_eq!(operations(&path), before);
}

#[test]
fn the_triage_at_80_by_24() {
    let mut driver = Driver::example(80, 24);
    driver.keys("3bynyy");
    insta::assert_snapshot!("triage_80_by_24", driver.screen());
}

#[test]
fn the_triage_at_120_by_40() {
    let mut driver = Driver::example(120, 40);
    driver.keys("3bynyyyysyn");
    insta::assert_snapshot!("triage_120_by_40", driver.screen());
}
