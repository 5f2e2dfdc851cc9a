//! The history and the waterfall by keys.

use proptest::prelude::*;
use tamis::display::is_forbidden;
use tamis::tui::effect::Request;

use crate::support::driver::Driver;

#[test]
fn the_whole_screen_of_the_example() {
    insta::assert_snapshot!(Driver::example(80, 24).keys("5").screen(), @"");
    insta::assert_snapshot!(Driver::example(120, 40).keys("5jj").screen(), @"");
}

#[test]
fn undo_and_redo_are_seen_in_the_history_and_the_figures() {
    let mut driver = Driver::new(&["a red car", " ", "a blue car"], 100, 24);
    let before = driver.keys("5").screen();
    assert!(before.contains("import prompts: 2 records"), "{before}");
    assert!(before.contains("u takes it back: its records leave the workspace"), "{before}");
    let row = |screen: &str| screen.lines().find(|line| line.starts_with(" prompts")).map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
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
