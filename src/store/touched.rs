//! What operations touched, row by row: all that is needed to say which of them build on which.

use std::ops::Range;

use rusqlite::OptionalExtension;

use super::Store;
use crate::error::Result;
use crate::model::{OpId, RecordId, SourceId};

/// The thing that a change is about, as the log spells it; its values stay unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched<'a> {
    /// `mark`, `edit`, `active`, `setting` …: see the table `changes`.
    pub part: &'a str,
    /// A record or a source; 0 for what has a name.
    pub key: u32,
    pub name: Option<&'a str>,
    /// Of a duplicate: the record that it resembles.
    pub witness: Option<RecordId>,
}

impl Store {
    /// Calls `f` with everything that an operation touched, in order.
    pub fn for_each_touched(&self, operation: OpId, mut f: impl FnMut(Touched<'_>) -> Result<()>) -> Result<()> {
        let mut statement = self.conn.prepare_cached(
            "SELECT c.part, c.key, c.name, iif(c.part = 'duplicate', c.after ->> 'witness', NULL)
             FROM operations o JOIN changes c ON c.id >= o.first_change AND c.id < o.first_change + o.changes
             WHERE o.id = ?1 ORDER BY c.id",
        )?;
        let mut rows = statement.query([operation.0])?;
        while let Some(row) = rows.next()? {
            f(Touched {
                part: row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?,
                key: row.get(1)?,
                name: row.get_ref(2)?.as_str_or_null().map_err(rusqlite::Error::from)?,
                witness: row.get::<_, Option<u32>>(3)?.map(RecordId),
            })?;
        }
        Ok(())
    }

    /// The name of a source, active or not, and the ids of its records.
    pub fn name_and_records(&self, source: SourceId) -> Result<Option<(String, Range<u32>)>> {
        let mut statement =
            self.conn.prepare_cached("SELECT name, first_record, first_record + accepted FROM sources WHERE id = ?1")?;
        Ok(statement.query_row([source.0], |row| Ok((row.get(0)?, row.get(1)?..row.get(2)?))).optional()?)
    }
}
