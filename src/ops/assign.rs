//! assign: a person moves records into a split, where they stay, or sets them free again.

use serde::Serialize;

use super::CommandLine;
use super::mark::{change_each, chosen, what};
use crate::error::Result;
use crate::model::{Assignment, Changed, OpId, OpKind, RecordId};
use crate::progress::Progress;
use crate::query::Columns;
use crate::splits::share::require_name_beside;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

/// The word in the place of a split's name that sets records free.
pub const CLEAR: &str = "clear";

/// Which records go where.
#[derive(Debug, Clone, PartialEq)]
pub struct AssignArgs {
    pub records: Vec<RecordId>,
    /// `None`: no split of their own any more; the next `split --extend` assigns them.
    pub split: Option<String>,
    /// The filter that chose the records, for the equivalent command line.
    pub filter: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct AssignReport {
    pub split: Option<String>,
    /// Records that were named.
    pub records: u64,
    /// Records whose assignment is another one now.
    pub changed: u64,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// Moves records by hand: no later split moves them. A record that is set free falls back to the split that its source declares, if any.
///
/// Errors: usage for a name that cannot be one, or differs from that of another split in case alone; refused when a record is not in the
/// workspace.
pub fn assign(workspace: &mut Workspace, columns: &Columns, args: AssignArgs, progress: &Progress) -> Result<AssignReport> {
    if let Some(split) = &args.split {
        require_name_beside(split, &columns.names.splits)?;
    }
    let line = CommandLine::new("assign", workspace).arg(args.split.as_deref().unwrap_or(CLEAR));
    let command = chosen(line, &args.records, args.filter.as_deref(), |line| line);
    progress.stage("assigning", "records", args.records.len() as u64)?;
    let after = args.split.clone().map(|split| Assignment { split, by_hand: true });
    let done = workspace.transact(
        |tx| change_each(tx, &args.records, args.filter.is_none(), progress, |tx, record| tx.set_split(record, after.clone())),
        |&changed| OpInfo { kind: OpKind::Assign, description: describe(changed, &args), command },
    )?;
    Ok(AssignReport {
        split: args.split,
        records: args.records.len() as u64,
        changed: done.value,
        operation: done.operation,
        stale: done.changed,
    })
}

fn describe(changed: u64, args: &AssignArgs) -> String {
    let what = what(&args.records, changed);
    match &args.split {
        Some(split) => format!("assign {what} to {split}"),
        None => format!("clear the split of {what}"),
    }
}
