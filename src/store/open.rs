//! How a workspace file is opened: one recipe for every connection.
//!
//! - The first 100 bytes are read and the file closed again before SQLite sees it: a wrong or newer file is refused unchanged. Later the file
//!   is never opened by hand, because closing any descriptor of it would drop SQLite's POSIX locks.
//! - No URI file names (`file:x?mode=memory` would be an empty database), an absolute path. The one exception we write ourselves: a file in
//!   a folder where nothing may be written is opened as one that never changes.
//! - WAL with `synchronous = FULL`: with NORMAL a power cut loses acknowledged commits. A new file gets its schema before it enters WAL mode:
//!   what says that it is a workspace must stand in the file itself, not in the log beside it, or nobody else could read it yet.
//! - Defensive, no trusted schema, no double-quoted strings: a workspace comes from anywhere.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::{Store, schema};
use crate::error::{Error, Result};

/// `tami` in ASCII: says that a SQLite file is a workspace.
pub const APPLICATION_ID: i32 = 0x7461_6d69;

/// What the connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Creates the file when it is not there.
    Create,
    /// Reads and writes a file that is there.
    Write,
    /// Only reads.
    Read,
}

impl Store {
    /// Opens (or creates) a workspace file and brings it to the current schema.
    pub fn open(path: &Path, access: Access) -> Result<Store> {
        let path = absolute(path)?;
        match Header::read(&path)? {
            Header::Missing if access == Access::Create => {}
            Header::Missing => {
                return Err(Error::refused(format!("there is no workspace at {}", path.display()))
                    .hint("`tamis import WORKSPACE FILE…` makes one from your prompts, `tamis demo` shows an example"));
            }
            Header::Workspace { version } => refuse_newer(version, &path)?,
            Header::Empty if access == Access::Create => {}
            Header::Empty | Header::Other => {
                return Err(Error::refused(format!("{} is not a tamis workspace", path.display()))
                    .hint("to read prompts from a file: `tamis import WORKSPACE FILE`"));
            }
        }
        let mut store = Store::connect_or_unchanging(&path, access)?;
        store.refuse_newer(&path)?;
        match access {
            Access::Read => store.refuse_older(&path)?,
            Access::Create | Access::Write => {
                schema::migrate(&mut store, Some(&path))?;
                store.enter_wal_mode()?;
            }
        }
        Ok(store)
    }

    /// One more connection, to read, for a process that has the file open already: without a look at the file by hand.
    pub fn open_beside(path: &Path) -> Result<Store> {
        let path = absolute(path)?;
        let store = Store::connect_or_unchanging(&path, Access::Read)?;
        store.refuse_newer(&path)?;
        store.refuse_older(&path)?;
        Ok(store)
    }

    /// A workspace in memory, for tests and for `--dry-run`.
    pub fn in_memory() -> Result<Store> {
        let conn = Connection::open_in_memory()?;
        configure(&conn)?;
        let mut store = Store { conn };
        schema::migrate(&mut store, None)?;
        Ok(store)
    }
}

impl Store {
    fn connect(path: &Path, access: Access) -> Result<Store> {
        let flags = match access {
            Access::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        Store::connect_with(path, flags)
    }

    /// A reader of a workspace where nothing can be written has to do without the files beside it.
    fn connect_or_unchanging(path: &Path, access: Access) -> Result<Store> {
        match Store::connect(path, access) {
            Err(_) if access == Access::Read && is_alone_where_nobody_writes(path) => Store::connect_unchanging(path),
            store => store,
        }
    }

    /// As a file that nobody changes: needs no file beside it (<https://www.sqlite.org/uri.html>, `immutable`).
    fn connect_unchanging(path: &Path) -> Result<Store> {
        let uri = format!("file:{}?immutable=1", percent_encoded(path));
        Store::connect_with(Path::new(&uri), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)
    }

    fn connect_with(path: &Path, flags: OpenFlags) -> Result<Store> {
        let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|e| Error::from(e).hint("check the path and its permissions"))?;
        configure(&conn)?;
        let store = Store { conn };
        // The first question is what needs the files beside this one.
        schema::version(&store)?;
        Ok(store)
    }

    /// A newer tamis may have died before its schema version went from the log into the header that was read first.
    fn refuse_newer(&self, path: &Path) -> Result<()> {
        refuse_newer(schema::version(self)?, path)
    }

    /// Who only reads cannot bring an older file to the schema that is read.
    fn refuse_older(&self, path: &Path) -> Result<()> {
        let version = schema::version(self)?;
        if version >= schema::CURRENT {
            return Ok(());
        }
        Err(Error::refused(format!(
            "{} was written by an older tamis (schema {version}, this one reads {})",
            path.display(),
            schema::CURRENT
        ))
        .hint("open it once where it can be written: `tamis WORKSPACE` keeps a backup and brings it up to date"))
    }

    fn enter_wal_mode(&self) -> Result<()> {
        self.conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864;")?;
        Ok(())
    }

    /// Leaves WAL mode, so that no second file is needed beside this one.
    pub fn finish_as_one_file(&self) -> Result<()> {
        self.conn.execute_batch("VACUUM")?;
        self.conn.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        Ok(())
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|e| Error::file(path, e))
}

/// A workspace on a medium or in a folder that only lets one read, and without a log: whoever wrote it has closed it.
fn is_alone_where_nobody_writes(path: &Path) -> bool {
    use rustix::fs::{Access as Permission, access};
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let folder = path.parent().unwrap_or(Path::new("."));
    !Path::new(&log).exists() && access(folder, Permission::WRITE_OK).is_err()
}

/// Every byte but letters, digits and `/` as `%XX`: no file name can be read as an option.
fn percent_encoded(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'/';
    path.as_os_str().as_bytes().iter().map(|&b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn configure(conn: &Connection) -> Result<()> {
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    // One, because VACUUM INTO attaches its target.
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    conn.set_prepared_statement_cache_capacity(64);
    conn.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;
         PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL;",
    )?;
    Ok(())
}

/// What the first 100 bytes of a file say.
enum Header {
    Missing,
    Empty,
    Workspace { version: u32 },
    Other,
}

impl Header {
    /// Layout of the header: <https://www.sqlite.org/fileformat2.html>, section 1.3.
    fn read(path: &Path) -> Result<Header> {
        // Asked before it is opened: opening a named pipe waits for a writer, for ever.
        match std::fs::metadata(path) {
            Ok(there) if there.is_file() => {}
            Ok(_) => return Ok(Header::Other),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Header::Missing),
            Err(e) => return Err(Error::file(path, e)),
        }
        let mut file = File::open(path).map_err(|e| Error::file(path, e).hint("check the permissions of the file"))?;
        let mut header = Vec::with_capacity(100);
        file.by_ref().take(100).read_to_end(&mut header).map_err(|e| Error::file(path, e))?;
        if header.is_empty() {
            return Ok(Header::Empty);
        }
        let number = |at: usize| header.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
        let is_sqlite = header.starts_with(b"SQLite format 3\0");
        match (is_sqlite, number(60), number(68)) {
            (true, Some(version), Some(id)) if id == APPLICATION_ID as u32 => Ok(Header::Workspace { version }),
            _ => Ok(Header::Other),
        }
    }
}

fn refuse_newer(version: u32, path: &Path) -> Result<()> {
    if version > schema::CURRENT {
        return Err(Error::refused(format!(
            "{} was written by a newer tamis (schema {version}, this one knows {})",
            path.display(),
            schema::CURRENT
        ))
        .hint("it was not touched; open it with the newer tamis"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanging_file_is_read_whatever_its_name_says() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a?mode=memory&x=%41 #é.db");
        Store::open(&path, Access::Create).expect("made").finish_as_one_file().expect("finished");
        let store = Store::connect_unchanging(&path).expect("opened");
        assert_eq!(schema::version(&store).expect("a version"), schema::CURRENT);
        assert!(store.conn.execute_batch("CREATE TABLE t(a)").is_err(), "and only read");
    }
}
