//! Putting a pipeline in force and taking it back, and keeping its outcomes up to date with records and refusals.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::super::CommandLine;
use super::ruling::{Refusals, Ruled, Ruling};
use crate::display::grouped;
use crate::error::{Error, Result};
use crate::model::{Changed, OpId, OpKind, RecordId};
use crate::progress::Progress;
use crate::rules::{ENGINE, Pipeline};
use crate::store::Store;
use crate::store::pipelines::{RawRecord, SavedPipeline};
use crate::store::settings;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

/// Records read, ruled and written at once.
const BATCH: usize = 65_536;

#[derive(Debug, Clone, Serialize)]
pub struct ApplyReport {
    pub pipeline: String,
    pub digest: String,
    pub records: u64,
    pub changed: u64,
    pub dropped: u64,
    /// Texts that a rule gave up on; it left them as they were.
    pub failed: u64,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// Puts a pipeline in force: from then on texts are what it makes of the raw ones.
pub fn apply(workspace: &mut Workspace, pipeline: &Pipeline, named: Option<&str>, progress: &Progress) -> Result<ApplyReport> {
    let digest = pipeline.digest();
    let id = match workspace.store().pipeline_with_digest(&digest)? {
        Some(saved) => {
            if (saved.name.as_str(), saved.source.as_str()) != (pipeline.name(), pipeline.source()) {
                workspace.save_derived(|store| store.rename_pipeline(saved.id, pipeline.name(), pipeline.source()))?;
            }
            saved.id
        }
        None => workspace.save_derived(|store| store.insert_pipeline(pipeline.name(), &digest, pipeline.source(), ENGINE))?,
    };
    let failed = cover(workspace, pipeline, progress)?;
    let records = workspace.store().record_count()?;
    let (changed, dropped) = workspace.store().outcome_counts(id)?;
    // With the option a pipeline that goes to its fixpoint by itself stays what it is.
    let command = CommandLine::new("rules apply", workspace)
        .maybe("--pipeline", named)
        .flag("--fixpoint", pipeline.goes_to_fixpoint())
        .to_string();
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
        failed,
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

/// Whether the outcomes of the pipeline in force are of every record, of all that is refused now, and of this engine.
pub fn are_outcomes_current(workspace: &Workspace) -> Result<bool> {
    let store = workspace.store();
    store.pipeline()?.map_or(Ok(true), |saved| is_up_to_date(store, &saved, &Refusals::read(store)?))
}

/// Makes the outcomes of the pipeline in force be of all records and of all that is refused now. Part of the transaction that imported
/// the records, refused something, or put the pipeline in force by an undo: a text that should have been ruled and was not would be
/// silently wrong. Returns the records whose outcome is another one because of a refusal.
pub(in crate::ops) fn bring_up_to_date(store: &Store, progress: &Progress) -> Result<Vec<RecordId>> {
    let Some(mut saved) = store.pipeline()? else { return Ok(Vec::new()) };
    let refusals = Refusals::read(store)?;
    if is_up_to_date(store, &saved, &refusals)? {
        // Most undos of a mark end here: the rules need not even be compiled.
        return Ok(Vec::new());
    }
    let pipeline = Pipeline::parse(&saved.source)?;
    let ruling = Ruling::refusing(store, &pipeline, refusals)?;
    let mut followed = Vec::new();
    if saved.engine.as_deref() == Some(ENGINE) {
        followed = follow_refusals(store, &saved, &ruling, progress)?;
    } else {
        // What another version of tamis made of the texts cannot stand beside what this one makes.
        followed.extend((1..=saved.covered.0).map(RecordId));
        store.forget_outcomes(saved.id, ENGINE)?;
        saved.covered = RecordId(0);
        store.set_honoured(saved.id, ruling.refusals_digest().as_deref())?;
    }
    let mut batches = Batches::of(store, &saved, progress)?;
    while let Some(ruled) = batches.next(store, &ruling, progress)? {
        save(store, saved.id, &pipeline, &ruled)?;
    }
    Ok(followed)
}

/// Its outcomes are of every record, of all that is refused now, and of this engine.
fn is_up_to_date(store: &Store, saved: &SavedPipeline, refusals: &Refusals) -> Result<bool> {
    let is_whole = saved.covered.0 + 1 >= store.next_record()?.0;
    Ok(is_whole && saved.engine.as_deref() == Some(ENGINE) && saved.refusals == refusals.digest())
}

/// Makes outcomes exist for every record; how many of them have a rule that gave up. Each batch is a transaction of its own: they
/// are derived, and a kill leaves a shorter cover.
fn cover(workspace: &mut Workspace, pipeline: &Pipeline, progress: &Progress) -> Result<u64> {
    let Some(saved) = workspace.store().pipeline_with_digest(&pipeline.digest())? else { return Ok(0) };
    let ruling = Ruling::new(workspace.store(), pipeline)?;
    workspace.save_derived(|store| follow_refusals(store, &saved, &ruling, progress))?;
    let mut batches = Batches::of(workspace.store(), &saved, progress)?;
    let mut failed = 0;
    while let Some(ruled) = batches.next(workspace.store(), &ruling, progress)? {
        failed += ruled.iter().filter(|ruled| !ruled.applied.failed.is_empty()).count() as u64;
        workspace.save_derived(|store| save(store, saved.id, pipeline, &ruled))?;
    }
    Ok(failed)
}

/// The records that a pipeline has no outcomes for yet, ruled.
struct Batches {
    covered: RecordId,
}

impl Batches {
    fn of(store: &Store, saved: &SavedPipeline, progress: &Progress) -> Result<Batches> {
        let last = store.next_record()?.0 - 1;
        progress.stage("applying rules", "records", u64::from(last.saturating_sub(saved.covered.0)))?;
        Ok(Batches { covered: saved.covered })
    }

    fn next(&mut self, store: &Store, ruling: &Ruling<'_>, progress: &Progress) -> Result<Option<Vec<Ruled>>> {
        let records = store.raw_records_after(self.covered, BATCH, ruling.pipeline.reads_fields())?;
        let Some(last) = records.last() else { return Ok(None) };
        self.covered = last.id;
        let ruled = ruling.apply_all(records, progress)?;
        progress.add(ruled.len() as u64)?;
        Ok(Some(ruled))
    }
}

fn save(store: &Store, pipeline_id: i64, pipeline: &Pipeline, ruled: &[Ruled]) -> Result<()> {
    for Ruled { record, applied, honours } in ruled {
        store.insert_outcome(pipeline_id, record.id, pipeline.outcome(applied).as_ref(), honours.as_deref())?;
    }
    match ruled.last() {
        Some(last) => store.set_covered(pipeline_id, last.record.id),
        None => Ok(()),
    }
}

/// Makes the outcomes that there are honour what is refused now, and only that; the records whose outcome was made again.
///
/// Looks at every raw text, some tenths of a second for a million, and only where the refusals are other ones than those honoured.
fn follow_refusals(store: &Store, saved: &SavedPipeline, ruling: &Ruling<'_>, progress: &Progress) -> Result<Vec<RecordId>> {
    let now = ruling.refusals_digest();
    if now == saved.refusals {
        return Ok(Vec::new());
    }
    let honouring: FxHashMap<RecordId, String> = store.honouring(saved.id)?.into_iter().collect();
    let mut followed = Vec::new();
    let mut after = RecordId(0);
    while after < saved.covered {
        let records = store.raw_records_after(after, BATCH, ruling.pipeline.reads_fields())?;
        let Some(last) = records.last() else { break };
        after = last.id;
        let is_stale = |record: &RawRecord| {
            let wanted = ruling.refused(&record.text).map(|refused| &refused.digest);
            record.id <= saved.covered && wanted != honouring.get(&record.id)
        };
        for Ruled { record, applied, honours } in ruling.apply_all(records.into_iter().filter(is_stale).collect(), progress)? {
            store.put_outcome(saved.id, record.id, ruling.pipeline.outcome(&applied).as_ref(), honours.as_deref())?;
            followed.push(record.id);
        }
    }
    store.set_honoured(saved.id, now.as_deref())?;
    Ok(followed)
}
