//! Applying a policy as one operation that names for every dropped record its kept witness.

use serde::{Deserialize, Serialize};

use super::consequences::require_in_range;
use super::view::View;
use crate::clusters::Proposal;
use crate::display::grouped;
use crate::error::{Error, Result};
use crate::model::{Changed, DropBy, DropRecipe, DuplicateDrop, Lens, Mark, OpId, OpKind, Policy, RecordId, Threshold};
use crate::ops::{CommandLine, query};
use crate::progress::Progress;
use crate::query::Columns;
use crate::store::settings;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

#[derive(Debug, Clone, Serialize)]
pub struct ApplyReport {
    pub lens: Lens,
    pub threshold: f32,
    pub policy: Policy,
    pub dropped: u64,
    /// Of these, how many an earlier application had dropped already.
    pub already: u64,
    /// Drops of an earlier application that are taken back.
    pub restored: u64,
    pub operation: Option<OpId>,
    pub drops: Vec<Drop>,
    #[serde(skip)]
    pub stale: Changed,
}

/// A dropped record with the kept one that it resembles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drop {
    pub id: RecordId,
    pub witness: RecordId,
    pub score: f32,
}

/// What was applied last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub lens: Lens,
    pub threshold: f32,
    pub policy: Policy,
    /// `words`, `grams` or a model with its precision.
    #[serde(default)]
    pub method: String,
    /// Only these records, in the filter language; empty: all of them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub filter: String,
}

/// The records that an application is about: only these are dropped, only their earlier drops are taken back.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scope {
    /// As it was typed.
    pub filter: String,
    /// What it matches, ascending.
    pub records: Vec<RecordId>,
}

impl Scope {
    pub(super) fn holds(scope: Option<&Scope>, record: RecordId) -> bool {
        scope.is_none_or(|scope| scope.records.binary_search(&record).is_ok())
    }
}

impl Recipe {
    pub fn threshold(&self) -> Threshold {
        Threshold::new(f64::from(self.threshold)).unwrap_or(Threshold::from_thousandths(1000))
    }
}

/// What was applied last, if anything was.
pub fn applied(workspace: &Workspace) -> Result<Option<Recipe>> {
    let recipe = workspace.store().setting(settings::DUPLICATES)?;
    Ok(recipe.and_then(|json| serde_json::from_str(&json).ok()))
}

/// The records that a filter matches; `None` for an empty one: all of them.
pub fn scope(workspace: &Workspace, columns: &Columns, filter: &str, progress: &Progress) -> Result<Option<Scope>> {
    if filter.trim().is_empty() {
        return Ok(None);
    }
    let hits = query::select(workspace, columns, &query::parse(columns, filter, None)?, progress)?;
    let mut records = query::ids(columns, &hits);
    records.sort_unstable();
    Ok(Some(Scope { filter: filter.to_owned(), records }))
}

/// What [`apply`] would do, exactly; nothing is changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub threshold: Threshold,
    pub policy: Policy,
    /// Records in the workspace.
    pub records: u64,
    /// By record id.
    pub drops: Vec<Drop>,
    /// Drops that an earlier application has made already.
    pub already: u64,
    /// Drops of an earlier application that are taken back.
    pub restored: Vec<RecordId>,
    /// Drops whose witness goes as well: only the policy `every` has such.
    pub unwitnessed: u64,
}

pub fn plan(workspace: &Workspace, view: &View, threshold: Threshold, policy: Policy, scope: Option<&Scope>) -> Result<Plan> {
    let drop = |p: Proposal| Drop {
        id: view.graph.records[p.record as usize],
        witness: view.graph.records[p.witness as usize],
        score: p.score,
    };
    let is_meant = |record: RecordId| Scope::holds(scope, record);
    let proposals = match scope {
        Some(scope) => view.without(&gone(workspace, view, scope)?).propose(threshold, policy),
        None => view.propose(threshold, policy),
    };
    let drops: Vec<Drop> = proposals.into_iter().map(drop).filter(|drop| is_meant(drop.id)).collect();
    let goes = |record: &RecordId| drops.binary_search_by_key(record, |d| d.id).is_ok();
    let earlier = workspace.store().dropped_by_policies()?.into_iter().filter(|&record| is_meant(record));
    let (earlier, restored): (Vec<_>, Vec<_>) = earlier.partition(goes);
    let unwitnessed = drops.iter().filter(|drop| goes(&drop.witness)).count() as u64;
    Ok(Plan {
        threshold,
        policy,
        records: workspace.store().record_count()?,
        drops,
        already: earlier.len() as u64,
        restored,
        unwitnessed,
    })
}

/// Records beyond the scope that an earlier application dropped and that stay dropped: they can be nobody's witness.
fn gone(workspace: &Workspace, view: &View, scope: &Scope) -> Result<Vec<u32>> {
    let mut gone = Vec::new();
    for record in workspace.store().duplicate_records()? {
        let Some(index) = view.graph.index_of(record).filter(|_| !Scope::holds(Some(scope), record)) else { continue };
        let mark = workspace.store().mark(record)?.map(|value| value.mark);
        if !matches!(mark, Some(Mark::Keep | Mark::Flag)) {
            gone.push(index as u32);
        }
    }
    Ok(gone)
}

/// Applies a policy as one operation: takes back what an earlier application dropped, then drops what is proposed now.
pub fn apply(
    workspace: &mut Workspace,
    view: &View,
    threshold: Threshold,
    policy: Policy,
    scope: Option<&Scope>,
    progress: &Progress,
) -> Result<ApplyReport> {
    require_in_range(view, threshold)?;
    view.require_fresh()?;
    let Plan { drops, already, restored: earlier, .. } = plan(workspace, view, threshold, policy, scope)?;
    progress.stage("applying", "records", (earlier.len() + drops.len()) as u64)?;
    let filter = scope.map_or("", |scope| scope.filter.as_str());
    let command = CommandLine::new("duplicates apply", workspace)
        .option("--lens", view.lens().word())
        .option("--threshold", threshold)
        .option("--policy", policy.word())
        .maybe("--filter", Some(filter).filter(|filter| !filter.is_empty()))
        .to_string();
    let recipe = Recipe {
        lens: view.lens(),
        threshold: threshold.value(),
        policy,
        method: view.method().to_owned(),
        filter: filter.to_owned(),
    };
    // Not through a JSON value: that would write the score as the f64 it is not.
    let recipe = serde_json::to_string(&recipe).map_err(|e| Error::io("the recipe could not be written").caused_by(e))?;
    let done = workspace.transact(
        |tx| {
            let mut restored = 0;
            for &record in &earlier {
                restored += u64::from(tx.set_duplicate(record, None)?);
                progress.add(1)?;
            }
            let recipe_of_drops = Some(DropRecipe { lens: view.lens(), by: DropBy::Policy(policy), threshold });
            for &Drop { id, witness, score } in &drops {
                tx.set_duplicate(id, Some(DuplicateDrop { witness, score, recipe: recipe_of_drops }))?;
                progress.add(1)?;
            }
            tx.set_setting(settings::DUPLICATES, Some(recipe))?;
            Ok(restored)
        },
        |_| OpInfo {
            kind: OpKind::ApplyDuplicates,
            description: format!(
                "duplicates {} at {:#} ({}): drops {} records",
                policy.word(),
                threshold,
                view.lens().word(),
                grouped(drops.len() as u64)
            ),
            command,
        },
    )?;
    Ok(ApplyReport {
        lens: view.lens(),
        threshold: threshold.value(),
        policy,
        dropped: drops.len() as u64,
        already,
        restored: done.value,
        operation: done.operation,
        drops,
        stale: done.changed,
    })
}
