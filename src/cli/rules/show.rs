//! `rules list`, `rules show`, `rules export`: which pipelines there are, and their TOML.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::super::{Done, args, out::Out};
use crate::error::Result;
use crate::ops::filter_file::Target;
use crate::ops::rules;
use crate::ops::rules::library::{self, Listed};
use crate::rules::Pipeline;
use crate::workspace::Workspace;

pub fn list(workspace: Option<&Path>, out: &mut Out) -> Result<Done> {
    let workspace = workspace.map(Workspace::open_to_read).transpose()?;
    for listed in library::list(workspace.as_ref())? {
        if out.json {
            out.json(&listed)?;
        } else {
            out.line(format!("{}  {} rules  {}  {}", listed.name, listed.rules, state(&listed), listed.digest))?;
        }
    }
    Ok(Done::All)
}

fn state(listed: &Listed) -> &'static str {
    match listed {
        Listed { in_force: true, .. } => "in force",
        Listed { changed: true, .. } => "in force, changed since",
        Listed { built_in: true, .. } => "built in",
        _ => "yours",
    }
}

#[derive(Serialize)]
struct ShowReport<'a> {
    name: &'a str,
    digest: String,
    rules: Vec<&'a str>,
    toml: &'a str,
}

pub fn show(workspace: Option<&Path>, named: Option<&str>, out: &mut Out) -> Result<Done> {
    let workspace = workspace.map(Workspace::open_to_read).transpose()?;
    let pipeline = rules::find(workspace.as_ref(), named)?;
    if out.json {
        return print_json(&pipeline, out);
    }
    // To a file or pipe byte for byte: what is shown is a model to copy.
    writeln!(out.data(), "{}", pipeline.source().trim_end())?;
    Ok(Done::All)
}

fn print_json(pipeline: &Pipeline, out: &mut Out) -> Result<Done> {
    let (name, rules, toml) = (pipeline.name(), pipeline.rule_names(), pipeline.source());
    out.json(&ShowReport { name, digest: pipeline.digest(), rules, toml })?;
    Ok(Done::All)
}

#[derive(Serialize)]
struct ExportReport<'a> {
    name: &'a str,
    digest: String,
    rules: usize,
    path: String,
}

pub fn export(args: &args::ExportRules, out: &mut Out) -> Result<Done> {
    let workspace = Workspace::open_to_read(&args.workspace)?;
    let pipeline = rules::find_kept(&workspace, args.name.as_deref())?;
    let Some(path) = &args.output else {
        if out.json {
            return print_json(&pipeline, out);
        }
        out.data().write_all(pipeline.source().as_bytes())?;
        return Ok(Done::All);
    };
    let mut target = Target::create(path)?;
    target.write_all(pipeline.source().as_bytes())?;
    target.commit()?;
    if out.json {
        let path = path.display().to_string();
        out.json(&ExportReport { name: pipeline.name(), digest: pipeline.digest(), rules: pipeline.rules().len(), path })?;
    } else {
        out.note(format!("wrote {} to {}", pipeline.name(), path.display()))?;
    }
    Ok(Done::All)
}
