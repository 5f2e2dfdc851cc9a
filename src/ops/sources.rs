//! sources: where the records came from, what was rejected, who is protected, and who is taken out.

use serde::Serialize;

use super::{CommandLine, rules};
use crate::display::counted;
use crate::error::{Error, Result};
use crate::model::{Changed, OpId, OpKind, Reject, Source, SourceId};
use crate::progress::Progress;
use crate::workspace::Workspace;
use crate::workspace::transact::{OpInfo, Transaction};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceDetail {
    #[serde(flatten)]
    pub source: Source,
    /// The first rejected lines.
    pub rejects: Vec<Reject>,
}

/// The sources, each with at most `rejects` of its rejected lines.
pub fn sources(workspace: &Workspace, rejects: usize) -> Result<Vec<SourceDetail>> {
    let store = workspace.store();
    store.sources()?.into_iter().map(|source| Ok(SourceDetail { rejects: store.rejects(source.id, rejects)?, source })).collect()
}

/// Protects a source, or lifts the protection: a protected one never loses a record to another.
pub fn protect(workspace: &mut Workspace, name: &str, protected: bool) -> Result<Changed> {
    let source = named(workspace, name)?;
    let word = if protected { "protect" } else { "unprotect" };
    let command = CommandLine::new("sources", workspace).option(&format!("--{word}"), name).to_string();
    let done = workspace.transact(
        |tx| tx.set_protected(source.id, protected),
        |_| OpInfo { kind: OpKind::Protect, description: format!("{word} source {name}"), command },
    )?;
    Ok(done.changed)
}

/// What taking a source out, or back in, came to.
#[derive(Debug, Clone, Serialize)]
pub struct Taken {
    pub source: String,
    pub records: u64,
    /// Records of other sources that are kept again, because what they were duplicates of is gone.
    pub released: u64,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// Takes a source with all its records out of the workspace, in one operation; nothing of it is deleted.
///
/// What was dropped as a duplicate of its records is kept again, or those texts would be lost with it: a policy should be applied again.
pub fn remove(workspace: &mut Workspace, name: &str) -> Result<Taken> {
    let source = named(workspace, name)?;
    let records = source.counts.accepted;
    let command = CommandLine::new("sources", workspace).option("--remove", name).to_string();
    let done = workspace.transact(
        |tx| {
            tx.set_active(source.id, false)?;
            release(tx, &[source.id])
        },
        |_| OpInfo {
            kind: OpKind::RemoveSource,
            description: format!("take source {name} out: {}", counted(records, "record")),
            command,
        },
    )?;
    Ok(Taken { source: name.to_owned(), records, released: done.value, operation: done.operation, stale: done.changed })
}

/// Takes a source in again that was taken out, or whose import was undone; its records are as they were left.
///
/// Errors: refused where there is none with this name, or another one has it now.
pub fn bring_back(workspace: &mut Workspace, name: &str, progress: &Progress) -> Result<Taken> {
    let of_name: Vec<Source> = workspace.store().all_sources()?.into_iter().filter(|s| s.name == name).collect();
    if of_name.iter().any(|source| source.active) {
        return Err(Error::refused(format!("{name} is a source of the workspace")).hint("there is nothing to bring back"));
    }
    let Some(source) = of_name.into_iter().next_back() else {
        return Err(
            Error::refused(format!("there never was a source {name}")).hint("`tamis history WORKSPACE` says what was taken out")
        );
    };
    let records = source.counts.accepted;
    let command = CommandLine::new("sources", workspace).option("--bring-back", name).to_string();
    let done = workspace.transact(
        |tx| {
            tx.set_active(source.id, true)?;
            let followed = rules::bring_up_to_date(tx.store(), progress)?;
            tx.touched(followed);
            Ok(())
        },
        |()| OpInfo {
            kind: OpKind::RemoveSource,
            description: format!("bring source {name} back: {}", counted(records, "record")),
            command,
        },
    )?;
    Ok(Taken { source: name.to_owned(), records, released: 0, operation: done.operation, stale: done.changed })
}

/// Keeps again what was dropped as a duplicate of records of these sources; how many.
pub(super) fn release(tx: &mut Transaction<'_>, sources: &[SourceId]) -> Result<u64> {
    let mut released = 0;
    for record in tx.store().dropped_because_of(sources)? {
        released += u64::from(tx.set_duplicate(record, None)?);
    }
    Ok(released)
}

fn named(workspace: &Workspace, name: &str) -> Result<Source> {
    let found = workspace.store().sources()?.into_iter().find(|source| source.name == name);
    found.ok_or_else(|| Error::refused(format!("there is no source {name}")).hint("`tamis sources WORKSPACE` lists them"))
}
