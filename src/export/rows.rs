//! One record as the bytes of one line: a JSON object, a row of CSV, or the text itself.

use std::io::Write;

use serde::Serialize;

use super::ExportRecord;
use super::fields::{Extra, Field, FieldChoice, named_fields};
use super::layout::Form;
use super::names::UNASSIGNED;
use crate::error::{Error, Result};

const BOM: &str = "\u{feff}";

/// How the records of an export become lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    pub form: Form,
    pub fields: FieldChoice,
    /// In the order of [`Extra`].
    pub extras: Vec<Extra>,
    /// The header, for CSV.
    pub columns: Vec<String>,
}

impl Rows {
    /// The names that imported fields may not have.
    pub fn taken(extras: &[Extra]) -> Vec<&'static str> {
        ["file_name", "text"].into_iter().chain(extras.iter().map(|e| e.word())).collect()
    }

    /// The record's chosen fields under the names they are written by.
    pub fn fields<'a>(&self, record: &'a ExportRecord) -> Result<Vec<Field<'a>>> {
        named_fields(record, &self.fields, &Rows::taken(&self.extras))
    }

    /// What stands before the first record.
    pub fn header(&self, out: &mut Vec<u8>) {
        if self.form == Form::Csv {
            csv_row(out, self.columns.iter().map(String::as_str));
        }
    }

    /// Appends the record's line; `first` is whether it is the file's first.
    pub fn row(&self, out: &mut Vec<u8>, record: &ExportRecord, first: bool) -> Result<()> {
        match self.form {
            Form::Json => self.json(out, record),
            Form::Csv => self.csv(out, record),
            Form::Text => {
                text_line(out, &record.text, first);
                Ok(())
            }
            Form::Table => Err(Error::usage("a table is no stream of lines").hint("name a folder for it")),
        }
    }

    fn json(&self, out: &mut Vec<u8>, record: &ExportRecord) -> Result<()> {
        out.push(b'{');
        if let Some(file_name) = &record.file_name {
            json_member(out, "file_name", file_name)?;
        }
        json_member(out, "text", &record.text)?;
        for (name, value) in self.fields(record)? {
            json_key(out, &name)?;
            // A line break in JSON can only be white space between tokens; here it would end the record.
            out.extend(value.get().bytes().map(|b| if matches!(b, b'\n' | b'\r') { b' ' } else { b }));
        }
        for &extra in &self.extras {
            match extra {
                Extra::OrigText => json_member(out, extra.word(), &record.raw_text)?,
                Extra::Id => json_member(out, extra.word(), &record.id)?,
                Extra::Source => json_member(out, extra.word(), &record.source)?,
                Extra::Line => json_member(out, extra.word(), &record.line)?,
                Extra::Split => json_member(out, extra.word(), split_name(record))?,
            }
        }
        out.extend_from_slice(b"}\n");
        Ok(())
    }

    fn csv(&self, out: &mut Vec<u8>, record: &ExportRecord) -> Result<()> {
        let fields = self.fields(record)?;
        let known = |name: &str| self.columns.iter().any(|c| c == name);
        if fields.iter().any(|(name, _)| !known(name)) || (record.file_name.is_some() && !known("file_name")) {
            return Err(changed_since_plan());
        }
        let cells: Vec<String> = self
            .columns
            .iter()
            .map(|column| match column.as_str() {
                "file_name" => record.file_name.clone().unwrap_or_default(),
                "text" => record.text.clone(),
                name => match Extra::from_word(name).filter(|e| self.extras.contains(e)) {
                    Some(extra) => extra_cell(extra, record),
                    None => fields.iter().find(|(n, _)| n == name).map(|(_, v)| plain(v.get())).unwrap_or_default(),
                },
            })
            .collect();
        csv_row(out, cells.iter().map(String::as_str));
        Ok(())
    }
}

/// The records are not those that the plan was made of.
pub fn changed_since_plan() -> Error {
    Error::refused("the records changed while they were exported").hint("run the export again")
}

pub fn split_name(record: &ExportRecord) -> &str {
    record.split.as_deref().unwrap_or(UNASSIGNED)
}

fn extra_cell(extra: Extra, record: &ExportRecord) -> String {
    match extra {
        Extra::OrigText => record.raw_text.clone(),
        Extra::Id => record.id.to_string(),
        Extra::Source => record.source.clone(),
        Extra::Line => record.line.to_string(),
        Extra::Split => split_name(record).to_owned(),
    }
}

/// The text as a line of its own; `first` is whether it is the file's first.
pub fn text_line(out: &mut Vec<u8>, text: &str, first: bool) {
    // A reader takes one leading BOM for the file's, and the text's own must stay.
    let bom = if first && text.starts_with(BOM) { BOM } else { "" };
    [bom, text, "\n"].iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
}

/// A JSON string's characters; any other value as it stands.
pub fn plain(value: &str) -> String {
    serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned())
}

/// `,"name":` with the comma only where something stands before it.
fn json_key(out: &mut Vec<u8>, name: &str) -> Result<()> {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    json_value(out, name)?;
    out.push(b':');
    Ok(())
}

fn json_member(out: &mut Vec<u8>, name: &str, value: &(impl Serialize + ?Sized)) -> Result<()> {
    json_key(out, name)?;
    json_value(out, value)
}

fn json_value(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> Result<()> {
    serde_json::to_writer(out, value).map_err(|e| Error::io("writing JSON failed").caused_by(e))
}

/// RFC 4180: cells that hold a comma, a quote or a line break are quoted, and a row ends in CRLF.
fn csv_row<'a>(out: &mut Vec<u8>, cells: impl Iterator<Item = &'a str>) {
    let start = out.len();
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(b',');
        }
        if cell.contains(['"', ',', '\n', '\r']) {
            // Writing to a Vec cannot fail.
            let _ = write!(out, "\"{}\"", cell.replace('"', "\"\""));
        } else {
            out.extend_from_slice(cell.as_bytes());
        }
    }
    if out.len() == start {
        // One empty cell: an empty line would be no row at all.
        out.extend_from_slice(b"\"\"");
    }
    out.extend_from_slice(b"\r\n");
}
