//! Sources, jobs and the import by keys: from the picker to the records.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tamis::display::is_forbidden;
use tamis::model::Source;
use tamis::progress::Progress;
use tamis::tui::event::Event;
use tamis::workspace::Workspace;

use crate::support::driver::{Driver, workspace_of};

#[test]
fn the_whole_screen_of_the_example() {
    insta::assert_snapshot!(Driver::example(80, 24).keys("6").screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
     Sources  format          read accepted    blank rejected split      protected
     gallery  jsonl          1,746    1,737        2        7 –
     forum    txt            1,203    1,192        6        5 –
     studio   csv              797      795        0        2 validation + yes

     gallery
     file     gallery.jsonl
     sha256   f50f2109a611a93b20d4f08a7f98233c72dc2ed6e0c396419256d4267c568c78











     Jobs
     none runs
    3 sources · 3,724 records, 14 lines rejected
    ? help  i import  r rejected lines  p protect  x cancel this job  : commands
    "#);
    insta::assert_snapshot!(Driver::example(120, 40).keys("6r").screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
     Sources  format          read accepted    blank rejected split      protected   path
     gallery  jsonl          1,746    1,737        2        7 –                      gallery.jsonl
     forum    txt            1,203    1,192        6        5 –                      forum.txt
     studio   csv              797      795        0        2 validation + yes       studio.csv

     gallery
     file     gallery.jsonl
     sha256   f50f2109a611a93b20d4f08a7f98233c72dc2ed6e0c396419256d4267c568c78






    ── gallery: 7 lines rejected ───────────────────────────────────────────────────────────────────────────────────────────
      line    145  expected , or } at the end of the line
      line    435  no "text"
      line    580  "text" is an array, not text
      line    870  key "text" twice
      line  1,015  NaN is not JSON at byte offset 58
      line  1,305  lone surrogate at byte offset 24
      line  1,450  text after the object at byte offset 45
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────












     Jobs
     none runs
    3 sources · 3,724 records, 14 lines rejected
    Enter accept  Esc dismiss  Tab next field
    "#);
}

/// A folder with a workspace and files to import.
struct Place {
    folder: tempfile::TempDir,
    workspace: PathBuf,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace_of(folder.path(), &["first"]);
        Place { folder, workspace }
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path
    }

    fn driver(&self, cols: u16, rows: u16) -> Driver {
        Driver::open(&self.workspace, cols, rows)
    }

    fn source(&self, name: &str) -> Option<Source> {
        let workspace = Workspace::open_to_read(&self.workspace).expect("a workspace");
        tamis::ops::sources::sources(&workspace, 0)
            .expect("sources")
            .into_iter()
            .map(|detail| detail.source)
            .find(|s| s.name == name)
    }

    fn texts(&self) -> Vec<String> {
        let mut workspace = Workspace::open_to_read(&self.workspace).expect("a workspace");
        let columns = tamis::ops::query::columns(&mut workspace, &Progress::none()).expect("columns");
        (0..columns.len()).map(|p| columns.text(p).to_owned()).collect()
    }
}

#[test]
fn an_empty_workspace_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("w.db");
    drop(Workspace::create(&path).expect("a workspace"));
    assert!(Driver::open(&path, 80, 24).keys("6").screen().contains("press i to import prompts"));
}

#[test]
fn from_the_picker_to_the_records() {
    let place = Place::new();
    place.file("more/lines.jsonl", "{\"text\": \"a castle\"}\n{\"text\": 5}\nnot json\n{\"text\": \"a river\", \"n\": 1}\n");
    let mut driver = place.driver(100, 30);
    let picker = driver.keys("6i").screen();
    assert!(picker.contains("more/") && picker.contains("prompts.jsonl"), "{picker}");
    assert!(driver.keys("mor<enter>").screen().contains("lines.jsonl"));
    let form = driver.keys("<enter>").screen();
    assert!(form.contains("‹ auto ›  → jsonl") || form.contains("→ jsonl"), "{form}");
    assert!(form.contains("the first 4 rows: 2 records, 2 rejected"), "{form}");
    assert!(form.contains("a castle") && form.contains("- line      2"), "{form}");
    let done = driver.keys("<enter>").screen();
    assert!(done.contains("imported 2 records, 2 lines rejected"), "{done}");
    assert!(done.contains("lines"), "{done}");
    assert_eq!(place.texts(), ["first", "a castle", "a river"]);
    let rejects = driver.keys("jr").screen();
    assert!(rejects.contains("lines: 2 lines rejected") && rejects.contains("line      3"), "{rejects}");
    driver.keys("<esc>u");
    assert_eq!(place.texts(), ["first"]);
}

#[test]
fn two_text_columns_are_a_question() {
    let place = Place::new();
    let path = place.file("two.csv", "text,caption,seed\na cat,red cat,1\na dog,blue dog,2\n");
    let mut driver = place.driver(100, 30);
    driver.keys("6i").event(Event::Paste(format!("'{}'", path.display())));
    assert!(driver.screen().contains("Enter opens this path"));
    let asked = driver.keys("<enter>").screen();
    assert!(asked.contains("unclear: text and caption could each be it"), "{asked}");
    assert!(driver.keys("<enter>").screen().contains("unclear"), "nothing is imported while it is unclear");
    let chosen = driver.keys("<right><right>").screen();
    assert!(chosen.contains("red cat") && chosen.contains("2 records, 0 rejected"), "{chosen}");
    // Name, prefix, split and protection.
    driver.keys("<s-tab><s-tab>cats<tab><tab><tab><tab><tab>p<tab>te/st");
    assert!(driver.screen().contains("cannot name a split"));
    driver.keys("<tab><space><enter>");
    assert_eq!(place.source("cats"), None, "a split of that name is refused before anything is read");
    driver.keys("<s-tab><c-u>test<tab><enter>");
    let source = place.source("cats").expect("imported");
    assert_eq!((source.prefix.as_deref(), source.split.as_deref(), source.protected), (Some("p"), Some("test"), true));
    assert_eq!(place.texts(), ["first", "red cat", "blue dog"]);
}

#[test]
fn absolute_file_names_can_be_left_alone() {
    let place = Place::new();
    let path = place.file("kaggle.csv", "prompt,image\na cat,/kaggle/1.png\na dog,/kaggle/2.png\n");
    let mut driver = place.driver(100, 30);
    let hint = driver.keys("6i").event(Event::Paste(path.display().to_string())).keys("<enter>").screen();
    assert!(hint.contains("0 records, 2 rejected"), "{hint}");
    assert!(hint.contains("with the file column set to none"), "{hint}");
    let none = driver.keys("<tab><tab><right>").screen();
    assert!(none.contains("2 records, 0 rejected"), "{none}");
    driver.keys("<enter>");
    assert_eq!(place.texts(), ["first", "a cat", "a dog"]);
}

#[test]
fn what_cannot_be_read_is_said() {
    let place = Place::new();
    let odd = place.file("odd.xyz", "a line\nanother\n");
    let mut driver = place.driver(100, 30);
    let nothing = driver.keys("6i").event(Event::Paste("/no/such/file.txt".into())).keys("<enter>").screen();
    assert!(nothing.contains("! "), "{nothing}");
    driver.keys("<enter><esc>i").event(Event::Paste(odd.display().to_string())).keys("<enter>");
    assert!(driver.screen().contains("says no format"), "{}", driver.screen());
    assert!(driver.keys("<right>").screen().contains("2 records, 0 rejected"), "txt it is");
    driver.keys("<enter>");
    assert_eq!(place.texts(), ["first", "a line", "another"]);

    let again = driver.keys("i").event(Event::Paste(odd.display().to_string())).keys("<enter><right><enter>").screen();
    assert!(again.contains("in the workspace already"), "{again}");
    driver.keys("i").event(Event::Paste(odd.display().to_string())).keys("<enter><right><s-tab><s-tab><right><space><enter>");
    assert_eq!(place.texts().len(), 5, "taken a second time");
}

#[test]
fn a_folder_of_images_is_a_source() {
    let place = Place::new();
    place.file("shots/1.png", "");
    place.file("shots/1.txt", "a tower");
    let mut driver = place.driver(100, 30);
    let form = driver.keys("6ishots<enter><c-o>").screen();
    assert!(form.contains("→ captions") && form.contains("a tower  (1.png)"), "{form}");
    driver.keys("<enter>");
    assert_eq!(place.texts(), ["first", "a tower"]);
    assert_eq!(
        place.source("shots").and_then(|s| s.image_root).as_deref().map(Path::new),
        Some(place.folder.path().join("shots").as_path())
    );
}

#[test]
fn a_file_made_meanwhile_is_in_the_picker() {
    let place = Place::new();
    let mut driver = place.driver(100, 30);
    assert!(!driver.keys("6i").screen().contains("late.txt"));
    driver.keys("<esc>");
    place.file("late.txt", "x");
    assert!(driver.keys("i").screen().contains("late.txt"));
}

#[test]
fn protect_and_undo() {
    let place = Place::new();
    let mut driver = place.driver(80, 24);
    assert!(driver.keys("6p").screen().contains("prompts is protected"));
    assert!(place.source("prompts").is_some_and(|s| s.protected));
    assert!(driver.keys("j").screen().contains("+ yes"));
    driver.keys("p");
    assert!(place.source("prompts").is_some_and(|s| !s.protected));
    driver.keys("u");
    assert!(place.source("prompts").is_some_and(|s| s.protected));
    driver.keys("u");
    assert!(place.source("prompts").is_some_and(|s| !s.protected));
    assert!(driver.keys("x").screen().contains("no job runs"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_keys_at_any_size(cols in 0u16..140, rows in 0u16..40, typed in "[iprxgGjk/~ .]{0,8}", hop in prop::collection::vec(0usize..8, 8)) {
        let place = Place::new();
        place.file("b\u{202e}c.csv", "text,a\u{1b}b\nx\u{1b}[2J,\"/\u{202e}\"\n");
        let mut driver = place.driver(cols, rows);
        driver.keys("6");
        for (key, hop) in typed.chars().zip(hop) {
            driver.keys(["", "", "<tab>", "<enter>", "<down>", "<right>", "<esc>", "<c-o>"][hop]).keys(&key.to_string());
            prop_assert!(!driver.screen().contains(|c| c != '\n' && is_forbidden(c)));
        }
        driver.resize(rows, cols).screen();
    }
}
