//! What the workspace last told about its versions: snapshots, two of them compared, what a way back would do.

use std::sync::Arc;

use super::{Data, Trouble};
use crate::model::OpId;
use crate::ops::diff::{Diff, Summary};
use crate::ops::history::Entry;
use crate::ops::snapshot::{Restored, Snapshot, TakenBack};
use crate::tui::effect::Effect;
use crate::versions::{self, Waterfall};

#[derive(Debug, Default)]
pub struct Versions {
    /// Oldest first.
    pub snapshots: Vec<Snapshot>,
    /// A name that the next one can have.
    pub suggested: String,
    pub compared: Option<Arc<Compared>>,
    /// The records of one group of what is compared.
    pub rows: Option<Rows>,
    /// Of a snapshot, by its name.
    pub waterfall: Option<(String, Waterfall)>,
    pub way_back: Option<Box<WayBack>>,
    pub dependents: Option<Dependents>,
}

/// Two versions and what differs.
#[derive(Debug)]
pub struct Compared {
    /// Names of snapshots, or `now`.
    pub a: String,
    pub b: String,
    pub diff: Diff,
    pub summary: Summary,
    /// Of the data when it was asked for.
    pub revision: u64,
}

#[derive(Debug, Clone)]
pub struct Rows {
    pub of: Arc<Compared>,
    /// Index into the groups of the summary.
    pub group: usize,
    pub entries: Arc<Vec<versions::Entry>>,
}

/// How much of a snapshot is to come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// Everything, but for these sources.
    Without(Vec<String>),
    /// These splits and nothing else.
    Splits(Vec<String>),
}

/// What going back would do.
#[derive(Debug, Clone)]
pub struct WayBack {
    pub name: String,
    pub extent: Extent,
    pub plan: Result<Plan, Trouble>,
}

#[derive(Debug, Clone)]
pub enum Plan {
    Everything(Restored),
    Splits(TakenBack),
}

/// What builds on an operation, newest first.
#[derive(Debug, Clone)]
pub struct Dependents {
    pub of: OpId,
    pub later: Result<Vec<Entry>, Trouble>,
}

/// What jobs answer about versions.
#[derive(Debug)]
pub enum VersionNews {
    /// Operations, newest first, and snapshots, oldest first.
    TimeLine {
        history: Vec<Entry>,
        snapshots: Vec<Snapshot>,
        suggested: String,
    },
    Compared(Arc<Compared>),
    Rows(Rows),
    Waterfall(String, Waterfall),
    WayBack(Box<WayBack>),
    Dependents(Dependents),
}

impl Data {
    pub(super) fn take_versions(&mut self, news: VersionNews) -> Vec<Effect> {
        match news {
            VersionNews::TimeLine { history, snapshots, suggested } => {
                self.history = history;
                (self.versions.snapshots, self.versions.suggested) = (snapshots, suggested);
            }
            VersionNews::Compared(compared) => self.versions.compared = Some(compared),
            VersionNews::Rows(rows) => self.versions.rows = Some(rows),
            VersionNews::Waterfall(name, waterfall) => self.versions.waterfall = Some((name, waterfall)),
            VersionNews::WayBack(plan) => self.versions.way_back = Some(plan),
            VersionNews::Dependents(dependents) => self.versions.dependents = Some(dependents),
        }
        Vec::new()
    }
}

impl Versions {
    /// The snapshot that an operation made, if a name stands for it.
    pub fn made_by(&self, operation: &Entry) -> Option<&Snapshot> {
        // It froze what was there before it, so it is the first operation behind that.
        self.snapshots.iter().find(|snapshot| is_maker(snapshot, operation))
    }
}

fn is_maker(snapshot: &Snapshot, operation: &Entry) -> bool {
    let is_snapshot = operation.op_kind() == Some(crate::model::OpKind::Snapshot);
    is_snapshot && operation.at == snapshot.at && operation.id.0 == snapshot.operation.0 + 1
}
