//! The interface without a terminal: events in, frames out.

use ratatui::Frame;

use super::data::{Data, Message, Store};
use super::editor::Editor;
use super::effect::{self, Effect, Request};
use super::event::Event;
use super::jobs::{Finished, Jobs};
use super::key::Key;
use super::keymap::Keymap;
use super::state::State;
use super::theme::{Theme, Tone};
use super::update::{Intent, update};
use super::view::{View, view};
use super::widgets::toast::Toast;
use crate::error::Result;

/// What the command line decides before the interface starts.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub tone: Tone,
    /// `NO_COLOR` or `--color never`.
    pub no_colour: bool,
    pub mouse: bool,
    /// The text of the user's key file.
    pub keys: Option<String>,
    /// None when the environment names no editor.
    pub editor: Option<Editor>,
}

/// State, data, and what connects them to keys and jobs.
pub struct App {
    state: State,
    data: Data,
    keymap: Keymap,
    theme: Theme,
    jobs: Jobs<Store, Message>,
    requests: Vec<Request>,
    dirty: bool,
}

impl App {
    /// Starts the job lanes; `deliver` must bring what it gets back as [`Event::Job`].
    pub fn new(store: Store, settings: Settings, deliver: impl Fn(Finished<Message>) + Send + Sync + 'static) -> Result<App> {
        let keymap = settings.keys.as_deref().map_or_else(|| Ok(Keymap::default()), Keymap::with_overrides)?;
        let mut app = App {
            state: State { mouse: settings.mouse, ..State::default() },
            data: Data::default(),
            keymap,
            theme: Theme::new(settings.tone, !settings.no_colour),
            jobs: Jobs::new(store, deliver)?,
            requests: Vec::new(),
            dirty: true,
        };
        app.perform(vec![Effect::Load]);
        Ok(app)
    }

    pub fn handle(&mut self, event: Event<Message>) {
        self.dirty = true;
        match event {
            Event::Key(key) => self.key(key.into()),
            Event::Paste(text) => self.intend(Intent::Paste(text)),
            Event::Mouse(mouse) => self.intend(Intent::Mouse(mouse)),
            Event::Edited(Ok(text)) => self.intend(Intent::Edited(text)),
            Event::Edited(Err(error)) => self.state.toast = Some(Toast::error(&error)),
            Event::Job(finished) => self.finish(finished),
            Event::Redraw => self.requests.push(Request::Redraw),
            Event::Resize | Event::Tick | Event::Gone => {}
        }
    }

    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        self.dirty = false;
        let view_of =
            View { state: &self.state, data: &self.data, keymap: &self.keymap, theme: &self.theme, jobs: &self.jobs.running() };
        view(frame, &view_of);
    }

    /// A job runs: progress wants to be drawn now and then.
    pub fn is_busy(&self) -> bool {
        self.jobs.is_busy()
    }

    /// Something happened since the last frame.
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    pub fn is_done(&self) -> bool {
        self.state.done
    }

    /// A text field has the focus.
    pub fn is_typing(&self) -> bool {
        self.state.is_typing()
    }

    pub fn wants_mouse(&self) -> bool {
        self.state.mouse
    }

    /// What the owner of the terminal must do now.
    pub fn take_requests(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.requests)
    }

    fn key(&mut self, key: Key) {
        self.state.toast = None;
        let intent = match self.keymap.resolve(self.state.context(), key) {
            Some(action) => Some(Intent::Do(action)),
            None => key.types().filter(|_| self.state.is_typing()).map(Intent::Type),
        };
        if let Some(intent) = intent {
            self.intend(intent);
        }
    }

    fn intend(&mut self, intent: Intent) {
        let effects = update(&mut self.state, &self.data, intent);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Terminal(request) => self.requests.push(request),
                Effect::ToggleTheme => self.theme = self.theme.toggled(),
                Effect::CancelJob => self.state.cancelled(self.jobs.cancel_latest()),
                work => effect::start(work, &mut self.jobs),
            }
        }
    }

    /// A job's message replaces a part of the data; its failure is said.
    fn finish(&mut self, finished: Finished<Message>) {
        if !self.jobs.settle(&finished) {
            return;
        }
        match finished.result {
            Ok(message) => {
                self.data.take(message);
                self.state.data_changed(&self.data);
            }
            Err(error) => self.state.toast = Some(Toast::error(&error)),
        }
    }
}
