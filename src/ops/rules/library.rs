//! The curator's own pipelines, by name. Each change of one is an operation; texts follow only when the pipeline is applied.

use serde::Serialize;

use super::super::CommandLine;
use super::find::{find, is_builtin};
use crate::error::{Error, Result};
use crate::model::{Changed, OpId, OpKind};
use crate::rules::{BUILTIN, Pipeline, Rule, document};
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

/// A pipeline that can be named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub name: String,
    pub digest: String,
    pub rules: usize,
    pub description: String,
    /// Built in, and not changed by the curator.
    pub built_in: bool,
    /// These very rules are in force.
    pub in_force: bool,
    /// The rules in force have this name, and it was changed since.
    pub changed: bool,
}

/// What became of a pipeline.
#[derive(Debug, Clone, Serialize)]
pub struct LibraryReport {
    pub name: String,
    pub digest: String,
    pub rules: usize,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// A change of one pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    Enable(usize, bool),
    Move {
        from: usize,
        to: usize,
    },
    /// Other lines for a rule; blank ones take it away.
    Rewrite(usize, String),
    /// Lines of new rules, before this one.
    Insert(usize, String),
    Remove(usize),
    Fixpoint(bool),
    /// Another text for the whole.
    Whole(String),
}

/// Every pipeline that can be named: the curator's, the one in force where it is none of these, and the built-in ones.
pub fn list(workspace: Option<&Workspace>) -> Result<Vec<Listed>> {
    let in_force = workspace.map(|w| w.store().pipeline()).transpose()?.flatten();
    let mut sources: Vec<(String, String, bool)> = Vec::new();
    for (name, source) in workspace.map(|w| w.store().named_pipelines()).transpose()?.unwrap_or_default() {
        sources.push((name, source, false));
    }
    if let Some(saved) = &in_force
        && !sources.iter().any(|(name, _, _)| *name == saved.name)
        && Pipeline::builtin(&saved.name).is_none_or(|built_in| built_in.digest() != saved.digest)
    {
        sources.push((saved.name.clone(), saved.source.clone(), false));
    }
    for (name, source) in BUILTIN {
        if !sources.iter().any(|(known, _, _)| known == name) {
            sources.push(((*name).to_owned(), (*source).to_owned(), true));
        }
    }
    // Pipelines mostly began as a copy of a built-in one: what reads the same is not compiled again.
    let known: Vec<Rule> =
        BUILTIN.iter().filter_map(|(name, _)| Pipeline::builtin(name)).flat_map(|pipeline| pipeline.rules().to_vec()).collect();
    let listed = |(name, source, built_in): (String, String, bool)| {
        let pipeline = Pipeline::parse_reusing(&source, &known)?;
        let digest = pipeline.digest();
        let named = in_force.as_ref().filter(|saved| saved.name == name);
        let is = named.is_some_and(|saved| saved.digest == digest);
        let changed = named.is_some() && !is;
        let (rules, description) = (pipeline.rules().len(), pipeline.description().to_owned());
        Ok(Listed { name, digest, rules, description, built_in, in_force: is, changed })
    };
    sources.into_iter().map(listed).collect()
}

/// Makes a new pipeline from another one, or an empty one.
pub fn new(workspace: &mut Workspace, name: &str, from: Option<&str>) -> Result<LibraryReport> {
    let pipeline = match from {
        Some(from) => document::with_name(&find(Some(workspace), Some(from))?, name)?,
        None => {
            document::check_pipeline_name(name)?;
            Pipeline::parse(&format!("name = \"{name}\"\ndescription = \"\"\n"))?
        }
    };
    require_free(workspace, name)?;
    let command = CommandLine::new("rules new", workspace).arg(name).maybe("--from", from).to_string();
    save(workspace, name, Some(&pipeline), format!("new rules {name}"), command)
}

/// Takes a pipeline in from its TOML, under its own name or another one.
pub fn import(workspace: &mut Workspace, pipeline: &Pipeline, name: Option<&str>, path: &str) -> Result<LibraryReport> {
    let pipeline = match name {
        Some(name) => &document::with_name(pipeline, name)?,
        None => pipeline,
    };
    document::check_pipeline_name(pipeline.name())?;
    require_free(workspace, pipeline.name())?;
    let command = CommandLine::new("rules import", workspace).arg(path).maybe("--name", name).to_string();
    save(workspace, pipeline.name(), Some(pipeline), format!("import rules {}", pipeline.name()), command)
}

/// Takes one of the curator's pipelines away. What is in force stays in force.
pub fn remove(workspace: &mut Workspace, name: &str) -> Result<LibraryReport> {
    let Some(source) = workspace.store().named_pipeline(name)? else {
        let hint = if is_builtin(name) { "a built-in pipeline stays" } else { "`tamis rules list WORKSPACE` shows them" };
        return Err(Error::refused(format!("you have no pipeline {name}")).hint(hint));
    };
    let pipeline = Pipeline::parse(&source)?;
    let command = CommandLine::new("rules remove", workspace).arg(name).to_string();
    let report = save(workspace, name, None, format!("remove rules {name}"), command)?;
    Ok(LibraryReport { digest: pipeline.digest(), rules: pipeline.rules().len(), ..report })
}

/// The lines of a rule, as an editor shows them.
pub fn rule_text(pipeline: &Pipeline, rule: usize) -> Result<String> {
    document::rule_text(pipeline, rule)
}

/// The pipeline with an edit; nothing is stored. Errors name the rule and the line.
pub fn edited(pipeline: &Pipeline, edit: &Edit) -> Result<Pipeline> {
    match edit {
        Edit::Enable(rule, enabled) => document::with_enabled(pipeline, *rule, *enabled),
        Edit::Move { from, to } => document::with_moved(pipeline, *from, *to),
        Edit::Rewrite(rule, text) if text.trim().is_empty() => document::without_rule(pipeline, *rule),
        Edit::Rewrite(rule, text) => document::with_rule(pipeline, *rule, text.trim_end()),
        Edit::Insert(before, text) => document::with_inserted(pipeline, *before, text),
        Edit::Remove(rule) => document::without_rule(pipeline, *rule),
        Edit::Fixpoint(to_fixpoint) => document::with_fixpoint(pipeline, *to_fixpoint),
        Edit::Whole(text) => Pipeline::parse_reusing(text, pipeline.rules()),
    }
}

/// Edits a pipeline and keeps it under its name. A built-in one becomes the curator's own by this.
pub fn edit(workspace: &mut Workspace, pipeline: &Pipeline, edit: &Edit) -> Result<LibraryReport> {
    let edit = match edit {
        Edit::Rewrite(rule, text) if text.trim().is_empty() => &Edit::Remove(*rule),
        edit => edit,
    };
    let after = edited(pipeline, edit)?;
    let name = after.name().to_owned();
    document::check_pipeline_name(&name)?;
    if name != pipeline.name() {
        require_free(workspace, &name)?;
    }
    if after.source() == pipeline.source() {
        let (digest, rules) = (after.digest(), after.rules().len());
        return Ok(LibraryReport { name, digest, rules, operation: None, stale: Changed::default() });
    }
    let rule = |rule: usize| pipeline.rules().get(rule).map_or("", |rule| rule.name.as_str());
    let command = |verb: &str| CommandLine::new(&format!("rules {verb}"), workspace);
    let (words, command) = match edit {
        Edit::Enable(n, true) => (format!("rules {name}: {} on", rule(*n)), command("enable").arg(rule(*n))),
        Edit::Enable(n, false) => (format!("rules {name}: {} off", rule(*n)), command("disable").arg(rule(*n))),
        Edit::Move { from, to } => (
            format!("rules {name}: {} to place {}", rule(*from), to + 1),
            command("move").arg(rule(*from)).option("--to", to + 1),
        ),
        Edit::Rewrite(n, text) => (
            format!("rules {name}: edit {}", rule(*n)),
            command("edit").option("--rule", rule(*n)).option("--toml", text.trim_end()),
        ),
        Edit::Insert(n, text) => {
            (format!("rules {name}: add a rule"), command("edit").option("--insert", n + 1).option("--toml", text.trim_end()))
        }
        Edit::Remove(n) => {
            (format!("rules {name}: remove {}", rule(*n)), command("edit").option("--rule", rule(*n)).option("--toml", ""))
        }
        Edit::Fixpoint(to) => (
            format!("rules {name}: {}", if *to { "go to the fixpoint" } else { "run once" }),
            command(if *to { "enable" } else { "disable" }).flag("--fixpoint", true),
        ),
        Edit::Whole(text) => (format!("edit rules {name}"), command("edit").option("--toml", text)),
    };
    save(workspace, &name, Some(&after), words, command.option("--pipeline", pipeline.name()).to_string())
}

fn save(
    workspace: &mut Workspace,
    name: &str,
    pipeline: Option<&Pipeline>,
    description: String,
    command: String,
) -> Result<LibraryReport> {
    let source = pipeline.map(|pipeline| pipeline.source().to_owned());
    let done = workspace
        .transact(|tx| tx.set_named_pipeline(name, source), |_| OpInfo { kind: OpKind::EditRules, description, command })?;
    Ok(LibraryReport {
        name: name.to_owned(),
        digest: pipeline.map(Pipeline::digest).unwrap_or_default(),
        rules: pipeline.map_or(0, |pipeline| pipeline.rules().len()),
        operation: done.operation,
        stale: done.changed,
    })
}

fn require_free(workspace: &Workspace, name: &str) -> Result<()> {
    if is_builtin(name) {
        return Err(Error::refused(format!("{name} is the name of a built-in pipeline")).hint("choose another name"));
    }
    if workspace.store().named_pipeline(name)?.is_some() {
        return Err(Error::refused(format!("there is a pipeline {name} already"))
            .hint(format!("choose another name, or edit it: `tamis rules edit WORKSPACE --pipeline {name}`")));
    }
    Ok(())
}
