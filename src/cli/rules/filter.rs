//! `rules filter`: the lines of a file that survive the rules, without a workspace.

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use super::super::{Done, bar::with_progress, out::Out};
use crate::display::safe;
use crate::error::{Error, Result};
use crate::ops::filter_file::{self, FilteredLine, Target};
use crate::ops::rules;
use crate::sources::Options;

pub fn filter(
    file: &Path,
    options: &Options,
    named: Option<&str>,
    cleaned: bool,
    output: Option<&Path>,
    out: &mut Out,
) -> Result<Done> {
    let pipeline = rules::find(None, named)?;
    let mut target = output.map(Target::create).transpose()?;
    let report = with_progress_quietly(out, |out, progress| {
        filter_file::filter_file(file, options, &pipeline, progress, |line| {
            if out.is_closed() {
                return Err(Error::interrupted());
            }
            say_failures(&line, out);
            match shown(&line, cleaned, out.json)? {
                Some(shown) => write_line(&mut target, out, shown.as_bytes()),
                None => Ok(()),
            }
        })
    });
    let report = match report {
        Err(error) if error.is_interrupted() && out.is_closed() => return Ok(Done::All),
        report => report?,
    };
    if let Some(target) = target {
        target.commit()?;
    }
    for reject in &report.rejects {
        eprintln!("line {}: rejected: {}", reject.line, safe(&reject.reason));
    }
    Ok(if report.rejects.is_empty() { Done::All } else { Done::SomeRejected })
}

/// The line as it goes out; `None` when it does not.
fn shown(line: &FilteredLine, cleaned: bool, json: bool) -> Result<Option<Cow<'_, str>>> {
    if json {
        return serde_json::to_string(line).map(|json| Some(json.into())).map_err(|e| Error::io("JSON").caused_by(e));
    }
    let text = line.text.as_ref();
    Ok(text.map(|text| if cleaned { text } else { &line.raw }.into()))
}

/// Rules that gave up are told beside the output, as rejected lines are.
fn say_failures(line: &FilteredLine, out: &Out) {
    if !out.quiet {
        for failed in &line.failed {
            eprintln!("line {}: a rule failed: {}", line.line, safe(failed));
        }
    }
}

/// The lines are data: they go out byte for byte, so that the output of a filter can be the input of the next program.
fn write_line(target: &mut Option<Target>, out: &mut Out, line: &[u8]) -> Result<()> {
    match target {
        Some(target) => {
            target.write_all(line)?;
            target.write_all(b"\n")?;
            Ok(())
        }
        None if out.is_terminal() => out.line(String::from_utf8_lossy(line)),
        None => {
            out.bytes(line)?;
            out.bytes(b"\n")?;
            Ok(())
        }
    }
}

/// [`with_progress`] for work that writes to `out` meanwhile.
fn with_progress_quietly<T>(out: &mut Out, work: impl FnOnce(&mut Out, &crate::progress::Progress) -> Result<T>) -> Result<T> {
    let silent = Out::silent(out);
    with_progress(&silent, |progress| work(out, progress))
}
