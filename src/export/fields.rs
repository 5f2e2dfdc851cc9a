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

/// Keys in the order of the file.
pub type Field<'a> = (String, &'a RawValue);

/// The record's fields under the names they are written by: none of them in `taken`, no two alike.
pub fn named_fields<'a>(record: &'a ExportRecord, taken: &[&str]) -> Result<Vec<Field<'a>>> {
    let Some(text) = record.fields.as_deref() else { return Ok(Vec::new()) };
    let mut fields = serde_json::from_str::<Fields>(text)
        .map_err(|e| Error::refused(format!("record {}: its fields are not a JSON object", record.id)).caused_by(e))?
        .0;
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
