//! Pipelines that were applied, and what each made of the records (derived: one row per record that it changed or dropped); the
//! curator's own pipelines by name, and what is refused of them (ground).

use rusqlite::{OptionalExtension, params};

use super::{Store, fields};
use crate::error::{Error, Result};
use crate::model::{Outcome, RecordId, Refusal, SourceId, TextDigest};

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
    /// Digest of the refusals that its outcomes honour.
    pub refusals: Option<String>,
    /// Which engine made its outcomes.
    pub engine: Option<String>,
}

/// A record as rules get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord {
    pub id: RecordId,
    pub source: SourceId,
    pub text: String,
    /// A JSON object; only read when asked for.
    pub fields: Option<String>,
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
        let sql = format!("SELECT id, name, digest, source, covered, refusals, engine FROM pipelines WHERE {condition}");
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
                    refusals: row.get(5)?,
                    engine: row.get(6)?,
                })
            })
            .optional()?;
        Ok(found)
    }

    /// Saves a pipeline that covers nothing yet; its id.
    pub fn insert_pipeline(&self, name: &str, digest: &str, source: &str, engine: &str) -> Result<i64> {
        self.conn.execute(
            "INSERT INTO pipelines (name, digest, source, covered, engine) VALUES (?1, ?2, ?3, 0, ?4)",
            [name, digest, source, engine],
        )?;
        Ok(self.conn.last_insert_rowid())
    }

    /// Takes all outcomes of a pipeline away; it covers nothing again, and the next ones are made by this engine.
    pub fn forget_outcomes(&self, pipeline: i64, engine: &str) -> Result<()> {
        self.conn.execute("DELETE FROM outcomes WHERE pipeline = ?1", [pipeline])?;
        self.conn
            .execute("UPDATE pipelines SET covered = 0, refusals = NULL, engine = ?2 WHERE id = ?1", params![pipeline, engine])?;
        Ok(())
    }

    pub fn set_covered(&self, pipeline: i64, covered: RecordId) -> Result<()> {
        self.conn.execute("UPDATE pipelines SET covered = ?2 WHERE id = ?1", params![pipeline, covered.0])?;
        Ok(())
    }

    /// Another name and text for a pipeline that does the same.
    pub fn rename_pipeline(&self, id: i64, name: &str, source: &str) -> Result<()> {
        self.conn.execute("UPDATE pipelines SET name = ?2, source = ?3 WHERE id = ?1", params![id, name, source])?;
        Ok(())
    }

    /// Says which refusals the outcomes of a pipeline honour.
    pub fn set_honoured(&self, pipeline: i64, refusals: Option<&str>) -> Result<()> {
        self.conn.execute("UPDATE pipelines SET refusals = ?2 WHERE id = ?1", params![pipeline, refusals])?;
        Ok(())
    }

    /// Keeps what a pipeline made of a record; nothing, and no refusal honoured, leaves no row. `honours` is the digest of what is
    /// refused of that text.
    pub fn put_outcome(&self, pipeline: i64, record: RecordId, outcome: Option<&Outcome>, honours: Option<&str>) -> Result<()> {
        let Some(outcome) = outcome.or(honours.map(|_| &NOTHING)) else {
            self.conn
                .prepare_cached("DELETE FROM outcomes WHERE pipeline = ?1 AND record = ?2")?
                .execute(params![pipeline, record.0])?;
            return Ok(());
        };
        let fired = (!outcome.fired.is_empty()).then(|| serde_json::to_string(&outcome.fired).unwrap_or_default());
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO outcomes (pipeline, record, text, dropped_by, fired, fields, refused)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                pipeline,
                record.0,
                outcome.text,
                outcome.dropped_by,
                fired,
                fields::to_json(&outcome.fields),
                honours
            ])?;
        Ok(())
    }

    /// Keeps what a pipeline made of a record that had no outcome before.
    pub fn insert_outcome(
        &self,
        pipeline: i64,
        record: RecordId,
        outcome: Option<&Outcome>,
        honours: Option<&str>,
    ) -> Result<()> {
        if outcome.is_none() && honours.is_none() { Ok(()) } else { self.put_outcome(pipeline, record, outcome, honours) }
    }

    /// The records whose outcome honours refusals, with the digest of these, by id.
    pub fn honouring(&self, pipeline: i64) -> Result<Vec<(RecordId, String)>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT record, refused FROM outcomes WHERE pipeline = ?1 AND refused IS NOT NULL ORDER BY record")?;
        let rows = statement.query_map([pipeline], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Up to `limit` records with ids above `after`, by id, of inactive sources too: what an undone import holds keeps its outcomes.
    pub fn raw_records_after(&self, after: RecordId, limit: usize, with_fields: bool) -> Result<Vec<RawRecord>> {
        let fields = if with_fields { "fields" } else { "NULL" };
        let sql = format!("SELECT id, source, raw_text, {fields} FROM records WHERE id > ?1 ORDER BY id LIMIT ?2");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params![after.0, limit as i64], |row| {
            Ok(RawRecord { id: RecordId(row.get(0)?), source: SourceId(row.get(1)?), text: row.get(2)?, fields: row.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One record as rules get it.
    pub fn raw_record(&self, id: RecordId) -> Result<Option<RawRecord>> {
        let before = RecordId(id.0.saturating_sub(1));
        Ok(self.raw_records_after(before, 1, true)?.pop().filter(|record| record.id == id))
    }

    /// The curator's pipelines: name and TOML, by name.
    pub fn named_pipelines(&self) -> Result<Vec<(String, String)>> {
        let mut statement = self.conn.prepare_cached("SELECT name, source FROM named_pipelines ORDER BY name")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub fn named_pipeline(&self, name: &str) -> Result<Option<String>> {
        let mut statement = self.conn.prepare_cached("SELECT source FROM named_pipelines WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    pub fn set_named_pipeline(&self, name: &str, source: Option<&str>) -> Result<()> {
        match source {
            Some(source) => self
                .conn
                .prepare_cached("INSERT OR REPLACE INTO named_pipelines (name, source) VALUES (?1, ?2)")?
                .execute([name, source])?,
            None => self.conn.prepare_cached("DELETE FROM named_pipelines WHERE name = ?1")?.execute([name])?,
        };
        Ok(())
    }

    /// What rules may not do to a text.
    pub fn refusals(&self, text: &TextDigest) -> Result<Vec<Refusal>> {
        let mut statement = self.conn.prepare_cached("SELECT refused FROM refusals WHERE text = ?1")?;
        let found: Option<String> = statement.query_row([&text.0], |row| row.get(0)).optional()?;
        found.map_or(Ok(Vec::new()), |json| refusals_from_json(&json))
    }

    /// All texts that something is refused of, by digest.
    pub fn all_refusals(&self) -> Result<Vec<(TextDigest, Vec<Refusal>)>> {
        let mut statement = self.conn.prepare_cached("SELECT text, refused FROM refusals ORDER BY text")?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push((TextDigest(row.get(0)?), refusals_from_json(&row.get::<_, String>(1)?)?));
        }
        Ok(all)
    }

    pub fn set_refusals(&self, text: &TextDigest, refused: Option<&[Refusal]>) -> Result<()> {
        match refused {
            Some(refused) => {
                let json =
                    serde_json::to_string(refused).map_err(|e| Error::io("a refusal could not be written").caused_by(e))?;
                self.conn
                    .prepare_cached("INSERT OR REPLACE INTO refusals (text, refused) VALUES (?1, ?2)")?
                    .execute([&text.0, &json])?
            }
            None => self.conn.prepare_cached("DELETE FROM refusals WHERE text = ?1")?.execute([&text.0])?,
        };
        Ok(())
    }

    /// How many active records a pipeline changes (and does not drop), and how many it drops.
    pub fn outcome_counts(&self, pipeline: i64) -> Result<(u64, u64)> {
        let mut statement = self.conn.prepare_cached(
            "SELECT count(*) FILTER (WHERE o.dropped_by IS NULL AND (o.text IS NOT NULL OR o.fields IS NOT NULL)), count(*) FILTER (WHERE o.dropped_by IS NOT NULL)
             FROM sources s JOIN outcomes o ON o.pipeline = ?1 AND o.record >= s.first_record AND o.record < s.first_record + s.accepted
             WHERE s.active = 1",
        )?;
        Ok(statement.query_row([pipeline], |row| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64)))?)
    }
}

/// A row that only says that refusals were honoured.
static NOTHING: Outcome = Outcome { text: None, dropped_by: None, fired: Vec::new(), fields: Vec::new() };

fn refusals_from_json(json: &str) -> Result<Vec<Refusal>> {
    serde_json::from_str(json)
        .map_err(|e| Error::refused("the refused changes are damaged").caused_by(e).hint("`tamis check` says where"))
}
