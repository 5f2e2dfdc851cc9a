//! Freezing the present state under a name, and forgetting a name.

use serde::Serialize;

use super::Snapshot;
use crate::display::{counted, grouped};
use crate::error::{Error, Result};
use crate::model::{Changed, OpId, OpKind, Version};
use crate::ops::version::NOW;
use crate::ops::{CommandLine, duplicates, leaks, split};
use crate::progress::Progress;
use crate::shelf::Folders;
use crate::store::Store;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

#[derive(Debug, Clone, Serialize)]
pub struct Created {
    #[serde(flatten)]
    pub snapshot: Snapshot,
    /// Snapshots that froze the very same state before.
    pub same_as: Vec<String>,
    /// The operation that made it.
    pub by: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

#[derive(Debug, Clone, Serialize)]
pub struct Forgotten {
    pub name: String,
    pub by: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// Freezes the present state under a name, with what is proven of its splits; `folders`: where the model lies that measured it.
///
/// Errors: usage where the name cannot be one, refused where it stands for a snapshot already.
pub fn create(workspace: &mut Workspace, name: &str, folders: &Folders, progress: &Progress) -> Result<Created> {
    require_name(name)?;
    require_free(workspace.store(), name)?;
    // Before the file is locked for writing.
    let mut read = workspace.read(|store| store.freeze(progress))?;
    read.certificate = certificate(workspace, read.operation, folders, progress)?;
    let earlier = workspace.store().snapshots()?;
    let command = CommandLine::new("snapshot create", workspace).arg(name).to_string();
    let done = workspace.transact(
        |tx| {
            require_free(tx.store(), name)?;
            // Something was done meanwhile: then this is what the present state is.
            let frozen = if tx.store().last_operation()? == read.operation { read } else { tx.store().freeze(progress)? };
            tx.keep_snapshot(name, &frozen)?;
            Ok(frozen.summary)
        },
        |summary| OpInfo {
            kind: OpKind::Snapshot,
            description: format!("snapshot {name}: {} of {} kept", grouped(summary.kept), counted(summary.records, "record")),
            command,
        },
    )?;
    let snapshot = workspace.store().snapshots()?.into_iter().find(|snapshot| snapshot.name == name);
    let snapshot = snapshot.ok_or_else(|| Error::io("the snapshot could not be read back"))?;
    let same_as = earlier.into_iter().filter(|other| other.digest == snapshot.digest).map(|other| other.name).collect();
    Ok(Created { snapshot, same_as, by: done.operation, stale: done.changed })
}

/// What can be proven of the present splits; nothing where something was done since.
fn certificate(workspace: &mut Workspace, frozen_at: OpId, folders: &Folders, progress: &Progress) -> Result<Option<String>> {
    let (lens, _) = split::measure_of(workspace.store(), Version::Now, None)?;
    if duplicates::info(workspace, lens)?.is_none() {
        return Ok(None);
    }
    let columns = workspace.read(|store| store.load_columns(progress))?;
    let found = leaks::certificate_of(workspace, Version::Now, &columns, folders, progress)?;
    if workspace.store().last_operation()? != frozen_at {
        return Ok(None);
    }
    let json = |certificate| serde_json::to_string(&certificate).map_err(|e| Error::io("writing JSON failed").caused_by(e));
    found.map(json).transpose()
}

/// Lets a name go. What it stood for stays in the file: undo brings it back.
pub fn delete(workspace: &mut Workspace, name: &str) -> Result<Forgotten> {
    super::snapshot_named(workspace.store(), name)?;
    let command = CommandLine::new("snapshot delete", workspace).arg(name).to_string();
    let done = workspace.transact(
        |tx| tx.set_snapshot(name, None),
        |_| OpInfo { kind: OpKind::Snapshot, description: format!("forget snapshot {name}"), command },
    )?;
    Ok(Forgotten { name: name.to_owned(), by: done.operation, stale: done.changed })
}

/// A name that is free: the newest one counted on (`v3` → `v4`), else `v1`.
pub fn suggested(snapshots: &[Snapshot]) -> String {
    let is_free = |name: &String| snapshots.iter().all(|snapshot| snapshot.name != *name);
    let counted_on = snapshots.last().and_then(|newest| {
        let stem = newest.name.trim_end_matches(|c: char| c.is_ascii_digit());
        let number: u64 = newest.name[stem.len()..].parse().ok()?;
        (number.checked_add(1)?..=u64::MAX).map(|n| format!("{stem}{n}")).find(is_free)
    });
    counted_on.or_else(|| (1..).map(|n| format!("v{n}")).find(is_free)).unwrap_or_default()
}

fn require_free(store: &Store, name: &str) -> Result<()> {
    match store.snapshot_named(name)? {
        None => Ok(()),
        Some(_) => Err(Error::refused(format!("there is a snapshot {name} already"))
            .hint("choose another name, or let this one go: `tamis snapshot delete WORKSPACE NAME`")),
    }
}

/// Names are typed and shown: no blanks at the ends, nothing that a terminal would not print, and not the word for the present state.
fn require_name(name: &str) -> Result<()> {
    const LONGEST: usize = 100;
    let complaint = |why: &str| {
        Err(Error::usage(format!("a snapshot cannot be called `{name}`: {why}")).hint("for instance v3, or before-dedup"))
    };
    if name.trim() != name || name.is_empty() {
        return complaint("it is empty or has blanks at its ends");
    }
    if name == NOW {
        return complaint("that is what the present state is called");
    }
    if name.starts_with('-') || name.chars().any(|c| c.is_control() || crate::display::is_forbidden(c)) {
        return complaint("it begins with `-` or holds control characters");
    }
    if name.chars().count() > LONGEST {
        return complaint("it is longer than 100 characters");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SnapshotId;

    fn named(names: &[&str]) -> Vec<Snapshot> {
        let of = |name: &&str| Snapshot {
            name: (*name).to_owned(),
            id: SnapshotId(1),
            at: 0,
            digest: String::new(),
            operation: OpId(1),
            summary: super::super::Summary::default(),
        };
        names.iter().map(of).collect()
    }

    #[test]
    fn the_next_name_counts_on() {
        for (names, next) in [
            (&[][..], "v1"),
            (&["v3"], "v4"),
            (&["v4", "v3"], "v5"),
            (&["before dedup"], "v1"),
            (&["v1", "clean"], "v2"),
            (&["set 09"], "set 10"),
            (&["v18446744073709551615"], "v1"),
        ] {
            assert_eq!(suggested(&named(names)), next, "{names:?}");
        }
    }

    #[test]
    fn a_name_is_something_one_can_type() {
        for good in ["v3", "v4-b", "vor dem Filtern", "第一"] {
            assert!(require_name(good).is_ok(), "{good}");
        }
        for bad in ["", " v3", "now", "-v", "a\u{1b}b", "a\nb", "\u{202e}b", &"x".repeat(101)] {
            assert!(require_name(bad).is_err(), "{bad:?}");
        }
    }
}
