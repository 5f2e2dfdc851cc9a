//! The terminal interface: one turn is event → action → update → effects → jobs, and a frame when something changed.
//!
//! ```text
//! reader ──┐                                              ┌─ Request ─► the terminal (here)
//! signals ─┼► Event ─ keymap ► Intent ─ update ─ Effect ──┼─► jobs ─ store lane (owns the workspace)
//! jobs ────┘            (pure)          (pure)            │        └ compute lane (latest wins)
//! ticker (only while a job runs)                          └─ State + Data ─► view ─► frame (pure)
//! ```
//!
//! [`app::App`] is the interface without a terminal: tests drive it with events and draw it on a test backend. [`run`] is the same on a
//! real one. A frame is drawn on events only, after all that are pending have been handled.

pub mod action;
pub mod app;
pub mod data;
pub mod effect;
pub mod event;
pub mod jobs;
pub mod key;
pub mod keymap;
pub mod screens;
pub mod signals;
pub mod state;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;

use std::time::Duration;

use ratatui::backend::CrosstermBackend;

use self::app::{App, Settings};
use self::data::{Message, Store};
use self::effect::Request;
use self::event::{Inbox, Reader, channel_of};
use self::terminal::{FrameWriter, Guard};
use crate::error::{Error, Result};

/// How often progress is drawn while a job runs.
const TICK: Duration = Duration::from_millis(100);

type Terminal = ratatui::Terminal<CrosstermBackend<FrameWriter>>;

/// Runs the interface on the terminal until the user quits. The terminal comes back as it was, however this ends.
pub fn run(store: Store, settings: Settings) -> Result<()> {
    let guard = Guard::enter()?;
    guard.hook_panics();
    let (sender, inbox) = channel_of();
    let redraw = sender.clone();
    // Nobody listens any more only when the loop has ended; the same for the senders below.
    signals::watch(&guard, move || _ = redraw.send(event::Event::Redraw))?;
    Reader::start(sender.clone())?;
    let app = App::new(store, settings, move |finished| _ = sender.send(event::Event::Job(finished)))?;
    let terminal = Terminal::new(CrosstermBackend::new(guard.writer()))?;
    turns(app, &inbox, &guard, terminal)
}

fn turns(mut app: App, inbox: &Inbox<Message>, guard: &Guard, mut terminal: Terminal) -> Result<()> {
    guard.set_mouse(app.wants_mouse())?;
    while !app.is_done() {
        if app.is_dirty() {
            terminal.draw(|frame| app.draw(frame))?;
            guard.present()?;
        }
        for event in inbox.wait(app.is_busy().then_some(TICK)) {
            if matches!(event, event::Event::Gone) {
                return Err(Error::io("the terminal cannot be read any more"));
            }
            app.handle(event);
        }
        for request in app.take_requests() {
            serve(request, guard, &mut terminal)?;
        }
        guard.set_paste(app.is_typing())?;
    }
    Ok(())
}

/// Does what only the owner of the terminal can do.
fn serve(request: Request, guard: &Guard, terminal: &mut Terminal) -> Result<()> {
    match request {
        Request::Suspend => guard.suspend(),
        // Not `Terminal::clear`: it asks the terminal where its cursor is, and the reader would take the answer.
        Request::Redraw => Ok(terminal.resize(terminal.size()?.into())?),
        Request::Copy(text) => guard.copy(&text),
        Request::Mouse(on) => guard.set_mouse(on),
    }
}
