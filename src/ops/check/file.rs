//! The database file: whole, and nothing in it contradicts anything else.

use super::report::either;
use super::scope::Scope;
use super::{CheckRow, Name};
use crate::display::grouped;
use crate::error::Result;
use crate::progress::Progress;
use crate::store::Store;

pub(super) fn file(store: &Store, progress: &Progress) -> Result<CheckRow> {
    progress.stage("checking the file", "", 0)?;
    Ok(match store.integrity_errors() {
        // Damage can be such that the check itself stops.
        Err(error) => CheckRow::blocked(Name::File, 1, error.to_string()),
        Ok(errors) => match errors.first() {
            None => frozen(store)?,
            Some(first) => {
                let count = errors.len() as u64;
                let problems = either(count, "problem", "problems");
                CheckRow::blocked(Name::File, count, format!("PRAGMA integrity_check: {problems}, the first: {first}"))
            }
        },
    })
}

/// The file is sound: are the snapshots in it?
fn frozen(store: &Store) -> Result<CheckRow> {
    Ok(match store.damaged_chunks()? {
        0 => CheckRow::ready(Name::File, "PRAGMA integrity_check: ok"),
        damaged => {
            let parts = either(damaged, "part of snapshots is", "parts of snapshots are");
            CheckRow::blocked(
                Name::File,
                damaged,
                format!("{parts} not what the digest says: go back to a copy of the workspace"),
            )
        }
    })
}

pub(super) fn invariants(scope: &Scope<'_>) -> Result<CheckRow> {
    let broken = scope.workspace.store().broken_invariants()?;
    if broken.is_empty() {
        let detail = format!("all {} hold: counts add up, nothing dangles", Store::invariants());
        return Ok(CheckRow::ready(Name::Invariants, detail));
    }
    let words: Vec<String> = broken.iter().map(|b| format!("{} ({} rows)", b.invariant, grouped(b.rows))).collect();
    Ok(CheckRow::blocked(Name::Invariants, broken.len() as u64, format!("broken: {}", words.join("; "))))
}
