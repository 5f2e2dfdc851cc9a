//! rules: preview what a pipeline would do, apply it, take it back.
//!
//! Which pipeline rules the texts is ground state: one setting, one operation, one undo. What it made of each record is derived from
//! the raw text and kept by pipeline, so that undo and redo recompute nothing.

use std::io::Read;
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use super::CommandLine;
use crate::display::grouped;
use crate::error::{Error, Result};
use crate::model::{Changed, DiffOp, OpId, OpKind, RecordId};
use crate::progress::Progress;
use crate::rules::{Applied, Pipeline, Totals, attributed_diff};
pub use crate::rules::{AttributedOp, BUILTIN, Step};
use crate::store::Store;
use crate::store::pipelines::SavedPipeline;
use crate::store::settings;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

pub use crate::rules::word_diff;

/// Raw texts read and ruled at once.
const BATCH: usize = 8192;

/// Finds a pipeline: a built-in name, the one in force (by its name), or a TOML file.
pub fn find(workspace: Option<&Workspace>, named: Option<&str>) -> Result<Pipeline> {
    let in_force = workspace.map(|w| w.store().pipeline()).transpose()?.flatten();
    match (named, in_force) {
        (None, Some(saved)) => Pipeline::parse(&saved.source),
        (None, None) => builtin("default"),
        (Some(name), Some(saved)) if saved.name == name => Pipeline::parse(&saved.source),
        (Some(name), _) if Pipeline::builtin(name).is_some() => builtin(name),
        (Some(path), _) => {
            let text = read_pipeline(Path::new(path)).map_err(|e| {
                Error::file(Path::new(path), e).hint("name a TOML file or a built-in pipeline: `tamis rules list` shows these")
            })?;
            Pipeline::parse(&text)
        }
    }
}

/// No pipeline is longer: what is was named by mistake.
const PIPELINE_CAP: u64 = 16 << 20;

fn read_pipeline(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let read = std::fs::File::open(path)?.take(PIPELINE_CAP + 1).read_to_string(&mut text)?;
    if read as u64 > PIPELINE_CAP { Err(std::io::Error::other("too long for a pipeline")) } else { Ok(text) }
}

fn builtin(name: &str) -> Result<Pipeline> {
    Pipeline::builtin(name).ok_or_else(|| Error::usage(format!("there is no built-in pipeline {name}")))
}

/// A record that the pipeline changes or drops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewItem {
    pub record: RecordId,
    /// Index of the rule.
    pub dropped_by: Option<u16>,
    /// Indices of the rules that change the text.
    pub fired: Box<[u16]>,
}

/// What a pipeline would do to the workspace; nothing is stored.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    pub rules: Vec<String>,
    pub totals: Totals,
    /// By record id.
    pub items: Vec<PreviewItem>,
}

/// What a pipeline makes of a record that it does not leave alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Changed,
    Dropped,
}

/// Which of the previewed records to list; the default is all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Which {
    /// Only those that this rule (by index) changes or drops.
    pub rule: Option<u16>,
    pub fate: Option<Fate>,
}

impl PreviewItem {
    pub fn fate(&self) -> Fate {
        if self.dropped_by.is_some() { Fate::Dropped } else { Fate::Changed }
    }

    fn is(&self, which: Which) -> bool {
        let by_rule = which.rule.is_none_or(|rule| match which.fate {
            Some(Fate::Dropped) => self.dropped_by == Some(rule),
            _ => self.dropped_by == Some(rule) || self.fired.contains(&rule),
        });
        by_rule && which.fate.is_none_or(|fate| fate == self.fate())
    }
}

impl Preview {
    /// Indices into `items` of those asked for, ascending. One pass over all items.
    pub fn rows(&self, which: Which) -> Vec<u32> {
        (0..).zip(&self.items).filter(|(_, item)| item.is(which)).map(|(row, _)| row).collect()
    }
}

/// One text's way through the rules.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    pub raw: String,
    pub steps: Vec<Step>,
    /// From the raw text to the last step's, each change with the index of its rule.
    pub diff: Vec<AttributedOp>,
    /// For each step, from the text before it.
    pub step_diffs: Vec<Vec<DiffOp>>,
}

impl Trace {
    /// The text after the last rule.
    pub fn end(&self) -> &str {
        self.steps.last().map_or(&self.raw, |step| &step.text)
    }

    /// The text that step `n` began with.
    pub fn before(&self, n: usize) -> &str {
        n.checked_sub(1).and_then(|n| self.steps.get(n)).map_or(&self.raw, |step| &step.text)
    }
}

/// Puts one text through every rule.
pub fn trace(pipeline: &Pipeline, raw: String) -> Trace {
    let steps = pipeline.steps(&raw);
    let diff = attributed_diff(&raw, &steps);
    let mut trace = Trace { raw, steps, diff, step_diffs: Vec::new() };
    trace.step_diffs = (0..trace.steps.len()).map(|n| word_diff(trace.before(n), &trace.steps[n].text)).collect();
    trace
}

/// Runs a pipeline over all raw texts. Reads only: it works on a connection of its own while another one writes.
pub fn preview(workspace: &mut Workspace, pipeline: &Pipeline, progress: &Progress) -> Result<Preview> {
    let total = workspace.store().record_count()?;
    progress.stage("previewing", "records", total)?;
    let mut preview = Preview { rules: pipeline.rule_names().into_iter().map(str::to_owned).collect(), ..Preview::default() };
    let ranges = workspace.store().source_ranges()?;
    for (_, first, end) in ranges {
        let mut after = RecordId(first - 1);
        while after.0 + 1 < end {
            let mut texts = workspace.store().raw_texts_after(after, BATCH.min((end - 1 - after.0) as usize))?;
            let Some((last, _)) = texts.last() else { break };
            after = *last;
            let applied = run(pipeline, &mut texts);
            progress.add(applied.len() as u64)?;
            for (record, applied) in applied {
                preview.totals.note(&applied);
                if applied.dropped_by.is_some() || applied.text.is_some() {
                    preview.items.push(item(record, &applied));
                }
            }
        }
    }
    preview.totals.rules.resize(preview.rules.len(), Default::default());
    Ok(preview)
}

fn item(record: RecordId, applied: &Applied) -> PreviewItem {
    PreviewItem {
        record,
        dropped_by: applied.dropped_by.map(|r| r as u16),
        fired: applied.fired.iter().map(|&r| r as u16).collect(),
    }
}

/// The pipeline over a batch, on all threads, in order.
fn run(pipeline: &Pipeline, texts: &mut Vec<(RecordId, String)>) -> Vec<(RecordId, Applied)> {
    texts.par_drain(..).map(|(record, text)| (record, pipeline.apply(&text))).collect()
}

#[derive(Debug, Clone, Serialize)]
pub struct ApplyReport {
    pub pipeline: String,
    pub digest: String,
    pub records: u64,
    pub changed: u64,
    pub dropped: u64,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// Puts a pipeline in force: from then on texts are what it makes of the raw ones.
pub fn apply(workspace: &mut Workspace, pipeline: &Pipeline, named: Option<&str>, progress: &Progress) -> Result<ApplyReport> {
    let digest = pipeline.digest();
    let id = match workspace.store().pipeline_with_digest(&digest)? {
        Some(saved) => saved.id,
        None => workspace.save_derived(|store| store.insert_pipeline(pipeline.name(), &digest, pipeline.source()))?,
    };
    cover(workspace, id, pipeline, progress)?;
    let records = workspace.store().record_count()?;
    let (changed, dropped) = workspace.store().outcome_counts(id)?;
    let command = CommandLine::new("rules apply", workspace).maybe("--pipeline", named).to_string();
    let done = workspace.transact(
        |tx| tx.set_setting(settings::PIPELINE, Some(id.to_string())),
        |_| OpInfo {
            kind: OpKind::ApplyRules,
            description: format!(
                "apply rules {}: changes {} and drops {} of {}",
                pipeline.name(),
                grouped(changed),
                grouped(dropped),
                grouped(records)
            ),
            command,
        },
    )?;
    Ok(ApplyReport {
        pipeline: pipeline.name().to_owned(),
        digest,
        records,
        changed,
        dropped,
        operation: done.operation,
        stale: done.changed,
    })
}

/// Takes the pipeline in force back: texts are raw again, and what it dropped is not.
pub fn clear(workspace: &mut Workspace) -> Result<Changed> {
    let Some(saved) = workspace.store().pipeline()? else {
        return Err(Error::refused("no rules are applied").hint("`tamis rules apply WORKSPACE` applies some"));
    };
    let command = CommandLine::new("rules clear", workspace).to_string();
    let done = workspace.transact(
        |tx| tx.set_setting(settings::PIPELINE, None),
        |_| OpInfo { kind: OpKind::ClearRules, description: format!("take back rules {}", saved.name), command },
    )?;
    Ok(done.changed)
}

/// The pipeline in force.
pub fn in_force(workspace: &Workspace) -> Result<Option<SavedPipeline>> {
    workspace.store().pipeline()
}

/// The records that the pipeline in force has not seen get their outcomes. Part of the transaction that imported them or put it in force:
/// a text that should have been ruled and was not would be silently wrong.
pub(super) fn cover_new_records(store: &Store, progress: &Progress) -> Result<()> {
    let Some(saved) = store.pipeline()? else { return Ok(()) };
    let pipeline = Pipeline::parse(&saved.source)?;
    announce_cover(store, saved.covered, progress)?;
    let mut covered = saved.covered;
    while let Some(batch) = Batch::read(store, covered, &pipeline, progress)? {
        batch.save(store, saved.id, &pipeline)?;
        covered = batch.end;
    }
    Ok(())
}

/// Makes outcomes exist for every record. Each batch is a transaction of its own: they are derived, and a kill leaves a shorter cover.
fn cover(workspace: &mut Workspace, id: i64, pipeline: &Pipeline, progress: &Progress) -> Result<()> {
    let Some(saved) = workspace.store().pipeline_with_digest(&pipeline.digest())? else { return Ok(()) };
    announce_cover(workspace.store(), saved.covered, progress)?;
    let mut covered = saved.covered;
    while let Some(batch) = Batch::read(workspace.store(), covered, pipeline, progress)? {
        workspace.save_derived(|store| batch.save(store, id, pipeline))?;
        covered = batch.end;
    }
    Ok(())
}

fn announce_cover(store: &Store, covered: RecordId, progress: &Progress) -> Result<()> {
    let last = store.next_record()?.0 - 1;
    progress.stage("applying rules", "records", u64::from(last.saturating_sub(covered.0)))
}

/// What a pipeline made of the records up to `end`, from where it had come to before.
struct Batch {
    end: RecordId,
    applied: Vec<(RecordId, Applied)>,
}

impl Batch {
    fn read(store: &Store, covered: RecordId, pipeline: &Pipeline, progress: &Progress) -> Result<Option<Batch>> {
        let mut texts = store.raw_texts_after(covered, BATCH * 8)?;
        let Some(&(end, _)) = texts.last() else { return Ok(None) };
        let applied = run(pipeline, &mut texts);
        progress.add(applied.len() as u64)?;
        Ok(Some(Batch { end, applied }))
    }

    fn save(&self, store: &Store, id: i64, pipeline: &Pipeline) -> Result<()> {
        for (record, applied) in &self.applied {
            if let Some(outcome) = pipeline.outcome(applied) {
                store.insert_outcome(id, *record, &outcome)?;
            }
        }
        store.set_covered(id, self.end)
    }
}
