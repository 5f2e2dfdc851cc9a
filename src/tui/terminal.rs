//! The one guard over the terminal's modes.
//!
//! It records each mode it turned on and turns off exactly these, whoever asks first: Drop, the panic hook, the signal thread
//! ([`super::signals`]) or a suspend. Everything that is drawn goes through its [`FrameWriter`] and reaches the terminal by
//! [`Handle::present`] in one write, under the lock that restoring takes too, so that no escape sequence is ever cut in two.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::ops::Deref;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::style::ResetColor;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, event, queue, terminal};

use crate::display;
use crate::error::{Error, Result};

/// The modes tamis uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Modes {
    raw: bool,
    alternate: bool,
    cursor_hidden: bool,
    mouse: bool,
    paste: bool,
}

#[derive(Debug, Default)]
struct State {
    /// What should be on while tamis has the terminal.
    wanted: Modes,
    /// What is on now; nothing while suspended or after the end.
    on: Modes,
    /// The frame being drawn.
    frame: Vec<u8>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    tty: File,
}

/// The right to the terminal: dropping it gives the terminal back. Its methods are those of [`Handle`].
#[derive(Debug)]
pub struct Guard(Handle);

/// What threads and hooks share of the guard.
#[derive(Debug, Clone)]
pub struct Handle(Arc<Shared>);

/// Where ratatui's backend writes: into the frame, until [`Handle::present`].
#[derive(Debug)]
pub struct FrameWriter(Arc<Shared>);

impl Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Nothing: ratatui flushes after every cursor move, the terminal wants one write a frame.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Guard {
    /// Takes the terminal: raw, alternate screen, no cursor. Fails where standard output is none.
    pub fn enter() -> Result<Guard> {
        if !io::stdout().is_terminal() {
            return Err(Error::refused("standard output is not a terminal")
                .hint("run `tamis` in a terminal, or use one of its commands: `tamis help`"));
        }
        let tty = File::from(rustix::io::dup(rustix::stdio::stdout()).map_err(io::Error::from)?);
        let handle = Handle(Arc::new(Shared { state: Mutex::default(), tty }));
        handle.0.lock().wanted = Modes { raw: true, alternate: true, cursor_hidden: true, ..Modes::default() };
        let guard = Guard(handle);
        guard.resume()?;
        Ok(guard)
    }
}

impl Deref for Guard {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.0
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.restore();
    }
}

impl Handle {
    pub fn writer(&self) -> FrameWriter {
        FrameWriter(self.0.clone())
    }

    /// Sends the frame in one write. While the terminal is not ours the frame is dropped; [`Handle::resume`] asks for a whole one.
    pub fn present(&self) -> Result<()> {
        let mut state = self.0.lock();
        let frame = std::mem::take(&mut state.frame);
        if frame.is_empty() || !state.on.alternate {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(frame.len() + 16);
        queue!(bytes, BeginSynchronizedUpdate)?;
        bytes.extend_from_slice(&frame);
        queue!(bytes, EndSynchronizedUpdate)?;
        Ok((&self.0.tty).write_all(&bytes)?)
    }

    /// Bracketed paste: on only while a text field has the focus, because a paste that never ends locks all keys (crossterm#1060).
    pub fn set_paste(&self, on: bool) -> Result<()> {
        self.want(|modes| modes.paste = on)
    }

    pub fn set_mouse(&self, on: bool) -> Result<()> {
        self.want(|modes| modes.mouse = on)
    }

    /// Copies by OSC 52, which works over SSH too. The text travels in base64, so nothing in it is obeyed.
    pub fn copy(&self, text: &str) -> Result<()> {
        let state = self.0.lock();
        if state.on.alternate {
            let mut bytes = Vec::new();
            queue!(bytes, CopyToClipboard::to_clipboard_from(text))?;
            (&self.0.tty).write_all(&bytes)?;
        }
        Ok(())
    }

    /// Turns off every mode that is on. Any number of times, from any thread; waits at most a moment for a frame in flight,
    /// since a terminal that no longer reads may hold it for ever.
    pub fn restore(&self) {
        match self.0.lock_within(Duration::from_millis(300)) {
            Some(mut state) => _ = self.0.switch(&mut state, Modes::default()),
            None => _ = self.0.send_all_off(),
        }
    }

    /// Takes the terminal (again), for instance after SIGCONT, when a shell may have changed any mode behind our back. The
    /// screen must then be drawn from scratch.
    pub fn resume(&self) -> Result<()> {
        let mut state = self.0.lock();
        if state.on.raw {
            terminal::disable_raw_mode()?;
        }
        state.on = Modes::default();
        state.frame.clear();
        let wanted = state.wanted;
        self.0.switch(&mut state, wanted)
    }

    /// Gives the terminal back and stops the process as Ctrl-Z does; the signal thread takes the terminal again on SIGCONT.
    pub fn suspend(&self) -> Result<()> {
        self.restore();
        Ok(signal_hook::low_level::raise(signal_hook::consts::SIGSTOP)?)
    }

    /// Restores the terminal before a panic of this thread is printed, and prints it safe to show. A panic of any other thread is
    /// silent while the terminal is ours: jobs hand theirs back as errors ([`super::jobs`]).
    pub fn hook_panics(&self) {
        let ui = std::thread::current().id();
        let shared = Arc::downgrade(&self.0);
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let Some(shared) = shared.upgrade() else { return previous(info) };
            if std::thread::current().id() == ui {
                Handle(shared).restore();
                let trace = std::backtrace::Backtrace::capture();
                let text = format!("tamis stopped because of a mistake in it: {info}\n{trace}");
                _ = writeln!(io::stderr(), "{}", display::safe_lines(&text));
            }
        }));
    }

    /// The terminal itself, to be watched.
    pub(super) fn tty(&self) -> BorrowedFd<'_> {
        self.0.tty.as_fd()
    }

    fn want(&self, change: impl FnOnce(&mut Modes)) -> Result<()> {
        let mut state = self.0.lock();
        change(&mut state.wanted);
        if !state.on.alternate {
            return Ok(());
        }
        let wanted = state.wanted;
        self.0.switch(&mut state, wanted)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_within(&self, time: Duration) -> Option<MutexGuard<'_, State>> {
        let deadline = Instant::now() + time;
        loop {
            match self.state.try_lock() {
                Ok(state) => return Some(state),
                Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if Instant::now() > deadline => return None,
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    /// Turns on and off what differs between what is on and `to`: raw mode first on and last off.
    fn switch(&self, state: &mut State, to: Modes) -> Result<()> {
        let from = state.on;
        if to.raw && !from.raw {
            terminal::enable_raw_mode()
                .map_err(|e| Error::refused("the terminal cannot be switched to raw mode").caused_by(e))?;
        }
        state.on = to;
        let sent = (&self.tty).write_all(&sequences(from, to)?);
        if from.raw && !to.raw {
            terminal::disable_raw_mode()?;
        }
        Ok(sent?)
    }

    /// The last resort of a thread that must leave while another holds the lock.
    fn send_all_off(&self) -> Result<()> {
        let all = Modes { raw: true, alternate: true, cursor_hidden: true, mouse: true, paste: true };
        let nonblocking = rustix::fs::OFlags::NONBLOCK;
        let flags = rustix::fs::fcntl_getfl(&self.tty).map_err(io::Error::from)?;
        rustix::fs::fcntl_setfl(&self.tty, flags | nonblocking).map_err(io::Error::from)?;
        let sent = (&self.tty).write_all(&sequences(all, Modes::default())?);
        rustix::fs::fcntl_setfl(&self.tty, flags).map_err(io::Error::from)?;
        terminal::disable_raw_mode()?;
        Ok(sent?)
    }
}

/// The escape sequences that lead from one set of modes to another: what is entered first is left last.
fn sequences(from: Modes, to: Modes) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    if from.paste && !to.paste {
        queue!(out, event::DisableBracketedPaste)?;
    }
    if from.mouse && !to.mouse {
        queue!(out, event::DisableMouseCapture)?;
    }
    if from.alternate && !to.alternate {
        queue!(out, ResetColor, LeaveAlternateScreen)?;
    }
    if from.cursor_hidden && !to.cursor_hidden {
        queue!(out, cursor::Show)?;
    }
    if to.alternate && !from.alternate {
        queue!(out, EnterAlternateScreen)?;
    }
    if to.cursor_hidden && !from.cursor_hidden {
        queue!(out, cursor::Hide)?;
    }
    if to.mouse && !from.mouse {
        queue!(out, event::EnableMouseCapture)?;
    }
    if to.paste && !from.paste {
        queue!(out, event::EnableBracketedPaste)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Modes = Modes { raw: true, alternate: true, cursor_hidden: true, mouse: true, paste: true };

    #[test]
    fn what_is_turned_on_is_turned_off_and_nothing_else() {
        let paste = Modes { paste: true, ..Modes::default() };
        assert_eq!(sequences(Modes::default(), paste).unwrap(), b"\x1b[?2004h");
        assert_eq!(sequences(paste, Modes::default()).unwrap(), b"\x1b[?2004l");
        assert_eq!(sequences(ALL, ALL).unwrap(), b"");
    }
}
