//! The pairs behind one cell of the matrix, a page at a time.

use serde::Serialize;

use super::groups::{Between, Groups};
use super::matrix::Gaps;
use crate::error::{Error, Result};
use crate::model::{RecordId, Threshold};
use crate::ops::duplicates::{self, View};
use crate::query::Columns;
use crate::splits;

/// A record of one group that resembles one of another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PairRow {
    pub a: RecordId,
    pub b: RecordId,
    pub score: f32,
}

/// Some of the pairs between two groups, the closest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairsPage {
    /// How many pairs there are.
    pub total: u64,
    pub offset: u64,
    #[serde(flatten)]
    pub gaps: Gaps,
    pub pairs: Vec<PairRow>,
}

/// The pairs of a record of group `a` and one of group `b`, from `offset`, at most `limit`. Errors: usage for a group that there is not,
/// and below the graph's floor.
pub fn pairs(
    columns: &Columns,
    view: &View,
    by: Between,
    threshold: Threshold,
    (a, b): (&str, &str),
    (offset, limit): (u64, usize),
) -> Result<PairsPage> {
    duplicates::consequences::require_in_range(view, threshold)?;
    let groups = Groups::new(by, columns, &view.graph);
    let (a, b) = (numbered(&groups, by, a)?, numbered(&groups, by, b)?);
    let leaks = splits::leaks(&view.graph, threshold, &groups.of);
    let total = leaks.iter().find(|leak| (leak.a, leak.b) == (a, b)).map_or(0, |leak| leak.pairs);
    let found = splits::leak_pairs(&view.graph, threshold, &groups.of, a, b);
    let record = |index: u32| view.graph.records[index as usize];
    let row = |pair: splits::LeakPair| PairRow { a: record(pair.a), b: record(pair.b), score: pair.score };
    let skip = usize::try_from(offset).unwrap_or(usize::MAX);
    Ok(PairsPage {
        total,
        offset,
        gaps: Gaps::of(view, &groups, threshold),
        pairs: found.skip(skip).take(limit).map(row).collect(),
    })
}

/// The number of a group that was named.
pub(super) fn numbered(groups: &Groups, by: Between, name: &str) -> Result<u16> {
    groups.number(name).ok_or_else(|| {
        let names: Vec<&str> = groups.groups.iter().map(|group| group.name.as_str()).collect();
        let hint = if names.is_empty() { "there is none yet".to_owned() } else { format!("there is {}", names.join(", ")) };
        Error::usage(format!("there is no {} {name}", by.one())).hint(hint)
    })
}
