//! What the commands on plain files share.

use super::args;
use super::import::format_of;
use super::out::Out;
use crate::display::{grouped, safe};
use crate::error::Result;
use crate::ops::{Prompts, Reading};

/// Rejected lines of a file that are spelled out.
const SHOWN_REJECTS: usize = 20;

/// How files are read, as typed.
pub fn reading(args: &args::Reading) -> Result<Reading> {
    let format = args.format.as_deref().map(format_of).transpose()?;
    Ok(Reading { format, text_column: args.text_column.clone() })
}

/// Lists rejected lines on standard error, beside the output: whether there was any.
pub fn say_rejects<'a>(files: impl IntoIterator<Item = &'a Prompts>) -> bool {
    let mut any = false;
    for file in files {
        for reject in file.rejects.iter().take(SHOWN_REJECTS) {
            eprintln!("{} line {}: rejected: {}", safe(&file.name()), reject.line, safe(&reject.reason));
        }
        if let Some(more) = file.rejects.len().checked_sub(SHOWN_REJECTS).filter(|more| *more > 0) {
            eprintln!("{}: {} more lines rejected", safe(&file.name()), grouped(more as u64));
        }
        any |= !file.rejects.is_empty();
    }
    any
}

/// A note beside data: on standard error.
pub fn note_aside(out: &Out, text: &str) {
    if !out.quiet {
        eprintln!("{}", safe(text));
    }
}
