//! Append-only migrations: `user_version` says how many of them a file has seen.

use std::path::Path;

use super::Store;
use super::open::APPLICATION_ID;
use crate::error::{Error, Result};

/// Every migration there ever was, in order; never edit one, append.
const MIGRATIONS: [&str; 4] = [
    include_str!("sql/001_initial.sql"),
    include_str!("sql/002_rules.sql"),
    include_str!("sql/003_duplicates.sql"),
    include_str!("sql/004_versions.sql"),
];

/// The schema version that this program writes.
pub const CURRENT: u32 = MIGRATIONS.len() as u32;

/// Brings a file to [`CURRENT`] in one transaction, after a backup beside it when it holds anything.
pub fn migrate(store: &mut Store, path: Option<&Path>) -> Result<()> {
    let version = version(store)?;
    if version >= CURRENT {
        return Ok(());
    }
    if let Some(path) = path.filter(|_| version > 0) {
        back_up(store, path, version)?;
    }
    store.write(|store| {
        for migration in &MIGRATIONS[version as usize..] {
            store.conn.execute_batch(migration)?;
        }
        store.conn.pragma_update(None, "application_id", APPLICATION_ID)?;
        store.conn.pragma_update(None, "user_version", CURRENT)?;
        Ok(())
    })
}

/// The schema version of an open file.
pub fn version(store: &Store) -> Result<u32> {
    Ok(store.conn.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// A whole copy beside the file, `NAME.schema-N.backup`; never replaces one.
fn back_up(store: &Store, path: &Path, version: u32) -> Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".schema-{version}.backup"));
    let Some(target) = name.to_str() else {
        return Err(Error::refused("the workspace's path is not Unicode, so no backup can be written before the migration")
            .hint("rename the folder or the file"));
    };
    if Path::new(target).exists() {
        return Ok(());
    }
    store.conn.execute("VACUUM INTO ?1", [target])?;
    Ok(())
}
