//! Named values of the workspace.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;

use super::Store;
use crate::error::Result;

/// Id of the pipeline that rules the texts.
pub const PIPELINE: &str = "pipeline";
/// Recipe of the last split, as JSON: shares, seed, lens, threshold.
pub const SPLIT: &str = "split";
/// What was applied last in Duplicates, as JSON: lens, threshold, policy.
pub const DUPLICATES: &str = "duplicates";
/// Phrases that similarity does not look at, as a JSON array.
pub const MASK: &str = "duplicates.mask";
/// Criteria of the keeper order, as a JSON array.
pub const KEEPER_ORDER: &str = "duplicates.order";
/// Splits that never lose a record to another one, as a JSON array.
pub const PROTECTED_SPLITS: &str = "duplicates.protected-splits";

impl Store {
    /// What a screen remembers between sessions: neither ground nor derived, and no operation.
    pub fn preference(&self, key: &str) -> Result<Option<String>> {
        let mut statement = self.conn.prepare_cached("SELECT value FROM preferences WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    pub fn set_preference(&self, key: &str, value: &str) -> Result<()> {
        self.conn.prepare_cached("INSERT OR REPLACE INTO preferences (key, value) VALUES (?1, ?2)")?.execute([key, value])?;
        Ok(())
    }

    /// All of them, by key.
    pub fn settings(&self) -> Result<BTreeMap<String, String>> {
        let mut statement = self.conn.prepare_cached("SELECT key, value FROM settings ORDER BY key")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        let mut statement = self.conn.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    pub fn set_setting(&self, key: &str, value: Option<&str>) -> Result<()> {
        match value {
            Some(value) => {
                self.conn.prepare_cached("INSERT OR REPLACE INTO settings (key, value) VALUES (?1, ?2)")?.execute([key, value])?
            }
            None => self.conn.prepare_cached("DELETE FROM settings WHERE key = ?1")?.execute([key])?,
        };
        Ok(())
    }
}
