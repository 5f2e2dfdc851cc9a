//! `rules new|import|remove|enable|disable|move`: the pipelines that a workspace keeps. Each command is one operation.

use std::path::Path;

use super::super::{Done, args, out::Out};
use super::{index_of_place, rule_index};
use crate::error::Result;
use crate::ops::rules::library::{self, Edit, LibraryReport};
use crate::ops::rules::{find, find_kept};
use crate::workspace::Workspace;

pub fn new(args: &args::NewRules, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let report = library::new(&mut workspace, &args.name, args.from.as_deref())?;
    say_kept(&report, out)
}

pub fn import(args: &args::ImportRules, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let pipeline = find::read_file(&args.file)?;
    let path = args.file.display().to_string();
    let report = library::import(&mut workspace, &pipeline, args.name.as_deref(), &path)?;
    say_kept(&report, out)
}

pub fn remove(workspace: &Path, name: &str, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(workspace)?;
    let report = library::remove(&mut workspace, name)?;
    if out.json {
        out.json(&report)?;
    } else {
        out.note(format!("removed {name}"))?;
    }
    Ok(Done::All)
}

pub fn switch(args: &args::Switch, on: bool, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let pipeline = find_kept(&workspace, args.pipeline.pipeline.as_deref())?;
    let edit = match &args.rule {
        Some(rule) => Edit::Enable(rule_index(&pipeline, rule)?, on),
        None => Edit::Fixpoint(on),
    };
    let report = library::edit(&mut workspace, &pipeline, &edit)?;
    say_kept(&report, out)
}

pub fn move_rule(args: &args::MoveRule, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open(&args.workspace)?;
    let pipeline = find_kept(&workspace, args.pipeline.pipeline.as_deref())?;
    let from = rule_index(&pipeline, &args.rule)?;
    let to = index_of_place(args.to, pipeline.rules().len())?;
    let report = library::edit(&mut workspace, &pipeline, &Edit::Move { from, to })?;
    say_kept(&report, out)
}

/// Says what became of a pipeline, and how texts come to follow.
pub fn say_kept(report: &LibraryReport, out: &mut Out) -> Result<Done> {
    if out.json {
        out.json(report)?;
    } else if report.operation.is_none() {
        out.note("nothing changed")?;
    } else {
        let (name, rules) = (&report.name, report.rules);
        out.note(format!("{name} has {rules} rules; texts follow by `tamis rules apply WORKSPACE --pipeline {name}`"))?;
    }
    Ok(Done::All)
}
