//! The clusters and pairs at a threshold, all of them or those that cross a border.

use serde::Serialize;

use super::view::View;
use crate::error::Result;
use crate::model::{RecordId, Threshold};
use crate::query::Columns;

/// One cluster for `duplicates clusters`.
#[derive(Debug, Clone, Serialize)]
pub struct ClusterRow {
    pub size: usize,
    /// The lowest score that holds it together.
    pub weakest: f32,
    pub keeper: RecordId,
    pub members: Vec<RecordId>,
}

/// The clusters at a threshold, largest first; `across` keeps those that span more than one split or source.
pub fn cluster_rows(view: &View, columns: &Columns, threshold: Threshold, across: Option<Across>) -> Vec<ClusterRow> {
    let clusters = view.clusters(threshold);
    (0..clusters.len())
        .filter_map(|n| clusters.get(n))
        .filter(|cluster| across.is_none_or(|across| spans(view, columns, cluster.members, across)))
        .map(|cluster| ClusterRow {
            size: cluster.members.len(),
            weakest: cluster.weakest,
            keeper: view.graph.records[view.keeper(cluster.members).unwrap_or(cluster.members[0]) as usize],
            members: cluster.members.iter().map(|&m| view.graph.records[m as usize]).collect(),
        })
        .collect()
}

/// A border that clusters or pairs may cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    Splits,
    Sources,
}

impl Across {
    fn side(self, columns: &Columns, record: RecordId) -> Option<u16> {
        let position = columns.position(record)?;
        match self {
            Across::Splits => Some(columns.split(position).map_or(u16::MAX, u16::from)),
            Across::Sources => Some(columns.source(position)),
        }
    }
}

/// Whether the members lie on more than one side.
pub fn spans(view: &View, columns: &Columns, members: &[u32], across: Across) -> bool {
    let mut sides = members.iter().map(|&m| across.side(columns, view.graph.records[m as usize]));
    let first = sides.next();
    sides.any(|side| Some(side) != first)
}

/// Calls `pair` for every pair of records ≥ threshold (a < b), across the border where one is named.
pub fn pairs(
    view: &View,
    columns: &Columns,
    threshold: Threshold,
    across: Option<Across>,
    mut pair: impl FnMut(RecordId, RecordId, f32) -> Result<()>,
) -> Result<u64> {
    let mut count = 0;
    for (a, b, score) in view.graph.pairs(threshold.value()) {
        if across.is_none_or(|across| across.side(columns, a) != across.side(columns, b)) {
            pair(a, b, score)?;
            count += 1;
        }
    }
    Ok(count)
}
