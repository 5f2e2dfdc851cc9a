//! Ids as types of their own, so that a record's is never taken for a source's.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $inner:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A record's number in its workspace: from 1, in order of import, never reused.
    RecordId, u32
);
id!(
    /// A source's number in its workspace: from 1, in order of import, never reused.
    SourceId, u32
);
id!(
    /// An operation's number in its workspace: from 1, in order of time.
    OpId, u32
);
id!(
    /// A snapshot's number in its workspace: from 1, in order of time, never reused.
    SnapshotId, u32
);

/// A state of the workspace that can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Version {
    /// The present one.
    #[default]
    Now,
    Snapshot(SnapshotId),
}
