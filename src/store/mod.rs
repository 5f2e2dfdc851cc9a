//! The store: all SQL of tamis, and nothing else. One file per table or group of tables; long statements as `.sql` files beside them.
//!
//! A [`Store`] is a connection opened by one recipe (see [`open`]). Functions here read or write rows; what a change *means* (operations,
//! undo, who may write) is the workspace's business.

pub mod check;
pub mod columns;
pub mod graphs;
pub mod judgements;
mod layers;
pub mod open;
pub mod oplog;
pub mod pipelines;
pub mod records;
pub mod schema;
pub mod settings;
pub mod snapshots;
pub mod sources;
pub mod touched;

mod fields;
mod frozen;
mod live;
mod numbers;

pub use open::Access;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Error, Result};

/// An open workspace file.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
}

impl Store {
    /// Runs `f` in one write transaction: committed when it succeeds, rolled back when it fails.
    ///
    /// BEGIN IMMEDIATE, because a deferred transaction that writes later fails at once with BUSY_SNAPSHOT.
    pub fn write<T>(&mut self, f: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        let result = f(self);
        match result {
            Ok(value) => {
                if let Err(error) = self.conn.execute_batch("COMMIT") {
                    self.roll_back();
                    return Err(
                        Error::from(error).hint("nothing of this operation was saved; free some disk space and try again")
                    );
                }
                Ok(value)
            }
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    /// Runs `f` in one read transaction, so that all it reads is of one moment.
    pub fn read<T>(&mut self, f: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        self.conn.set_transaction_behavior(TransactionBehavior::Deferred);
        self.conn.execute_batch("BEGIN DEFERRED")?;
        let result = f(self);
        self.roll_back();
        result
    }

    fn roll_back(&self) {
        if !self.conn.is_autocommit() {
            // A failed rollback leaves the connection in a transaction; the next BEGIN reports it.
            let _ = self.conn.execute_batch("ROLLBACK");
        }
    }
}

/// SQLite's errors in words that say what to do.
const DAMAGED: &str = "the file is damaged: go back to a copy, or let `sqlite3 FILE .recover` save what can be read; `tamis check` may say more, \
and a backup lies beside it if tamis migrated it";

fn is_misread(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::*;
    matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | Utf8Error(..) | InvalidColumnType(..))
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::*;
        let hint = match error.sqlite_error_code() {
            Some(DiskFull) => Some("the disk is full; free some space and try again, nothing was lost"),
            Some(DatabaseBusy | DatabaseLocked) => {
                Some("another program is writing to this workspace; try again when it is done")
            }
            Some(DatabaseCorrupt | NotADatabase) => Some(DAMAGED),
            Some(ReadOnly | CannotOpen | PermissionDenied) => Some("check the permissions of the file and of its folder"),
            // No code of SQLite's: a value is not what was written, for instance no UTF-8.
            None if is_misread(&error) => Some(DAMAGED),
            _ => None,
        };
        // As words: as a cause, rusqlite's chain would say the same twice.
        let mut wrapped = Error::io(format!("the workspace could not be read or written: {error}"));
        wrapped.hint = hint.map(str::to_owned);
        wrapped
    }
}
