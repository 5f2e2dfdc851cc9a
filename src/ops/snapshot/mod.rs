//! snapshot: states of the workspace frozen under a name, and the ways back to them.
//!
//! What is frozen never changes and is never deleted; names come and go, undoably. Going back is an operation like any other, so that
//! nothing of what was done since is lost.

mod create;
mod restore;
mod show;
mod take_back;

pub use crate::store::snapshots::{Snapshot, Summary};
pub use create::{Created, Forgotten, create, delete, suggested};
pub use restore::{Restored, plan_restore, restore};
pub use show::{Shown, list, show};
pub use take_back::{TakenBack, plan_take_back, take_back};

use crate::error::{Error, Result};
use crate::model::SnapshotId;
use crate::store::Store;

/// The snapshot with this name. Errors: refused, with the names there are; the present state is none.
fn snapshot_named(store: &Store, name: &str) -> Result<SnapshotId> {
    match super::version::named(store, Some(name))? {
        crate::model::Version::Snapshot(snapshot) => Ok(snapshot),
        crate::model::Version::Now => Err(Error::usage(format!("`{name}` is the present state, not a snapshot"))
            .hint("`tamis snapshot list WORKSPACE` lists the snapshots")),
    }
}
