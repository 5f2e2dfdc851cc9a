//! history: the operations, newest first, and those of one record.

use crate::error::Result;
use crate::model::{Assignment, Change, RecordId};
use crate::store::oplog::Operation;
use crate::workspace::Workspace;

pub use crate::store::oplog::Operation as Entry;

/// The newest operations first, at most `limit`.
pub fn history(workspace: &Workspace, limit: usize) -> Result<Vec<Operation>> {
    workspace.store().operations(limit)
}

/// One line of a record's own history.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordEvent {
    pub operation: Operation,
    pub what: String,
}

/// What happened to a record, oldest first, in words.
pub fn history_of(workspace: &Workspace, record: RecordId) -> Result<Vec<RecordEvent>> {
    let events = workspace.store().history_of(record)?;
    Ok(events.into_iter().map(|(operation, change)| RecordEvent { what: in_words(&change), operation }).collect())
}

fn in_words(change: &Change) -> String {
    match change {
        Change::Mark { after: Some(value), .. } => match &value.reason {
            Some(reason) => format!("marked {} ({reason})", value.mark.word()),
            None => format!("marked {}", value.mark.word()),
        },
        Change::Mark { after: None, .. } => "mark cleared".to_owned(),
        Change::Edit { after: Some(_), .. } => "text edited".to_owned(),
        Change::Edit { after: None, .. } => "edit taken back".to_owned(),
        Change::Duplicate { after: Some(drop), .. } => format!("dropped as a duplicate of {} at {:.3}", drop.witness, drop.score),
        Change::Duplicate { after: None, .. } => "no longer dropped as a duplicate".to_owned(),
        Change::Split { after: Some(Assignment { split, by_hand: true }), .. } => format!("moved to {split} by hand"),
        Change::Split { after: Some(Assignment { split, .. }), .. } => format!("put into {split}"),
        Change::Split { after: None, .. } => "taken out of its split".to_owned(),
        Change::Active { .. }
        | Change::Protected { .. }
        | Change::Setting { .. }
        | Change::Pipeline { .. }
        | Change::Refusals { .. }
        | Change::Judgement { .. }
        | Change::Snapshot { .. } => String::new(),
    }
}

/// A moment as it is shown, in UTC: the same on every machine.
pub fn time(milliseconds: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    moment.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
