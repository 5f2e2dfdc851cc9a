//! The layers over the records: flags that wait for a decision, records without a split, duplicates whose witness is gone.

use super::report::{either, records};
use super::scope::Scope;
use super::{CheckRow, Name};
use crate::error::Result;
use crate::model::filter::CauseKind;
use crate::model::{RecordId, State, Version};

pub(super) fn flags(scope: &Scope<'_>) -> Result<CheckRow> {
    let flagged: Vec<u32> = scope.kept.iter().copied().filter(|&p| scope.columns.state(p as usize) == State::Flag).collect();
    let count = flagged.len() as u64;
    Ok(match count {
        0 => CheckRow::ready(Name::Flags, "no record is flagged"),
        _ => {
            let detail = either(count, "flagged record is kept", "flagged records are kept");
            let row = CheckRow::attention(Name::Flags, count, detail);
            if scope.is_whole() { row.shown_by("state:flag") } else { row.behind(flagged.into_iter().map(|p| scope.id(p))) }
        }
    })
}

pub(super) fn splits(scope: &Scope<'_>) -> Result<CheckRow> {
    let without: Vec<u32> = scope.kept.iter().copied().filter(|&p| scope.columns.split(p as usize).is_none()).collect();
    let count = without.len() as u64;
    let any_split = (0..scope.columns.len()).any(|p| scope.columns.split(p).is_some());
    Ok(match (any_split, count) {
        (false, _) => CheckRow::attention(Name::Splits, count, "no record has a split yet"),
        (true, 0) => CheckRow::ready(Name::Splits, "every kept record has a split"),
        (true, _) => {
            let row =
                CheckRow::attention(Name::Splits, count, either(count, "kept record has no split", "kept records have no split"));
            if scope.is_whole() {
                row.shown_by("state:kept split:none")
            } else {
                row.behind(without.into_iter().map(|p| scope.id(p)))
            }
        }
    })
}

/// A record dropped as a duplicate whose witness was dropped since would be lost together with it.
pub(super) fn witnesses(scope: &Scope<'_>) -> Result<CheckRow> {
    let columns = scope.columns;
    let is_kept = |record| columns.position(record).map(|position| columns.is_kept(position));
    let drops = dropped_as_duplicates(scope)?;
    let is_lost = |record, witness| is_kept(record) == Some(false) && is_kept(witness) != Some(true);
    let lost: Vec<_> =
        drops.into_iter().filter(|&(record, witness)| is_lost(record, witness)).map(|(record, _)| record).collect();
    let count = lost.len() as u64;
    Ok(match count {
        0 => CheckRow::ready(Name::Witnesses, "every record dropped as a duplicate has its kept witness"),
        _ => {
            let detail =
                format!("dropped as duplicates of a record that is dropped too: {}; apply the policy again", records(count));
            CheckRow::attention(Name::Witnesses, count, detail).behind(lost)
        }
    })
}

/// Records dropped as duplicates, each with its witness.
fn dropped_as_duplicates(scope: &Scope<'_>) -> Result<Vec<(RecordId, RecordId)>> {
    let (store, columns) = (scope.workspace.store(), scope.columns);
    // Of those that a person or a rule dropped too, the duplicate is not what they are lost by.
    let is_duplicate = |&p: &usize| columns.cause(p) == Some(CauseKind::Duplicate);
    if scope.version == Version::Now {
        let mut drops = store.duplicates()?;
        drops.retain(|&(record, _)| columns.position(record).filter(is_duplicate).is_some());
        return Ok(drops);
    }
    let ids: Vec<RecordId> = (0..columns.len()).filter(is_duplicate).map(|p| columns.id(p)).collect();
    let records = store.records_of(scope.version, &ids)?;
    Ok(records.into_iter().filter_map(|record| Some((record.id, record.duplicate?.witness))).collect())
}
