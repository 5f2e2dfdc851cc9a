//! Signals and the loss of the terminal, each watched by a thread that may lock and write.
//!
//! | what | then |
//! |---|---|
//! | TERM, INT, HUP, QUIT | the terminal as it was, and the end by that signal, so that a shell sees the usual status |
//! | TSTP | the terminal as it was, and stop |
//! | CONT | the modes again, and a frame from scratch |
//! | the terminal is gone | as HUP: crossterm would spin reading a terminal that is not there (crossterm#793) |

use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::terminal::Handle;
use crate::error::Result;

/// Starts both threads. `redraw` is called after each SIGCONT, when the screen must be drawn from scratch.
pub fn watch(terminal: &Handle, redraw: impl Fn() + Send + 'static) -> Result<()> {
    let signals = Signals::new([SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT])?;
    let (ours, watchdogs) = (terminal.clone(), terminal.clone());
    thread::Builder::new().name("tamis-signals".into()).spawn(move || on_signals(signals, &ours, &redraw))?;
    thread::Builder::new().name("tamis-watchdog".into()).spawn(move || {
        if is_gone(&watchdogs) {
            end(&watchdogs, SIGHUP);
        }
    })?;
    Ok(())
}

fn on_signals(mut signals: Signals, terminal: &Handle, redraw: &dyn Fn()) {
    for signal in signals.forever() {
        match signal {
            SIGCONT => {
                if terminal.resume().is_ok() {
                    redraw();
                }
            }
            SIGTSTP => _ = terminal.suspend(),
            _ => end(terminal, signal),
        }
    }
}

fn end(terminal: &Handle, signal: i32) {
    terminal.restore();
    _ = emulate_default_handler(signal);
}

/// Waits until the terminal hangs up; false where the system cannot poll a terminal (macOS), at once.
fn is_gone(terminal: &Handle) -> bool {
    loop {
        let mut fds = [PollFd::from_borrowed_fd(terminal.tty(), PollFlags::empty())];
        match poll(&mut fds, None) {
            Ok(_) => return fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR),
            Err(Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}
