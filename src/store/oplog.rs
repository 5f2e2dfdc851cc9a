//! The operation log: operations and the typed changes each consists of.
//!
//! A change is a row (part, key, name, before, after) with its values as compact JSON, so that the log can be read with any SQLite
//! client. The changes of one operation have consecutive ids, so that undo reads one range.

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Store;
use crate::error::{Error, Result};
use crate::model::{Change, OpId, OpKind, RecordId, SourceId, TextDigest};

/// An operation as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Operation {
    pub id: OpId,
    /// A word of [`OpKind`].
    pub kind: String,
    pub description: String,
    /// The equivalent command line.
    pub command: String,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
    pub changes: u64,
    /// For undo and redo: what was undone or redone.
    pub target: Option<OpId>,
    pub undone: bool,
}

impl Operation {
    pub fn op_kind(&self) -> Option<OpKind> {
        OpKind::from_word(&self.kind)
    }

    /// Undo and redo step over the others, never over themselves.
    pub fn is_step(&self) -> bool {
        matches!(self.op_kind(), Some(OpKind::Undo | OpKind::Redo))
    }
}

const COLUMNS: &str = "id, kind, description, command, at, changes, target, undone";

fn row_to_operation(row: &Row<'_>) -> rusqlite::Result<Operation> {
    Ok(Operation {
        id: OpId(row.get(0)?),
        kind: row.get(1)?,
        description: row.get(2)?,
        command: row.get(3)?,
        at: row.get(4)?,
        changes: row.get::<_, i64>(5)? as u64,
        target: row.get::<_, Option<u32>>(6)?.map(OpId),
        undone: row.get(7)?,
    })
}

/// A new operation, before it has an id.
#[derive(Debug, Clone)]
pub struct NewOperation<'a> {
    pub kind: OpKind,
    pub description: &'a str,
    pub command: &'a str,
    pub at: i64,
    pub first_change: i64,
    pub changes: u64,
    pub target: Option<OpId>,
}

impl Store {
    pub fn insert_operation(&self, operation: &NewOperation<'_>) -> Result<OpId> {
        self.conn
            .prepare_cached(
                "INSERT INTO operations (kind, description, command, at, first_change, changes, target) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                operation.kind.word(),
                operation.description,
                operation.command,
                operation.at,
                operation.first_change,
                operation.changes as i64,
                operation.target.map(|t| t.0),
            ])?;
        Ok(OpId(self.conn.last_insert_rowid() as u32))
    }

    /// The newest operations first, at most `limit`.
    pub fn operations(&self, limit: usize) -> Result<Vec<Operation>> {
        let mut statement = self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM operations ORDER BY id DESC LIMIT ?1"))?;
        let rows = statement.query_map([limit as i64], row_to_operation)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub fn operation(&self, id: OpId) -> Result<Option<Operation>> {
        let mut statement = self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM operations WHERE id = ?1"))?;
        Ok(statement.query_row([id.0], row_to_operation).optional()?)
    }

    pub fn set_undone(&self, id: OpId, undone: bool) -> Result<()> {
        self.conn.prepare_cached("UPDATE operations SET undone = ?2 WHERE id = ?1")?.execute(params![id.0, undone])?;
        Ok(())
    }

    /// The number of the newest operation, undone or not; 0 when nothing was done yet.
    pub fn last_operation(&self) -> Result<OpId> {
        let mut statement = self.conn.prepare_cached("SELECT coalesce(max(id), 0) FROM operations")?;
        Ok(OpId(statement.query_row([], |row| row.get(0))?))
    }

    /// Operations in force that are newer than this one; snapshots change nothing and do not count.
    pub fn operations_since(&self, id: OpId) -> Result<u64> {
        let mut statement = self.conn.prepare_cached(
            "SELECT count(*) FROM operations WHERE id > ?1 AND undone = 0 AND kind NOT IN ('undo', 'redo', 'snapshot')",
        )?;
        Ok(statement.query_row([id.0], |row| row.get::<_, i64>(0))? as u64)
    }

    /// The newest operation that is in force and can be undone.
    pub fn undo_candidate(&self) -> Result<Option<Operation>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM operations WHERE undone = 0 AND kind NOT IN ('undo', 'redo') ORDER BY id DESC LIMIT 1"
        );
        Ok(self.conn.prepare_cached(&sql)?.query_row([], row_to_operation).optional()?)
    }

    /// The operations after `id` that are in force, oldest first.
    pub fn operations_in_force_after(&self, id: OpId) -> Result<Vec<Operation>> {
        let sql =
            format!("SELECT {COLUMNS} FROM operations WHERE id > ?1 AND undone = 0 AND kind NOT IN ('undo', 'redo') ORDER BY id");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map([id.0], row_to_operation)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The id that the next change gets.
    pub fn next_change(&self) -> Result<i64> {
        Ok(self.conn.prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM changes")?.query_row([], |row| row.get(0))?)
    }

    pub fn insert_change(&self, id: i64, change: &Change) -> Result<()> {
        let encoded = Encoded::of(change)?;
        self.conn
            .prepare_cached("INSERT INTO changes (id, part, key, name, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![id, encoded.part, encoded.key, encoded.name, encoded.before, encoded.after])?;
        Ok(())
    }

    /// Changes of an operation, at most `limit`, from the one with offset `from` on, in order.
    pub fn changes(&self, operation: OpId, from: u64, limit: usize) -> Result<Vec<Change>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT c.part, c.key, c.name, c.before, c.after FROM operations o
             JOIN changes c ON c.id >= o.first_change + ?2 AND c.id < o.first_change + o.changes
             WHERE o.id = ?1 ORDER BY c.id LIMIT ?3",
        )?;
        let mut rows = statement.query(params![operation.0, from as i64, limit as i64])?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            changes.push(row_to_change(row)?);
        }
        Ok(changes)
    }

    /// The operations that changed a record, oldest first, each with its change.
    pub fn history_of(&self, record: RecordId) -> Result<Vec<(Operation, Change)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT c.part, c.key, c.name, c.before, c.after, c.id FROM changes c
             WHERE c.key = ?1 AND c.part IN ('mark', 'edit', 'duplicate', 'split') ORDER BY c.id DESC LIMIT 100",
        )?;
        let sql = format!(
            "SELECT {COLUMNS} FROM operations WHERE first_change <= ?1 AND changes > 0 ORDER BY first_change DESC LIMIT 1"
        );
        let mut owner = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([record.0])?;
        let mut history = Vec::new();
        while let Some(row) = rows.next()? {
            let operation = owner.query_row([row.get::<_, i64>(5)?], row_to_operation)?;
            history.push((operation, row_to_change(row)?));
        }
        history.reverse();
        Ok(history)
    }
}

/// A change as its row.
struct Encoded {
    part: &'static str,
    key: u32,
    name: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

impl Encoded {
    fn of(change: &Change) -> Result<Encoded> {
        let row = |part, key, before, after| Encoded { part, key, name: None, before, after };
        let named = |part, name: &str, before, after| Encoded { part, key: 0, name: Some(name.to_owned()), before, after };
        Ok(match change {
            Change::Mark { record, before, after } => row("mark", record.0, json(before)?, json(after)?),
            Change::Edit { record, before, after } => row("edit", record.0, json(before)?, json(after)?),
            Change::Duplicate { record, before, after } => row("duplicate", record.0, json(before)?, json(after)?),
            Change::Split { record, before, after } => row("split", record.0, json(before)?, json(after)?),
            Change::Active { source, before, after } => row("active", source.0, json(&Some(before))?, json(&Some(after))?),
            Change::Protected { source, before, after } => row("protected", source.0, json(&Some(before))?, json(&Some(after))?),
            Change::Setting { key, before, after } => named("setting", key, json(before)?, json(after)?),
            Change::Pipeline { name, before, after } => named("pipeline", name, json(before)?, json(after)?),
            Change::Refusals { text, before, after } => named("refusals", &text.0, json(before)?, json(after)?),
            Change::Judgement { pair, before, after } => named("judgement", &pair.to_string(), json(before)?, json(after)?),
            Change::Snapshot { name, before, after } => named("snapshot", name, json(before)?, json(after)?),
        })
    }
}

fn json<T: Serialize>(value: &Option<T>) -> Result<Option<String>> {
    value
        .as_ref()
        .map(|v| serde_json::to_string(v).map_err(|e| Error::io("a change could not be written").caused_by(e)))
        .transpose()
}

fn row_to_change(row: &Row<'_>) -> Result<Change> {
    let part: String = row.get(0)?;
    let key: u32 = row.get(1)?;
    let (before, after): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
    fn value<T: DeserializeOwned>(json: Option<String>) -> Result<Option<T>> {
        json.map(|j| serde_json::from_str(&j).map_err(|e| damaged().caused_by(e))).transpose()
    }
    let flag = |json: Option<String>| -> Result<bool> { value(json)?.ok_or_else(damaged) };
    let name = || -> Result<String> { row.get::<_, Option<String>>(2)?.ok_or_else(damaged) };
    let record = RecordId(key);
    let source = SourceId(key);
    Ok(match part.as_str() {
        "mark" => Change::Mark { record, before: value(before)?, after: value(after)? },
        "edit" => Change::Edit { record, before: value(before)?, after: value(after)? },
        "duplicate" => Change::Duplicate { record, before: value(before)?, after: value(after)? },
        "split" => Change::Split { record, before: value(before)?, after: value(after)? },
        "active" => Change::Active { source, before: flag(before)?, after: flag(after)? },
        "protected" => Change::Protected { source, before: flag(before)?, after: flag(after)? },
        "setting" => Change::Setting { key: name()?, before: value(before)?, after: value(after)? },
        "pipeline" => Change::Pipeline { name: name()?, before: value(before)?, after: value(after)? },
        "refusals" => Change::Refusals { text: TextDigest(name()?), before: value(before)?, after: value(after)? },
        "snapshot" => Change::Snapshot { name: name()?, before: value(before)?, after: value(after)? },
        "judgement" => {
            Change::Judgement { pair: name()?.parse().map_err(|()| damaged())?, before: value(before)?, after: value(after)? }
        }
        _ => return Err(damaged()),
    })
}

fn damaged() -> Error {
    Error::refused("the operation log is damaged").hint("`tamis check` says where")
}
