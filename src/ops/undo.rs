//! undo, redo: one step back or forth through the operations.
//!
//! A step can put a pipeline in force that has not seen the records imported since; it does so in the same transaction.

use serde::Serialize;

use super::{CommandLine, rules};
use crate::error::Result;
use crate::model::{Changed, OpId};
use crate::progress::Progress;
use crate::workspace::Workspace;
use crate::workspace::undo::Step;

#[derive(Debug, Clone, Serialize)]
pub struct StepReport {
    /// The operation that was taken back, or done again.
    pub operation: OpId,
    pub description: String,
    pub changes: u64,
    #[serde(skip)]
    pub stale: Changed,
}

impl From<Step> for StepReport {
    fn from(step: Step) -> Self {
        StepReport {
            operation: step.operation.id,
            description: step.operation.description,
            changes: step.operation.changes,
            stale: step.changed,
        }
    }
}

/// Takes back the newest operation, or `operation`.
pub fn undo(workspace: &mut Workspace, operation: Option<OpId>, progress: &Progress) -> Result<StepReport> {
    let command = CommandLine::new("undo", workspace).maybe("--op", operation).to_string();
    workspace.undo(operation, &command, progress, |store| rules::bring_up_to_date(store, progress)).map(StepReport::from)
}

/// Does again what was undone last.
pub fn redo(workspace: &mut Workspace, progress: &Progress) -> Result<StepReport> {
    let command = CommandLine::new("redo", workspace).to_string();
    workspace.redo(&command, progress, |store| rules::bring_up_to_date(store, progress)).map(StepReport::from)
}
