//! `batch`: operations of a file, one a line. Each is the command it names, run as if it had been typed alone, so that a line is committed
//! before the next one is read; what a command would print is left out.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use clap::{CommandFactory, Parser};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Done;
use super::args::{self, Cli, Color, Command, Global};
use super::bar::with_progress;
use super::out::Out;
use crate::display::counted;
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::workspace::Workspace;

/// Bytes of a line at most: a text of 1 MiB with every character quoted, and then some.
const LONGEST: usize = 8 << 20;
/// How long a wait for the next line goes on without a look at the cancel flag.
const PATIENCE: Duration = Duration::from_millis(100);

pub fn run(args: &args::Batch, out: &mut Out) -> Result<Done> {
    let mut lines = Lines::open(&args.file)?;
    // While this one is open, closing the connection of a line does not copy the log into the file each time.
    let _beside = Workspace::open_to_read(&args.workspace).ok();
    let (mut worst, mut operations) = (Done::All, 0);
    let mut aside = Out::silent(out);
    with_progress(&aside, |progress| {
        while let Some((number, line)) = lines.next(progress)? {
            let Some(words) = words(&line).map_err(|error| at_line(number, error))? else { continue };
            let done = operation(args, words).map_err(|error| at_line(number, error))?;
            worst = worst.max(done);
            operations += 1;
            if args.ack {
                match out.json {
                    true => out.json(&serde_json::json!({"ack": number}))?,
                    false => out.line(format!("ack {number}"))?,
                }
                out.flush()?;
            }
        }
        Ok(())
    })?;
    aside.flush()?;
    match out.json {
        true => out.json(&serde_json::json!({"operations": operations}))?,
        false => out.note(counted(operations, "operation"))?,
    }
    Ok(worst)
}

fn at_line(number: u64, mut error: Error) -> Error {
    error.message = format!("line {number}: {}", error.message);
    error
}

/// The words of a line as a shell takes them apart; `None` where there is nothing to do.
fn words(line: &str) -> Result<Option<Vec<String>>> {
    let trimmed = line.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return Ok(None);
    }
    let words = shell_words::split(trimmed)
        .map_err(|_| Error::usage("a quote is not closed").hint("an operation is one line, from its first quote to its last"))?;
    Ok(Some(words))
}

/// Runs one operation.
fn operation(batch: &args::Batch, words: Vec<String>) -> Result<Done> {
    let verbs = verbs(&words)?;
    let typed = words.into_iter().map(OsString::from);
    let mut line: Vec<OsString> = std::iter::once("tamis".into()).chain(typed).collect();
    line.insert(1 + verbs, batch.workspace.as_os_str().to_owned());
    let cli = Cli::try_parse_from(line).map_err(|error| misread(&error))?;
    let command = cli.command.ok_or_else(|| Error::usage("no operation"))?;
    if is_stdin(&batch.file) && reads_stdin(&command) {
        return Err(Error::usage("standard input holds the operations, so that no operation can read it")
            .hint("give the file by its name, or the operations in a file"));
    }
    let global = Global { json: false, quiet: true, color: Color::Never };
    super::run(command, &global, &mut Out::muted())
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Whether the operation takes its own input from standard input.
fn reads_stdin(command: &Command) -> bool {
    match command {
        Command::Import(import) => import.files.iter().any(|file| is_stdin(file)),
        Command::Rules(args::Rules::Edit(edit)) => edit.file.as_deref().is_some_and(is_stdin),
        _ => false,
    }
}

/// How many words name the command, which must be one on a workspace.
fn verbs(words: &[String]) -> Result<usize> {
    let cli = Cli::command();
    let unknown = || {
        let words = words.iter().take(2).cloned().collect::<Vec<_>>().join(" ");
        Error::usage(format!("`{words}` is no operation on a workspace"))
            .hint("the words of a command, without WS: mark keep --id 3")
    };
    let first = words.first().and_then(|word| cli.find_subcommand(word)).ok_or_else(unknown)?;
    let (command, count) = match first.has_subcommands() {
        true => (words.get(1).and_then(|word| first.find_subcommand(word)).ok_or_else(unknown)?, 2),
        false => (first, 1),
    };
    let takes_workspace = command
        .get_positionals()
        .next()
        .is_some_and(|arg| arg.get_value_names().is_some_and(|names| names.first().is_some_and(|name| name.as_str() == "WS")));
    if takes_workspace && command.get_name() != "batch" { Ok(count) } else { Err(unknown()) }
}

/// What the parser of the command line says, on one line.
fn misread(error: &clap::Error) -> Error {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    Error::usage(first.strip_prefix("error: ").unwrap_or(first).to_owned())
}

/// Lines of a file or of standard input, waited for in such a way that a cancel is heard.
struct Lines {
    from: BufReader<File>,
    number: u64,
}

impl Lines {
    fn open(path: &Path) -> Result<Lines> {
        let file = match is_stdin(path) {
            true => rustix::io::dup(std::io::stdin()).map(File::from).map_err(|e| Error::io("standard input").caused_by(e))?,
            false => File::open(path).map_err(|e| Error::file(path, e))?,
        };
        Ok(Lines { from: BufReader::new(file), number: 0 })
    }

    /// The next line with its number.
    fn next(&mut self, progress: &Progress) -> Result<Option<(u64, String)>> {
        self.number += 1;
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            self.wait(progress)?;
            let read = self.from.fill_buf().map_err(|e| Error::io("the operations cannot be read").caused_by(e))?;
            let part = read.iter().position(|&b| b == b'\n').map_or(read.len(), |end| end + 1);
            if part == 0 {
                break;
            }
            line.extend_from_slice(&read[..part]);
            self.from.consume(part);
            if line.len() > LONGEST {
                return Err(at_line(self.number, Error::refused("longer than 8 MiB")));
            }
        }
        if line.is_empty() {
            return Ok(None);
        }
        let text = String::from_utf8(line).map_err(|_| at_line(self.number, Error::refused("not UTF-8")))?;
        Ok(Some((self.number, text)))
    }

    /// Returns once there is something to read, or its end.
    fn wait(&self, progress: &Progress) -> Result<()> {
        let patience = Timespec { tv_sec: 0, tv_nsec: PATIENCE.subsec_nanos().into() };
        loop {
            progress.check()?;
            if !self.from.buffer().is_empty() {
                return Ok(());
            }
            match poll(&mut [PollFd::new(self.from.get_ref(), PollFlags::IN)], Some(&patience)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                // What cannot be waited for is read at once, and says itself what is wrong.
                Ok(_) | Err(_) => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_apart_as_by_a_shell() {
        let split = |line: &str| words(line).map(Option::unwrap_or_default);
        assert_eq!(split(r#" edit --id 2 --text "it's \"one\"" "#).unwrap(), ["edit", "--id", "2", "--text", "it's \"one\""]);
        assert_eq!(split("mark keep --reason 'a b'\n").unwrap(), ["mark", "keep", "--reason", "a b"]);
        assert!(split("\n").unwrap().is_empty() && split("  # a note").unwrap().is_empty());
        assert!(split("edit --text \"open").is_err());
    }

    #[test]
    fn only_what_works_on_a_workspace_is_an_operation() {
        let verbs = |line: &str| verbs(&words(line).unwrap().unwrap());
        assert_eq!(verbs("mark keep --id 3").ok(), Some(1));
        assert_eq!(verbs("rules apply").ok(), Some(2));
        assert_eq!(verbs("undo").ok(), Some(1));
        for other in
            ["batch f", "demo", "leakage a b", "man", "frobnicate", "rules", "rules frobnicate", "--json", "completions bash"]
        {
            assert!(verbs(other).is_err(), "{other}");
        }
    }
}
