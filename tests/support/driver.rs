//! The interface on a test backend and a real workspace: keys in, screen out, the same turns as the real loop.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tamis::ops::import::{ImportArgs, import};
use tamis::progress::Progress;
use tamis::tui::app::{App, Settings};
use tamis::tui::event::Event;
use tamis::tui::jobs::Finished;
use tamis::tui::message::Message;
use tamis::workspace::{Clock, Workspace};

use super::keys::keys;

/// Handles what it is given until nothing runs any more.
pub struct Driver {
    pub app: App,
    finished: Receiver<Finished<Message>>,
    terminal: Terminal<TestBackend>,
    /// Keeps the workspace's folder.
    _folder: Option<tempfile::TempDir>,
}

impl Driver {
    /// On a new workspace with one source, `prompts`, that holds these texts.
    pub fn new(texts: &[&str], cols: u16, rows: u16) -> Driver {
        let folder = tempfile::tempdir().expect("a folder");
        let path = workspace_of(folder.path(), texts);
        Driver { _folder: Some(folder), ..Driver::open(&path, cols, rows) }
    }

    /// On a copy of the example workspace.
    pub fn example(cols: u16, rows: u16) -> Driver {
        let folder = tempfile::tempdir().expect("a folder");
        let path = tamis::ops::example::copy_to(folder.path()).expect("the example");
        Driver { _folder: Some(folder), ..Driver::open(&path, cols, rows) }
    }

    pub fn open(path: &Path, cols: u16, rows: u16) -> Driver {
        let (sender, finished) = channel();
        let workspace = Workspace::open_or_read(path).expect("a workspace").with_clock(Clock::Fixed(0));
        let app = App::new(workspace, Settings::default(), move |f| _ = sender.send(f)).expect("an app");
        let terminal = Terminal::new(TestBackend::new(cols, rows)).expect("a terminal");
        let mut driver = Driver { app, finished, terminal, _folder: None };
        driver.idle();
        driver
    }

    /// Types keys as [`keys`] reads them, each when the one before has had all its consequences.
    pub fn keys(&mut self, text: &str) -> &mut Driver {
        for key in keys(text) {
            self.app.handle(Event::Key(key));
            self.idle();
        }
        self.idle();
        self
    }

    pub fn event(&mut self, event: Event<Message>) -> &mut Driver {
        self.app.handle(event);
        self.idle();
        self
    }

    /// Handles the answer of one job; which job it was of. `None` when none runs.
    pub fn next(&mut self) -> Option<String> {
        let finished =
            self.app.is_busy().then(|| self.finished.recv_timeout(Duration::from_secs(20)).expect("a job never ended"))?;
        let title = finished.title.clone();
        self.app.handle(Event::Job(finished));
        Some(title)
    }

    fn idle(&mut self) {
        while self.next().is_some() {}
    }

    pub fn resize(&mut self, cols: u16, rows: u16) -> &mut Driver {
        self.terminal.backend_mut().resize(cols, rows);
        self
    }

    pub fn screen(&mut self) -> String {
        self.terminal.draw(|frame| self.app.draw(frame)).expect("a frame");
        let buffer = self.terminal.backend().buffer();
        let rows = (0..buffer.area.height).map(|y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>());
        rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}

/// Makes a workspace in `folder` with one source, `prompts`, a JSON line each, so that a text can hold anything but U+0000.
pub fn workspace_of(folder: &Path, texts: &[&str]) -> PathBuf {
    let lines: String = texts.iter().map(|text| format!("{}\n", serde_json::json!({"text": text}))).collect();
    let file = folder.join("prompts.jsonl");
    std::fs::write(&file, lines).expect("a file");
    let path = folder.join("workspace.db");
    let mut workspace = Workspace::create(&path).expect("a workspace").with_clock(Clock::Fixed(0));
    let args = ImportArgs { files: vec![file], ..ImportArgs::default() };
    import(&mut workspace, args, &Progress::none()).expect("an import");
    path
}
