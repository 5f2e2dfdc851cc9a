//! The imported fields of a record, value by value as the very characters of the file, and the columns of our own beside them.

use serde_json::value::RawValue;

use super::ExportRecord;
use crate::error::{Error, Result};
use crate::model::Fields;

/// A column that is written on demand only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extra {
    OrigText,
    Id,
    Source,
    Line,
    Split,
}

impl Extra {
    pub const ALL: [Extra; 5] = [Extra::OrigText, Extra::Id, Extra::Source, Extra::Line, Extra::Split];

    pub fn word(self) -> &'static str {
        match self {
            Extra::OrigText => "orig_text",
            Extra::Id => "id",
            Extra::Source => "source",
            Extra::Line => "line",
            Extra::Split => "split",
        }
    }

    pub fn from_word(word: &str) -> Option<Extra> {
        Extra::ALL.into_iter().find(|e| e.word() == word)
    }
}

/// Which of the imported fields are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FieldChoice {
    #[default]
    All,
    None,
    /// By the names they were imported under.
    Named(Vec<String>),
}

impl FieldChoice {
    /// `all`, `none`, or names.
    pub fn from_words(words: &[String]) -> FieldChoice {
        match words {
            [] => FieldChoice::All,
            [word] if word == "all" => FieldChoice::All,
            [word] if word == "none" => FieldChoice::None,
            names => FieldChoice::Named(names.to_vec()),
        }
    }

    /// The words that [`FieldChoice::from_words`] reads as this.
    pub fn words(&self) -> String {
        match self {
            FieldChoice::All => "all".to_owned(),
            FieldChoice::None => "none".to_owned(),
            FieldChoice::Named(names) => names.join(","),
        }
    }

    /// The names that are asked for.
    pub fn named(&self) -> &[String] {
        match self {
            FieldChoice::Named(names) => names,
            FieldChoice::All | FieldChoice::None => &[],
        }
    }

    fn takes(&self, name: &str) -> bool {
        match self {
            FieldChoice::All => true,
            FieldChoice::None => false,
            FieldChoice::Named(names) => names.iter().any(|n| n == name),
        }
    }

    /// With those of `with` that name fields.
    pub(super) fn and(&self, with: &[String]) -> FieldChoice {
        let mut more = with.iter().filter(|word| Extra::from_word(word).is_none()).peekable();
        match self {
            FieldChoice::All => FieldChoice::All,
            FieldChoice::None if more.peek().is_none() => FieldChoice::None,
            _ => FieldChoice::Named(self.named().iter().chain(more).cloned().collect()),
        }
    }
}

/// Keys in the order of the file.
pub type Field<'a> = (String, &'a RawValue);

/// All imported fields of the record, under the names they came with.
pub fn imported(record: &ExportRecord) -> Result<Vec<Field<'_>>> {
    let Some(text) = record.fields.as_deref() else { return Ok(Vec::new()) };
    let fields = serde_json::from_str::<Fields>(text)
        .map_err(|e| Error::refused(format!("record {}: its fields are not a JSON object", record.id)).caused_by(e))?;
    Ok(fields.0)
}

/// The chosen fields of the record under the names they are written by: none of them in `taken`, no two alike.
pub fn named_fields<'a>(record: &'a ExportRecord, choice: &FieldChoice, taken: &[&str]) -> Result<Vec<Field<'a>>> {
    if *choice == FieldChoice::None {
        return Ok(Vec::new());
    }
    let mut fields = imported(record)?;
    fields.retain(|(name, _)| choice.takes(name));
    for i in 0..fields.len() {
        if taken.contains(&fields[i].0.as_str()) {
            let mut name = format!("field_{}", fields[i].0);
            while taken.contains(&name.as_str()) || fields.iter().any(|(other, _)| *other == name) {
                name.insert_str(0, "field_");
            }
            fields[i].0 = name;
        }
    }
    Ok(fields)
}
