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
pub mod editor;
pub mod effect;
pub mod event;
pub mod intent;
pub mod jobs;
pub mod key;
pub mod keymap;
pub mod lanes;
pub mod message;
pub mod pictures;
pub mod screens;
pub mod signals;
pub mod state;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;

use std::path::Path;
use std::time::Duration;

use ratatui::backend::CrosstermBackend;

use self::app::{App, Settings};
use self::editor::Editor;
use self::effect::Request;
use self::event::{Event, Inbox, Reader, channel_of};
use self::message::Message;
use self::terminal::{FrameWriter, Guard};
use crate::error::{Error, Result};
use crate::workspace::Workspace;

/// How often progress is drawn while a job runs.
const TICK: Duration = Duration::from_millis(100);

type Terminal = ratatui::Terminal<CrosstermBackend<FrameWriter>>;

/// Runs the interface on a workspace (made where there is none) until the user quits. The terminal comes back as it was, however this ends.
pub fn run(path: &Path, settings: Settings) -> Result<()> {
    let workspace = Workspace::open_or_read(path)?;
    let guard = Guard::enter()?;
    guard.hook_panics();
    let (sender, inbox) = channel_of();
    let redraw = sender.clone();
    // Nobody listens any more only when the loop has ended; the same for the senders below.
    signals::watch(&guard, move || _ = redraw.send(Event::Redraw))?;
    let reader = Reader::start(sender.clone())?;
    let editor = settings.editor.clone();
    let app = App::new(workspace, settings, move |finished| _ = sender.send(Event::Job(finished)))?;
    let terminal = Terminal::new(CrosstermBackend::new(guard.writer()))?;
    guard.set_mouse(app.wants_mouse())?;
    turns(app, &inbox, &mut Owner { guard, terminal, reader, editor })
}

/// The terminal with all that reads and writes it.
struct Owner {
    // Before the guard: ratatui's terminal still says something when it is dropped.
    terminal: Terminal,
    guard: Guard,
    reader: Reader,
    editor: Option<Editor>,
}

fn turns(mut app: App, inbox: &Inbox<Message>, owner: &mut Owner) -> Result<()> {
    while !app.is_done() {
        if app.is_dirty() {
            owner.terminal.draw(|frame| app.draw(frame))?;
            owner.guard.present()?;
        }
        for event in inbox.wait(app.is_busy().then_some(TICK)) {
            if matches!(event, Event::Gone) {
                return Err(Error::io("the terminal cannot be read any more"));
            }
            app.handle(event);
        }
        for request in app.take_requests() {
            if let Some(answer) = owner.serve(request)? {
                app.handle(answer);
            }
        }
        owner.guard.set_paste(app.is_typing())?;
    }
    Ok(())
}

impl Owner {
    /// Does what only the owner of the terminal can do.
    fn serve(&mut self, request: Request) -> Result<Option<Event<Message>>> {
        match request {
            Request::Suspend => self.guard.suspend()?,
            Request::Redraw => self.redraw()?,
            Request::Copy(text) => self.guard.copy(&text)?,
            Request::Mouse(on) => self.guard.set_mouse(on)?,
            Request::Edit(text) => return self.edit(&text).map(Some),
        }
        Ok(None)
    }

    /// Not `Terminal::clear`: it asks the terminal where its cursor is, and the reader would take the answer.
    fn redraw(&mut self) -> Result<()> {
        let size = self.terminal.size()?;
        Ok(self.terminal.resize(size.into())?)
    }

    /// Lends the terminal to the editor.
    fn edit(&mut self, text: &str) -> Result<Event<Message>> {
        let Some(editor) = &self.editor else {
            return Ok(Event::Edited(Err(Error::refused("no editor is known").hint("set $EDITOR"))));
        };
        let guard = &self.guard;
        let edited = self.reader.paused(|| {
            guard.restore();
            let edited = editor.edit(text);
            guard.resume().map(|()| edited)
        })??;
        self.redraw()?;
        Ok(Event::Edited(edited))
    }
}
