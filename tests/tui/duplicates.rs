//! The Duplicates screen on real workspaces: the figures are those of the ops, and what the keys change is in the file.

use std::path::{Path, PathBuf};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use tamis::display::grouped;
use tamis::model::{Lens, Mark, Policy, RecordId, State, Threshold};
use tamis::ops::{duplicates, edit, query};
use tamis::progress::Progress;
use tamis::query::Columns;
use tamis::shelf::Folders;
use tamis::tui::event::Event;
use tamis::workspace::Workspace;

use crate::support::driver::{Driver, workspace_of};

pub(super) const TEXTS: [&str; 7] = [
    "a red car on a long road at night",
    "a red car on a long road at dawn",
    "a red car on a long way at dawn",
    "📷 a fox in the snow, 35mm",
    "A fox in the snow 📷 (35mm)",
    "丸い窓のある きのこの家",
    "nothing like the others",
];

/// A workspace of these texts with its graph.
pub(super) fn workspace(texts: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = workspace_of(folder.path(), texts);
    let mut workspace = Workspace::open(&path).expect("a workspace");
    duplicates::build(
        &mut workspace,
        &duplicates::Wish { floor: 0.5, ..duplicates::Wish::of(Lens::Lexical) },
        &Folders::default(),
        &Progress::none(),
    )
    .expect("a graph");
    (folder, path)
}

pub(super) fn columns(path: &Path) -> Columns {
    let mut workspace = Workspace::open_to_read(path).expect("a workspace");
    query::columns(&mut workspace, &Progress::none()).expect("columns")
}

pub(super) fn dropped(path: &Path) -> Vec<u32> {
    let columns = columns(path);
    (0..columns.len()).filter(|&p| columns.state(p) == State::Drop).map(|p| columns.id(p).0).collect()
}

/// What the ops say.
struct Oracle {
    columns: Columns,
    view: duplicates::View,
}

impl Oracle {
    fn new(path: &Path) -> Oracle {
        let mut workspace = Workspace::open_to_read(path).expect("a workspace");
        let columns = query::columns(&mut workspace, &Progress::none()).expect("columns");
        let view = duplicates::view(&workspace, &columns, Lens::Lexical).expect("a view");
        Oracle { columns, view }
    }

    /// What the screen must say of a threshold.
    fn said(&self, threshold: u16, policy: Policy) -> [String; 2] {
        let c = duplicates::consequences(&self.view, &self.columns, Threshold::from_thousandths(threshold), policy);
        [
            format!("{} clusters · {} records · largest {}", grouped(c.clusters), grouped(c.clustered), grouped(c.largest)),
            format!("drops {} of {}", grouped(c.dropped), grouped(self.columns.len() as u64)),
        ]
    }
}

fn example() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = tamis::ops::example::copy_to(folder.path()).expect("the example");
    (folder, path)
}

#[test]
fn the_frame_after_a_key_has_the_figures_of_the_ops() {
    let (_folder, path) = example();
    let oracle = Oracle::new(&path);
    let mut driver = Driver::open(&path, 120, 40);
    driver.keys("3");
    let left = KeyEvent::new(KeyCode::Left, KeyModifiers::NONE);
    for threshold in [790, 780, 770] {
        // Not `driver.keys`: nothing that runs is waited for.
        driver.app.handle(Event::Key(left));
        let screen = driver.screen();
        for words in oracle.said(threshold, Policy::Cover) {
            assert!(screen.contains(&words), "{words} at {threshold}: {screen}");
        }
    }
    let screen = driver.keys("l<s-right>").screen();
    for words in oracle.said(820, Policy::Cluster) {
        assert!(screen.contains(&words), "{words}: {screen}");
    }
    let screen = driver.keys("lt0.875<enter>").screen();
    assert!(screen.contains("0.875 · every: drops both sides: what the original did by mistake; for comparison"), "{screen}");
    for words in oracle.said(875, Policy::Every) {
        assert!(screen.contains(&words), "{words}: {screen}");
    }
}

#[test]
fn the_threshold_stays_between_the_floor_and_one() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 80, 24);
    let screen = driver.keys("3t0.3<enter>").screen();
    assert!(screen.contains("0.30 is below this graph's floor: 0.50"), "{screen}");
    assert!(driver.keys("<left>").screen().contains("0.50 is as low as this graph goes"));
    assert!(driver.keys("p").screen().contains("almost the same"));
    assert!(driver.keys("G<enter>").screen().contains("1.00 · cover"));
    assert!(driver.keys("<right>").screen().contains("1.00 · cover"));
    assert!(driver.keys("tx<enter>").screen().contains("a threshold is a number from 0 to 1"));
    assert!(driver.keys("<c-u>0,7<enter>").screen().contains("0.70 · cover"));
}

#[test]
fn applying_says_what_it_does_and_undo_takes_it_back() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 80, 24);
    let asked = driver.keys("3t0.6<enter><enter>").screen();
    assert!(asked.contains("Drops 3 of 7 records at 0.60 (cover)."), "{asked}");
    assert!(asked.contains("Every one has its kept witness."), "{asked}");
    driver.keys("<enter><esc>");
    assert_eq!(dropped(&path), [0u32; 0]);
    driver.keys("<enter>y");
    assert_eq!(dropped(&path), [2, 3, 4]);
    let asked = driver.keys("t0.9<enter><enter>").screen();
    assert!(asked.contains("Drops 1 of 7 records at 0.90 (cover)."), "{asked}");
    assert!(asked.contains("1 of them are dropped already.") && asked.contains("2 earlier drops are taken back."), "{asked}");
    driver.keys("y");
    assert_eq!(dropped(&path), [4]);
    driver.keys("uu");
    assert_eq!(dropped(&path), [0u32; 0]);
}

#[test]
fn a_new_session_begins_where_the_last_application_was() {
    let (_folder, path) = workspace(&TEXTS);
    Driver::open(&path, 80, 24).keys("3lt0.65<enter><enter>y");
    assert!(Driver::open(&path, 80, 24).keys("3").screen().contains("0.65 · cluster"));
}

#[test]
fn every_says_that_witnesses_go_as_well() {
    let (_folder, path) = workspace(&TEXTS);
    let asked = Driver::open(&path, 80, 24).keys("3llt0.6<enter><enter>").screen();
    assert!(asked.contains("Drops 5 of 7 records at 0.60 (every)."), "{asked}");
    assert!(asked.contains("For 5 of them the record they resemble is dropped as well"), "{asked}");
}

#[test]
fn members_are_kept_dropped_and_cleared() {
    let (_folder, path) = workspace(&TEXTS);
    let mut driver = Driver::open(&path, 100, 30);
    assert!(driver.keys("3t0.6<enter>d").screen().contains("Tab goes to the members"));
    assert_eq!(dropped(&path), [0u32; 0]);
    // The keeper is the longest, 1; the member after it becomes the keeper.
    driver.keys("<tab>ja");
    let mark = |path: &Path, id| {
        let workspace = Workspace::open_to_read(path).expect("a workspace");
        query::record(&workspace, RecordId(id)).expect("a record").expect("a record").mark.map(|m| m.mark)
    };
    assert_eq!(mark(&path, 2), Some(Mark::Keep));
    let screen = driver.screen();
    assert!(screen.contains("+ 2  keeper  kept by hand"), "{screen}");
    driver.keys("<backspace>");
    assert_eq!(mark(&path, 2), None);
    driver.keys("gd");
    assert_eq!(dropped(&path).len(), 1);
    assert!(driver.screen().contains("2 members"), "a record dropped by hand is no member");
    driver.keys("u");
    assert!(driver.screen().contains("3 members"));
}

#[test]
fn clusters_follow_from_any_pane_and_can_be_filtered() {
    let (_folder, path) = example();
    let mut driver = Driver::open(&path, 120, 40);
    let first = driver.keys("3<tab>").screen();
    assert!(first.contains("cluster 1 of "), "{first}");
    assert!(driver.keys("...,").screen().contains("cluster 3 of "));
    let across = driver.keys("r").screen();
    let Oracle { columns, view } = Oracle::new(&path);
    let rows = duplicates::cluster_rows(&view, &columns, Threshold::from_thousandths(800), Some(duplicates::Across::Sources));
    assert!(across.contains(&format!("{} across sources", grouped(rows.len() as u64))), "{across}");
    assert!(driver.keys("<enter>").screen().contains("This is about all clusters, not only those in the list."));
    assert!(driver.keys("<esc><esc>").screen().contains(" clusters "));
}

#[test]
fn without_a_graph_it_says_how_to_build_one() {
    let mut driver = Driver::new(&TEXTS, 80, 24);
    assert!(driver.keys("3").screen().contains("There is no similarity graph yet."));
    let screen = driver.keys("B<c-u>2<enter>").screen();
    assert!(screen.contains("a floor is a number above 0"), "{screen}");
    let built = driver.keys("<c-u>0.4<enter>").screen();
    assert!(built.contains("0.400") && built.contains("1 cluster · 2 records · largest 2"), "{built}");
}

#[test]
fn a_stale_graph_is_said_and_not_applied() {
    let (_folder, path) = workspace(&TEXTS);
    {
        let mut workspace = Workspace::open(&path).expect("a workspace");
        edit::edit(&mut workspace, RecordId(7), Some("a red car on a long road at noon".into())).expect("an edit");
    }
    let mut driver = Driver::open(&path, 80, 24);
    assert!(driver.keys("3").screen().contains("texts or masked phrases changed since the graph was built: B builds it again"));
    assert!(driver.keys("<enter>").screen().contains("B builds it again first"));
    let screen = driver.keys("B<enter><enter>").screen();
    assert!(!screen.contains("phrases changed") && screen.contains("apply cover at 0.80"), "{screen}");
}

#[test]
fn the_screen_at_80_by_24() {
    let mut driver = Driver::example(80, 24);
    driver.keys("3rG").keys(&"k".repeat(85));
    insta::assert_snapshot!("duplicates_80_by_24", driver.screen());
}

#[test]
fn the_screen_at_120_by_40() {
    let mut driver = Driver::example(120, 40);
    driver.keys("3rG<tab>").keys(&",".repeat(29));
    insta::assert_snapshot!("duplicates_120_by_40", driver.screen());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_keys_do(typed in prop::collection::vec(0usize..42, 0..30), cols in 1u16..140, rows in 1u16..50) {
        const KEYS: [&str; 42] = [
            "j", "k", "g", "G", "<left>", "<right>", "<lt>", ">", "t", "p", "l", "a", "d", "<backspace>", ".", ",", "<tab>", "c", "r", "B",
            "<enter>", "<esc>", "J", "K", "u", "y", "0", "5", "<c-d>", "T", "m", "x", "X", "b", "n", "s", "o", "D", "/", "i", "<a-j>", "<delete>",
        ];
        let (_folder, path) = workspace(&TEXTS);
        let mut driver = Driver::open(&path, cols, rows);
        driver.keys("3");
        for key in typed {
            driver.keys(KEYS[key]);
            driver.screen();
        }
    }
}
