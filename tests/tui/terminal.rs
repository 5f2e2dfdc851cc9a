//! The loop on a real (pseudo-)terminal: however it ends, the terminal is as it was.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::support::driver::workspace_of;
use crate::support::pty::{Pty, modes_left_on};

const TEXTS: [&str; 2] = ["a red car", "evil \x1b[2J\u{9b}31m text"];

/// tamis on a workspace with [`TEXTS`], with the mouse on; the folder must live as long as it runs.
fn start() -> (Pty, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = workspace_of(folder.path(), &TEXTS);
    let mut pty = tamis_on(&path, &[("EDITOR", "printf red >")]);
    pty.wait_for_text("2 of 2 records");
    assert!(!pty.has_initial_settings(), "raw mode");
    pty.send("M");
    pty.wait_for(|screen| screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None);
    (pty, folder)
}

fn tamis_on(path: &Path, env: &[(&str, &str)]) -> Pty {
    Pty::spawn(Path::new(env!("CARGO_BIN_EXE_tamis")), &[&path.display().to_string()], env, 80, 24)
}

/// The program under test of one test: this test binary, running only this.
#[test]
#[ignore = "started by another test on a pseudo-terminal"]
fn panicking_child() {
    let guard = tamis::tui::terminal::Guard::enter().expect("a terminal");
    guard.hook_panics();
    guard.set_paste(true).expect("a terminal");
    // A panic elsewhere is the business of whoever waits for that thread.
    assert!(std::thread::spawn(|| panic!("unheard")).join().is_err());
    panic!("seven \x1b[2J");
}

fn signal(pty: &Pty, signal: Signal) {
    let pid = Pid::from_raw(pty.process_id() as i32).expect("a process");
    kill_process(pid, signal).expect("it can be signalled");
}

#[track_caller]
fn assert_restored(pty: &Pty) {
    assert_eq!(modes_left_on(pty.raw_output()), [].into());
    assert!(pty.has_initial_settings());
}

#[test]
fn quitting_restores_every_mode() {
    let (mut pty, _folder) = start();
    assert!(modes_left_on(pty.raw_output()).is_superset(&[25, 1000, 1049].into()));
    pty.send("/");
    pty.wait_for(|screen| screen.bracketed_paste());
    pty.send("\x1b[200~evil\x1b[201~");
    pty.wait_for_text("1 of 2 records");
    pty.send("\r");
    pty.wait_for(|screen| !screen.bracketed_paste());
    pty.send("q");
    assert!(pty.exit_status().success());
    assert_restored(&pty);
}

#[test]
fn signals_restore_every_mode_and_end_as_usual() {
    for (number, name) in [(Signal::TERM, "Terminated"), (Signal::INT, "Interrupt"), (Signal::HUP, "Hangup")] {
        let (mut pty, _folder) = start();
        signal(&pty, number);
        assert_eq!(pty.exit_status().signal(), Some(name));
        assert_restored(&pty);
    }
}

#[test]
fn suspend_gives_the_terminal_back_and_continue_takes_it_again() {
    let (mut pty, _folder) = start();
    for stop in ["\x1a", ""] {
        if stop.is_empty() {
            signal(&pty, Signal::TSTP)
        } else {
            pty.send(stop)
        }
        pty.wait_for_stop();
        pty.wait_for(|screen| !screen.alternate_screen() && !screen.hide_cursor());
        assert_eq!(modes_left_on(pty.raw_output()), [].into());
        assert!(pty.has_initial_settings());
        signal(&pty, Signal::CONT);
        pty.wait_for(|screen| screen.alternate_screen() && screen.contents().contains("a red car"));
    }
    pty.send("q");
    assert!(pty.exit_status().success());
    assert_restored(&pty);
}

#[test]
fn prompts_are_shown_never_obeyed() {
    let (mut pty, _folder) = start();
    pty.wait_for_text("evil ␛[2J⟨009B⟩31m text");
    assert!(!pty.raw_output().windows(2).any(|w| w == "\u{9b}".as_bytes()));
}

#[test]
fn the_editor_has_the_terminal_while_it_runs() {
    let (mut pty, _folder) = start();
    pty.send("E");
    pty.wait_for_text("edited record 1");
    assert!(pty.raw_output().windows(8).any(|w| w == b"\x1b[?1049l"), "it got the terminal");
    pty.send("q");
    assert!(pty.exit_status().success());
}

#[test]
fn a_resize_is_drawn_and_a_tiny_one_is_survived() {
    let (mut pty, _folder) = start();
    pty.resize(30, 5);
    pty.wait_for_text("tamis needs");
    pty.resize(1, 1);
    pty.resize(100, 30);
    pty.wait_for_text("2 of 2 records");
}

#[test]
fn a_terminal_that_goes_away_ends_the_program() {
    let (mut pty, _folder) = start();
    pty.hang_up();
    assert!(!pty.exit_status().success());
}

#[test]
fn a_panic_restores_every_mode_and_is_shown_safe() {
    let test_binary = std::env::current_exe().expect("this test's path");
    let only_it = ["--exact", "tui::terminal::panicking_child", "--ignored", "--nocapture"];
    let mut pty = Pty::spawn(&test_binary, &only_it, &[], 80, 24);
    assert!(!pty.exit_status().success());
    assert_restored(&pty);
    let text = String::from_utf8_lossy(pty.raw_output());
    assert!(text.contains("seven ␛[2J") && !text.contains("unheard"), "{text}");
}
