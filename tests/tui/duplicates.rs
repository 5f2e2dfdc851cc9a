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

const TEXTS: [&str; 7] = [
    "a red car on a long road at night",
    "a red car on a long road at dawn",
    "a red car on a long way at dawn",
    "📷 a fox in the snow, 35mm",
    "A fox in the snow 📷 (35mm)",
    "丸い窓のある きのこの家",
    "nothing like the others",
];

/// A workspace of these texts with its graph.
fn workspace(texts: &[&str]) -> (tempfile::TempDir, PathBuf) {
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

fn columns(path: &Path) -> Columns {
    let mut workspace = Workspace::open_to_read(path).expect("a workspace");
    query::columns(&mut workspace, &Progress::none()).expect("columns")
}

fn dropped(path: &Path) -> Vec<u32> {
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
        let view = duplicates::view(&mut workspace, &columns, Lens::Lexical).expect("a view");
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
    assert!(screen.contains("0.875 · every: what the original scripts did, by mistake; for comparison only"), "{screen}");
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
    assert!(driver.keys("p").screen().contains("identical words"));
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
    assert!(driver.keys("3").screen().contains("texts changed since the graph was built: B builds it again"));
    assert!(driver.keys("<enter>").screen().contains("B builds it again first"));
    let screen = driver.keys("B<enter><enter>").screen();
    assert!(!screen.contains("texts changed") && screen.contains("apply cover at 0.80"), "{screen}");
}

#[test]
fn the_screen_at_80_by_24() {
    let mut driver = Driver::example(80, 24);
    driver.keys("3rG").keys(&"k".repeat(85));
    insta::assert_snapshot!(driver.screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
    0.80 · cover: keeps a record if no kept one is as close
    ▄▁ ▃ ▂▃▂▂▁▃▁▂▃▂▁▄▂▂▅▄▄▄▄▄▃▁▅   █  356 clusters · 1,265 records · largest 58
    ██▇██████████████████████████▆ █  drops 796 of 3,724
    ───────────────────┃────────────  sources: gallery 409 · forum 387
    0.500                      1.000  splits: none 796
    ────────────────────────────────────────────────────────────────────────────────
      size   link 268 across sources│ 2 members · weakest link 0.800
         2  1.000 A saffron wombat…││   896  keeper  stays  gallery · train
         2  1.000 a hedgehog dress…││   📷  an apprentice fashion model wearing a
         2  0.913 portrait of a ne…││   copper bowler hat
         2  1.000 a 1788 statue    ││ - 2,361  0.800  dropped: like the keeper at 0.
         2  0.941 postcard of a be…││   📷  an apprentice fashion model wearing a
         2  1.000 a 25 year old ha…││   copperred bowler hat
         2  0.878 a pale princess …││
         2  1.000 a cloaked kitche…││
         2  0.867 color grading, m…││
         2  1.000 the inside of a …┃│
         2  1.000 judge in a castl…││
         2  0.812 Hippopotamus in …││
         2  1.000 action figure of…││
         2  0.800 📷  an apprentice…││
    cluster 183 of 268 · member 1 of 2
    ? help  ← lower  → higher  Enter apply  a keep  d drop  l policy  . next cluster
    "#);
}

#[test]
fn the_screen_at_120_by_40() {
    let mut driver = Driver::example(120, 40);
    driver.keys("3rG<tab>").keys(&",".repeat(29));
    insta::assert_snapshot!(driver.screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
    0.80 · cover: keeps a record if no kept one is as close
                                 ▁           ▂     █  356 clusters · 1,265 records · largest 58
    █ ▂ ▄  ▃  ▆▄ ▃▁▇ ▂▃▅ ▄▂ ▆▁▅▃ █▇▇▃█▆▆▇ ▅▂ █     █  drops 796 of 3,724
    █ █▆█▇▇█▆▇██▃███ ██████ ████▆███████████▃█▆▅▃  █  sources: gallery 409 · forum 387
    █▇██████████████▃██████ █████████████████████  █  splits: none 796
    ────────────────────────────┃───────────────────
    0.500                                      1.000
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
      size   link 268 across sources                │ 2 members · weakest link 1.000
         2  1.000 juggler in an aquatium           ││   3,069  keeper  stays  studio · validation
         2  1.000 A great hall, awe-inspiring, sky…││   a nun eating a slice of cake 👨‍🌾 , desolate
         2  1.000 mime in an aquatium              ││ - 1,998  1.000  dropped: like the keeper at 1.000  forum
         2  0.875 A bowl of sky-blue soup with a t…││   a nun eating a slice of cake 👨‍🌾 , desolate
         2  1.000 bronze statue, electrician steer…││
         2  0.889 A scene from a wild west movie a…││
         2  1.000 1girl, ivory hair, ebony eyes, r…││
         2  0.889 wire sculpture of a bespectacled…││
         2  1.000 a desert oasis on a sunday after…││
         2  1.000 beautiful wire sculpture of the …││
         2  0.950 An album cover with a salmon poc…││
         2  0.946 a sun god with falling snow talk…││
         2  0.800 a pirate ship in a suburb, chine…││
         2  1.000 platypus and salamander in a mir…││
         2  1.000 create an image of an angry moth…││
         2  1.000 a dress inside a hat on a floati…││
         2  1.000 Portrait of the tall fencer of U…││
         2  0.846 a giant tree with paint on the c…││
         2  1.000 An image of a skeleton and its f…││
         2  0.882 watermelon, cardboard, bones, wh…││
         2  1.000 Wilwyn, fisherman, a space suit,…││
         2  1.000 A 46 year old blacksmith floatin…││
         2  1.000 young woman looking at the stars…││
         2  1.000 a photo of a cyberpunk mother an…┃│
         2  0.917 Ice sculpture of a wild emu wear…┃│
         2  1.000 1girl, blue hair, umber eyes, a …││
         2  0.857 lobster cooking soup, a lantern …││
         2  1.000 a nun eating a slice of cake 👨 ,…││
    cluster 239 of 268 · member 1 of 2
    ? help  ← lower  → higher  Enter apply  a keep  d drop  l policy  . next cluster  B build
    "#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_keys_do(typed in prop::collection::vec(0usize..30, 0..30), cols in 1u16..140, rows in 1u16..50) {
        const KEYS: [&str; 30] = [
            "j", "k", "g", "G", "<left>", "<right>", "<lt>", ">", "t", "p", "l", "a", "d", "<backspace>", ".", ",", "<tab>", "c", "r", "B",
            "<enter>", "<esc>", "J", "K", "u", "y", "0", "5", "<c-d>", "T",
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
