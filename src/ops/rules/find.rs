//! A pipeline by name or file.

use std::io::Read;
use std::path::Path;

use crate::error::{Error, Result};
use crate::rules::{BUILTIN, Pipeline};
use crate::workspace::Workspace;

/// No pipeline is longer: what is was named by mistake.
const PIPELINE_CAP: u64 = 16 << 20;

/// Finds a pipeline: one of the curator's, the one in force (by its name), a built-in one, or a TOML file. Without a name: by the
/// name of the one in force, as it stands now, else `default`.
pub fn find(workspace: Option<&Workspace>, named: Option<&str>) -> Result<Pipeline> {
    let in_force = workspace.map(|w| w.store().pipeline()).transpose()?.flatten();
    let of_force = in_force.as_ref().map(|saved| saved.name.clone());
    let name = &named.map(str::to_owned).or(of_force).unwrap_or_else(|| "default".to_owned());
    if let Some(source) = workspace.map(|w| w.store().named_pipeline(name)).transpose()?.flatten() {
        return Pipeline::parse(&source);
    }
    match in_force {
        Some(saved) if saved.name == *name => Pipeline::parse(&saved.source),
        _ if is_builtin(name) => builtin(name),
        _ => read_file(Path::new(name)),
    }
}

/// Reads a pipeline from a TOML file. Errors name the file, and the rule and line in it.
pub fn read_file(path: &Path) -> Result<Pipeline> {
    let text = read_capped(path)
        .map_err(|e| Error::file(path, e).hint("name a TOML file, or a pipeline that `tamis rules list WORKSPACE` shows"))?;
    Pipeline::parse(&text)
}

pub fn is_builtin(name: &str) -> bool {
    BUILTIN.iter().any(|(known, _)| *known == name)
}

fn read_capped(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let read = std::fs::File::open(path)?.take(PIPELINE_CAP + 1).read_to_string(&mut text)?;
    if read as u64 > PIPELINE_CAP { Err(std::io::Error::other("too long for a pipeline")) } else { Ok(text) }
}

fn builtin(name: &str) -> Result<Pipeline> {
    Pipeline::builtin(name).ok_or_else(|| Error::usage(format!("there is no built-in pipeline {name}")))
}
