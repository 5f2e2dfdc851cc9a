//! The ground state of a workspace file, read with SQLite alone: what undo must bring back.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// `mark/17` → `drop: blurred`, `edit/3` → the text, `active/1` → `1`, `judgement/…-…` → `different`, `setting/pipeline` → its value.
pub type Ground = BTreeMap<String, String>;

/// One query for each part; each gives a key and a value.
const PARTS: [(&str, &str); 8] = [
    ("mark", "SELECT record, mark || coalesce(': ' || reason, '') FROM marks"),
    ("edit", "SELECT record, text FROM edits"),
    (
        "duplicate",
        "SELECT record, witness || ' at ' || printf('%.6f', score) || iif(recipe LIKE '% leakage %', ' leakage', '') FROM duplicates",
    ),
    ("split", "SELECT record, split || iif(by_hand, ' by hand', '') FROM assignments"),
    ("active", "SELECT id, '1' FROM sources WHERE active = 1"),
    ("protected", "SELECT id, '1' FROM sources WHERE active = 1 AND protected = 1"),
    ("judgement", "SELECT pair, verdict || iif(sampled, ' of a sample', '') FROM judgements"),
    ("setting", "SELECT key, value FROM settings"),
];

pub fn read_only(workspace: &Path) -> Connection {
    Connection::open_with_flags(workspace, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a SQLite file")
}

pub fn ground(workspace: &Path) -> Ground {
    let connection = read_only(workspace);
    let mut ground = Ground::new();
    for (part, sql) in PARTS {
        let mut statement = connection.prepare(sql).expect("our schema");
        let mut rows = statement.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let key = match row.get_ref(0).expect("a key") {
                rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                other => other.as_str().expect("a word").to_owned(),
            };
            ground.insert(format!("{part}/{key}"), row.get(1).expect("a value"));
        }
    }
    ground
}

/// One number of a workspace file.
pub fn count(workspace: &Path, sql: &str) -> i64 {
    read_only(workspace).query_row(sql, [], |row| row.get(0)).expect("a number")
}
