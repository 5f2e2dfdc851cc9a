//! stats: counts per source, split, state and cause, which always add up.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Result;
use crate::model::{Counts, Source, State};
use crate::progress::Progress;
use crate::query::Columns;
use crate::store::Store;
use crate::versions::{self, Course, Waterfall};
use crate::workspace::Workspace;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatsReport {
    pub records: u64,
    pub kept: u64,
    pub dropped: u64,
    pub sources: Vec<SourceStats>,
    /// Records by state.
    pub states: BTreeMap<&'static str, u64>,
    /// Dropped records by cause.
    pub causes: BTreeMap<&'static str, u64>,
    /// Dropped records by rule.
    pub rules: BTreeMap<String, u64>,
    /// Kept records by split; `none` for those without one.
    pub splits: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceStats {
    pub name: String,
    pub protected: bool,
    #[serde(flatten)]
    pub counts: Counts,
    pub kept: u64,
    pub dropped_by_hand: u64,
    pub dropped_by_rules: u64,
    pub dropped_as_duplicates: u64,
}

pub fn stats(workspace: &mut Workspace, progress: &Progress) -> Result<StatsReport> {
    workspace.read(|store| of(store, &store.load_columns(progress)?))
}

/// The counts of columns that were read in the same transaction.
pub fn of(store: &Store, columns: &Columns) -> Result<StatsReport> {
    Ok(count(columns, &store.sources()?))
}

/// What became of all that was read, per source: the counts of columns that were read in the same transaction.
pub fn waterfall(store: &Store, columns: &Columns) -> Result<Waterfall> {
    Ok(versions::waterfall(columns, &store.sources()?))
}

fn count(columns: &Columns, sources: &[Source]) -> StatsReport {
    let Waterfall { sources, total } = versions::waterfall(columns, sources);
    StatsReport {
        records: columns.len() as u64,
        kept: total.kept,
        dropped: total.dropped(),
        sources: sources.into_iter().map(SourceStats::from).collect(),
        states: states(columns),
        causes: total.causes(),
        rules: total.rules,
        splits: total.splits,
    }
}

impl From<Course> for SourceStats {
    fn from(course: Course) -> Self {
        SourceStats {
            dropped_by_rules: course.by_rules(),
            dropped_as_duplicates: course.as_duplicates(),
            dropped_by_hand: course.by_hand,
            name: course.name,
            protected: course.protected,
            counts: course.counts,
            kept: course.kept,
        }
    }
}

fn states(columns: &Columns) -> BTreeMap<&'static str, u64> {
    let mut states = [0; State::ALL.len()];
    (0..columns.len()).for_each(|position| states[columns.state(position) as usize] += 1);
    State::ALL.into_iter().map(|state| (state.word(), states[state as usize])).collect()
}
