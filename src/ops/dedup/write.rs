//! What stays, and what goes, into files.

use std::io::Write;
use std::path::Path;

use serde_json::json;

use super::{DedupRow, Deduped};
use crate::error::{Error, Result};
use crate::model::{Draft, Reject};
use crate::ops::prompts::Prompts;
use crate::progress::Progress;
use crate::sources::{self, Format, Options, Sink};

/// A folder is no file that another could be made like.
pub(super) fn require_copyable(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Err(Error::usage(format!("{} is a folder", path.display()))
            .hint("name a file; `tamis import` takes folders, and `tamis duplicates` works on them then"));
    }
    Ok(())
}

/// What stays is read a second time, but for plain lines, which are what they say.
pub(super) fn require_repeatable(file: &Prompts) -> Result<()> {
    if is_stdin(file) && file.format != Format::Txt {
        return Err(Error::usage(format!("{} from standard input cannot be read a second time", file.format.word()))
            .hint("save it to a file first; plain text can come from standard input"));
    }
    Ok(())
}

fn is_stdin(file: &Prompts) -> bool {
    file.path.as_os_str() == "-"
}

impl Deduped {
    /// Writes what stays: each line or row as it stood, the header of a table too; of parquet each row as a JSON object.
    ///
    /// Errors: refused where the file changed since it was read.
    pub fn write_kept(&self, out: &mut dyn Write, progress: &Progress) -> Result<()> {
        let Prompts { path, format, digest, .. } = &self.file;
        let now = match format {
            _ if is_stdin(&self.file) => return self.write_texts(out),
            Format::Parquet => self.write_objects(out, progress)?,
            _ => sources::copy(path, *format, &mut |line| self.is_kept(line), out, progress)?,
        };
        out.flush()?;
        if now == *digest {
            return Ok(());
        }
        Err(Error::refused(format!("{} changed while it was read", path.display())).hint("try again once nobody writes to it"))
    }

    fn write_texts(&self, out: &mut dyn Write) -> Result<()> {
        for row in self.rows().filter(|row| !row.dropped) {
            out.write_all(row.text.as_bytes())?;
            out.write_all(b"\n")?;
        }
        Ok(out.flush()?)
    }

    fn write_objects(&self, out: &mut dyn Write, progress: &Progress) -> Result<String> {
        let column = self.file.text_column.clone();
        let options = Options {
            format: Some(self.file.format),
            text_column: column.clone(),
            file_column: Some(String::new()),
            image_root: None,
        };
        let column = column.unwrap_or_else(|| "text".to_owned());
        let mut objects = Objects { deduped: self, column, out };
        Ok(sources::read(&self.file.path, &options, &mut objects, progress)?.digest)
    }

    /// Writes what goes as tab-separated rows under a header: score, witness (file:line), text, text of the witness, line.
    pub fn write_dropped(&self, out: impl Write) -> Result<()> {
        let mut table = csv::WriterBuilder::new().delimiter(b'\t').from_writer(out);
        let failed = |e: csv::Error| Error::io("the table of what goes could not be written").caused_by(e);
        table.write_record(["score", "witness", "text", "witness_text", "line"]).map_err(failed)?;
        for DedupRow { line, text, witness, score, .. } in self.rows() {
            let (Some(witness), Some(score)) = (witness, score) else { continue };
            let place = format!("{}:{}", witness.file, witness.line);
            table.write_record([&score.to_string(), &place, text, witness.text, &line.to_string()]).map_err(failed)?;
        }
        Ok(table.flush()?)
    }
}

/// Rows of parquet on their way out as JSON lines.
struct Objects<'a> {
    deduped: &'a Deduped,
    column: String,
    out: &'a mut dyn Write,
}

impl Sink for Objects<'_> {
    fn record(&mut self, draft: Draft) -> Result<()> {
        if self.deduped.is_kept(draft.line) {
            let fields = draft.fields.as_deref().and_then(|fields| fields.strip_prefix('{'));
            let rest = fields.map_or_else(|| "}".to_owned(), |fields| format!(",{fields}"));
            writeln!(self.out, "{{{}:{}{rest}", json!(self.column), json!(draft.text))?;
        }
        Ok(())
    }

    fn reject(&mut self, _: Reject) -> Result<()> {
        Ok(())
    }
}
