//! The layers over the records as they are now: one statement per table, each in order of record, read side by side.

use std::ops::Range;

use rusqlite::{CachedStatement, Row, Rows, params};

use super::Store;
use super::layers::drop_of;
use super::records::fired_from_json;
use crate::error::Result;
use crate::model::{Assignment, DuplicateDrop, Layers, Mark, MarkValue, Outcome};

/// The statements; [`LayerStatements::open`] runs them.
pub(super) struct LayerStatements<'s> {
    marks: CachedStatement<'s>,
    edits: CachedStatement<'s>,
    outcomes: CachedStatement<'s>,
    duplicates: CachedStatement<'s>,
    assignments: CachedStatement<'s>,
}

impl<'s> LayerStatements<'s> {
    pub(super) fn prepare(store: &'s Store) -> Result<Self> {
        Ok(LayerStatements {
            marks: store.conn.prepare_cached("SELECT record, mark, reason FROM marks WHERE record >= ?1 AND record < ?2 ORDER BY record")?,
            edits: store.conn.prepare_cached("SELECT record, text FROM edits WHERE record >= ?1 AND record < ?2 ORDER BY record")?,
            outcomes: store
                .conn
                .prepare_cached("SELECT record, text, dropped_by, fired, fields FROM outcomes WHERE pipeline = ?3 AND record >= ?1 AND record < ?2 ORDER BY record")?,
            duplicates: store.conn.prepare_cached("SELECT record, witness, score, recipe FROM duplicates WHERE record >= ?1 AND record < ?2 ORDER BY record")?,
            assignments: store.conn.prepare_cached("SELECT record, split, by_hand FROM assignments WHERE record >= ?1 AND record < ?2 ORDER BY record")?,
        })
    }

    pub(super) fn open(&mut self, store: &Store) -> Result<LayerRows<'_>> {
        self.open_range(store, 0..u32::MAX)
    }

    /// Only over the records with these ids.
    pub(super) fn open_range(&mut self, store: &Store, ids: Range<u32>) -> Result<LayerRows<'_>> {
        let ends = [ids.start, ids.end];
        let pipeline = store.pipeline_in_force()?;
        Ok(LayerRows {
            marks: Ordered::new(self.marks.query(ends)?),
            edits: Ordered::new(self.edits.query(ends)?),
            outcomes: Ordered::new(self.outcomes.query(params![ids.start, ids.end, pipeline])?),
            duplicates: Ordered::new(self.duplicates.query(ends)?),
            assignments: Ordered::new(self.assignments.query(ends)?),
        })
    }
}

pub(super) struct LayerRows<'r> {
    marks: Ordered<'r, MarkValue>,
    edits: Ordered<'r, String>,
    outcomes: Ordered<'r, Outcome>,
    duplicates: Ordered<'r, DuplicateDrop>,
    assignments: Ordered<'r, Assignment>,
}

impl LayerRows<'_> {
    /// The layers of record `id`; ids must ascend.
    pub(super) fn at(&mut self, id: u32) -> Result<Layers> {
        Ok(Layers {
            mark: self.marks.take(id, |row| {
                let word: String = row.get(1)?;
                Ok(MarkValue { mark: word.parse().unwrap_or(Mark::Flag), reason: row.get(2)? })
            })?,
            edit: self.edits.take(id, |row| row.get(1))?,
            outcome: self.outcomes.take(id, |row| {
                Ok(Outcome {
                    text: row.get(1)?,
                    dropped_by: row.get(2)?,
                    fired: fired_from_json(row.get::<_, Option<String>>(3)?.as_deref()),
                    fields: super::fields::from_json(row.get::<_, Option<String>>(4)?.as_deref()),
                })
            })?,
            duplicate: self.duplicates.take(id, |row| drop_of(row.get(1)?, row.get(2)?, row.get(3)?))?,
            assignment: self.assignments.take(id, |row| Ok(Assignment { split: row.get(1)?, by_hand: row.get(2)? }))?,
        })
    }
}

/// Rows in order of record, one step ahead.
struct Ordered<'r, T> {
    rows: Rows<'r>,
    next: Option<(u32, T)>,
    started: bool,
}

impl<'r, T> Ordered<'r, T> {
    fn new(rows: Rows<'r>) -> Self {
        Ordered { rows, next: None, started: false }
    }

    fn take(&mut self, id: u32, read: impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Option<T>> {
        if !self.started {
            self.started = true;
            self.advance(&read)?;
        }
        while self.next.as_ref().is_some_and(|(next, _)| *next < id) {
            self.advance(&read)?;
        }
        if self.next.as_ref().is_some_and(|(next, _)| *next == id) {
            let found = self.next.take().map(|(_, value)| value);
            self.advance(&read)?;
            return Ok(found);
        }
        Ok(None)
    }

    fn advance(&mut self, read: &impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<()> {
        self.next = match self.rows.next()? {
            Some(row) => Some((row.get(0)?, read(row)?)),
            None => None,
        };
        Ok(())
    }
}
