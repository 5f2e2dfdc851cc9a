//! The ground layers over a record, one getter and one setter each. Only the workspace's one door calls the setters.

use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::error::Result;
use crate::model::{Assignment, DuplicateDrop, Mark, MarkValue, RecordId, SourceId};

impl Store {
    pub fn mark(&self, record: RecordId) -> Result<Option<MarkValue>> {
        let mut statement = self.conn.prepare_cached("SELECT mark, reason FROM marks WHERE record = ?1")?;
        let found: Option<(String, Option<String>)> =
            statement.query_row([record.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(found.and_then(|(word, reason)| word.parse::<Mark>().ok().map(|mark| MarkValue { mark, reason })))
    }

    pub fn set_mark(&self, record: RecordId, value: Option<&MarkValue>) -> Result<()> {
        match value {
            Some(value) => self
                .conn
                .prepare_cached("INSERT OR REPLACE INTO marks (record, mark, reason) VALUES (?1, ?2, ?3)")?
                .execute(params![record.0, value.mark.word(), value.reason])?,
            None => self.conn.prepare_cached("DELETE FROM marks WHERE record = ?1")?.execute([record.0])?,
        };
        Ok(())
    }

    pub fn edit(&self, record: RecordId) -> Result<Option<String>> {
        let mut statement = self.conn.prepare_cached("SELECT text FROM edits WHERE record = ?1")?;
        Ok(statement.query_row([record.0], |row| row.get(0)).optional()?)
    }

    pub fn set_edit(&self, record: RecordId, text: Option<&str>) -> Result<()> {
        match text {
            Some(text) => self
                .conn
                .prepare_cached("INSERT OR REPLACE INTO edits (record, text) VALUES (?1, ?2)")?
                .execute(params![record.0, text])?,
            None => self.conn.prepare_cached("DELETE FROM edits WHERE record = ?1")?.execute([record.0])?,
        };
        Ok(())
    }

    pub fn duplicate(&self, record: RecordId) -> Result<Option<DuplicateDrop>> {
        let mut statement = self.conn.prepare_cached("SELECT witness, score, recipe FROM duplicates WHERE record = ?1")?;
        let found = statement.query_row([record.0], |row| drop_of(row.get(0)?, row.get(1)?, row.get(2)?)).optional()?;
        Ok(found)
    }

    pub fn set_duplicate(&self, record: RecordId, value: Option<&DuplicateDrop>) -> Result<()> {
        match value {
            Some(value) => self
                .conn
                .prepare_cached("INSERT OR REPLACE INTO duplicates (record, witness, score, recipe) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![
                    record.0,
                    value.witness.0,
                    f64::from(value.score),
                    value.recipe.map(|recipe| recipe.to_string())
                ])?,
            None => self.conn.prepare_cached("DELETE FROM duplicates WHERE record = ?1")?.execute([record.0])?,
        };
        Ok(())
    }

    /// Every record that was dropped as a duplicate, by id.
    pub fn duplicate_records(&self) -> Result<Vec<RecordId>> {
        let mut statement = self.conn.prepare_cached("SELECT record FROM duplicates ORDER BY record")?;
        let rows = statement.query_map([], |row| Ok(RecordId(row.get(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Those of [`Store::duplicate_records`] that a policy dropped: the next one takes these back first. What leaked stays dropped.
    pub fn dropped_by_policies(&self) -> Result<Vec<RecordId>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT record FROM duplicates WHERE recipe IS NULL OR recipe NOT LIKE '% leakage %' ORDER BY record",
        )?;
        let rows = statement.query_map([], |row| Ok(RecordId(row.get(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every record that an applied policy dropped, with the kept one it resembled, by id.
    pub fn duplicates(&self) -> Result<Vec<(RecordId, RecordId)>> {
        let mut statement = self.conn.prepare_cached("SELECT record, witness FROM duplicates ORDER BY record")?;
        let rows = statement.query_map([], |row| Ok((RecordId(row.get(0)?), RecordId(row.get(1)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Records of other sources that were dropped because of a record of these ones, by id; of sources that are out too, since they may come back.
    pub fn dropped_because_of(&self, sources: &[SourceId]) -> Result<Vec<RecordId>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT d.record FROM duplicates d JOIN records w ON w.id = d.witness JOIN records r ON r.id = d.record
             WHERE w.source = ?1 AND r.source <> ?1 ORDER BY d.record",
        )?;
        let mut records = Vec::new();
        for source in sources {
            let rows = statement.query_map([source.0], |row| Ok(RecordId(row.get(0)?)))?;
            for record in rows {
                records.push(record?);
            }
        }
        Ok(records)
    }

    pub fn assignment(&self, record: RecordId) -> Result<Option<Assignment>> {
        let mut statement = self.conn.prepare_cached("SELECT split, by_hand FROM assignments WHERE record = ?1")?;
        Ok(statement.query_row([record.0], |row| Ok(Assignment { split: row.get(0)?, by_hand: row.get(1)? })).optional()?)
    }

    pub fn set_assignment(&self, record: RecordId, value: Option<&Assignment>) -> Result<()> {
        match value {
            Some(Assignment { split, by_hand }) => self
                .conn
                .prepare_cached("INSERT OR REPLACE INTO assignments (record, split, by_hand) VALUES (?1, ?2, ?3)")?
                .execute(params![record.0, split, by_hand])?,
            None => self.conn.prepare_cached("DELETE FROM assignments WHERE record = ?1")?.execute([record.0])?,
        };
        Ok(())
    }

    /// Every record with an assignment of its own, by id.
    pub fn assigned_records(&self) -> Result<Vec<RecordId>> {
        let mut statement = self.conn.prepare_cached("SELECT record FROM assignments ORDER BY record")?;
        let rows = statement.query_map([], |row| Ok(RecordId(row.get(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// A drop as its row has it.
pub(super) fn drop_of(witness: u32, score: f64, recipe: Option<String>) -> rusqlite::Result<DuplicateDrop> {
    let recipe = recipe.and_then(|text| text.parse().ok());
    Ok(DuplicateDrop { witness: RecordId(witness), score: score as f32, recipe })
}
