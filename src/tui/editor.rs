//! One text in the user's own editor, through a file that only the user can read.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::time::SystemTime;

use super::widgets::input::MAX_BYTES;
use crate::error::{Error, Result};

/// The editor's command line, as `$VISUAL` or `$EDITOR` has it, and where its file may lie.
#[derive(Debug, Clone)]
pub struct Editor {
    pub command: String,
    pub folder: PathBuf,
}

impl Editor {
    /// Waits for the editor and returns what it left. The line feed that editors put at the end is taken off again.
    ///
    /// The terminal must be the editor's for that time.
    pub fn edit(&self, text: &str) -> Result<String> {
        let path = self.folder.join(format!("tamis-{}-{}.txt", process::id(), nanoseconds()));
        let edited = write(&path, text).and_then(|()| self.run(&path)).and_then(|()| read(&path));
        // What stays behind is the user's own text in the user's own file.
        _ = fs::remove_file(&path);
        let mut edited = edited?;
        if !text.ends_with('\n') && edited.ends_with('\n') {
            edited.pop();
        }
        Ok(edited)
    }

    /// The shell splits the command line, so that `code --wait` works; the path is an argument of its own.
    fn run(&self, path: &Path) -> Result<()> {
        let line = format!("{} \"$1\"", self.command);
        let status = Command::new("sh").arg("-c").arg(line).arg("sh").arg(path).status()?;
        if status.success() {
            return Ok(());
        }
        Err(Error::refused(format!("the editor `{}` ended with {status}", self.command)).hint("set $EDITOR to one that works"))
    }
}

/// Creates the file; never follows or reuses one that is there.
fn write(path: &Path, text: &str) -> Result<()> {
    let file = File::options().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| Error::file(path, e))
}

fn read(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|e| Error::file(path, e))?;
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|e| Error::file(path, e))?;
    if bytes.len() > MAX_BYTES {
        return Err(Error::refused("the edited text is longer than 1 MiB").hint("a record holds at most 1 MiB"));
    }
    String::from_utf8(bytes).map_err(|e| Error::refused("the edited text is not UTF-8").caused_by(e))
}

fn nanoseconds() -> u128 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(command: &str, text: &str) -> Result<String> {
        let folder = tempfile::tempdir().unwrap();
        let result = Editor { command: command.into(), folder: folder.path().into() }.edit(text);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing stays behind");
        result
    }

    #[test]
    fn what_the_editor_leaves_comes_back() {
        assert_eq!(edited("sed -i s/red/blue/", "a red car").unwrap(), "a blue car");
        assert_eq!(edited("echo >>", "line").unwrap(), "line");
        assert_eq!(edited("true", "line\n").unwrap(), "line\n");
    }

    #[test]
    fn what_cannot_be_taken_is_refused() {
        assert!(edited("false", "x").unwrap_err().message.contains("ended with"));
        assert!(edited("printf '\\377' >", "x").unwrap_err().message.contains("UTF-8"));
    }
}
