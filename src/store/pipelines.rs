//! Saved pipelines, and what each made of the records (derived: one row per record that it changed or dropped).

use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::error::Result;
use crate::model::{Outcome, RecordId};

/// A saved pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPipeline {
    pub id: i64,
    pub name: String,
    pub digest: String,
    /// TOML.
    pub source: String,
    /// Outcomes exist for the records up to this one.
    pub covered: RecordId,
}

impl Store {
    /// The pipeline that rules the texts.
    pub fn pipeline(&self) -> Result<Option<SavedPipeline>> {
        let id = self.pipeline_in_force()?;
        self.pipeline_where("id = ?1", &id)
    }

    pub fn pipeline_with_digest(&self, digest: &str) -> Result<Option<SavedPipeline>> {
        self.pipeline_where("digest = ?1", &digest)
    }

    fn pipeline_where(&self, condition: &str, value: &dyn rusqlite::ToSql) -> Result<Option<SavedPipeline>> {
        let sql = format!("SELECT id, name, digest, source, covered FROM pipelines WHERE {condition}");
        let found = self
            .conn
            .prepare_cached(&sql)?
            .query_row([value], |row| {
                Ok(SavedPipeline {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    digest: row.get(2)?,
                    source: row.get(3)?,
                    covered: RecordId(row.get(4)?),
                })
            })
            .optional()?;
        Ok(found)
    }

    /// Saves a pipeline that covers nothing yet; its id.
    pub fn insert_pipeline(&self, name: &str, digest: &str, source: &str) -> Result<i64> {
        self.conn
            .execute("INSERT INTO pipelines (name, digest, source, covered) VALUES (?1, ?2, ?3, 0)", [name, digest, source])?;
        Ok(self.conn.last_insert_rowid())
    }

    pub fn set_covered(&self, pipeline: i64, covered: RecordId) -> Result<()> {
        self.conn.execute("UPDATE pipelines SET covered = ?2 WHERE id = ?1", params![pipeline, covered.0])?;
        Ok(())
    }

    pub fn insert_outcome(&self, pipeline: i64, record: RecordId, outcome: &Outcome) -> Result<()> {
        let fired = (!outcome.fired.is_empty()).then(|| serde_json::to_string(&outcome.fired).unwrap_or_default());
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO outcomes (pipeline, record, text, dropped_by, fired) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![pipeline, record.0, outcome.text, outcome.dropped_by, fired])?;
        Ok(())
    }

    /// How many active records a pipeline changes (and does not drop), and how many it drops.
    pub fn outcome_counts(&self, pipeline: i64) -> Result<(u64, u64)> {
        let mut statement = self.conn.prepare_cached(
            "SELECT count(*) FILTER (WHERE o.dropped_by IS NULL AND o.text IS NOT NULL), count(*) FILTER (WHERE o.dropped_by IS NOT NULL)
             FROM sources s JOIN outcomes o ON o.pipeline = ?1 AND o.record >= s.first_record AND o.record < s.first_record + s.accepted
             WHERE s.active = 1",
        )?;
        Ok(statement.query_row([pipeline], |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64)))?)
    }
}
