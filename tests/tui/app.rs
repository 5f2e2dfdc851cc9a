//! Keys in, screen out, on a test backend: the same turns as the real loop.

use proptest::prelude::*;
use tamis::display::is_forbidden;
use tamis::tui::effect::Request;
use tamis::tui::event::Event;

use crate::support::driver::Driver;

const TEXTS: [&str; 4] = ["a red car", "a blue \x1b[31mcar", "猫 on a sofa", "line one\nline two"];

#[test]
fn the_whole_screen() {
    insta::assert_snapshot!(Driver::new(&TEXTS, 60, 14).keys("j ").screen(), @r#"
    1 Brow  2 Rule  3 Dupl  4 Spli  5 Vers  6 Sour
    /words  "a phrase"  ~fuzzy  source:  state:drop  chars:>200…
       a red car
    ▌  a blue ␛[31mcar
       猫  on a sofa
       line one␊line two

    ────────────────────────────────────────────────────────────
    #3 · prompts line 3
    undecided

    猫  on a sofa
    4 of 4 records · 4 kept · 1 selected
    ? help  a keep  d drop  f flag  / filter  x similar
    "#);
}

#[test]
fn a_paste_is_stripped() {
    let mut driver = Driver::new(&TEXTS, 60, 10);
    driver.keys("/ca").event(Event::Paste("r\x1b".into()));
    assert!(driver.app.is_typing());
    assert!(driver.keys("<enter>").screen().starts_with("1 Brow  2 Rule  3 Dupl  4 Spli  5 Vers  6 Sour\n/car\n"));
}

#[test]
fn screens_help_and_palette_by_key() {
    let mut driver = Driver::new(&TEXTS, 100, 30);
    assert!(driver.keys("3?").screen().contains("keys: duplicates"));
    assert!(driver.screen().contains("Threshold 0.01 lower."));
    assert!(driver.keys("GG<esc>").screen().contains("lower"));
    assert!(driver.keys(":").screen().contains("commands"));
    assert!(driver.keys("gobrow<enter>").screen().contains("a red car"));
    assert!(!driver.keys("<c-p>zzzz").app.is_done());
    assert!(driver.screen().contains("no such action"));
    assert!(driver.keys("<esc>q").app.is_done());
}

#[test]
fn ctrl_c_twice_quits_from_anywhere() {
    assert!(Driver::new(&TEXTS, 60, 10).keys("/x<c-c><c-c>").app.is_done());
    let mut driver = Driver::new(&TEXTS, 60, 10);
    assert!(driver.keys("<c-c>").screen().contains("Ctrl-c again quits"));
    assert!(!driver.keys("j<c-c>").app.is_done());
}

#[test]
fn the_terminal_is_asked_for_what_only_it_can_do() {
    let mut driver = Driver::new(&TEXTS, 60, 10);
    driver.keys("jy<c-z>M");
    let expected = [Request::Copy(TEXTS[1].into()), Request::Suspend, Request::Mouse(true)];
    assert_eq!(driver.app.take_requests(), expected);
    driver.app.handle(Event::Redraw);
    assert_eq!(driver.app.take_requests(), [Request::Redraw]);
    assert!(driver.app.is_dirty());
    driver.screen();
    assert!(!driver.app.is_dirty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_keys_at_any_size(cols in 0u16..130, rows in 0u16..50, typed in "[a-zA-Z0-9/:? ]{0,30}", text in super::display::nasty()) {
        let text = text.replace('\0', "");
        let mut driver = Driver::new(&[&text, "second"], cols, rows);
        for key in typed.chars() {
            driver.keys(&key.to_string());
            driver.screen();
        }
        prop_assert!(!driver.screen().contains(|c| c != '\n' && is_forbidden(c)));
        driver.resize(rows, cols).screen();
    }
}

#[test]
fn too_small_is_said_kindly() {
    assert!(Driver::new(&TEXTS, 30, 8).screen().starts_with("tamis needs 40×10 cells,"));
    assert_eq!(Driver::new(&TEXTS, 0, 0).screen(), "");
}
