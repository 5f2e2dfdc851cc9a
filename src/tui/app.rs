//! The interface without a terminal: events in, frames out.

use std::path::PathBuf;

use ratatui::Frame;

use super::data::Data;
use super::data::duplicates::DuplicateNews;
use super::editor::Editor;
use super::effect::{Effect, Request};
use super::event::Event;
use super::intent::Intent;
use super::jobs::{Finished, JobId, Jobs};
use super::key::Key;
use super::keymap::Keymap;
use super::lanes::{Lanes, first_data, first_effects};
use super::message::{Message, Outcome};
use super::screens::Screen;
use super::state::State;
use super::theme::{Theme, Tone};
use super::update::update;
use super::view::{View, view};
use super::widgets::toast::Toast;
use crate::error::Result;
use crate::shelf::Folders;
use crate::workspace::Workspace;

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
    /// Where the user is, for the file picker; else the workspace's folder.
    pub folder: Option<PathBuf>,
    /// What `~` stands for.
    pub home: Option<PathBuf>,
    /// Where models and embeddings are kept.
    pub folders: Folders,
}

/// What was marked is on disk before the next key is read: keys wait for the write, though never longer than a tick.
#[derive(Debug, Default)]
struct Held {
    waits_for: Option<JobId>,
    events: Vec<Event<Message>>,
}

/// State, data, and what connects them to keys and jobs.
pub struct App {
    state: State,
    data: Data,
    keymap: Keymap,
    theme: Theme,
    lanes: Lanes,
    requests: Vec<Request>,
    held: Held,
    dirty: bool,
}

impl App {
    /// Starts the job lanes; `deliver` must bring what it gets back as [`Event::Job`].
    pub fn new(
        workspace: Workspace,
        settings: Settings,
        deliver: impl Fn(Finished<Message>) + Send + Sync + 'static,
    ) -> Result<App> {
        let keymap = settings.keys.as_deref().map_or_else(|| Ok(Keymap::default()), Keymap::with_overrides)?;
        let data = first_data(&workspace, settings.folder, settings.home)?;
        let mut app = App {
            state: State {
                mouse: settings.mouse,
                toast: data.workspace.read_only.as_deref().map(reading_only),
                ..State::default()
            },
            data,
            keymap,
            theme: Theme::new(settings.tone, !settings.no_colour),
            lanes: {
                let path = workspace.path().to_owned();
                Lanes::new(Jobs::new(workspace, deliver)?, path, settings.folders)
            },
            requests: Vec::new(),
            held: Held::default(),
            dirty: true,
        };
        app.perform(first_effects());
        Ok(app)
    }

    pub fn handle(&mut self, event: Event<Message>) {
        self.dirty = true;
        if self.held.waits_for.is_some() && matches!(event, Event::Key(_) | Event::Paste(_) | Event::Mouse(_)) {
            self.held.events.push(event);
            return;
        }
        match event {
            Event::Key(key) => self.key(key.into()),
            Event::Paste(text) => self.intend(Intent::Paste(text)),
            Event::Mouse(mouse) => self.intend(Intent::Mouse(mouse)),
            Event::Edited(Ok(text)) => self.intend(Intent::Edited(text)),
            Event::Edited(Err(error)) => self.state.toast = Some(Toast::error(&error)),
            Event::Job(finished) => self.finish(finished),
            Event::Redraw => self.requests.push(Request::Redraw),
            Event::Tick => self.release(),
            Event::Resize | Event::Gone => {}
        }
    }

    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        self.dirty = false;
        let view_of = View {
            state: &self.state,
            data: &self.data,
            keymap: &self.keymap,
            theme: &self.theme,
            jobs: &self.lanes.jobs.running(),
        };
        view(frame, &view_of);
    }

    /// A job runs: progress wants to be drawn now and then.
    pub fn is_busy(&self) -> bool {
        self.lanes.jobs.is_busy()
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
        self.ask();
    }

    /// Asks for what the screen in view shows and the data do not have yet.
    fn ask(&mut self) {
        let wants = self.state.wants(&self.data);
        self.perform(wants);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Terminal(request) => self.requests.push(request),
                Effect::Say(toast) => self.state.toast = Some(toast),
                Effect::ChooseLens(lens) => {
                    // Not a job: the next frame is of this lens.
                    self.data.take(Message::Duplicates(DuplicateNews::Lens(lens)));
                    self.state.data_changed(&self.data);
                }
                Effect::ToggleTheme => self.theme = self.theme.toggled(),
                Effect::GoBrowse(filter) => {
                    self.state.screen = Screen::Browse;
                    self.state.browse.show(filter);
                }
                Effect::GoDuplicates { lens, threshold, filter, record } => {
                    self.state.screen = Screen::Duplicates;
                    self.state.duplicates.show(lens, threshold, filter, record);
                    self.perform(vec![Effect::ChooseLens(lens)]);
                }
                Effect::CancelJob => self.state.cancelled(self.lanes.jobs.cancel_latest()),
                work => {
                    let write = self.lanes.run(work, &self.data);
                    self.held.waits_for = write.or(self.held.waits_for);
                }
            }
        }
    }

    /// A job's message replaces a part of the data; its failure is said.
    fn finish(&mut self, finished: Finished<Message>) {
        let wanted = self.lanes.jobs.settle(&finished);
        if self.held.waits_for == Some(finished.id) {
            self.release();
        }
        if !wanted {
            return;
        }
        match finished.result {
            Ok(message) => {
                self.say(&message);
                let next = self.data.take(message);
                self.state.data_changed(&self.data);
                self.perform(next);
                self.ask();
            }
            Err(error) => self.state.toast = Some(Toast::error(&error)),
        }
    }

    /// What an operation came to, in the status line.
    fn say(&mut self, message: &Message) {
        if let Message::Done(Outcome { words, .. }) | Message::Saved(words) | Message::Written(words) = message
            && !words.is_empty()
        {
            self.state.toast = Some(Toast::done(words.as_str()));
        }
        if let Message::Splits(news) = message
            && let Some(words) = news.words()
        {
            self.state.toast = Some(Toast::done(words));
        }
    }

    /// The change is on disk (or takes its time): the keys that came meanwhile are handled now, in order.
    fn release(&mut self) {
        self.held.waits_for = None;
        for event in std::mem::take(&mut self.held.events) {
            self.handle(event);
        }
    }
}

/// Said at the start, where another process has the workspace.
fn reading_only(writer: &str) -> Toast {
    Toast::warning(format!("reading only: {writer} has this workspace"))
}
