//! The workspace: one file, one writer, one door for change.
//!
//! [`Workspace::transact`] is the door: it writes the change, its inverse and the operation's row in one SQLite transaction. [`Workspace::undo`] and
//! [`Workspace::redo`] step through the operations and are operations themselves, so that they survive a restart.

pub mod command;
pub mod dependents;
pub mod lock;
pub mod transact;
pub mod undo;

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::store::{Access, Store};
use lock::Lock;

pub use command::CommandLine;
pub use lock::Holder;
pub use transact::Transaction;

/// An open workspace.
#[derive(Debug)]
pub struct Workspace {
    path: PathBuf,
    store: Store,
    access: Grant,
    clock: Clock,
}

#[derive(Debug)]
enum Grant {
    Writer {
        _lock: Option<Lock>,
    },
    /// Somebody else writes; named where they left a name.
    Reader(Option<Holder>),
}

/// Milliseconds since 1970, UTC. A value of its own so that a rebuild of the example is the same every time.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    System,
    /// Always this time.
    Fixed(i64),
}

impl Clock {
    fn now(self) -> i64 {
        match self {
            Clock::System => jiff::Timestamp::now().as_millisecond(),
            Clock::Fixed(at) => at,
        }
    }
}

impl Workspace {
    /// Opens a workspace for writing, creates it when it is not there. Refused when another tamis has it, naming that one.
    pub fn create(path: &Path) -> Result<Workspace> {
        Self::open_writer(path, Access::Create)
    }

    /// Opens a workspace that is there for writing. Refused when another tamis has it, naming that one.
    pub fn open(path: &Path) -> Result<Workspace> {
        Self::open_writer(path, Access::Write)
    }

    fn open_writer(path: &Path, access: Access) -> Result<Workspace> {
        // Before the lock file is made: a wrong path must leave nothing behind.
        if access == Access::Write && !path.exists() {
            Store::open(path, access)?;
        }
        match Lock::take(path)? {
            Ok(lock) => {
                let store = Store::open(path, access)?;
                Ok(Workspace { path: path.to_owned(), store, access: Grant::Writer { _lock: Some(lock) }, clock: Clock::System })
            }
            Err(holder) => Err(Error::refused(format!("{} is in use by {holder}", path.display()))
                .hint("close it there, or wait until it is done; reading commands work meanwhile")),
        }
    }

    /// Opens a workspace to read it; others may write meanwhile.
    pub fn open_to_read(path: &Path) -> Result<Workspace> {
        let store = Store::open(path, Access::Read)?;
        Ok(Workspace { path: path.to_owned(), store, access: Grant::Reader(None), clock: Clock::System })
    }

    /// One more connection to a workspace that this process has open: to read while another thread writes.
    pub fn open_beside(path: &Path) -> Result<Workspace> {
        let store = Store::open_beside(path)?;
        Ok(Workspace { path: path.to_owned(), store, access: Grant::Reader(None), clock: Clock::System })
    }

    /// Opens for writing if nobody else does, otherwise to read, remembering who writes ([`Workspace::other_writer`]).
    pub fn open_or_read(path: &Path) -> Result<Workspace> {
        let lock = match Lock::take(path) {
            // Where no lock can be made nothing can be written either; to read it is still possible.
            Err(error) => return Self::open_to_read(path).map_err(|_| error),
            Ok(lock) => lock,
        };
        match lock {
            Ok(lock) => {
                let store = Store::open(path, Access::Create)?;
                Ok(Workspace { path: path.to_owned(), store, access: Grant::Writer { _lock: Some(lock) }, clock: Clock::System })
            }
            Err(holder) => {
                let mut workspace = Self::open_to_read(path)?;
                workspace.access = Grant::Reader(Some(holder));
                Ok(workspace)
            }
        }
    }

    /// A workspace in memory.
    pub fn in_memory() -> Result<Workspace> {
        let store = Store::in_memory()?;
        Ok(Workspace { path: PathBuf::from(":memory:"), store, access: Grant::Writer { _lock: None }, clock: Clock::System })
    }

    /// Replaces the clock that operations are dated by.
    pub fn with_clock(mut self, clock: Clock) -> Workspace {
        self.clock = clock;
        self
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn can_write(&self) -> bool {
        matches!(self.access, Grant::Writer { .. })
    }

    /// Who has it open for writing, when that kept this one from writing.
    pub fn other_writer(&self) -> Option<&Holder> {
        match &self.access {
            Grant::Reader(holder) => holder.as_ref(),
            Grant::Writer { .. } => None,
        }
    }

    /// The store, for reading.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Runs `f` in one read transaction.
    pub fn read<T>(&mut self, f: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        self.store.read(f)
    }

    /// Writes derived state (recomputable, so without an operation) in one transaction.
    pub fn save_derived<T>(&mut self, f: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        self.require_writer()?;
        self.store.write(f)
    }

    fn require_writer(&self) -> Result<()> {
        match &self.access {
            Grant::Writer { .. } => Ok(()),
            Grant::Reader(holder) => {
                let by = holder.as_ref().map(|h| format!(" ({h} is writing)")).unwrap_or_default();
                Err(Error::refused(format!("this workspace is open to read only{by}")).hint(
                    "close the other tamis and open it again; without one: check the permissions of the file and of its folder",
                ))
            }
        }
    }

    /// Closes a workspace so that the one file holds everything and can be copied by hand.
    pub fn finish_as_one_file(self) -> Result<()> {
        self.require_writer()?;
        self.store.finish_as_one_file()
    }
}
