//! What snapshots there are, and what is frozen in one.

use serde::Serialize;
use serde_json::Value;

use super::{Snapshot, snapshot_named};
use crate::error::Result;
use crate::rules::Pipeline;
use crate::store::settings;
use crate::workspace::Workspace;

/// What a snapshot holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    pub snapshot: Snapshot,
    /// The pipeline in force then.
    pub rules: Option<String>,
    /// What was applied last then: lens, threshold, policy.
    pub duplicates: Option<Value>,
    /// How the splits were made then: shares, seed, strata, lens, threshold.
    pub split: Option<Value>,
    pub judged_pairs: u64,
    pub refused_texts: u64,
    /// The curator's own pipelines then.
    pub pipelines: Vec<String>,
    /// Operations since that are in force.
    pub operations_since: u64,
}

/// The snapshots that have a name, oldest first.
pub fn list(workspace: &Workspace) -> Result<Vec<Snapshot>> {
    workspace.store().snapshots()
}

/// All that is known of one. Errors: refused where there is none with this name.
pub fn show(workspace: &Workspace, name: &str) -> Result<Shown> {
    let store = workspace.store();
    let id = snapshot_named(store, name)?;
    let snapshot = store.snapshots()?.into_iter().find(|snapshot| snapshot.name == name);
    let snapshot = snapshot.ok_or_else(|| crate::error::Error::io("the snapshot could not be read"))?;
    let rest = store.frozen_rest(id)?;
    let setting = |key: &str| rest.settings.get(key).and_then(|text| serde_json::from_str(text).ok());
    let name_of = |toml: &String| Pipeline::parse(toml).map(|pipeline| pipeline.name().to_owned()).ok();
    Ok(Shown {
        rules: rest.rules.as_ref().and_then(name_of),
        duplicates: setting(settings::DUPLICATES),
        split: setting(settings::SPLIT),
        judged_pairs: rest.judgements.len() as u64,
        refused_texts: rest.refusals.len() as u64,
        pipelines: rest.pipelines.keys().cloned().collect(),
        operations_since: store.operations_since(snapshot.operation)?,
        snapshot,
    })
}
