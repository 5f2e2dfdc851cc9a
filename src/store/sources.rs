//! Sources and their rejected lines.

use rusqlite::{OptionalExtension, Row, params};

use super::Store;
use crate::error::Result;
use crate::model::{Counts, RecordId, Reject, Source, SourceId};

const COLUMNS: &str =
    "id, name, path, format, digest, read, accepted, blank, rejected, image_root, prefix, split, protected, active";

fn row_to_source(row: &Row<'_>) -> rusqlite::Result<Source> {
    Ok(Source {
        id: SourceId(row.get(0)?),
        name: row.get(1)?,
        path: row.get(2)?,
        format: row.get(3)?,
        digest: row.get(4)?,
        counts: Counts {
            read: row.get::<_, i64>(5)? as u64,
            accepted: row.get::<_, i64>(6)? as u64,
            blank: row.get::<_, i64>(7)? as u64,
            rejected: row.get::<_, i64>(8)? as u64,
        },
        image_root: row.get(9)?,
        prefix: row.get(10)?,
        split: row.get(11)?,
        protected: row.get(12)?,
        active: row.get(13)?,
    })
}

impl Store {
    /// The active sources, in order of import.
    pub fn sources(&self) -> Result<Vec<Source>> {
        let mut statement = self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM sources WHERE active = 1 ORDER BY id"))?;
        let rows = statement.query_map([], row_to_source)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every source there ever was, in order of import.
    pub fn all_sources(&self) -> Result<Vec<Source>> {
        let mut statement = self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM sources ORDER BY id"))?;
        let rows = statement.query_map([], row_to_source)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The records of these sources: first id, and one past the last.
    pub(super) fn ranges_of(&self, sources: &[Source]) -> Result<Vec<(SourceId, u32, u32)>> {
        let mut statement =
            self.conn.prepare_cached("SELECT first_record, first_record + accepted FROM sources WHERE id = ?1")?;
        let range = |source: &Source| statement.query_row([source.id.0], |row| Ok((source.id, row.get(0)?, row.get(1)?)));
        Ok(sources.iter().map(range).collect::<rusqlite::Result<_>>()?)
    }

    /// Bytes of all raw texts of these sources.
    pub(super) fn bytes_of(&self, sources: &[Source]) -> Result<i64> {
        let mut statement = self.conn.prepare_cached("SELECT bytes FROM sources WHERE id = ?1")?;
        let bytes = |source: &Source| statement.query_row([source.id.0], |row| row.get::<_, i64>(0));
        Ok(sources.iter().map(bytes).sum::<rusqlite::Result<i64>>()?)
    }

    /// Id, name and declared split of every source there ever was.
    pub fn all_source_names(&self) -> Result<Vec<(SourceId, String, Option<String>)>> {
        let mut statement = self.conn.prepare_cached("SELECT id, name, split FROM sources ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok((SourceId(row.get(0)?), row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The active sources with the ids of their records: first, and one past the last.
    pub fn source_ranges(&self) -> Result<Vec<(SourceId, u32, u32)>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT id, first_record, first_record + accepted FROM sources WHERE active = 1 ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok((SourceId(row.get(0)?), row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// An active source with these bytes, if there is one.
    pub fn source_with_digest(&self, digest: &str) -> Result<Option<Source>> {
        let mut statement =
            self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM sources WHERE active = 1 AND digest = ?1"))?;
        Ok(statement.query_row([digest], row_to_source).optional()?)
    }

    /// The next free source id.
    pub fn next_source(&self) -> Result<SourceId> {
        Ok(SourceId(self.conn.query_row("SELECT coalesce(max(id), 0) + 1 FROM sources", [], |row| row.get(0))?))
    }

    /// Writes a source whose records are in; it begins inactive.
    pub fn insert_source(&self, source: &Source, bytes: u64, first_record: RecordId) -> Result<()> {
        self.conn.execute(
            "INSERT INTO sources (id, name, path, format, digest, bytes, read, accepted, blank, rejected, image_root, prefix, split,
                                  protected, active, first_record)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0, ?15)",
            params![
                source.id.0,
                source.name,
                source.path,
                source.format,
                source.digest,
                bytes as i64,
                source.counts.read as i64,
                source.counts.accepted as i64,
                source.counts.blank as i64,
                source.counts.rejected as i64,
                source.image_root,
                source.prefix,
                source.split,
                source.protected,
                first_record.0,
            ],
        )?;
        Ok(())
    }

    pub fn set_active(&self, source: SourceId, active: bool) -> Result<()> {
        self.conn.execute("UPDATE sources SET active = ?2 WHERE id = ?1", params![source.0, active])?;
        Ok(())
    }

    pub fn set_protected(&self, source: SourceId, protected: bool) -> Result<()> {
        self.conn.execute("UPDATE sources SET protected = ?2 WHERE id = ?1", params![source.0, protected])?;
        Ok(())
    }

    /// `(protected, active)` of a source.
    pub fn source_flags(&self, source: SourceId) -> Result<Option<(bool, bool)>> {
        let mut statement = self.conn.prepare_cached("SELECT protected, active FROM sources WHERE id = ?1")?;
        Ok(statement.query_row([source.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// Keeps a rejected line. The source's row may come later in the same transaction.
    pub fn insert_reject(&self, source: SourceId, reject: &Reject) -> Result<()> {
        let mut statement = self.conn.prepare_cached("INSERT INTO rejects (source, line, reason) VALUES (?1, ?2, ?3)")?;
        statement.execute(params![source.0, reject.line as i64, reject.reason])?;
        Ok(())
    }

    /// The first `limit` rejected lines of a source, by line.
    pub fn rejects(&self, source: SourceId, limit: usize) -> Result<Vec<Reject>> {
        let mut statement =
            self.conn.prepare_cached("SELECT line, reason FROM rejects WHERE source = ?1 ORDER BY line LIMIT ?2")?;
        let rows = statement.query_map(params![source.0, limit as i64], |row| {
            Ok(Reject { line: row.get::<_, i64>(0)? as u64, reason: row.get(1)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
