//! undo, redo: steps back or forth through the operations.
//!
//! An operation in the middle can be undone where nothing later builds on it, or together with what does ([`dependents`] says what that
//! is). A step can put a pipeline in force that has not seen the records imported since; it does so in the same transaction.

use serde::Serialize;

use super::{CommandLine, rules};
use crate::error::Result;
use crate::model::{Changed, OpId};
use crate::progress::Progress;
use crate::store::oplog::Operation;
use crate::workspace::undo::{Step, Which, undoable};
use crate::workspace::{Workspace, dependents as log};

#[derive(Debug, Clone, Serialize)]
pub struct StepReport {
    /// The operation that was taken back, or done again.
    pub operation: OpId,
    pub description: String,
    pub changes: u64,
    /// Operations that build on it and were undone before it, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<Taken>,
    #[serde(skip)]
    pub stale: Changed,
}

/// An operation that was taken back with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    pub operation: OpId,
    pub description: String,
    pub changes: u64,
}

impl From<Operation> for Taken {
    fn from(operation: Operation) -> Self {
        Taken { operation: operation.id, description: operation.description, changes: operation.changes }
    }
}

impl From<Step> for StepReport {
    fn from(step: Step) -> Self {
        let Taken { operation, description, changes } = step.operation.into();
        let later = step.later.into_iter().map(Taken::from).collect();
        StepReport { operation, description, changes, later, stale: step.changed }
    }
}

/// Takes back the newest operation, or `operation` if nothing later builds on it.
pub fn undo(workspace: &mut Workspace, operation: Option<OpId>, progress: &Progress) -> Result<StepReport> {
    let which = operation.map_or(Which::Newest, Which::Named);
    let command = CommandLine::new("undo", workspace).maybe("--op", operation).to_string();
    step_back(workspace, which, |_| command.clone(), progress)
}

/// Takes back `operation` and all that builds on it, newest first. Each is a step of its own in the log: redo brings them back one by one.
pub fn undo_with_later(workspace: &mut Workspace, operation: OpId, progress: &Progress) -> Result<StepReport> {
    let command = CommandLine::new("undo", workspace);
    step_back(workspace, Which::WithLater(operation), |id| command.clone().option("--op", id).to_string(), progress)
}

fn step_back(
    workspace: &mut Workspace,
    which: Which,
    command: impl Fn(OpId) -> String,
    progress: &Progress,
) -> Result<StepReport> {
    workspace.undo(which, command, progress, |store| rules::bring_up_to_date(store, progress)).map(StepReport::from)
}

/// What builds on an operation in force, newest first: what [`undo_with_later`] would undo with it. Errors: refused when it is not in force.
pub fn dependents(workspace: &mut Workspace, operation: OpId) -> Result<Vec<Operation>> {
    workspace.read(|store| {
        undoable(store, operation)?;
        log::dependents(store, operation)
    })
}

/// Does again what was undone last.
pub fn redo(workspace: &mut Workspace, progress: &Progress) -> Result<StepReport> {
    let command = CommandLine::new("redo", workspace).to_string();
    workspace.redo(&command, progress, |store| rules::bring_up_to_date(store, progress)).map(StepReport::from)
}
