//! The history and the waterfall by keys.

use proptest::prelude::*;
use tamis::display::is_forbidden;
use tamis::tui::effect::Request;

use crate::support::driver::Driver;

#[test]
fn the_whole_screen_of_the_example() {
    insta::assert_snapshot!(Driver::example(80, 24).keys("5").screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
     History, newest first
       14 2026-11-01 12:00  ← undo of 13: drop 3 records (by mistake)              ┃
       13 2026-11-01 12:00  - drop 3 records (by mistake)                    undone┃
       12 2026-11-01 12:00  ◆ v1: 2,860 of 3,724 kept · train 2,018 · validation 8…┃
       11 2026-11-01 12:00    split 2,860 records: train=90,validation=10, seed 42 ┃
       10 2026-11-01 12:00    duplicates cover at 0.800 (lexical): drops 796 recor…┃
        9 2026-11-01 12:00    edit record 1739                                     │
        8 2026-11-01 12:00    drop 15 records (image does not show it)             │
        7 2026-11-01 12:00    flag 6 records (translate)                           │
        6 2026-11-01 12:00    keep 12 records                                      │

     14 · 2026-11-01 12:00:00 UTC · 0 changes
     undo of 13: drop 3 records (by mistake)
     tamis undo workspace.db
     took operation 13 back

     Waterfall     read rejected    blank    rules   copies  by hand     kept
     gallery      1,746       -7       -2      -26     -409      -15    1,287  ██▉
     forum        1,203       -5       -6      -15     -387        0      790  ██▋
     studio         797       -2        0      -12        0        0      783  ███▉
     all          3,746      -14       -8      -53     -796      -15    2,860  ███
    13 operations, 1 of them undone · 2 snapshots
    ? help  s snapshot  Enter compare  r restore  z undo this  b compare from
    "#);
    insta::assert_snapshot!(Driver::example(120, 40).keys("5jj").screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
     History, newest first
       14 2026-11-01 12:00  ← undo of 13: drop 3 records (by mistake)
       13 2026-11-01 12:00  - drop 3 records (by mistake)                                                            undone
       12 2026-11-01 12:00  ◆ v1: 2,860 of 3,724 kept · train 2,018 · validation 842
       11 2026-11-01 12:00    split 2,860 records: train=90,validation=10, seed 42
       10 2026-11-01 12:00    duplicates cover at 0.800 (lexical): drops 796 records
        9 2026-11-01 12:00    edit record 1739
        8 2026-11-01 12:00    drop 15 records (image does not show it)
        7 2026-11-01 12:00    flag 6 records (translate)
        6 2026-11-01 12:00    keep 12 records
        5 2026-11-01 12:00  ◆ cleaned: 3,671 of 3,724 kept · validation 783
        4 2026-11-01 12:00    apply rules default: changes 1,142 and drops 53 of 3,724
        3 2026-11-01 12:00    import studio: 795 records
        2 2026-11-01 12:00    import forum: 1,192 records
        1 2026-11-01 12:00    import gallery: 1,737 records

     12 · 2026-11-01 12:00:00 UTC · sha256 ec11eab34d268717d0ccb4c85783aa2e23030627ce4487ed0cffa7e819399e4c
     v1: 2,860 of 3,724 kept · train 2,018 · validation 842
     tamis snapshot create workspace.db v1
     Enter: what changed since · r goes back · b: compare from here · w: report












     Waterfall     read rejected    blank    rules   copies  by hand     kept
     gallery      1,746       -7       -2      -26     -409      -15    1,287  █████████████████████████████▍
     forum        1,203       -5       -6      -15     -387        0      790  ██████████████████████████▎
     studio         797       -2        0      -12        0        0      783  ███████████████████████████████████████▎
     all          3,746      -14       -8      -53     -796      -15    2,860  ██████████████████████████████▌
    13 operations, 1 of them undone · 2 snapshots
    ? help  s snapshot  Enter compare  r restore  z undo this  b compare from  f waterfall  o only snapshots  w report
    "#);
}

#[test]
fn undo_and_redo_are_seen_in_the_history_and_the_figures() {
    let mut driver = Driver::new(&["a red car", " ", "a blue car"], 100, 24);
    let before = driver.keys("5").screen();
    assert!(before.contains("import prompts: 2 records"), "{before}");
    assert!(before.contains("u takes it back: its records leave the workspace"), "{before}");
    let row = |screen: &str| {
        screen
            .lines()
            .find(|line| line.starts_with(" prompts"))
            .map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(row(&before).expect("a row")[1..8], ["3", "0", "-1", "0", "0", "0", "2"]);

    let undone = driver.keys("u").screen();
    assert!(undone.contains("- import prompts: 2 records"), "{undone}");
    assert!(undone.contains("← undo of 1"), "{undone}");
    assert!(undone.contains("took operation 1 back"), "{undone}");
    assert_eq!(row(&undone), None, "its figures left with it");
    assert!(driver.keys("j").screen().contains("undone; Ctrl-r does again"));

    let redone = driver.keys("<c-r>").screen();
    assert!(redone.contains("→ redo of 1"), "{redone}");
    assert!(row(&redone).is_some());
}

#[test]
fn the_command_is_copied() {
    let mut driver = Driver::example(100, 24);
    let screen = driver.keys("5c").screen();
    let requests = driver.app.take_requests();
    let [Request::Copy(command)] = &requests[..] else { panic!("{requests:?}") };
    assert!(command.starts_with("tamis undo "), "{command}");
    assert!(screen.contains(&format!("copied: {command}")), "{screen}");
}

#[test]
fn what_taking_back_an_older_one_needs() {
    let mut driver = Driver::example(100, 40);
    let screen = driver.keys("5G").screen();
    assert!(screen.contains("z takes it back: its records leave the workspace"), "{screen}");
    let asked = driver.keys("z").screen();
    assert!(asked.contains("later operations build on it, and are undone with it"), "{asked}");
    assert!(asked.contains("split 2,860 records"), "{asked}");
    assert!(driver.keys("<esc>").screen().contains("z takes it back"), "nothing was done");
}

#[test]
fn the_waterfall_alone_adds_up() {
    let screen = Driver::example(120, 30).keys("5f").screen();
    assert!(!screen.contains("History"), "{screen}");
    let rows: Vec<Vec<i64>> = screen
        .lines()
        .filter(|line| ["gallery", "forum", "studio", "all"].iter().any(|name| line.trim_start().starts_with(name)))
        .map(|line| line.replace(',', "").split_whitespace().filter_map(|word| word.parse().ok()).collect())
        .collect();
    assert_eq!(rows.len(), 4, "{screen}");
    for row in &rows {
        // What was lost stands with its sign: read and losses make what is kept.
        assert_eq!(row[..6].iter().sum::<i64>(), row[6], "{row:?}");
    }
    for column in 0..7 {
        assert_eq!(rows[..3].iter().map(|row| row[column]).sum::<i64>(), rows[3][column]);
    }
    assert!(Driver::example(120, 30).keys("5ff").screen().contains("History"));
}

/// Three prompts, frozen as v1; then one is edited, one dropped, one that was imported later is there.
fn two_versions(cols: u16, rows: u16) -> Driver {
    let mut driver = Driver::new(&["a red car", "a blue car", "an owl"], cols, rows);
    driver.keys("5s<enter>");
    driver.keys("1gd").keys("e in the rain<enter>");
    driver.keys("5");
    driver
}

#[test]
fn a_snapshot_stands_on_the_time_line() {
    let mut driver = Driver::new(&["a red car", "an owl"], 100, 24);
    let asked = driver.keys("5s").screen();
    assert!(asked.contains("name v1") && asked.contains("freezes 2 records"), "{asked}");
    let made = driver.keys("<enter>").screen();
    assert!(made.contains("◆ v1: 2 of 2 kept") && made.contains("tamis snapshot create workspace.db v1"), "{made}");
    assert!(made.contains("snapshot v1: 2 kept"), "{made}");
    assert!(driver.keys("s").screen().contains("name v2"), "the next name");
    let same = driver.keys("<enter>").screen();
    assert!(same.contains("the very same as v1"), "{same}");
    let let_go = driver.keys("x").screen();
    assert!(let_go.contains("v2 has no name any more") && !let_go.contains("◆ v2"), "{let_go}");
    assert!(driver.keys("u").screen().contains("◆ v2"));
    let only = driver.keys("o").screen();
    assert!(only.contains("Snapshots, newest first") && !only.contains("import prompts"), "{only}");
}

#[test]
fn two_versions_are_compared_record_by_record() {
    let mut driver = two_versions(100, 30);
    let screen = driver.keys("oj<enter>").screen();
    assert!(screen.contains("v1 → now: 3 → 2 kept"), "{screen}");
    assert!(screen.contains("- removed           1  prompts  dropped by hand"), "{screen}");
    assert!(screen.contains("~ changed           1  prompts  by hand"), "{screen}");
    assert!(screen.contains("0 added · 1 removed · 1 changed · 0 moved"), "{screen}");
    let changed = driver.keys("j").screen();
    assert!(changed.contains("1 record changed · by hand") && changed.contains("a blue car in the rain"), "{changed}");
    let shown = driver.keys("<enter><enter>").screen();
    assert!(shown.contains("id:2"), "the record on the browse screen: {shown}");
    // What is done meanwhile is taken in, undo too.
    let again = driver.keys("5uu").screen();
    assert!(again.contains("Nothing differs"), "{again}");
    assert!(driver.keys("<esc>").screen().contains("Snapshots, newest first"));
}

#[test]
fn the_records_of_a_group_are_written_to_a_file() {
    let mut driver = two_versions(100, 30);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("out.jsonl");
    driver.keys("oj<enter>jw<c-u>").event(tamis::tui::event::Event::Paste(file.display().to_string()));
    let screen = driver.keys("<enter>").screen();
    assert!(screen.contains("wrote 1 record to"), "{screen}");
    let row: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).expect("the file")).expect("a JSON line");
    assert_eq!((&row["id"], &row["change"], &row["text_before"]), (&2.into(), &"changed".into(), &"a blue car".into()));
}

#[test]
fn going_back_says_first_what_it_changes() {
    let mut driver = two_versions(100, 30);
    let asked = driver.keys("ojr").screen();
    assert!(asked.contains("2 records get back the marks, edits, drops and splits that they had."), "{asked}");
    let back = driver.keys("<enter>").screen();
    assert!(back.contains("everything is as in v1: 2 records changed"), "{back}");
    assert!(driver.keys("ogj<enter>").screen().contains("v1 → now") || driver.screen().contains("not a snapshot"));
    let mut driver = two_versions(100, 30);
    let without = driver.keys("ojr<right><right>").screen();
    assert!(without.contains("choose some with Space"), "{without}");
    let without = driver.keys("<tab><tab><space>").screen();
    assert!(without.contains("Sources that leave the workspace: prompts."), "{without}");
}

#[test]
fn an_operation_in_the_middle_is_undone_alone() {
    let mut driver = two_versions(100, 30);
    let asked = driver.keys("jz").screen();
    assert!(asked.contains("Nothing later builds on it"), "{asked}");
    let undone = driver.keys("y").screen();
    assert!(undone.contains("undo: drop record 1"), "{undone}");
    assert!(undone.contains("edit record 2") && !undone.contains("- edit record 2"), "{undone}");
}

#[test]
fn the_waterfall_of_a_snapshot_is_that_of_then() {
    let mut driver = two_versions(100, 30);
    let row = |screen: String| {
        screen
            .lines()
            .find(|line| line.trim_start().starts_with("prompts"))
            .map(|line| line.split_whitespace().nth(7).map(str::to_owned))
    };
    assert_eq!(row(driver.keys("f").screen()), Some(Some("2".into())));
    let then = driver.keys("<esc>ojf").screen();
    assert!(then.contains("Waterfall of v1"), "{then}");
    assert_eq!(row(then), Some(Some("3".into())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_keys_at_any_size(cols in 0u16..140, rows in 0u16..40, typed in "[fcuUgGjk?:sbodrzxw\n\t]{0,10}") {
        let mut driver = Driver::new(&["a red \u{202e}car", "猫"], cols, rows);
        driver.keys("5");
        for key in typed.chars() {
            driver.keys(match key {
                '\n' => "<enter>".to_owned(),
                '\t' => "<tab>".to_owned(),
                key => key.to_string(),
            }.as_str());
            prop_assert!(!driver.screen().contains(|c| c != '\n' && is_forbidden(c)));
        }
        driver.resize(rows, cols).screen();
    }
}
