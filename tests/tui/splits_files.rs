//! The Splits screen and files: what an export writes and what stops it, and images that nobody names.

use std::path::{Path, PathBuf};

use tamis::display::grouped;
use tamis::model::{Mark, RecordId};
use tamis::ops::import::{ImportArgs, import};
use tamis::ops::mark::{MarkArgs, mark};
use tamis::progress::Progress;
use tamis::shelf::Folders;
use tamis::sources::Options;
use tamis::tui::event::Event;
use tamis::workspace::Workspace;

use super::splits_leaks::leaky;
use crate::support::driver::Driver;

fn files_below(folder: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let lines = std::fs::read_to_string(&entry).expect("a text").lines().count() as u64;
            found.push((entry.strip_prefix(folder).expect("below").display().to_string(), lines));
        }
    }
    found.sort();
    found
}

/// The files of the plan with their records, as they stand on the screen.
fn planned(screen: &str) -> Vec<(String, u64)> {
    let lines = screen.lines().skip_while(|line| !line.contains("will write"));
    let files = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        match (words.next()?, words.next()?, words.next()?, words.next()) {
            (path, records, "records", None) => Some((path.to_owned(), records.replace(',', "").parse().ok()?)),
            _ => None,
        }
    });
    files.collect()
}

#[test]
fn the_export_writes_exactly_the_plan() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("out");
    let mut driver = Driver::example(120, 30);
    assert!(driver.keys("4x").screen().contains("name a folder"));
    driver.event(Event::Paste(target.display().to_string()));
    let refused = driver.screen();
    assert!(refused.contains("records have no image"), "the reason of a refusal is said: {refused}");
    assert!(driver.keys("<enter><enter>").screen().contains("records have no image"), "and nothing is written");
    assert!(!target.exists());

    // Layout jsonl, with orig_text and line, only the long ones.
    let plan = driver.keys("<right><tab><tab><space><right><right><right><space><tab>chars:>60<tab>").screen();
    let files = planned(&plan);
    assert!(files.len() >= 2, "{plan}");
    let done = driver.keys("<enter>").screen();
    let total: u64 = files.iter().map(|(_, records)| records).sum();
    assert!(done.contains(&format!("exported {} records to {}", grouped(total), target.display())), "{done}");
    assert!(done.contains("sha256"), "{done}");

    let written: Vec<_> = files_below(&target).into_iter().filter(|(name, _)| name.ends_with(".jsonl")).collect();
    assert_eq!(written, files);
    let train = std::fs::read_to_string(target.join("train.jsonl")).expect("a file");
    let line: serde_json::Value = serde_json::from_str(train.lines().next().expect("a line")).expect("JSON");
    assert!(line["orig_text"].is_string() && line["line"].is_number() && line.get("id").is_none(), "{line}");
    assert!(train.lines().all(|line| {
        serde_json::from_str::<serde_json::Value>(line).expect("JSON")["text"].as_str().is_some_and(|t| t.chars().count() > 60)
    }));
    let report = tamis::ops::export::verify(&target, &Progress::none()).expect("a manifest");
    assert!(report.is_ok());

    // The folder is there now: refused, until it may be replaced.
    let again = driver.keys("x").screen();
    assert!(again.contains("! ") && planned(&again).is_empty(), "{again}");
    assert_eq!(planned(&driver.keys("<tab><tab><space>").screen()), files);
    assert!(driver.keys("<enter>").screen().contains("exported"));
}

#[test]
fn a_wrong_filter_is_said_in_the_dialog() {
    let mut driver = Driver::new(&["a red car"], 100, 30);
    let screen = driver.keys("4xout<tab><tab><tab><tab>chars:>x").screen();
    assert!(screen.contains("! "), "{screen}");
    assert!(!screen.contains("will write"), "{screen}");
    let none = driver.keys("<c-u>zebra").screen();
    assert!(none.contains("there is no record to export"), "{none}");
}

fn manifest(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).expect("a manifest")).expect("JSON")
}

#[test]
fn what_is_blocked_is_overridden_one_by_one_and_the_manifest_says_so() {
    let (folder, path) = leaky();
    let target = folder.path().join("out");
    let mut driver = Driver::open(&path, 120, 40);
    driver.keys("4Bx").event(Event::Paste(target.display().to_string()));
    let blocked = driver.keys("<tab><right>").screen();
    assert!(blocked.contains("- blocked duplicates: ") && blocked.contains("- blocked leakage: "), "{blocked}");
    assert!(blocked.contains("would write 5 records") && blocked.contains("override it in the field despite"), "{blocked}");
    let there = driver.keys("<enter>").screen();
    assert!(!target.exists() && there.contains("› despite"), "Enter goes to what stops it: {there}");
    assert!(there.contains("[ ] duplicates") && there.contains("[ ] leakage"), "{there}");

    let one = driver.keys("<space>").screen();
    assert!(one.contains("- overridden duplicates: ") && one.contains("- blocked leakage: "), "{one}");
    driver.keys("<enter>");
    assert!(!target.exists(), "one of two is not enough");
    let both = driver.keys("<right><space>").screen();
    assert!(both.contains("will write 5 records") && both.contains("Enter writes this"), "{both}");
    assert!(driver.keys("<enter>").screen().contains("exported 5 records to"), "{}", driver.screen());
    assert_eq!(manifest(&target)["overridden"], serde_json::json!(["duplicates", "leakage"]));
    assert!(tamis::ops::export::verify(&target, &Progress::none()).expect("a manifest").is_ok());

    // Taken back, it is blocked again.
    let again = driver.keys("x<tab>").screen();
    assert!(again.contains("[x] duplicates"), "{again}");
    let replaced = driver.keys("<space><s-tab><space>").screen();
    assert!(replaced.contains("- blocked leakage"), "{replaced}");
}

#[test]
fn an_export_of_a_snapshot_is_as_it_was_then() {
    let (folder, path) = leaky();
    {
        let mut workspace = Workspace::open(&path).expect("a workspace");
        tamis::ops::snapshot::create(&mut workspace, "then", &Folders::default(), &Progress::none()).expect("a snapshot");
        let args = MarkArgs { records: vec![RecordId(2)], mark: Some(Mark::Drop), reason: None, filter: None };
        mark(&mut workspace, args, &Progress::none()).expect("a mark");
    }
    let mut driver = Driver::open(&path, 120, 40);
    driver.keys("4x").event(Event::Paste(folder.path().join("out").display().to_string()));
    assert!(driver.keys("<tab><right>").screen().contains("write 4 records"), "{}", driver.screen());
    let then = driver.keys("<tab><tab><tab><tab><right>").screen();
    assert!(then.contains("[then]") && then.contains("write 5 records"), "{then}");
    let named = driver.keys("<tab><tab><tab>none<tab><tab>tiny").screen();
    assert!(named.contains("title    tiny") && named.contains("write 5 records"), "{named}");
}

/// Three images, of which a kept record names one and a dropped one another; and a kept record whose image is gone.
fn with_images() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("images");
    std::fs::create_dir(&root).expect("a folder");
    for name in ["kept.png", "dropped.png", "nobody.png"] {
        std::fs::write(root.join(name), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").expect("an image");
    }
    let line = |text: &str, name: &str| format!("{}\n", serde_json::json!({"text": text, "file_name": name}));
    let file = folder.path().join("prompts.jsonl");
    std::fs::write(&file, line("a", "kept.png") + &line("b", "dropped.png") + &line("c", "gone.png")).expect("a file");
    let path = folder.path().join("workspace.db");
    let mut workspace = Workspace::create(&path).expect("a workspace");
    let options = Options { image_root: Some(root.clone()), ..Options::default() };
    import(&mut workspace, ImportArgs { files: vec![file], options, ..ImportArgs::default() }, &Progress::none())
        .expect("an import");
    let args = MarkArgs { records: vec![RecordId(2)], mark: Some(Mark::Drop), reason: None, filter: None };
    mark(&mut workspace, args, &Progress::none()).expect("a mark");
    (folder, path, root)
}

#[test]
fn images_that_nobody_names_go_to_the_trash_and_come_back() {
    let (_folder, path, root) = with_images();
    let there = |name: &str| root.join(name).exists();
    let mut driver = Driver::open(&path, 100, 24);
    let plan = driver.keys("4P").screen();
    assert!(plan.contains("Move 2 files (32 B) to a trash folder inside each root?"), "{plan}");
    assert!(plan.contains("2 of 3 images would go") && plan.contains("nobody.png (16 B)"), "{plan}");
    assert!(plan.contains("1 kept record whose image is gone"), "{plan}");
    driver.keys("P<esc>");
    assert!(there("nobody.png"), "the key that asked does not answer");

    let moved = driver.keys("Py").screen();
    assert!(moved.contains("moved 2 files (32 B) to the trash."), "{moved}");
    assert!(moved.contains(".tamis-trash/1") && moved.contains("Every image file is named by a kept record."), "{moved}");
    assert!(there("kept.png") && !there("dropped.png") && !there("nobody.png"));
    let asked = driver.keys("r").screen();
    assert!(asked.contains("Bring back what was moved to the trash in") && !there("nobody.png"), "{asked}");
    assert!(driver.keys("<esc>").screen().contains("r brings back what was moved before"));
    let back = driver.keys("ry").screen();
    assert!(back.contains("brought 2 files back.") && there("nobody.png") && there("dropped.png"), "{back}");
    let gone = driver.keys("o").screen();
    assert!(gone.contains("1 of 3 records") && gone.contains("id:3"), "{gone}");
}

#[test]
fn a_file_that_changed_since_it_was_listed_stays_and_is_named() {
    let (_folder, path, root) = with_images();
    let mut driver = Driver::open(&path, 100, 24);
    driver.keys("4P");
    std::fs::write(root.join("nobody.png"), b"\x89PNG changed").expect("an image");
    let moved = driver.keys("y").screen();
    assert!(moved.contains("moved 1 file (16 B)"), "{moved}");
    assert!(moved.contains("! left: ") && moved.contains("nobody.png: "), "{moved}");
    assert!(root.join("nobody.png").exists());
}
