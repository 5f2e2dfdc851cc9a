//! A curator at the keyboard of the real program, who knows nothing but what the screen says.
//!
//! Every sentence waits until the screen answers it. Keys of actions are read from the footer, so that a remapped key breaks no test.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

use super::place::TAMIS;
use crate::support::pty::{Pty, modes_left_on};

pub struct Curator {
    pty: Pty,
}

/// How a file is to be imported.
#[derive(Default)]
pub struct As<'a> {
    pub split: Option<&'a str>,
    pub protected: bool,
}

impl Curator {
    pub fn opens(workspace: &Path, cols: u16, rows: u16) -> Curator {
        let home = workspace.parent().expect("a folder").display().to_string();
        let pty = Pty::spawn(Path::new(TAMIS), &[&workspace.display().to_string()], &[("HOME", &home)], cols, rows);
        let mut curator = Curator { pty };
        curator.sees("? help");
        curator
    }

    #[track_caller]
    pub fn sees(&mut self, text: &str) -> &mut Self {
        self.pty.wait_for_text(text);
        self
    }

    #[track_caller]
    pub fn sees_no(&mut self, text: &str) -> &mut Self {
        self.pty.wait_for(|screen| !screen.contents().contains(text));
        self
    }

    /// Waits for so many rows that hold a text.
    #[track_caller]
    pub fn sees_rows(&mut self, n: usize, text: &str) -> &mut Self {
        self.pty.wait_for(|screen| screen.contents().lines().filter(|row| row.contains(text)).count() == n);
        self
    }

    /// The number between two texts, once it is there: `reads_number("drops ", " of")`.
    #[track_caller]
    pub fn reads_number(&mut self, before: &str, after: &str) -> u64 {
        self.pty.wait_for(|screen| number_between(&screen.contents(), before, after).is_some());
        number_between(&self.pty.screen_text(), before, after).expect("it is there")
    }

    /// Waits until the number between two texts is another one; that one.
    #[track_caller]
    pub fn reads_another_number(&mut self, than: u64, before: &str, after: &str) -> u64 {
        self.pty.wait_for(|screen| number_between(&screen.contents(), before, after).is_some_and(|n| n != than));
        self.reads_number(before, after)
    }

    /// Presses keys by their names, as the screen spells them: `y`, `Enter`, `←`.
    pub fn presses(&mut self, keys: &[&str]) -> &mut Self {
        keys.iter().for_each(|key| self.pty.send(&bytes_of(key)));
        self
    }

    pub fn types(&mut self, text: &str) -> &mut Self {
        self.pty.send(text);
        self
    }

    /// Types a text in place of what is in the field.
    pub fn types_instead(&mut self, text: &str) -> &mut Self {
        self.presses(&["Ctrl-u"]).types(text)
    }

    /// Presses the key that the footer shows for an action.
    #[track_caller]
    pub fn does(&mut self, action: &str) -> &mut Self {
        self.pty.wait_for(|screen| hint(&screen.contents(), action).is_some());
        let key = hint(&self.pty.screen_text(), action).expect("it is there");
        self.presses(&[&key])
    }

    /// Goes to a screen by the number at its tab.
    #[track_caller]
    pub fn goes_to(&mut self, tab: &str) -> &mut Self {
        let tabs = self.pty.screen_text().lines().next().unwrap_or_default().to_owned();
        let at = tabs.find(tab).unwrap_or_else(|| panic!("no tab {tab} in {tabs}"));
        let number = tabs[..at].split_whitespace().last().expect("a number before the name").to_owned();
        self.presses(&[&number]);
        // The tab of the screen in view is bold.
        self.pty.wait_for(|screen| screen.cell(0, at as u16).is_some_and(vt100::Cell::bold));
        self
    }

    /// Goes from field to field until one of this name has the focus.
    #[track_caller]
    pub fn goes_to_field(&mut self, label: &str) -> &mut Self {
        loop {
            let now = focused(&self.pty.screen_text());
            if now.as_deref() == Some(label) {
                return self;
            }
            self.presses(&["Tab"]);
            self.pty.wait_for(|screen| focused(&screen.contents()) != now);
        }
    }

    /// Answers the question of this title, once it has its figures, with yes.
    #[track_caller]
    pub fn says_yes_to(&mut self, title: &str) -> &mut Self {
        self.sees(&format!("── {title}")).sees("y a").presses(&["y"])
    }

    /// Imports a file by typing its path.
    #[track_caller]
    pub fn imports(&mut self, file: &Path, how: As<'_>) -> &mut Self {
        self.goes_to("Sources").does("import").sees("choose a file").types(&file.display().to_string());
        self.sees("Enter opens this path").presses(&["Enter"]).sees("Enter imports");
        if let Some(split) = how.split {
            self.goes_to_field("split").types(split);
        }
        self.goes_to_field("take");
        if how.protected {
            self.presses(&["Space"]).sees("[x] protected");
        }
        self.sees("the first ").presses(&["Enter"])
    }

    pub fn makes_the_window(&mut self, cols: u16, rows: u16) -> &mut Self {
        self.pty.resize(cols, rows);
        self
    }

    /// Quits; the program ended well and left the terminal as it was.
    #[track_caller]
    pub fn quits(&mut self) {
        self.presses(&["q"]);
        assert!(self.pty.exit_status().success(), "{}", self.pty.screen_text());
        self.assert_terminal_restored();
    }

    /// The process is killed outright.
    #[track_caller]
    pub fn is_killed(&mut self) {
        self.signal(Signal::KILL);
        assert_eq!(self.pty.exit_status().signal(), Some("Killed"));
    }

    /// The process is asked to end, as a shutdown does.
    #[track_caller]
    pub fn is_terminated(&mut self) {
        self.signal(Signal::TERM);
        assert_eq!(self.pty.exit_status().signal(), Some("Terminated"));
        self.assert_terminal_restored();
    }

    fn signal(&self, signal: Signal) {
        let process = Pid::from_raw(self.process_id() as i32).expect("a process");
        kill_process(process, signal).expect("it can be signalled");
    }

    pub fn process_id(&self) -> u32 {
        self.pty.process_id()
    }

    #[track_caller]
    fn assert_terminal_restored(&self) {
        assert_eq!(modes_left_on(self.pty.raw_output()), [].into());
        assert!(self.pty.has_initial_settings());
    }
}

/// The key that the footer shows for an action whose name begins so.
fn hint(contents: &str, action: &str) -> Option<String> {
    let hints = contents.lines().last()?.split("  ").filter_map(|hint| hint.trim().split_once(' '));
    hints.into_iter().find(|(_, title)| title.starts_with(action)).map(|(key, _)| key.to_owned())
}

/// The name of the field with the focus.
fn focused(contents: &str) -> Option<String> {
    let after = contents.lines().filter_map(|row| row.split_once("› "));
    let names = after.map(|(_, rest)| rest.chars().take_while(|c| c.is_alphabetic()).collect::<String>());
    names.into_iter().find(|name| name.len() > 1)
}

fn number_between(contents: &str, before: &str, after: &str) -> Option<u64> {
    contents.match_indices(before).find_map(|(at, _)| {
        let rest = &contents[at + before.len()..];
        let digits = &rest[..rest.find(|c: char| !c.is_ascii_digit() && c != ',')?];
        rest[digits.len()..].starts_with(after).then(|| digits.replace(',', "").parse().ok())?
    })
}

/// What a terminal sends for a key.
fn bytes_of(key: &str) -> String {
    let bytes = match key {
        "Enter" => "\r",
        "Tab" => "\t",
        "Esc" => "\x1b",
        "Space" => " ",
        "Backspace" => "\x7f",
        "End" => "\x1b[F",
        "←" => "\x1b[D",
        "→" => "\x1b[C",
        _ => match key.strip_prefix("Ctrl-").and_then(|letter| letter.bytes().next()) {
            Some(letter) => return char::from(letter & 0x1f).to_string(),
            None => key,
        },
    };
    bytes.to_owned()
}
