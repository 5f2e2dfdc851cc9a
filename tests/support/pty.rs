//! A program on a pseudo-terminal: type keys, wait for what the screen says, and see what it left behind.
//!
//! Nothing here sleeps: [`Pty::wait_for`] reads until its condition holds, or panics with the screen at the deadline.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, ChildKiller, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// Long enough for a loaded machine; a test that passes never waits for it.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Pty {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    process_id: u32,
    ended: Receiver<ExitStatus>,
    /// Told to stop, the reader closes its end of the terminal after the next output.
    hung_up: Arc<AtomicBool>,
    output: Receiver<Vec<u8>>,
    raw: Vec<u8>,
    initial_settings: String,
    parser: vt100::Parser,
}

impl Pty {
    /// Starts a program with a clean environment but `PATH`, `TERM=xterm-256color` and `env`.
    pub fn spawn(binary: &Path, args: &[&str], env: &[(&str, &str)], cols: u16, rows: u16) -> Pty {
        let pair = native_pty_system().openpty(size(cols, rows)).expect("a pseudo-terminal");
        let initial_settings = settings_of(&*pair.master);
        let mut command = CommandBuilder::new(binary);
        command.args(args);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        env.iter().for_each(|(name, value)| command.env(name, value));
        command.cwd(std::env::temp_dir());
        let child = pair.slave.spawn_command(command).expect("the program starts");
        let reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let hung_up = Arc::<AtomicBool>::default();
        Pty {
            killer: child.clone_killer(),
            process_id: child.process_id().expect("the program runs"),
            ended: wait_for_end(child),
            output: read_all(reader, hung_up.clone()),
            hung_up,
            writer: Some(writer),
            master: Some(pair.master),
            raw: Vec::new(),
            initial_settings,
            parser: vt100::Parser::new(cells(rows), cells(cols), 0),
        }
    }

    /// Types bytes as a terminal would send them: `"jj\r"`, `"\x1b"`, `"\x03"`.
    pub fn send(&mut self, keys: &str) {
        let writer = self.writer.as_mut().expect("the terminal is there");
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).expect("the program reads");
    }

    /// Reads until the screen is as wanted.
    #[track_caller]
    pub fn wait_for(&mut self, wanted: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !wanted(self.parser.screen()) {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("the screen never was as wanted:\n{}", self.screen_text()),
                Err(RecvTimeoutError::Disconnected) => panic!("the program ended:\n{}", self.screen_text()),
            }
        }
    }

    /// Reads until the screen holds a text.
    #[track_caller]
    pub fn wait_for_text(&mut self, text: &str) {
        self.wait_for(|screen| screen.contents().contains(text));
    }

    pub fn resize(&mut self, cols: u16, rows: u16) {
        self.parser.screen_mut().set_size(cells(rows), cells(cols));
        self.master.as_ref().expect("the terminal is there").resize(size(cols, rows)).expect("a new size");
    }

    pub fn screen_text(&self) -> String {
        self.parser.screen().contents()
    }

    /// Everything the program wrote so far.
    pub fn raw_output(&self) -> &[u8] {
        &self.raw
    }

    pub fn process_id(&self) -> u32 {
        self.process_id
    }

    /// Waits until the program has stopped, as Ctrl-z stops it. Each stop can be waited for once.
    pub fn wait_for_stop(&self) {
        let pid = Pid::from_raw(self.process_id as i32).expect("a process");
        waitid(WaitId::Pid(pid), WaitIdOptions::STOPPED).expect("it is our child");
    }

    /// The terminal driver's settings (echo, line mode, …) are those from before the program started.
    pub fn has_initial_settings(&self) -> bool {
        self.master.as_deref().map(settings_of).as_ref() == Some(&self.initial_settings)
    }

    /// Takes the terminal away, as closing its window does. Ctrl-l makes the program write something, which ends our reader.
    pub fn hang_up(&mut self) {
        self.hung_up.store(true, Ordering::SeqCst);
        self.send("\x0c");
        while self.output.recv_timeout(PATIENCE).is_ok() {}
        self.writer = None;
        self.master = None;
    }

    /// Reads to the end and waits for it.
    #[track_caller]
    pub fn exit_status(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        while let Ok(bytes) = self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.take(&bytes);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        self.ended.recv_timeout(left).unwrap_or_else(|_| panic!("the program did not end:\n{}", self.screen_text()))
    }

    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.parser.process(bytes);
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // It may have ended long ago.
        _ = self.killer.kill();
    }
}

/// The private modes (`CSI ? n h`) that the output turned on and not off again; 25, the cursor, counts when it is off.
pub fn modes_left_on(output: &[u8]) -> BTreeSet<u16> {
    let mut on = BTreeSet::new();
    for at in 0..output.len() {
        let Some(rest) = output[at..].strip_prefix(b"\x1b[?") else { continue };
        let end = rest.iter().position(|b| !b.is_ascii_digit() && *b != b';').unwrap_or(0);
        let numbers = std::str::from_utf8(&rest[..end]).unwrap_or_default();
        for mode in numbers.split(';').filter_map(|n| n.parse().ok()) {
            let sets = rest.get(end) == Some(&b'h');
            if sets != (mode == 25) {
                on.insert(mode)
            } else {
                on.remove(&mode)
            };
        }
    }
    on
}

fn settings_of(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios())
}

fn wait_for_end(mut child: Box<dyn Child + Send + Sync>) -> Receiver<ExitStatus> {
    let (sender, receiver) = channel();
    // Nobody listens when the test has ended.
    thread::spawn(move || child.wait().map(|status| sender.send(status)));
    receiver
}

fn read_all(mut reader: Box<dyn Read + Send>, hung_up: Arc<AtomicBool>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(n) = reader.read(&mut buffer)
            && n > 0
            && sender.send(buffer[..n].to_vec()).is_ok()
            && !hung_up.load(Ordering::SeqCst)
        {}
    });
    receiver
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal of some size")
}

#[test]
fn modes_are_counted() {
    assert_eq!(modes_left_on(b"\x1b[?1049h\x1b[?25lx\x1b[?2004h\x1b[?25h\x1b[?2004l"), BTreeSet::from([1049]));
    assert_eq!(modes_left_on(b"\x1b[?25l\x1b[?1000;1006h"), BTreeSet::from([25, 1000, 1006]));
}
