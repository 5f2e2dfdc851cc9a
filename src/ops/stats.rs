//! stats: counts per source, split, state and cause, which always add up.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Result;
use crate::model::{Counts, State};
use crate::progress::Progress;
use crate::query::Columns;
use crate::store::Store;
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
    let sources = store.sources()?;
    let sources = sources
        .into_iter()
        .map(|s| SourceStats {
            name: s.name,
            protected: s.protected,
            counts: s.counts,
            kept: 0,
            dropped_by_hand: 0,
            dropped_by_rules: 0,
            dropped_as_duplicates: 0,
        })
        .collect();
    Ok(count(columns, sources))
}

/// Counts the columns into the sources (in the order of `Names::sources`).
fn count(columns: &Columns, sources: Vec<SourceStats>) -> StatsReport {
    let mut report = StatsReport {
        records: columns.len() as u64,
        kept: 0,
        dropped: 0,
        sources,
        states: State::ALL.into_iter().map(|s| (s.word(), 0)).collect(),
        causes: BTreeMap::new(),
        rules: BTreeMap::new(),
        splits: BTreeMap::new(),
    };
    for position in 0..columns.len() {
        let source = &mut report.sources[columns.source(position) as usize];
        *report.states.entry(columns.state(position).word()).or_default() += 1;
        if columns.is_kept(position) {
            report.kept += 1;
            source.kept += 1;
            *report.splits.entry(columns.split_name(position).unwrap_or("none").to_owned()).or_default() += 1;
            continue;
        }
        report.dropped += 1;
        let Some(cause) = columns.cause(position) else { continue };
        *report.causes.entry(cause.word()).or_default() += 1;
        match cause {
            crate::model::filter::CauseKind::Hand => source.dropped_by_hand += 1,
            crate::model::filter::CauseKind::Rule => source.dropped_by_rules += 1,
            crate::model::filter::CauseKind::Duplicate => source.dropped_as_duplicates += 1,
        }
        if cause == crate::model::filter::CauseKind::Rule
            && let Some(rule) = columns.dropped_by(position)
        {
            *report.rules.entry(columns.names.rules[rule as usize].clone()).or_default() += 1;
        }
    }
    report
}
