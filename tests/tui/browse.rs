//! Browse: what a curator types, sees, and finds in the workspace afterwards.

use std::path::PathBuf;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use tamis::display::is_forbidden;
use tamis::model::{Record, RecordId};
use tamis::ops::{duplicates, example, history, query};
use tamis::progress::Progress;
use tamis::tui::effect::Request;
use tamis::tui::event::Event;
use tamis::workspace::Workspace;
use tempfile::TempDir;

use crate::support::driver::{Driver, workspace_of};

const TEXTS: [&str; 5] = ["a red car", "a blue car", "猫 on a sofa", "line one\nline two", "a red boat on a lake"];

/// The screen on a workspace that can be looked into.
struct Desk {
    screen: Driver,
    path: PathBuf,
    _folder: TempDir,
}

impl Desk {
    fn new(cols: u16, rows: u16) -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        let path = workspace_of(folder.path(), &TEXTS);
        Desk { screen: Driver::open(&path, cols, rows), path, _folder: folder }
    }

    fn example(cols: u16, rows: u16) -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        let path = example::copy_to(folder.path()).expect("the example");
        Desk { screen: Driver::open(&path, cols, rows), path, _folder: folder }
    }

    /// What the screen shows after these keys.
    fn keys(&mut self, keys: &str) -> String {
        self.screen.keys(keys).screen()
    }

    fn record(&self, id: u32) -> Record {
        let workspace = Workspace::open_to_read(&self.path).expect("a workspace");
        query::record(&workspace, RecordId(id)).expect("it can be read").expect("it is there")
    }

    /// The states of the first records, a character each.
    fn states(&self) -> String {
        (1..=5).map(|id| self.record(id).state().0.word().chars().next().unwrap_or(' ')).collect()
    }

    fn last_command(&self) -> String {
        let workspace = Workspace::open_to_read(&self.path).expect("a workspace");
        history::history(&workspace, 1).expect("it can be read").remove(0).command
    }
}

/// The rows of the list: glyph and text.
fn rows(screen: &str) -> Vec<String> {
    let list = screen.lines().skip(2).take_while(|line| !line.starts_with('─'));
    list.map(|line| line.trim_end_matches(['│', '┃']).trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

fn status(screen: &str) -> &str {
    screen.lines().rev().nth(1).unwrap_or_default()
}

#[test]
fn the_example_at_80_by_24() {
    insta::assert_snapshot!(Driver::example(80, 24).keys("/state:drop castle<enter>j").screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
    /state:drop castle
     - gallery  a terracotta dragon flying over a burning castle, sand sculpture, …
     - gallery  judge in a castle, ivy on the walls, drizzle, architectural photog…









    ────────────────────────────────────────────────────────────────────────────────
    #863 · gallery line 867 · images/00862.png
    - dropped as a duplicate of 3347 at 1.000

    judge in a castle, ivy on the walls, drizzle, architectural photography

    fields
    aesthetic  5.9226
    cfg  15.0                                                                      ↓
    2 of 3,724 records · 0 kept
    ? help  a keep  d drop  f flag  / filter  x similar  Backspace clear  s sort
    "#);
}

#[test]
fn the_example_at_120_by_40() {
    insta::assert_snapshot!(Driver::example(120, 40).keys("/judge in castle<enter>jax").screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
    /judge in castle
     source                   │  - gallery  judge in a castle, ivy on the walls… │ #3347 · studio line 423 · validation ·
       gallery              1 │  + studio   judge in a castle                    │ shots/0415.png
       studio               2 │    studio   judge in a castle, ivy on the walls… │ undecided
     split                    │                                                  │
       validation           2 │                                                  │ judge in a castle, ivy on the walls,
       none                 1 │                                                  │ drizzle, architectural photography
     state                    │                                                  │
       undecided            1 │                                                  │ similar  1 record
       keep                 1 │                                                  │ 1.000 - judge in a castle, ivy on the
       drop                 1 │                                                  │ walls, drizzle, architectural photography
     cause                    │                                                  │ #863 gallery
       none                 1 │                                                  │
       hand                 1 │                                                  │ fields
       duplicate            1 │                                                  │ photographer  Peline Larkwood
     length                   │                                                  │ rating  2
       16 – 31              1 │                                                  │
       64 – 127             2 │                                                  │
     image                    │                                                  │
       yes                  3 │                                                  │
     aesthetic                │                                                  │
       ≥ 5.92               1 │                                                  │
     cfg                      │                                                  │
       ≥ 15                 1 │                                                  │
     clip_score               │                                                  │
       < 0.243              1 │                                                  │
     height                   │                                                  │
       ≥ 512                1 │                                                  │
     rating                   │                                                  │
       2 – 4                1 │                                                  │
       ≥ 4                  1 │                                                  │
     seed                     │                                                  │
       < 3200000000         1 │                                                  │
     steps                    │                                                  │
       ≥ 20                 1 │                                                  │
     width                    │                                                  │
       ≥ 512                1 │                                                  │
    3 of 3,724 records · 2 kept
    ? help  a keep  d drop  f flag  / filter  x similar  Backspace clear  s sort  F facets
    "#);
}

#[test]
fn a_mark_moves_on_and_is_on_disk() {
    let mut desk = Desk::new(80, 24);
    let screen = desk.keys("adf");
    assert_eq!(
        rows(&screen),
        [" + a red car", " - a blue car", " ! 猫  on a sofa", "   line one␊line two", "   a red boat on a lake"]
    );
    assert_eq!(desk.states(), "kdfuu");
    assert_eq!(status(&screen), "5 of 5 records · 4 kept");
    assert!(screen.contains("#4 · prompts line 4"));
    desk.keys("gj<backspace>u");
    assert_eq!(desk.states(), "kdfuu");
    assert_eq!(status(&desk.keys("u")), "undo: flag record 3");
    assert_eq!(desk.states(), "kduuu");
}

#[test]
fn marking_what_then_no_longer_matches_loses_no_record() {
    let mut desk = Desk::new(80, 24);
    desk.keys("/state:undecided a<enter>j");
    assert_eq!(rows(&desk.keys("d")), ["   a red car", "   猫  on a sofa", "   a red boat on a lake"]);
    desk.keys("dd");
    assert_eq!(desk.states(), "uddud");
}

#[test]
fn a_mark_on_a_selection_takes_all_of_it() {
    let mut desk = Desk::new(80, 24);
    assert_eq!(status(&desk.keys("  Gv")), "5 of 5 records · 5 kept · 3 selected");
    let screen = desk.keys("d");
    assert_eq!(status(&screen), "drop: 3 records changed");
    assert_eq!(desk.states(), "dduud");
    assert_eq!(status(&desk.keys("g Ij")), "5 of 5 records · 2 kept · 4 selected");
    assert_eq!(status(&desk.keys("<esc>")), "5 of 5 records · 2 kept");
    desk.keys("gvjjk<esc>f");
    assert_eq!(desk.states(), "dfuud", "Esc left the range");
}

#[test]
fn all_that_match_are_marked_by_the_filter() {
    let mut desk = Desk::new(80, 24);
    assert_eq!(status(&desk.keys("/red<enter>A")), "2 of 5 records · 2 kept · 2 selected");
    desk.keys("a");
    assert_eq!(desk.states(), "kuuuk");
    assert_eq!(desk.last_command(), "tamis mark workspace.db keep --filter red");
    desk.keys("<esc>A d");
    assert_eq!(desk.states(), "kdddd", "all but the first");
    assert!(!desk.last_command().contains("--filter"));
    desk.keys("Af");
    assert_eq!((desk.states().as_str(), desk.last_command().as_str()), ("fffff", "tamis mark workspace.db flag --filter '*'"));
}

#[test]
fn a_mark_with_a_reason() {
    let mut desk = Desk::new(80, 24);
    assert!(desk.keys("jr").contains("mark record 2"));
    let screen = desk.keys("<tab>too blue<enter>");
    assert_eq!(rows(&screen)[1], " ! a blue car");
    assert!(desk.keys("k").contains("! flagged by hand: too blue"));
    desk.keys("r<esc>");
    assert_eq!(desk.states(), "ufuuu");
    assert_eq!(desk.last_command(), "tamis mark workspace.db flag --id 2 --reason 'too blue'");
}

#[test]
fn filtering_as_one_types() {
    let mut desk = Desk::new(80, 24);
    assert_eq!(rows(&desk.keys("j/ca")), ["   a red car", "   a blue car"]);
    assert!(desk.screen.app.is_typing());
    assert_eq!(rows(&desk.keys("r<down>")).len(), 2);
    let screen = desk.keys(" (");
    assert!(screen.contains("\n/car (\n      ^ expected a word or a condition here\n"), "{screen}");
    assert_eq!(status(&screen), "2 of 5 records · 2 kept");
    assert!(desk.keys("<enter>").contains('^'), "an error is not accepted");
    desk.keys("<backspace><backspace><enter>");
    assert!(!desk.screen.app.is_typing());
    assert_eq!(rows(&desk.keys("/ blue<esc>")).len(), 2, "Esc goes back to what was there");
    let screen = desk.keys("n<esc>");
    assert_eq!(rows(&screen).len(), 5, "Esc clears the filter");
    assert!(screen.contains("#2 · "), "on the same record");
    assert_eq!(rows(&desk.keys("/~rdcr<enter>")), ["   a red car"]);
    assert!(desk.keys("/zzz<enter>").contains("nothing matches"));
}

#[test]
fn tab_completes_what_can_be_asked_for() {
    let mut desk = Desk::new(80, 24);
    assert!(desk.keys("/so<tab>").contains("/source:"));
    assert!(desk.keys("<tab>").contains("/source:prompts"));
    assert!(desk.keys(" -st<tab>").contains("/source:prompts -state:"));
}

#[test]
fn facets_put_their_term_into_the_filter() {
    let mut desk = Desk::example(80, 30);
    desk.keys("/castle OR harbour<enter>F");
    let screen = desk.keys("<enter>");
    assert!(screen.contains("\n/(castle OR harbour) source:gallery\n") && screen.contains("✓ gallery"), "{screen}");
    assert!(desk.keys("<enter>").contains("\n/castle OR harbour\n"));
    let screen = desk.keys("Gk<enter>");
    assert!(screen.contains("\n/(castle OR harbour) width:"), "{screen}");
    assert!(!desk.keys("F").contains('✓'));
}

#[test]
fn the_order_changes_by_menu() {
    let mut desk = Desk::new(80, 24);
    let screen = desk.keys("sjjj<enter>");
    assert_eq!((rows(&screen)[0].as_str(), status(&screen)), ("   a red car", "5 of 5 records · 5 kept · by chars"));
    let screen = desk.keys("s<enter>");
    assert_eq!(
        (rows(&screen)[0].as_str(), status(&screen)),
        ("   a red boat on a lake", "5 of 5 records · 5 kept · by chars, descending")
    );
    assert_eq!(status(&desk.keys("sg<enter>")), "5 of 5 records · 5 kept");
    assert!(!desk.keys("s<esc>").contains("sort by"));
}

#[test]
fn a_text_is_edited_in_place() {
    let mut desk = Desk::new(80, 24);
    let screen = desk.keys("e, at dusk<a-enter>x<enter>");
    assert_eq!(desk.record(1).text(), "a red car, at dusk\nx");
    assert_eq!(rows(&screen)[0], "   a red car, at dusk␊x");
    assert!(screen.contains("changed by hand"));
    desk.keys("e nothing of this<esc>");
    assert_eq!(desk.record(1).text(), "a red car, at dusk\nx");
    assert!(desk.keys("e<c-u><backspace><c-u><enter>").contains("a text cannot be blank"));
    desk.keys("u");
    assert_eq!(desk.record(1).edit, None);
}

#[test]
fn a_text_is_edited_elsewhere() {
    let mut desk = Desk::new(80, 24);
    desk.keys("jE");
    assert_eq!(desk.screen.app.take_requests(), [Request::Edit(TEXTS[1].into())]);
    desk.screen.event(Event::Edited(Ok("a green car".into())));
    assert_eq!(desk.record(2).text(), "a green car");
    desk.screen.event(Event::Edited(Ok("nobody asked".into())));
    assert_eq!(desk.record(2).text(), "a green car");
}

#[test]
fn copying() {
    let mut desk = Desk::new(80, 24);
    desk.keys("jyY");
    let [Request::Copy(text), Request::Copy(json)] = &desk.screen.app.take_requests()[..] else { panic!("two copies") };
    assert_eq!(text, TEXTS[1]);
    let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!((&json["id"], &json["text"], &json["source"]), (&2.into(), &TEXTS[1].into(), &"prompts".into()));
}

#[test]
fn similar_records_are_those_of_the_graph() {
    assert!(Desk::new(80, 24).keys("x").contains("not known yet: 3 goes to the duplicates, B finds all similar pairs"));
    let mut desk = Desk::example(120, 60);
    let mut workspace = Workspace::open_to_read(&desk.path).expect("a workspace");
    let columns = query::columns(&mut workspace, &Progress::none()).expect("columns");
    let view = duplicates::view(&workspace, &columns, tamis::model::Lens::Lexical).expect("a graph");
    let edge = view.graph.edges[0];
    let index = view.graph.node_of.iter().position(|&node| node == edge.a).expect("a record");
    let id = view.graph.records[index];
    let expected = view.graph.pairs(view.graph.floor).filter(|&(a, b, _)| a == id || b == id).count();
    let heading = format!("similar  {expected} record");
    let screen = desk.keys(&format!("/id:{id}<enter>x"));
    assert!(screen.contains(&heading), "{screen}");
    assert!(!desk.keys("x").contains(&heading));
}

#[test]
fn who_only_reads_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = workspace_of(folder.path(), &TEXTS);
    let _writer = Workspace::open_or_read(&path).expect("a workspace");
    let mut screen = Driver::open(&path, 100, 24);
    assert!(status(&screen.keys("j").screen()).starts_with("reading only · 5 of 5 records"));
    for key in ["a", "Ad", "<esc>e", "E", "r"] {
        assert!(status(&screen.keys(key).screen()).contains("nothing can be changed here while another tamis writes"), "{key}");
    }
}

#[test]
fn panes_and_previews() {
    let long = (1..60).map(|n| format!("line {n}\n")).collect::<String>();
    let mut screen = Driver::new(&[&long, "short"], 80, 24);
    assert!(screen.keys("JJJ").screen().contains("\nline 1\n"));
    assert!(!screen.keys("J").screen().contains("\nline 1\n"));
    assert!(screen.keys("<enter>G").screen().contains("\nline 59\n"));
    assert!(screen.keys("n").screen().contains("\nshort\n"));
    assert!(screen.keys("<esc>N").screen().contains("\nline 1\n"), "another record is looked at from its top");
    let wide = "word ".repeat(100);
    let mut screen = Driver::new(&[&wide], 80, 24);
    let lines = |screen: &str| screen.lines().filter(|line| line.starts_with("word ")).count();
    assert_eq!((lines(&screen.screen()), lines(&screen.keys("w").screen())), (5, 1));
}

#[test]
fn the_mouse_moves_what_is_under_it() {
    let mut desk = Desk::new(80, 24);
    desk.keys("M");
    let mut mouse = |kind, column, row| {
        desk.screen.event(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })).screen()
    };
    assert!(mouse(MouseEventKind::Down(MouseButton::Left), 9, 4).contains("#3 · "));
    assert!(mouse(MouseEventKind::ScrollUp, 9, 4).contains("#1 · "));
    assert!(mouse(MouseEventKind::ScrollDown, 9, 2).contains("#4 · "));
    assert!(mouse(MouseEventKind::Down(MouseButton::Left), 9, 23).contains("#4 · "));
}

#[test]
fn an_empty_workspace_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.db");
    drop(Workspace::create(&path).expect("a workspace"));
    let mut screen = Driver::open(&path, 80, 24);
    assert!(screen.screen().contains("no records yet: 6 goes to the sources, i imports"));
    assert!(status(&screen.keys("adfrexyYvA I GgsjF<enter><tab>n<esc><esc>").screen()).starts_with("0 of 0 records"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_keys_at_any_size(
        cols in 0u16..140, rows in 0u16..50,
        keys in prop::collection::vec(prop::sample::select(KEYS.to_vec()), 0..25),
        texts in prop::collection::vec(super::display::nasty(), 1..5),
    ) {
        let texts: Vec<String> = texts.iter().map(|text| text.replace('\0', "") + "x").collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut screen = Driver::new(&texts, cols, rows);
        for key in keys {
            screen.keys(key);
            prop_assert!(!screen.screen().contains(|c| c != '\n' && is_forbidden(c)));
        }
        screen.resize(rows, cols).screen();
    }
}

const KEYS: [&str; 48] = [
    "j",
    "k",
    "g",
    "G",
    "<c-d>",
    "<pageup>",
    "a",
    "d",
    "f",
    "<backspace>",
    "r",
    "e",
    "s",
    "x",
    "w",
    "v",
    "A",
    "I",
    " ",
    "F",
    "J",
    "K",
    "n",
    "N",
    "y",
    "Y",
    "u",
    "<c-r>",
    "/",
    "/x OR (",
    "/~a",
    "<enter>",
    "<enter>",
    "<esc>",
    "<esc>",
    "<tab>",
    "<s-tab>",
    "<down>",
    "<up>",
    "<c-w>",
    "猫",
    "\"",
    "<a-enter>",
    "M",
    "<left>",
    "<c-u>",
    "state:",
    "E",
];
