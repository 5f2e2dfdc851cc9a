//! Equivalent command lines: what History shows, and what a person can paste into a shell.

use std::fmt::{self, Display};

use super::Workspace;

/// A `tamis …` line in the making; every part is quoted where a shell would need it.
#[derive(Debug, Clone)]
pub struct CommandLine {
    verb: String,
    words: Vec<Word>,
}

#[derive(Debug, Clone)]
enum Word {
    /// A word that stands for itself, by its place; as it was given.
    Operand(String),
    /// The name of an option or its value, quoted.
    Option(String),
}

impl CommandLine {
    /// `tamis VERB WORKSPACE`, with the file's name without its folder.
    pub fn new(verb: &str, workspace: &Workspace) -> Self {
        let name = workspace.path().file_name().map_or_else(|| "WORKSPACE".into(), |name| name.to_string_lossy());
        CommandLine { verb: verb.to_owned(), words: Vec::new() }.arg(name)
    }

    /// The same wherever the workspace lies and whatever it is called, for what must have the same bytes everywhere.
    pub fn anywhere(verb: &str) -> Self {
        CommandLine { verb: verb.to_owned(), words: Vec::new() }.arg("WORKSPACE")
    }

    /// An operand: a file, a name, a word of the verb. One that begins with `-` is never taken for an option.
    pub fn arg(mut self, value: impl Display) -> Self {
        self.words.push(Word::Operand(value.to_string()));
        self
    }

    /// `--name value`; `--name=value` where the value would be taken for an option itself.
    pub fn option(self, name: &str, value: impl Display) -> Self {
        let value = value.to_string();
        if value.starts_with('-') {
            self.part(quoted(&format!("{name}={value}")))
        } else {
            self.part(format!("{name} {}", quoted(&value)))
        }
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
        if on { self.part(name.to_owned()) } else { self }
    }

    fn part(mut self, text: String) -> Self {
        self.words.push(Word::Option(text));
        self
    }
}

impl Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tamis {}", self.verb)?;
        // `-` alone is standard input, and an operand to every parser.
        let looks_like_option = |word: &Word| matches!(word, Word::Operand(text) if text.len() > 1 && text.starts_with('-'));
        let operands_last = self.words.iter().any(looks_like_option);
        for word in &self.words {
            match word {
                Word::Operand(text) if !operands_last => write!(f, " {}", quoted(text))?,
                Word::Operand(_) => {}
                Word::Option(text) => write!(f, " {text}")?,
            }
        }
        if operands_last {
            f.write_str(" --")?;
            let operands = self.words.iter().filter_map(|word| if let Word::Operand(text) = word { Some(text) } else { None });
            operands.into_iter().try_for_each(|text| write!(f, " {}", quoted(text)))?;
        }
        Ok(())
    }
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::{CommandLine, quoted};

    #[test]
    fn words_are_quoted_only_where_a_shell_needs_it() {
        assert_eq!(quoted("train=95,validation=5"), "train=95,validation=5");
        assert_eq!(quoted("chars:>200"), "'chars:>200'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn an_operand_is_never_taken_for_an_option() {
        let line = |name: &str| CommandLine::anywhere("assign").arg(name).option("--id", 3).flag("--again", true).to_string();
        assert_eq!(line("test"), "tamis assign WORKSPACE test --id 3 --again");
        assert_eq!(line("-"), "tamis assign WORKSPACE - --id 3 --again");
        assert_eq!(line("--json"), "tamis assign --id 3 --again -- WORKSPACE --json");
        assert_eq!(CommandLine::anywhere("edit").option("--text", "-a b").to_string(), "tamis edit WORKSPACE '--text=-a b'");
    }
}
