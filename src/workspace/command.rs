//! Equivalent command lines: what History shows, and what a person can paste into a shell.

use std::fmt::{self, Display};

use super::Workspace;

/// A `tamis …` line in the making; every part is quoted where a shell would need it.
#[derive(Debug, Clone)]
pub struct CommandLine(String);

impl CommandLine {
    /// `tamis VERB WORKSPACE`, with the file's name without its folder.
    pub fn new(verb: &str, workspace: &Workspace) -> Self {
        let name = workspace.path().file_name().map_or_else(|| "WORKSPACE".into(), |name| name.to_string_lossy());
        CommandLine(format!("tamis {verb} {}", quoted(&name)))
    }

    /// The same wherever the workspace lies and whatever it is called, for what must have the same bytes everywhere.
    pub fn anywhere(verb: &str) -> Self {
        CommandLine(format!("tamis {verb} WORKSPACE"))
    }

    pub fn arg(mut self, value: impl Display) -> Self {
        self.0.push(' ');
        self.0.push_str(&quoted(&value.to_string()));
        self
    }

    /// `--name value`; `--name=value` where the value would be taken for an option itself.
    pub fn option(self, name: &str, value: impl Display) -> Self {
        let value = value.to_string();
        if value.starts_with('-') { self.arg(format!("{name}={value}")) } else { self.arg(name).arg(value) }
    }

    /// `--name value` where there is a value.
    pub fn maybe(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.option(name, value),
            None => self,
        }
    }

    /// `--name` when it is on.
    pub fn flag(self, name: &str, on: bool) -> Self {
        if on { self.arg(name) } else { self }
    }
}

impl Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_only_where_a_shell_needs_it() {
        assert_eq!(quoted("train=95,validation=5"), "train=95,validation=5");
        assert_eq!(quoted("chars:>200"), "'chars:>200'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
