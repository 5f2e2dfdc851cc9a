//! A first look at a source, for the import dialog: which columns there are, and the first rows.

use std::path::Path;

use super::columns::Choice;
use super::input::is_stdin;
use super::outlet::Outlet;
use super::{Format, Options, Sink, run};
use crate::error::{Error, Result};
use crate::model::{Draft, Reject};
use crate::progress::Progress;

/// What the beginning of a source looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peek {
    pub format: Format,
    /// In order; empty where the format has none (txt, captions).
    pub columns: Vec<String>,
    pub text: Choice,
    pub file: Choice,
    /// Columns that an import would leave out.
    pub skipped: Vec<String>,
    /// The first drafts and rejects, together at most the number asked for; none while the columns are not clear.
    pub drafts: Vec<Draft>,
    pub rejects: Vec<Reject>,
}

/// Looks at the first `rows` drafts and rejects of `path`. Columns that are not clear are part of the answer and no error.
///
/// Standard input can be read only once and is refused.
pub fn peek(path: &Path, options: &Options, rows: usize) -> Result<Peek> {
    if is_stdin(path) {
        return Err(Error::usage("standard input cannot be looked at before it is read").hint("name a file"));
    }
    let format = match options.format {
        Some(format) => format,
        None => Format::detect(path)?,
    };
    let mut first = First::default();
    let mut out = Outlet::new(&mut first, options.image_root.as_deref()).limited(rows);
    let outcome = run(path, &Options { format: Some(format), ..options.clone() }, &mut out, &Progress::none());
    let full = out.is_full();
    let (_, layout) = out.finish();
    match outcome {
        Ok(_) => {}
        Err(e) if e.is_interrupted() && full => {}
        Err(_) if !layout.columns.is_empty() && layout.clear().is_err() => {}
        Err(e) => return Err(e),
    }
    let First { drafts, rejects } = first;
    Ok(Peek { format, columns: layout.columns, text: layout.text, file: layout.file, skipped: layout.skipped, drafts, rejects })
}

/// Keeps what it is given.
#[derive(Default)]
struct First {
    drafts: Vec<Draft>,
    rejects: Vec<Reject>,
}

impl Sink for First {
    fn record(&mut self, draft: Draft) -> Result<()> {
        self.drafts.push(draft);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.rejects.push(reject);
        Ok(())
    }
}
