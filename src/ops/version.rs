//! version: a state of the workspace by its name, for every verb that can look at an older one.

use crate::error::{Error, Result};
use crate::model::Version;
use crate::store::Store;

/// What the present state is called where two are compared; no snapshot can have it for a name.
pub const NOW: &str = "now";

/// The snapshot with this name; without one, or for `now`, the present state. Errors: refused, with the names there are.
pub fn named(store: &Store, name: Option<&str>) -> Result<Version> {
    let Some(name) = name.filter(|name| *name != NOW) else { return Ok(Version::Now) };
    match store.snapshot_named(name)? {
        Some(snapshot) => Ok(Version::Snapshot(snapshot)),
        None => Err(Error::refused(format!("there is no snapshot {name}")).hint(known(store)?)),
    }
}

fn known(store: &Store) -> Result<String> {
    let names: Vec<String> = store.snapshots()?.into_iter().rev().map(|snapshot| snapshot.name).collect();
    Ok(match names.is_empty() {
        true => "`tamis snapshot create WORKSPACE NAME` makes one".to_owned(),
        false => format!("there is {}", names.join(", ")),
    })
}
