//! Questions that a sound workspace answers with "none".

use super::Store;
use crate::error::Result;

/// One invariant: what must hold, and how many rows break it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub invariant: &'static str,
    pub rows: u64,
}

/// Each query counts the rows that break its invariant.
const INVARIANTS: [(&str, &str); 10] = [
    (
        "read = accepted + blank + rejected for every source",
        "SELECT count(*) FROM sources WHERE read <> accepted + blank + rejected",
    ),
    (
        "every accepted line is a record",
        "SELECT count(*) FROM sources s WHERE accepted <> (SELECT count(*) FROM records WHERE id >= s.first_record AND id < s.first_record + s.accepted AND source = s.id)",
    ),
    (
        "every rejected line is listed",
        "SELECT count(*) FROM sources s WHERE rejected <> (SELECT count(*) FROM rejects WHERE source = s.id)",
    ),
    ("every record has a source", "SELECT count(*) FROM records WHERE source NOT IN (SELECT id FROM sources)"),
    ("every witness of a duplicate is a record", "SELECT count(*) FROM duplicates WHERE witness NOT IN (SELECT id FROM records)"),
    (
        "every change belongs to an operation",
        "SELECT (SELECT count(*) FROM changes) <> (SELECT coalesce(sum(changes), 0) FROM operations)",
    ),
    (
        "every operation has all its changes",
        "SELECT count(*) FROM operations o WHERE kind NOT IN ('undo', 'redo') AND changes <> (SELECT count(*) FROM changes WHERE id >= o.first_change AND id < o.first_change + o.changes)",
    ),
    (
        "the pipeline in force is saved",
        "SELECT count(*) FROM settings WHERE key = 'pipeline' AND CAST(value AS INTEGER) NOT IN (SELECT id FROM pipelines)",
    ),
    (
        "the pipeline in force has seen every record",
        "SELECT count(*) FROM settings s JOIN pipelines p ON p.id = CAST(s.value AS INTEGER) JOIN records r ON r.id > p.covered WHERE s.key = 'pipeline'",
    ),
    ("active sources have different names", "SELECT count(*) - count(DISTINCT name) FROM sources WHERE active = 1"),
];

impl Store {
    /// The invariants that do not hold, each with the number of rows.
    pub fn broken_invariants(&self) -> Result<Vec<Broken>> {
        let mut broken = Vec::new();
        for (invariant, sql) in INVARIANTS {
            let rows: i64 = self.conn.query_row(sql, [], |row| row.get(0))?;
            if rows > 0 {
                broken.push(Broken { invariant, rows: rows as u64 });
            }
        }
        let dangling: i64 = self.conn.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
        if dangling > 0 {
            broken.push(Broken { invariant: "no reference dangles", rows: dangling as u64 });
        }
        Ok(broken)
    }

    /// What `PRAGMA integrity_check` says, without its "ok".
    pub fn integrity_errors(&self) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare("PRAGMA integrity_check(20)")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        let lines: Vec<String> = rows.collect::<rusqlite::Result<_>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }

    /// How many invariants there are to check, for a report.
    pub const fn invariants() -> usize {
        INVARIANTS.len() + 1
    }

    /// A digest of every row of every table: equal for workspaces that hold the same.
    pub fn content_digest(&self) -> Result<String> {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        let mut tables = self.conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
        let names: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        for name in names {
            hasher.update(name.as_bytes());
            // The names come from our own schema; the order of all columns is total where rows differ.
            let mut rows = self.conn.prepare(&format!("SELECT * FROM \"{name}\""))?;
            let columns = rows.column_count();
            let order: Vec<String> = (1..=columns).map(|c| c.to_string()).collect();
            rows = self.conn.prepare(&format!("SELECT * FROM \"{name}\" ORDER BY {}", order.join(", ")))?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                for column in 0..columns {
                    hasher.update(format!("{:?}\u{1f}", row.get_ref(column)?).as_bytes());
                }
            }
        }
        Ok(format!("{:032x}", hasher.digest128()))
    }
}
