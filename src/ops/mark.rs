//! mark: a person's decision about records.

use serde::Serialize;

use super::CommandLine;
use crate::display::counted;
use crate::error::{Error, Result};
use crate::model::{Changed, Mark, MarkValue, OpId, OpKind, RecordId};
use crate::progress::Progress;
use crate::workspace::Workspace;
use crate::workspace::transact::{OpInfo, Transaction};

/// Which mark goes on which records.
#[derive(Debug, Clone)]
pub struct MarkArgs {
    pub records: Vec<RecordId>,
    /// `None` clears.
    pub mark: Option<Mark>,
    pub reason: Option<String>,
    /// The filter that chose the records, for the equivalent command line.
    pub filter: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct MarkReport {
    /// Records that were named.
    pub records: u64,
    /// Records whose mark is another one now.
    pub changed: u64,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// Ids spelled out in a command line; beyond these it says how many there are.
const SPELLED: usize = 20;

/// Marks records. Errors: refused when a record is not in the workspace.
pub fn mark(workspace: &mut Workspace, args: MarkArgs, progress: &Progress) -> Result<MarkReport> {
    let word = args.mark.map_or("clear", Mark::word);
    let command = command_line(workspace, &args, word);
    progress.stage("marking", "records", args.records.len() as u64)?;
    let value = args.mark.map(|mark| MarkValue { mark, reason: args.reason.clone() });
    let done = workspace.transact(
        |tx| change_each(tx, &args.records, args.filter.is_none(), progress, |tx, record| tx.set_mark(record, value.clone())),
        |&changed| OpInfo { kind: OpKind::Mark, description: describe(word, changed, &args), command: command.clone() },
    )?;
    Ok(MarkReport { records: args.records.len() as u64, changed: done.value, operation: done.operation, stale: done.changed })
}

/// Changes records one by one; how many became another. Those that a person named must exist; those of a filter do.
pub(super) fn change_each(
    tx: &mut Transaction<'_>,
    records: &[RecordId],
    are_named: bool,
    progress: &Progress,
    set: impl Fn(&mut Transaction<'_>, RecordId) -> Result<bool>,
) -> Result<u64> {
    let mut changed = 0;
    for &record in records {
        if are_named {
            require_record(tx.store(), record)?;
        }
        changed += u64::from(set(tx, record)?);
        progress.add(1)?;
    }
    Ok(changed)
}

fn require_record(store: &crate::store::Store, record: RecordId) -> Result<()> {
    if store.records(&[record])?.is_empty() {
        return Err(Error::refused(format!("there is no record {record}")).hint("`tamis list WORKSPACE` shows the ids there are"));
    }
    Ok(())
}

fn describe(word: &str, changed: u64, args: &MarkArgs) -> String {
    let reason = args.reason.as_deref().map(|r| format!(" ({r})")).unwrap_or_default();
    format!("{word} {}{reason}", what(&args.records, changed))
}

/// What an operation on named records changed: `record 7`, `1 record`, `12 records`.
pub(super) fn what(named: &[RecordId], changed: u64) -> String {
    match named {
        [one] => format!("record {one}"),
        _ => counted(changed, "record"),
    }
}

fn command_line(workspace: &Workspace, args: &MarkArgs, word: &str) -> String {
    let line = CommandLine::new("mark", workspace).arg(word);
    chosen(line, &args.records, args.filter.as_deref(), |line| line.maybe("--reason", args.reason.as_deref()))
}

/// The line with the filter, or with the first of the records, then with what `rest` adds.
pub(super) fn chosen(
    mut line: CommandLine,
    records: &[RecordId],
    filter: Option<&str>,
    rest: impl FnOnce(CommandLine) -> CommandLine,
) -> String {
    match filter {
        Some(filter) => line = line.option("--filter", filter),
        None => {
            for record in records.iter().take(SPELLED) {
                line = line.option("--id", record);
            }
        }
    }
    let mut line = rest(line).to_string();
    if filter.is_none() && records.len() > SPELLED {
        line.push_str(&format!("  # and {} more records", records.len() - SPELLED));
    }
    line
}
