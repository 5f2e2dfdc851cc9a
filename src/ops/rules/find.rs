//! A pipeline by name or file.

use std::io::Read;
use std::path::Path;

use crate::error::{Error, Result};
use crate::rules::{BUILTIN, Pipeline};
use crate::workspace::Workspace;

/// In bytes. No pipeline is longer: what is was named by mistake.
pub const PIPELINE_CAP: u64 = 16 << 20;

/// The pipeline that is meant where none is named.
const DEFAULT: &str = "default";

/// Finds a pipeline: one of the curator's, the one in force (by its name), a built-in one, or a TOML file. Without a name: the one
/// with the name of that in force, else `default`; so what was edited since is what is meant.
pub fn find(workspace: Option<&Workspace>, named: Option<&str>) -> Result<Pipeline> {
    match (kept(workspace, named)?, named) {
        (Some(source), _) => Pipeline::parse(&source),
        (None, named) => read_file(Path::new(named.unwrap_or(DEFAULT))),
    }
}

/// As [`find`], but never a file: what is edited or exported is kept in the workspace.
///
/// Errors: refused when no pipeline has the name.
pub fn find_kept(workspace: &Workspace, named: Option<&str>) -> Result<Pipeline> {
    let source = kept(Some(workspace), named)?.ok_or_else(|| {
        Error::refused(format!("there is no pipeline {} in the workspace", named.unwrap_or(DEFAULT)))
            .hint("`tamis rules list WORKSPACE` shows those there are; `tamis rules import` takes one from a file")
    })?;
    Pipeline::parse(&source)
}

/// The TOML of a pipeline that is no file.
fn kept(workspace: Option<&Workspace>, named: Option<&str>) -> Result<Option<String>> {
    let in_force = workspace.map(|w| w.store().pipeline()).transpose()?.flatten();
    let name = named.unwrap_or_else(|| in_force.as_ref().map_or(DEFAULT, |saved| &saved.name)).to_owned();
    if let Some(source) = workspace.map(|w| w.store().named_pipeline(&name)).transpose()?.flatten() {
        return Ok(Some(source));
    }
    let built_in = BUILTIN.iter().find(|(known, _)| *known == name).map(|(_, source)| (*source).to_owned());
    Ok(in_force.filter(|saved| saved.name == name).map(|saved| saved.source).or(built_in))
}

/// Whether a command can name a pipeline.
pub(super) enum Naming {
    /// By this name, or by none where it is the one that [`find`] gives then.
    Kept(Option<String>),
    /// It was read from a file, or is not saved yet.
    Unkept,
}

/// How a command names a pipeline that does what this one does.
pub(super) fn naming(workspace: &Workspace, pipeline: &Pipeline) -> Result<Naming> {
    let digest = pipeline.digest();
    for name in [None, Some(pipeline.name())] {
        let Some(source) = kept(Some(workspace), name)? else { continue };
        if Pipeline::parse_reusing(&source, pipeline.rules())?.digest() == digest {
            return Ok(Naming::Kept(name.map(str::to_owned)));
        }
    }
    Ok(Naming::Unkept)
}

/// Reads a pipeline from a TOML file. Errors name the file, and the rule and line in it.
pub fn read_file(path: &Path) -> Result<Pipeline> {
    let text = read_capped(path)
        .map_err(|e| Error::file(path, e).hint("name a TOML file, or a pipeline that `tamis rules list WORKSPACE` shows"))?;
    Pipeline::parse(&text).map_err(|e| e.about(path))
}

pub fn is_builtin(name: &str) -> bool {
    BUILTIN.iter().any(|(known, _)| *known == name)
}

fn read_capped(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let read = std::fs::File::open(path)?.take(PIPELINE_CAP + 1).read_to_string(&mut text)?;
    if read as u64 > PIPELINE_CAP { Err(std::io::Error::other("too long for a pipeline")) } else { Ok(text) }
}
