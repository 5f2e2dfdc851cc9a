//! What a policy would do at a threshold, in numbers.

use std::collections::BTreeMap;

use serde::Serialize;

use super::view::View;
use crate::clusters::{CurvePoint, Proposal};
use crate::error::{Error, Result};
use crate::model::{Lens, NO_SPLIT, Policy, Sets, Threshold};
use crate::query::Columns;

/// What a policy would do at a threshold; nothing is changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Consequences {
    pub lens: Lens,
    /// `words`, `grams`, or a model with its precision.
    pub method: String,
    pub threshold: f32,
    pub policy: Policy,
    /// Texts or masked phrases changed since the graph was built: the figures are of the older texts.
    pub stale: bool,
    /// Where there were too many pairs for all, so many of the strongest of each text: clusters are exact, cover is not.
    pub capped: Option<u32>,
    /// Clusters of two or more records.
    pub clusters: u64,
    /// Records in them.
    pub clustered: u64,
    pub largest: u64,
    pub dropped: u64,
    pub dropped_by_source: BTreeMap<String, u64>,
    pub dropped_by_split: BTreeMap<String, u64>,
}

pub fn consequences(view: &View, columns: &Columns, threshold: Threshold, policy: Policy) -> Consequences {
    let clusters = view.clusters(threshold);
    let mut point = CurvePoint::default();
    for cluster in (0..clusters.len()).filter_map(|n| clusters.get(n)) {
        point.clusters += 1;
        point.clustered += cluster.members.len() as u32;
        point.largest = point.largest.max(cluster.members.len() as u32);
    }
    let proposals = view.propose(threshold, policy);
    let (dropped_by_source, dropped_by_split) = spread(view, columns, &proposals);
    Consequences {
        lens: view.lens(),
        method: view.method().to_owned(),
        capped: view.capped(),
        threshold: threshold.value(),
        policy,
        stale: view.stale,
        clusters: point.clusters.into(),
        clustered: point.clustered.into(),
        largest: point.largest.into(),
        dropped: proposals.len() as u64,
        dropped_by_source,
        dropped_by_split,
    }
}

/// How many of the proposals fall on each source and each split.
pub fn spread(view: &View, columns: &Columns, proposals: &[Proposal]) -> (BTreeMap<String, u64>, BTreeMap<String, u64>) {
    let (mut sources, mut splits) = (BTreeMap::new(), BTreeMap::new());
    for proposal in proposals {
        let Some(position) = columns.position(view.graph.records[proposal.record as usize]) else { continue };
        *sources.entry(columns.source_name(position).to_owned()).or_default() += 1;
        *splits.entry(columns.split_name(position).unwrap_or(NO_SPLIT).to_owned()).or_default() += 1;
    }
    (sources, splits)
}

/// Refuses a threshold below what the graph holds.
pub fn require_in_range(view: &View, threshold: Threshold) -> Result<()> {
    if threshold >= view.floor() {
        return Ok(());
    }
    let error = Error::usage(format!("the graph holds pairs from {} up", view.floor()));
    if threshold.value() == 0.0 {
        return Err(error.hint("at 0 every record is a copy of every other one; 0.5 to 0.95 is sensible"));
    }
    let sets = if view.method() == Sets::Grams.word() { " --sets grams" } else { "" };
    let lens = view.lens().word();
    Err(error.hint(format!("build it lower: `tamis duplicates build WORKSPACE --lens {lens}{sets} --floor {threshold}`")))
}
