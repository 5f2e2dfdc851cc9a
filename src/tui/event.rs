//! What can happen to the interface, in one channel: keys from a reader thread, messages from jobs, ticks while a job runs.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crossterm::event::{self, KeyEvent, KeyEventKind, MouseEvent};
use signal_hook::consts::SIGWINCH;
use signal_hook::low_level::raise;

use super::jobs::Finished;
use crate::error::Result;

#[derive(Debug)]
pub enum Event<M> {
    Key(KeyEvent),
    /// A bracketed paste, as it came: whoever takes it strips and caps it.
    Paste(String),
    Mouse(MouseEvent),
    /// The user's editor has ended.
    Edited(Result<String>),
    /// The terminal has another size.
    Resize,
    /// Whatever is on the terminal is not ours any more: draw from scratch.
    Redraw,
    /// A tenth of a second has passed while a job runs.
    Tick,
    Job(Finished<M>),
    /// Nothing can be read any more.
    Gone,
}

/// At most so many events are handled before a frame is drawn.
const BATCH: usize = 256;

/// The receiving end.
#[derive(Debug)]
pub struct Inbox<M>(Receiver<Event<M>>);

/// A channel for events.
pub fn channel_of<M>() -> (Sender<Event<M>>, Inbox<M>) {
    let (sender, receiver) = channel();
    (sender, Inbox(receiver))
}

impl<M> Inbox<M> {
    /// Waits for an event, or for a tick where a `tick` is given, and takes what else is pending: keys all and in order, of
    /// several resizes and redraws one.
    pub fn wait(&self, tick: Option<Duration>) -> Vec<Event<M>> {
        let first = match tick {
            Some(time) => self.0.recv_timeout(time),
            None => self.0.recv().map_err(RecvTimeoutError::from),
        };
        let first = match first {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => Event::Tick,
            Err(RecvTimeoutError::Disconnected) => Event::Gone,
        };
        coalesced(std::iter::once(first).chain(self.0.try_iter().take(BATCH)))
    }
}

fn coalesced<M>(events: impl Iterator<Item = Event<M>>) -> Vec<Event<M>> {
    let mut out: Vec<Event<M>> = Vec::new();
    for event in events {
        let again = out.iter().any(|other| {
            matches!(
                (other, &event),
                (Event::Resize, Event::Resize) | (Event::Redraw, Event::Redraw) | (Event::Tick, Event::Tick)
            )
        });
        if !again {
            out.push(event);
        }
    }
    out
}

/// The thread that reads the terminal. It can be made to stop reading while another program (`$EDITOR`) has the terminal.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    pause: Arc<(Mutex<Pause>, Condvar)>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Pause {
    #[default]
    No,
    Asked,
    Pausing,
}

impl Reader {
    pub fn start<M: Send + 'static>(sender: Sender<Event<M>>) -> Result<Reader> {
        let reader = Reader::default();
        let ours = reader.clone();
        thread::Builder::new().name("tamis-reader".into()).spawn(move || ours.read(&sender))?;
        Ok(reader)
    }

    /// Runs `work` while nothing is read from the terminal. A window-size signal wakes the reader from its wait.
    pub fn paused<T>(&self, work: impl FnOnce() -> T) -> Result<T> {
        self.set(Pause::Asked);
        raise(SIGWINCH)?;
        let state = self.pause.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.pause.1.wait_timeout_while(state, Duration::from_secs(2), |state| *state != Pause::Pausing);
        drop(waited);
        let out = work();
        self.set(Pause::No);
        Ok(out)
    }

    fn set(&self, to: Pause) {
        *self.pause.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
        self.pause.1.notify_all();
    }

    fn read<M>(&self, sender: &Sender<Event<M>>) {
        loop {
            let event = event::read();
            self.wait_while_paused();
            let event = match event {
                Ok(event) => translate(event),
                Err(_) => Some(Event::Gone),
            };
            let gone = matches!(event, Some(Event::Gone));
            let sent = event.is_none_or(|event| sender.send(event).is_ok());
            if gone || !sent {
                return;
            }
        }
    }

    fn wait_while_paused(&self) {
        let mut state = self.pause.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *state == Pause::Asked {
            *state = Pause::Pausing;
            self.pause.1.notify_all();
            drop(self.pause.1.wait_while(state, |state| *state == Pause::Pausing));
        }
    }
}

fn translate<M>(event: event::Event) -> Option<Event<M>> {
    match event {
        event::Event::Key(key) if key.kind != KeyEventKind::Release => Some(Event::Key(key)),
        event::Event::Paste(text) => Some(Event::Paste(text)),
        event::Event::Mouse(mouse) => Some(Event::Mouse(mouse)),
        event::Event::Resize(..) => Some(Event::Resize),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyCode;

    #[test]
    fn keys_stay_in_order_and_resizes_become_one() {
        let (sender, inbox) = channel_of::<()>();
        for event in [Event::Resize, Event::Key(KeyCode::Char('a').into()), Event::Resize, Event::Key(KeyCode::Char('b').into())]
        {
            sender.send(event).unwrap();
        }
        let events = inbox.wait(None);
        assert!(matches!(events[..], [Event::Resize, Event::Key(a), Event::Key(b)]
            if a.code == KeyCode::Char('a') && b.code == KeyCode::Char('b')));
        assert!(matches!(inbox.wait(Some(Duration::from_millis(1)))[..], [Event::Tick]));
        drop(sender);
        assert!(matches!(inbox.wait(None)[..], [Event::Gone]));
    }
}
