//! Which column is the prompt and which names the image.

use crate::error::{Error, Result};

/// Names that a text column has, in any case.
const TEXT: &[&str] = &["text", "prompt", "caption"];
/// Names that a file column has, in any case.
const FILE: &[&str] = &["file_name", "image_path", "image", "path"];

/// The outcome of looking for a column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Choice {
    /// This one.
    Chosen(String),
    /// No column has one of the usual names.
    #[default]
    None,
    /// More than one has.
    Several(Vec<String>),
    /// The named one does not exist.
    NotThere(String),
}

impl Choice {
    /// The column's name, when there is exactly one.
    pub fn chosen(&self) -> Option<String> {
        match self {
            Choice::Chosen(name) => Some(name.clone()),
            _ => None,
        }
    }
}

/// The columns of a source and what was chosen among them.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    pub(super) columns: Vec<String>,
    pub(super) text: Choice,
    pub(super) file: Choice,
    pub(super) skipped: Vec<String>,
}

/// A choice that is clear.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) text: String,
    pub(super) file: Option<String>,
}

impl Layout {
    /// Chooses among `columns`, by the given names or the usual ones.
    pub(super) fn choose(columns: Vec<String>, options: &super::Options) -> Self {
        let text = choose(&columns, options.text_column.as_deref(), TEXT, None);
        let file = choose(&columns, options.file_column.as_deref(), FILE, text.chosen().as_deref());
        Layout { columns, text, file, skipped: Vec::new() }
    }

    /// The choice, or the question to the user.
    pub(super) fn clear(&self) -> Result<Chosen> {
        let text = self
            .one(&self.text, "text", TEXT)?
            .ok_or_else(|| self.unclear("no column is named text, prompt or caption", "text"))?;
        let file = self.one(&self.file, "file", FILE)?;
        if file.as_ref() == Some(&text) {
            return Err(self.unclear("the text and the file column are the same", "file"));
        }
        Ok(Chosen { text, file })
    }

    fn one(&self, choice: &Choice, role: &str, usual: &[&str]) -> Result<Option<String>> {
        match choice {
            Choice::Chosen(name) => Ok(Some(name.clone())),
            Choice::None => Ok(None),
            Choice::NotThere(name) => Err(self.unclear(&format!("there is no column {}", shown(name)), role)),
            Choice::Several(names) => {
                let names: Vec<_> = names.iter().map(|name| shown(name)).collect();
                let what = format!("{} could each be the {role} column ({})", names.join(" and "), usual.join(", "));
                Err(self.unclear(&what, role))
            }
        }
    }

    fn unclear(&self, what: &str, role: &str) -> Error {
        Error::usage(format!("{what}; the columns are: {}", listed(&self.columns)))
            .hint(format!("say which one with --{role}-column"))
    }
}

fn choose(columns: &[String], named: Option<&str>, usual: &[&str], taken: Option<&str>) -> Choice {
    if named == Some("") {
        return Choice::None;
    }
    let Some(named) = named else {
        let mut found: Vec<String> =
            columns.iter().filter(|c| Some(c.as_str()) != taken && is_one_of(c, usual)).cloned().collect();
        return match found.len() {
            0 => Choice::None,
            1 => Choice::Chosen(found.remove(0)),
            _ => Choice::Several(found),
        };
    };
    if columns.iter().any(|c| c == named) {
        return Choice::Chosen(named.to_owned());
    }
    let mut alike = columns.iter().filter(|c| c.eq_ignore_ascii_case(named));
    match (alike.next(), alike.next()) {
        (Some(one), None) => Choice::Chosen(one.clone()),
        _ => Choice::NotThere(named.to_owned()),
    }
}

fn is_one_of(column: &str, usual: &[&str]) -> bool {
    usual.iter().any(|u| u.eq_ignore_ascii_case(column))
}

/// At most this many columns are listed in a message.
const LISTED: usize = 40;

fn listed(columns: &[String]) -> String {
    let mut names: Vec<String> = columns.iter().take(LISTED).map(|c| shown(c)).collect();
    if columns.len() > LISTED {
        names.push(format!("and {} more", columns.len() - LISTED));
    }
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// A name from data as part of a message: quoted, control characters as escapes, and no longer than it takes to recognise it.
pub(super) fn shown(name: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown = String::from("\"");
    for c in name.chars().take(LONGEST) {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown.push_str(if name.chars().nth(LONGEST).is_some() { "…\"" } else { "\"" });
    shown
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::*;

    fn layout(columns: &[&str], text: Option<&str>, file: Option<&str>) -> Layout {
        let options = Options { text_column: text.map(Into::into), file_column: file.map(Into::into), ..Options::default() };
        Layout::choose(columns.iter().map(|c| c.to_string()).collect(), &options)
    }

    #[test]
    fn usual_names_are_found_in_any_case() {
        let chosen = layout(&["Image_Path", "PROMPT", "seed"], None, None).clear().unwrap();
        assert_eq!((chosen.text.as_str(), chosen.file.as_deref()), ("PROMPT", Some("Image_Path")));
        assert_eq!(layout(&["caption"], None, None).clear().unwrap().file, None);
    }

    #[test]
    fn what_is_not_clear_is_asked_with_the_columns() {
        for (columns, text, file, hint) in [
            (&["text", "Caption", "x"][..], None, None, "--text-column"),
            (&["a", "b", "x"], None, None, "--text-column"),
            (&["a", "b", "x"], Some("c"), None, "--text-column"),
            (&["text", "image", "path", "x"], None, None, "--file-column"),
            (&["text", "x"], None, Some("y"), "--file-column"),
            (&["text", "x"], None, Some("text"), "--file-column"),
        ] {
            let error = layout(columns, text, file).clear().unwrap_err();
            assert_eq!(error.kind, crate::error::Kind::Usage);
            assert!(error.hint.unwrap().contains(hint), "{columns:?}");
            assert!(error.message.contains("\"x\""), "{}", error.message);
        }
    }

    #[test]
    fn an_empty_name_is_no_column() {
        let chosen = layout(&["text", "image", "path"], None, Some("")).clear().unwrap();
        assert_eq!(chosen.file, None);
        assert!(layout(&["text"], Some(""), None).clear().is_err());
    }

    #[test]
    fn a_name_settles_it() {
        assert_eq!(layout(&["text", "caption"], Some("caption"), None).clear().unwrap().text, "caption");
        assert_eq!(layout(&["Text", "TEXT"], Some("TEXT"), None).clear().unwrap().text, "TEXT");
        assert_eq!(layout(&["Text", "x"], Some("text"), None).clear().unwrap().text, "Text");
        assert!(layout(&["Text", "TEXT"], Some("text"), None).clear().is_err());
    }
}
