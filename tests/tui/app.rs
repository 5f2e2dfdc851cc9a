//! Keys in, screen out, on a test backend: the same turns as the real loop.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tamis::display::is_forbidden;
use tamis::tui::app::{App, Settings};
use tamis::tui::data::Message;
use tamis::tui::effect::Request;
use tamis::tui::event::Event;
use tamis::tui::jobs::Finished;

use crate::support::keys::keys;

/// An app on a test backend that handles what it is given until nothing runs any more.
struct Driver {
    app: App,
    finished: Receiver<Finished<Message>>,
    terminal: Terminal<TestBackend>,
}

impl Driver {
    fn new(texts: &[&str], cols: u16, rows: u16) -> Driver {
        let (sender, finished) = channel();
        let store = texts.iter().map(|text| (*text).to_owned()).collect();
        let app = App::new(store, Settings::default(), move |f| _ = sender.send(f)).expect("an app");
        let terminal = Terminal::new(TestBackend::new(cols, rows)).expect("a terminal");
        let mut driver = Driver { app, finished, terminal };
        driver.idle();
        driver
    }

    fn keys(&mut self, text: &str) -> &mut Driver {
        for key in keys(text) {
            self.app.handle(Event::Key(key));
            self.idle();
        }
        self
    }

    fn idle(&mut self) {
        while self.app.is_busy() {
            let finished = self.finished.recv_timeout(Duration::from_secs(10)).expect("a job never ended");
            self.app.handle(Event::Job(finished));
        }
    }

    fn screen(&mut self) -> String {
        self.terminal.draw(|frame| self.app.draw(frame)).expect("a frame");
        let buffer = self.terminal.backend().buffer();
        let rows = (0..buffer.area.height).map(|y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>());
        rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}

const TEXTS: [&str; 4] = ["a red car", "a blue \x1b[31mcar", "猫 on a sofa", "line one\nline two"];

#[test]
fn the_whole_screen() {
    insta::assert_snapshot!(Driver::new(&TEXTS, 60, 10).keys("j ").screen(), @r"
    1 Brow  2 Rule  3 Dupl  4 Spli  5 Vers  6 Sour
    /
     a red car
    ▌a blue ␛[31mcar
     猫  on a sofa
     line one␊line two


    4 of 4 records
    ? help  a keep  d drop  f flag  / filter  x similar
    ");
}

#[test]
fn filtering_as_one_types() {
    let mut driver = Driver::new(&TEXTS, 60, 10);
    assert!(driver.keys("/ca").screen().contains("2 of 4 records"));
    assert!(driver.app.is_typing());
    driver.app.handle(Event::Paste("r\x1b".into()));
    driver.idle();
    assert!(driver.keys("<enter>").screen().starts_with("1 Brow  2 Rule  3 Dupl  4 Spli  5 Vers  6 Sour\n/car\n"));
    assert!(!driver.app.is_typing());
    assert!(driver.keys("/<esc>").screen().contains("4 of 4 records"));
}

#[test]
fn screens_help_and_palette_by_key() {
    let mut driver = Driver::new(&TEXTS, 100, 30);
    assert!(driver.keys("3?").screen().contains("keys: duplicates"));
    assert!(driver.screen().contains("Threshold 0.01 lower."));
    assert!(driver.keys("GG<esc>").screen().contains("threshold down"));
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
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_keys_at_any_size(cols in 0u16..130, rows in 0u16..50, typed in "[a-zA-Z0-9/:? ]{0,30}", text in super::display::nasty()) {
        let mut driver = Driver::new(&[&text, "second"], cols, rows);
        for key in typed.chars() {
            driver.keys(&key.to_string());
            driver.screen();
        }
        prop_assert!(!driver.screen().contains(|c| c != '\n' && is_forbidden(c)));
        driver.terminal.backend_mut().resize(rows, cols);
        driver.screen();
    }
}

#[test]
fn too_small_is_said_kindly() {
    assert!(Driver::new(&TEXTS, 30, 8).screen().starts_with("tamis needs 40×10 cells,"));
    assert_eq!(Driver::new(&TEXTS, 0, 0).screen(), "");
}
