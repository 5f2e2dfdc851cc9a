//! Splits and export by keys: what the user sees, and what is in the workspace and on disk afterwards.

use proptest::prelude::*;
use tamis::display::is_forbidden;

use crate::support::driver::Driver;

#[test]
fn the_whole_screen_of_the_example() {
    let mut driver = Driver::example(80, 24);
    insta::assert_snapshot!("splits_80_by_24", driver.keys("4").screen());
    insta::assert_snapshot!("splits_200_by_60", driver.resize(200, 60).screen());
    insta::assert_snapshot!("checks_120_by_40", driver.resize(120, 40).keys("<tab><tab>jjjjjjj").screen());
    assert!(driver.resize(40, 10).screen().contains(" Checks"), "in a low terminal the pane with the cursor has the room");
}

#[test]
fn a_workspace_without_a_graph_says_what_to_do() {
    let screen = Driver::new(&["a red car", "a blue car"], 100, 24).keys("4").screen();
    assert!(screen.contains("there is no similarity graph yet (lexical): B finds all pairs"), "{screen}");
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
    let strata = driver.keys("<c-u>7<enter>t").screen();
    assert!(strata.contains("[ ] source") && strata.contains("[ ] length"), "{strata}");
    let next = driver.keys("<space><enter>").screen();
    assert!(next.contains("next    train=80,test=20 · seed 7 · by source · lexical ≥ 0.70"), "{next}");

    let question = driver.keys("<enter>").screen();
    assert!(question.contains("Of 20 kept records"), "{question}");
    assert!(question.contains("train 16 (80.0 %)") && question.contains("test 4 (20.0 %)"), "{question}");
    assert!(question.contains("20 records change place; none has to stay."), "{question}");
    assert!(question.contains("In proportion by source: 1 group."), "{question}");
    assert!(driver.keys("a<enter>").screen().contains("assign splits"), "the key that asked does not answer");
    assert!(driver.keys("<esc>").screen().contains("not made yet"));

    let done = driver.keys("ay").screen();
    assert!(done.contains("made by train=80,test=20 · seed 7 · by source · lexical ≥ 0.70"), "{done}");
    assert!(done.contains("train 16 · test 4"), "{done}");
    assert!(done.contains("+ proven: 64 pairs tested; the closest that remains 0.500"), "{done}");
    assert!(done.contains("every kept record has a split"), "{done}");
    assert!(driver.keys("u").screen().contains("not made yet"));
}

#[test]
fn who_stays_and_what_counts_as_a_copy_are_part_of_the_next_split() {
    let mut driver = driver();
    driver.keys("4e<c-u>train=80,test=20<enter>ay");
    let next = driver.keys("n").screen();
    assert!(next.contains("next    train=80,test=20 · seed 42 · lexical ≥ 0.70 · only new records"), "{next}");
    let question = driver.keys("a").screen();
    assert!(question.contains("No record changes place; these stay: 20 extended."), "{question}");
    driver.keys("<esc>n");
    let list = driver.keys("p").screen();
    assert!(list.contains("splits that stay") && list.contains("[ ] train") && list.contains("[ ] test"), "{list}");
    let question = driver.keys("j<space><enter>s<c-u>9<enter>a").screen();
    assert!(question.contains("these stay: 4 kept"), "{question}");
    assert!(
        driver.keys("<esc>E<c-u>test=6<enter>").screen().contains("next    train=80 · test=6 · seed 9"),
        "{}",
        driver.screen()
    );
    let other = driver.keys("m").screen();
    assert!(other.contains("semantic ≥ 0.85") && other.contains("no similarity graph yet (semantic)"), "{other}");
    let without_a_model = driver.keys("a").screen();
    assert!(without_a_model.contains("There is no model yet: `tamis model fetch`"), "{without_a_model}");
    assert!(driver.keys("<esc>m").screen().contains("lexical ≥ 0.70"));
}

#[test]
fn a_check_leads_to_its_records() {
    let mut driver = Driver::example(100, 30);
    let screen = driver.keys("4").screen();
    let flags = screen.lines().position(|line| line.contains("flagged records are kept")).expect("the example has flags");
    let first = screen.lines().position(|line| line.contains(" file  ")).expect("the first check");
    driver.keys(&format!("<tab><tab>{}", "j".repeat(flags - first)));
    assert!(driver.screen().contains("Enter shows them: state:flag"));
    assert!(!driver.keys("<enter>").screen().contains(" Checks"), "browse has the screen now");
    assert!(driver.keys("4g<enter>").screen().contains("no records stand behind this one"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_keys_at_any_size(cols in 0u16..140, rows in 0u16..40, typed in "[aeEstnpmbfBPrcxoyhlgGjk0-9=,:~/() ]{0,12}", hop in prop::collection::vec(0usize..6, 12)) {
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
