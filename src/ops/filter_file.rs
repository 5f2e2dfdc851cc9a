//! filter_file: a file's lines through a pipeline, without a workspace.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::model::{Counts, Draft, Reject};
use crate::progress::Progress;
use crate::rules::{Pipeline, Subject};
use crate::sources::{self, Options, Sink};

/// One line of the file with what the pipeline made of it.
#[derive(Debug, Serialize)]
pub struct FilteredLine {
    pub line: u64,
    pub raw: String,
    /// `None` when it was dropped.
    pub text: Option<String>,
    pub dropped_by: Option<String>,
    pub fired: Vec<String>,
    /// Rules that could not be carried out and left the text as it was, each with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
}

#[derive(Debug)]
pub struct FilterReport {
    pub counts: Counts,
    pub rejects: Vec<Reject>,
}

/// Puts every record of a file through the pipeline, in order.
pub fn filter_file(
    file: &Path,
    options: &Options,
    pipeline: &Pipeline,
    progress: &Progress,
    line: impl FnMut(FilteredLine) -> Result<()>,
) -> Result<FilterReport> {
    let names = pipeline.rule_names().into_iter().map(str::to_owned).collect();
    let source = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut sink = Through { pipeline, names, source, line, rejects: Vec::new() };
    let report = sources::read(file, options, &mut sink, progress)?;
    Ok(FilterReport { counts: report.counts, rejects: sink.rejects })
}

struct Through<'a, F> {
    pipeline: &'a Pipeline,
    names: Vec<String>,
    /// As an import would name it.
    source: String,
    line: F,
    rejects: Vec<Reject>,
}

impl<F: FnMut(FilteredLine) -> Result<()>> Sink for Through<'_, F> {
    fn record(&mut self, draft: Draft) -> Result<()> {
        let subject = Subject { source: &self.source, fields: draft.fields.as_deref(), ..Subject::default() };
        let applied = self.pipeline.apply(&draft.text, &subject);
        let dropped_by = applied.dropped_by.map(|r| self.names[r].clone());
        (self.line)(FilteredLine {
            line: draft.line,
            text: dropped_by.is_none().then(|| applied.text.unwrap_or_else(|| draft.text.clone())),
            dropped_by,
            fired: applied.fired.iter().map(|&r| self.names[r].clone()).collect(),
            failed: applied.failed.iter().map(|(r, why)| format!("{}: {why}", self.names[*r])).collect(),
            raw: draft.text,
        })
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.rejects.push(reject);
        Ok(())
    }
}

/// A file that is complete or absent: written beside its place and put there by a rename, never over another file.
#[derive(Debug)]
pub struct Target {
    path: PathBuf,
    temporary: PathBuf,
    file: BufWriter<File>,
}

impl Target {
    pub fn create(path: &Path) -> Result<Target> {
        let taken =
            || Error::refused(format!("{} is there already", path.display())).hint("tamis overwrites nothing; name another file");
        if path.symlink_metadata().is_ok() {
            return Err(taken());
        }
        let name = path.file_name().ok_or_else(|| Error::usage("the output has no file name"))?.to_string_lossy();
        let temporary = path.with_file_name(format!(".{name}.{}.tamis", std::process::id()));
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)
            .map_err(|e| Error::file(path, e).hint("name a folder that is there and can be written"))?;
        Ok(Target { path: path.to_owned(), temporary, file: BufWriter::new(file) })
    }

    /// Puts the file in its place, durably.
    pub fn commit(mut self) -> Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        // A hard link fails where the name is taken; a rename would replace what came there meanwhile.
        std::fs::hard_link(&self.temporary, &self.path).map_err(|e| Error::file(&self.path, e))?;
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
        Ok(())
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.temporary);
    }
}
