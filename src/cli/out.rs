//! Where a command's words go. Everything that may hold data passes the sanitiser here, once, on its way out; JSON escapes by itself.

use std::io::{BufWriter, ErrorKind, IsTerminal, Stdout, Write};

use serde::Serialize;

use super::Done;
use super::args::{Color, Global};
use crate::display::{safe, safe_lines};
use crate::error::{Error, Result};

/// Standard output and standard error of one command.
pub struct Out {
    pub json: bool,
    pub quiet: bool,
    /// Colour on standard output.
    pub color: bool,
    stdout: BufWriter<Stdout>,
    closed: bool,
}

impl Out {
    pub fn new(global: &Global) -> Out {
        let terminal = std::io::stdout().is_terminal();
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && wanted,
        };
        Out { json: global.json, quiet: global.quiet, color, stdout: BufWriter::new(std::io::stdout()), closed: false }
    }

    /// An `Out` for a progress bar beside this one: quiet where this one is, or where this one writes to the same terminal.
    pub fn silent(other: &Out) -> Out {
        let quiet = other.quiet || other.is_terminal();
        Out { json: false, quiet, color: false, stdout: BufWriter::new(std::io::stdout()), closed: false }
    }

    /// An `Out` that says nothing, for a command within another one.
    pub fn muted() -> Out {
        Out { json: false, quiet: true, color: false, stdout: BufWriter::new(std::io::stdout()), closed: true }
    }

    pub fn is_terminal(&self) -> bool {
        std::io::stdout().is_terminal()
    }

    /// One line of words. Controls are shown as symbols, line feeds too: a name with one in it must not look like a line of ours.
    pub fn line(&mut self, text: impl AsRef<str>) -> Result<()> {
        let text = safe(text.as_ref()).into_owned();
        self.write(text.as_bytes())?;
        self.write(b"\n")
    }

    /// A line with colours of our own in it; its data was made safe piece by piece.
    pub fn styled_line(&mut self, text: &str) -> Result<()> {
        self.write(text.as_bytes())?;
        self.write(b"\n")
    }

    /// Words for a person, left out with `--quiet`.
    pub fn note(&mut self, text: impl AsRef<str>) -> Result<()> {
        if self.quiet { Ok(()) } else { self.line(text) }
    }

    /// Text of our own, as it is.
    pub fn text(&mut self, text: &str) -> Result<()> {
        self.write(text.as_bytes())
    }

    /// One JSON value on one line.
    pub fn json(&mut self, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string(value).map_err(|e| Error::io("the result could not be written as JSON").caused_by(e))?;
        let text = ascii_controls(&text);
        self.write(text.as_bytes())?;
        self.write(b"\n")
    }

    /// Data, byte for byte (`export -`, completions).
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<Done> {
        self.write(bytes)?;
        Ok(Done::All)
    }

    /// Standard output as a writer of data: byte for byte to a file or pipe, made safe on a terminal. It fails when the reader has gone;
    /// [`Out::is_closed`] then says so.
    pub fn data(&mut self) -> Box<dyn Write + '_> {
        if self.is_terminal() { Box::new(ShownData { out: self, line: Vec::new() }) } else { Box::new(Data(self)) }
    }

    /// What the parser of the command line says; the words that it repeats may be names of files.
    pub fn misread(error: &clap::Error) {
        let _ = write!(std::io::stderr().lock(), "{}", safe_lines(&error.to_string()));
    }

    pub fn error(&mut self, error: &Error) {
        // When standard error is gone there is nobody left to tell.
        let mut stderr = std::io::stderr().lock();
        let _ = writeln!(stderr, "error: {}", safe_lines(&error.to_string()));
        if let Some(hint) = &error.hint {
            let _ = writeln!(stderr, "hint: {}", safe(hint));
        }
    }

    pub fn flush(&mut self) -> Result<()> {
        let result = self.stdout.flush();
        self.unless_closed(result)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.stdout.write_all(bytes);
        self.unless_closed(result)
    }

    /// A reader that has seen enough (`| head`) is no error.
    fn unless_closed(&mut self, result: std::io::Result<()>) -> Result<()> {
        match result {
            Err(e) if e.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            Err(e) => Err(Error::io("standard output").caused_by(e)),
            Ok(()) => Ok(()),
        }
    }

    /// The reader has gone; a long list can stop.
    pub fn is_closed(&self) -> bool {
        self.closed
    }
}

struct Data<'a>(&'a mut Out);

impl Data<'_> {
    fn note_closed<T>(&mut self, result: std::io::Result<T>) -> std::io::Result<T> {
        self.0.closed |= matches!(&result, Err(e) if e.kind() == ErrorKind::BrokenPipe);
        result
    }
}

impl Write for Data<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let result = self.0.stdout.write(bytes);
        self.note_closed(result)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let result = self.0.stdout.flush();
        self.note_closed(result)
    }
}

/// Data whose reader is a person: line by line through the sanitiser.
struct ShownData<'a> {
    out: &'a mut Out,
    /// The line so far; what is cut between two writes may be the middle of a character.
    line: Vec<u8>,
}

impl ShownData<'_> {
    fn end_line(&mut self) -> std::io::Result<()> {
        let shown = shown(&self.line);
        self.line.clear();
        self.out.line(shown).map_err(std::io::Error::other)
    }
}

/// A line of data as words, without the CR of a CRLF.
fn shown(line: &[u8]) -> String {
    String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
}

impl Write for ShownData<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut lines = bytes.split(|&b| b == b'\n').peekable();
        while let Some(part) = lines.next() {
            self.line.extend_from_slice(part);
            if lines.peek().is_some() {
                self.end_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush().map_err(std::io::Error::other)
    }
}

impl Drop for ShownData<'_> {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            // The reader has gone or has seen it all but this.
            let _ = self.end_line();
        }
    }
}

/// JSON with every character a terminal could act on as `\u` escape: C0 is escaped by JSON itself, DEL, C1 and bidi controls are not.
fn ascii_controls(json: &str) -> String {
    if !json.chars().any(crate::display::is_forbidden) {
        return json.to_owned();
    }
    let mut escaped = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if crate::display::is_forbidden(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::ascii_controls;

    #[test]
    fn json_keeps_its_value_and_loses_its_controls() {
        let value = serde_json::json!({"text": "a\u{7f}b\u{9b}31m\u{202e}c\u{e0041}\u{1b}"});
        let printed = ascii_controls(&value.to_string());
        assert!(!printed.chars().any(crate::display::is_forbidden));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).unwrap(), value);
    }
}
