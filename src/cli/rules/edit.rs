//! `rules edit`: other TOML for a pipeline or for one of its rules, given on the command line or written in the user's own editor.
//! What was written there and cannot be taken is kept in a file: nothing typed is lost.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::super::{Done, args, out::Out, tui};
use super::keep::say_kept;
use super::{index_of_place, rule_index, rule_name};
use crate::error::{Error, Result};
use crate::ops::rules::find::PIPELINE_CAP;
use crate::ops::rules::find_kept;
use crate::ops::rules::library::{self, Edit, LibraryReport};
use crate::rules::{Pipeline, document};
use crate::workspace::Workspace;

/// What the editor shows for a new rule.
const NEW_RULE: &str = "[[rule]]\nname = \"new-rule\"\nkind = \"replace\"\nwhy = \"\"\npattern = ''\nwith = ''\n";

pub fn edit(args: &args::EditRules, out: &mut Out) -> Result<Done> {
    let workspace = Workspace::open_to_read(&args.workspace)?;
    let pipeline = find_kept(&workspace, args.pipeline.pipeline.as_deref())?;
    drop(workspace);
    let place = Place::of(args, &pipeline)?;
    let report = match given(args)? {
        Some(text) => save(args, &pipeline, &place, text)?,
        None => match written(&place, &pipeline)? {
            Some(text) => save(args, &pipeline, &place, text.clone()).map_err(|e| kept(e, &place, &pipeline, &text))?,
            None => unchanged(&pipeline),
        },
    };
    say_kept(&report, out)
}

/// Which lines are edited.
enum Place {
    Whole,
    Rule(usize),
    /// New ones before this rule, or at the end.
    Before(usize),
}

impl Place {
    fn of(args: &args::EditRules, pipeline: &Pipeline) -> Result<Place> {
        Ok(match (&args.rule, args.insert) {
            (Some(rule), _) => Place::Rule(rule_index(pipeline, rule)?),
            (None, Some(n)) => Place::Before(index_of_place(n, pipeline.rules().len() + 1)?),
            (None, None) => Place::Whole,
        })
    }

    /// The lines as they are.
    fn text(&self, pipeline: &Pipeline) -> Result<String> {
        match self {
            Place::Whole => Ok(pipeline.source().to_owned()),
            Place::Rule(rule) => document::rule_text(pipeline, *rule),
            Place::Before(_) => Ok(NEW_RULE.to_owned()),
        }
    }

    fn with(&self, text: String) -> Result<Edit> {
        match self {
            Place::Whole => Ok(Edit::Whole(text)),
            Place::Rule(rule) => Ok(Edit::Rewrite(*rule, text)),
            Place::Before(_) if text.trim().is_empty() => {
                Err(Error::usage("there is no rule to add").hint("give a [[rule]] table"))
            }
            Place::Before(rule) => Ok(Edit::Insert(*rule, text)),
        }
    }

    /// The option that names it.
    fn option(&self, pipeline: &Pipeline) -> String {
        match self {
            Place::Whole => String::new(),
            Place::Rule(rule) => format!(" --rule {}", rule_name(pipeline, *rule)),
            Place::Before(rule) => format!(" --insert {}", rule + 1),
        }
    }
}

/// The text that the command line names.
fn given(args: &args::EditRules) -> Result<Option<String>> {
    match (&args.toml, &args.file) {
        (Some(text), _) => Ok(Some(text.clone())),
        (None, Some(path)) if path == Path::new("-") => read(std::io::stdin().lock(), path).map(Some),
        (None, Some(path)) => read(File::open(path).map_err(|e| Error::file(path, e))?, path).map(Some),
        (None, None) => Ok(None),
    }
}

fn read(from: impl Read, path: &Path) -> Result<String> {
    let mut text = String::new();
    let read = from.take(PIPELINE_CAP + 1).read_to_string(&mut text).map_err(|e| Error::file(path, e))?;
    if read as u64 > PIPELINE_CAP {
        return Err(Error::refused(format!("{} is too long for a pipeline", path.display())).hint("name a TOML file"));
    }
    Ok(text)
}

/// The text that comes back from the editor; `None` when it was left as it was.
fn written(place: &Place, pipeline: &Pipeline) -> Result<Option<String>> {
    let editor = tui::editor().ok_or_else(|| {
        Error::usage("neither $VISUAL nor $EDITOR names an editor").hint("give the text: --toml TEXT, or --file FILE")
    })?;
    let before = place.text(pipeline)?;
    let after = editor.edit(&before)?;
    Ok((after != before).then_some(after))
}

fn save(args: &args::EditRules, read: &Pipeline, place: &Place, text: String) -> Result<LibraryReport> {
    let edit = place.with(text)?;
    let mut workspace = Workspace::open(&args.workspace)?;
    let pipeline = find_kept(&workspace, args.pipeline.pipeline.as_deref())?;
    if pipeline.source() != read.source() {
        return Err(Error::refused(format!("{} was changed meanwhile", pipeline.name())).hint("edit what it is now"));
    }
    library::edit(&mut workspace, &pipeline, &edit).map_err(|error| match place {
        Place::Rule(rule) => begins_at(error, &pipeline, *rule),
        Place::Whole | Place::Before(_) => error,
    })
}

/// Errors count the lines of the whole pipeline, and a person may see only those of one rule.
fn begins_at(error: Error, pipeline: &Pipeline, rule: usize) -> Error {
    let Some(line) = pipeline.rules().get(rule).map(|rule| rule.line) else { return error };
    further(error, &format!("line 1 of what you gave is line {line} of the pipeline"))
}

fn unchanged(pipeline: &Pipeline) -> LibraryReport {
    LibraryReport {
        name: pipeline.name().to_owned(),
        digest: pipeline.digest(),
        rules: pipeline.rules().len(),
        operation: None,
        stale: Default::default(),
    }
}

/// The error, with where to find what was written in the editor.
fn kept(error: Error, place: &Place, pipeline: &Pipeline, text: &str) -> Error {
    let hint = match put_aside(text) {
        Ok(path) => format!(
            "your text is kept: correct {0}, then `tamis rules edit WORKSPACE --pipeline {1}{2} --file {0}`",
            path.display(),
            pipeline.name(),
            place.option(pipeline)
        ),
        Err(failure) => {
            // The last way out: what is on the screen can be copied.
            eprintln!("{}", crate::display::safe_lines(text));
            format!("your text is above, since it could not be kept ({failure})")
        }
    };
    further(error, &hint)
}

/// Writes a text to a new file that only the user can read.
fn put_aside(text: &str) -> Result<PathBuf> {
    let nanoseconds = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos());
    let path = std::env::temp_dir().join(format!("tamis-rules-{}-{nanoseconds}.toml", std::process::id()));
    let file = File::options().write(true).create_new(true).mode(0o600).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| Error::file(&path, e))?;
    Ok(path)
}

fn further(mut error: Error, hint: &str) -> Error {
    let before = error.hint.take().map(|hint| format!("{hint}; ")).unwrap_or_default();
    error.hint(format!("{before}{hint}"))
}
