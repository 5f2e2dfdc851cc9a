//! Splits and export by keys: what the user sees, and what is in the workspace and on disk afterwards.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tamis::display::{grouped, is_forbidden};
use tamis::ops::import::{ImportArgs, import};
use tamis::progress::Progress;
use tamis::tui::action::Action;
use tamis::tui::data::Data;
use tamis::tui::effect::Effect;
use tamis::tui::intent::Intent;
use tamis::tui::screens::splits::{State, update};
use tamis::workspace::Workspace;

use crate::support::driver::{Driver, workspace_of};

#[test]
fn the_whole_screen_of_the_example() {
    insta::assert_snapshot!(Driver::example(80, 24).keys("4").screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
     Splits              records    share asked for
     train                 2,018   70.6 %    90.0 %  ██████████████████████████████
     validation              842   29.4 %    10.0 %  ████████████▌
     made by train=90,validation=10 · seed 42 · lexical ≥ 0.70


     Leaks from 0.70  records with a near-copy in another split · highest score
     + none: no record has a near-copy in another split

     Checks
     + ready     invariants       all 11 hold: counts add up, nothing dangles
     + ready     derived          all that is derived is of the present texts
     + ready     splits           every kept record has a split
     ! attention flags            6 flagged records are kept                    › o
     + ready     similarity graph lexical: of the present texts
     + ready     witnesses        every record dropped as a duplicate has its kept…





    2,860 kept records · one check needs attention
    ? help  Enter assign  x export  e shares  c checks  o show records  t strata
    "#);
    insta::assert_snapshot!(Driver::example(120, 40).keys("4<tab>jjj").screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
     Splits              records    share asked for
     train                 2,018   70.6 %    90.0 %  ████████████████████████████████████████████████████████████
     validation              842   29.4 %    10.0 %  █████████████████████████
     made by train=90,validation=10 · seed 42 · lexical ≥ 0.70


     Leaks from 0.70  records with a near-copy in another split · highest score
     + none: no record has a near-copy in another split

     Checks
     + ready     invariants       all 11 hold: counts add up, nothing dangles
     + ready     derived          all that is derived is of the present texts
     + ready     splits           every kept record has a split
     ! attention flags            6 flagged records are kept                                                            › o
     + ready     similarity graph lexical: of the present texts
     + ready     witnesses        every record dropped as a duplicate has its kept witness
     6 flagged records are kept
     Enter shows them: state:flag



















    2,860 kept records · one check needs attention
    ? help  Enter assign  x export  e shares  c checks  o show records  t strata  s seed  : commands
    "#);
}

#[test]
fn a_workspace_without_a_graph_says_what_to_do() {
    let screen = Driver::new(&["a red car", "a blue car"], 100, 24).keys("4").screen();
    assert!(screen.contains("there is no similarity graph yet"), "{screen}");
    assert!(screen.contains("not made yet"), "{screen}");
    assert!(screen.contains("train=90,validation=5,test=5 · seed 42"), "{screen}");
}

/// Twenty texts, two of them near-copies.
fn texts() -> Vec<String> {
    let words = ["castle", "river", "moon", "tree", "house", "dog", "cat", "sky", "lamp"];
    let mut texts: Vec<String> = words
        .iter()
        .enumerate()
        .flat_map(|(i, word)| [format!("one {word} by a painter number{i}"), format!("{i}{word} z{i} q{i} photograph")])
        .collect();
    texts.push("a quiet harbour at dawn with many small wooden boats in the fog".into());
    texts.push("a quiet harbour at dawn with many small wooden boats in fog".into());
    texts
}

fn driver() -> Driver {
    let texts = texts();
    Driver::new(&texts.iter().map(String::as_str).collect::<Vec<_>>(), 100, 30)
}

#[test]
fn shares_seed_and_strata_then_a_question_then_the_split() {
    let mut driver = driver();
    let wrong = driver.keys("4e<c-u>train=80,test").screen();
    assert!(wrong.contains("! `test` is not NAME=SHARE"), "{wrong}");
    assert!(driver.keys("<enter>").app.is_typing(), "what is wrong is not accepted");
    assert!(driver.keys("=20<enter>").screen().contains("next    train=80,test=20 · seed 42 · lexical ≥ 0.70"));
    assert!(driver.keys("s<c-u>x<enter>").screen().contains("! a seed is a number"));
    assert!(driver.keys("<c-u>7<enter>t").screen().contains("next    train=80,test=20 · seed 7 · by source · lexical ≥ 0.70"));

    let question = driver.keys("<enter>").screen();
    assert!(question.contains("Every one of the 20 kept records gets a split"), "{question}");
    assert!(question.contains("seed 7, in proportion within each source"), "{question}");
    assert!(driver.keys("<enter>").screen().contains("assign splits"), "the key that asked does not answer");
    assert!(driver.keys("<esc>").screen().contains("not made yet"));

    let done = driver.keys("<enter>y").screen();
    assert!(done.contains("made by train=80,test=20 · seed 7 · by source · lexical ≥ 0.70"), "{done}");
    assert!(done.contains("train 16 · test 4"), "{done}");
    assert!(done.contains("+ none: no record has a near-copy in another split"), "{done}");
    assert!(done.contains("+ ready     splits"), "{done}");
    assert!(driver.keys("u").screen().contains("not made yet"));
}

#[test]
fn a_check_leads_to_its_records() {
    let mut driver = Driver::example(100, 30);
    let screen = driver.keys("4").screen();
    let flags = screen.lines().position(|line| line.contains("flagged records are kept")).expect("the example has flags");
    let first = screen.lines().position(|line| line.contains(" invariants  ")).expect("the first check");
    let state = &mut State::default();
    let mut data = Data::default();
    data.splits.checks = Some(tamis::ops::check::CheckReport {
        verdict: tamis::ops::check::Verdict::Attention,
        checks: vec![tamis::ops::check::CheckRow {
            check: "flags".into(),
            verdict: tamis::ops::check::Verdict::Attention,
            detail: "6 flagged records are kept".into(),
            count: 6,
            filter: Some("state:flag".into()),
        }],
    });
    for action in [Action::AssignSplits, Action::OpenRecords] {
        let mut state = State::default();
        update(&mut state, &data, &Intent::Do(Action::NextPane));
        let effects = update(&mut state, &data, &Intent::Do(action));
        assert!(matches!(&effects[..], [Effect::GoBrowse(filter)] if filter == "state:flag"), "{effects:?}");
    }
    assert!(update(state, &data, &Intent::Do(Action::AssignSplits)).is_empty(), "among the splits, Enter asks");
    driver.keys(&format!("<tab>{}", "j".repeat(flags - first)));
    assert!(driver.screen().contains("Enter shows them: state:flag"));
    assert!(!driver.keys("<enter>").screen().contains(" Checks"), "browse has the screen now");
    assert!(driver.keys("4gg<enter>").screen().contains("no records stand behind this one"));
}

/// Two sources that declare their splits, with copies of each other's records.
#[test]
fn what_leaks_is_a_matrix() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = workspace_of(folder.path(), &["something else entirely here"]);
    {
        let mut workspace = Workspace::open_or_read(&path).expect("a workspace");
        let long = "a quiet harbour at dawn with many small wooden boats in the fog";
        for (split, texts) in [
            ("train", [long, "a red fox in deep snow under tall trees"]),
            ("test", ["a quiet harbour at dawn with many small wooden boats in fog", long]),
        ] {
            let file = folder.path().join(format!("{split}.txt"));
            std::fs::write(&file, texts.join("\n")).expect("a file");
            let args = ImportArgs { files: vec![file], split: Some(split.into()), ..ImportArgs::default() };
            import(&mut workspace, args, &Progress::none()).expect("an import");
        }
    }
    let mut driver = Driver::open(&path, 100, 30);
    let question = driver.keys("4e<c-u>train=9,test=1<enter><enter>").screen();
    assert!(question.contains("Records of train stay in train"), "{question}");
    let done = driver.keys("y").screen();
    let row = |of: &str| {
        done.lines()
            .find(|line| line.starts_with(of))
            .unwrap_or_else(|| panic!("{of}: {done}"))
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(row(" of train"), "of train · 1 · 1.000");
    assert_eq!(row(" of test"), "of test 2 · 1.000 ·");
    assert!(driver.resize(44, 30).screen().contains("! 2 records of test in train"), "{}", driver.screen());
    // Without a share for it, a declared split is left.
    assert!(driver.resize(100, 30).keys("e<c-u>train=9,dev=1<enter><enter>").screen().contains("Records of test leave test"));
}

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
    driver.event(tamis::tui::event::Event::Paste(target.display().to_string()));
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
    assert_eq!(planned(&driver.keys("<space>").screen()), files);
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_keys_at_any_size(cols in 0u16..140, rows in 0u16..40, typed in "[estcxoygGjk0-9=,:~/ ]{0,12}", hop in prop::collection::vec(0usize..6, 12)) {
        let mut driver = Driver::new(&["a red \u{202e}car", "a red cars\x1b[2J", "猫"], cols, rows);
        driver.keys("4");
        for (key, hop) in typed.chars().zip(hop) {
            // Nothing may be written to the folder of the tests: Enter is left to the other tests.
            driver.keys(["", "", "<tab>", "<s-tab>", "<left>", "<esc>"][hop]).keys(&key.to_string());
            prop_assert!(!driver.screen().contains(|c| c != '\n' && is_forbidden(c)));
        }
        driver.resize(rows, cols).screen();
    }
}
