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
       12 2026-11-01 12:00  ← undo of 11: drop 3 records (by mistake)              ┃
       11 2026-11-01 12:00  - drop 3 records (by mistake)                    undone┃
       10 2026-11-01 12:00    split 2,860 records: train=90,validation=10, seed 42 ┃
        9 2026-11-01 12:00    duplicates cover at 0.800 (lexical): drops 796 recor…┃
        8 2026-11-01 12:00    edit record 1739                                     ┃
        7 2026-11-01 12:00    drop 15 records (image does not show it)             ┃
        6 2026-11-01 12:00    flag 6 records (translate)                           │
        5 2026-11-01 12:00    keep 12 records                                      │
        4 2026-11-01 12:00    apply rules default: changes 1,142 and drops 53 of 3…│

     12 · 2026-11-01 12:00:00 UTC · 0 changes
     undo of 11: drop 3 records (by mistake)
     tamis undo workspace.db
     took operation 11 back

     Waterfall     read rejected    blank    rules   copies  by hand     kept
     gallery      1,746       -7       -2      -26     -409      -15    1,287  ██▉
     forum        1,203       -5       -6      -15     -387        0      790  ██▋
     studio         797       -2        0      -12        0        0      783  ███▉
     all          3,746      -14       -8      -53     -796      -15    2,860  ███
    11 operations, 1 of them undone
    ? help  f waterfall  c copy command  : commands  u undo  q quit  Tab next pane
    "#);
    insta::assert_snapshot!(Driver::example(120, 40).keys("5jj").screen(), @r#"
    1 Browse  2 Rules  3 Duplicates  4 Splits  5 Versions  6 Sources
     History, newest first
       12 2026-11-01 12:00  ← undo of 11: drop 3 records (by mistake)
       11 2026-11-01 12:00  - drop 3 records (by mistake)                                                            undone
       10 2026-11-01 12:00    split 2,860 records: train=90,validation=10, seed 42
        9 2026-11-01 12:00    duplicates cover at 0.800 (lexical): drops 796 records
        8 2026-11-01 12:00    edit record 1739
        7 2026-11-01 12:00    drop 15 records (image does not show it)
        6 2026-11-01 12:00    flag 6 records (translate)
        5 2026-11-01 12:00    keep 12 records
        4 2026-11-01 12:00    apply rules default: changes 1,142 and drops 53 of 3,724
        3 2026-11-01 12:00    import studio: 795 records
        2 2026-11-01 12:00    import forum: 1,192 records
        1 2026-11-01 12:00    import gallery: 1,737 records

     10 · 2026-11-01 12:00:00 UTC · 2,078 changes
     split 2,860 records: train=90,validation=10, seed 42
     tamis split workspace.db --share train=90,validation=10 --seed 42 --lens lexical --threshold 0.70
     u takes it back: every record is in the split it was in before














     Waterfall     read rejected    blank    rules   copies  by hand     kept
     gallery      1,746       -7       -2      -26     -409      -15    1,287  █████████████████████████████▍
     forum        1,203       -5       -6      -15     -387        0      790  ██████████████████████████▎
     studio         797       -2        0      -12        0        0      783  ███████████████████████████████████████▎
     all          3,746      -14       -8      -53     -796      -15    2,860  ██████████████████████████████▌
    11 operations, 1 of them undone
    ? help  f waterfall  c copy command  : commands  u undo  q quit  Tab next pane  Enter open
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
    let screen = Driver::example(100, 40).keys("5G").screen();
    assert!(screen.contains("times takes it back, the"), "{screen}");
    assert!(screen.contains("its records leave the workspace"), "{screen}");
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_keys_at_any_size(cols in 0u16..140, rows in 0u16..40, typed in "[fcuUgGjk?:]{0,10}") {
        let mut driver = Driver::new(&["a red \u{202e}car", "猫"], cols, rows);
        driver.keys("5");
        for key in typed.chars() {
            driver.keys(&key.to_string());
            prop_assert!(!driver.screen().contains(|c| c != '\n' && is_forbidden(c)));
        }
        driver.resize(rows, cols).screen();
    }
}
