//! The prompts of plain files, for the verbs that work without a workspace, or before an import.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::model::{Counts, Draft, Reject};
use crate::progress::Progress;
use crate::sources::{self, Format, Options, Sink};

/// How such a file is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    pub format: Option<Format>,
    pub text_column: Option<String>,
}

impl Reading {
    /// No column names images: the texts alone count here. In a folder the images are what the texts are found by.
    fn options(&self, path: &Path) -> Options {
        let is_folder = path.is_dir();
        let file_column = (!is_folder).then(String::new);
        Options { format: self.format, text_column: self.text_column.clone(), file_column, image_root: None }
    }
}

/// The prompts of one file, all in memory.
#[derive(Debug)]
pub struct Prompts {
    pub path: PathBuf,
    pub format: Format,
    /// Where there are columns.
    pub text_column: Option<String>,
    /// SHA-256 of the file.
    pub digest: String,
    pub counts: Counts,
    pub rejects: Vec<Reject>,
    pub texts: Vec<String>,
    /// Of each text, the line where it begins; ascending.
    pub lines: Vec<u64>,
}

impl Prompts {
    /// The file's name as it was given.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The text that begins at a line.
    pub fn at_line(&self, line: u64) -> Option<usize> {
        self.lines.binary_search(&line).ok()
    }
}

/// Reads every prompt of a file.
pub fn read(path: &Path, reading: &Reading, progress: &Progress) -> Result<Prompts> {
    // Named as missing before its name is looked at for a format.
    if path != Path::new("-") {
        std::fs::metadata(path).map_err(|e| Error::file(path, e))?;
    }
    let mut gathered = Gathered::default();
    let report = sources::read(path, &reading.options(path), &mut gathered, progress).map_err(|e| e.about(path))?;
    let Gathered { texts, lines, rejects } = gathered;
    Ok(Prompts {
        path: path.to_owned(),
        format: report.format,
        text_column: report.text_column,
        digest: report.digest,
        counts: report.counts,
        rejects,
        texts,
        lines,
    })
}

/// Reads several files. Errors: usage where standard input is named twice, since it ends once.
pub fn read_all(paths: &[PathBuf], reading: &Reading, progress: &Progress) -> Result<Vec<Prompts>> {
    if paths.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Error::usage("standard input can be read only once").hint("save it to a file first"));
    }
    paths.iter().map(|path| read(path, reading, progress)).collect()
}

#[derive(Default)]
struct Gathered {
    texts: Vec<String>,
    lines: Vec<u64>,
    rejects: Vec<Reject>,
}

impl Sink for Gathered {
    fn record(&mut self, draft: Draft) -> Result<()> {
        if self.texts.len() == u32::MAX as usize {
            return Err(Error::refused("there are more than 4 billion prompts").hint("divide the file"));
        }
        self.texts.push(draft.text);
        self.lines.push(draft.line);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.rejects.push(reject);
        Ok(())
    }
}
