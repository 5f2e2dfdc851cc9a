//! One error type for the whole crate: what went wrong, and what to do next.

use std::fmt;
use std::path::Path;

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of failure it is; decides the exit code (`input-contract`, "Exit codes").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command's words do not fit: exit 2.
    Usage,
    /// The input or the state of the workspace does not allow it; nothing changed: exit 1.
    Refused,
    /// The operating system or SQLite failed: exit 1.
    Io,
    /// A check is blocked, and nobody said to go on despite it; nothing changed: exit 4.
    Blocked,
    /// The user cancelled: exit 130.
    Interrupted,
}

/// An error with an optional hint (what to do next) and an optional cause.
///
/// Messages may hold bytes of data; whoever prints one passes it through [`crate::display::safe`].
#[derive(Debug)]
pub struct Error {
    pub kind: Kind,
    pub message: String,
    pub hint: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into(), hint: None, source: None }
    }

    /// The command's words do not fit (exit 2).
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// The input or the workspace does not allow it (exit 1).
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message)
    }

    /// The operating system failed (exit 1).
    pub fn io(message: impl Into<String>) -> Self {
        Self::new(Kind::Io, message)
    }

    /// A failed access to `path`.
    pub fn file(path: &Path, error: std::io::Error) -> Self {
        Self::new(Kind::Io, path.display().to_string()).caused_by(error)
    }

    /// A check is blocked (exit 4).
    pub fn blocked(message: impl Into<String>) -> Self {
        Self::new(Kind::Blocked, message)
    }

    /// The user cancelled (exit 130).
    pub fn interrupted() -> Self {
        Self::new(Kind::Interrupted, "cancelled; nothing changed")
    }

    /// Adds what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the cause.
    pub fn caused_by(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Names the file that it is about, where the message does not.
    pub fn about(mut self, path: &Path) -> Self {
        let path = path.display().to_string();
        if !self.is_interrupted() && !self.message.contains(&path) {
            self.message = format!("{path}: {}", self.message);
        }
        self
    }

    pub fn is_interrupted(&self) -> bool {
        self.kind == Kind::Interrupted
    }
}

/// The message and its chain of causes on one line.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|e| e as _)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(Kind::Io, "input/output failed").caused_by(error)
    }
}
