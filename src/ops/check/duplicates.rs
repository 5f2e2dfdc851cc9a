//! Duplicates among the kept: texts that are the same but for case and white space, and pairs that the threshold applied last should have
//! left none of.

use rayon::prelude::*;

use super::report::{either, records};
use super::scope::Scope;
use super::{CheckRow, Name};
use crate::display::grouped;
use crate::error::Result;
use crate::model::{RecordId, Threshold};
use crate::ops::duplicates::{Recipe, View};
use crate::progress::Progress;
use crate::similarity::digest;
use crate::similarity::normal::normalised;
use crate::store::settings;

pub(super) fn duplicates(scope: &Scope<'_>, progress: &Progress) -> Result<CheckRow> {
    let same = identical(scope, progress)?;
    if same.across > 0 {
        let detail = format!(
            "{} in more than one split, and {} in all that are the same as another but for case and white space",
            either(same.across, "text stands", "texts stand"),
            records(same.records.len() as u64)
        );
        return Ok(CheckRow::blocked(Name::Duplicates, same.across_records.len() as u64, detail).behind(same.across_records));
    }
    let left = left_over(scope)?;
    let count = same.records.len() as u64;
    let mut words = Vec::new();
    if count > 0 {
        words.push(format!(
            "{} that are the same as another but for case and white space ({} in all)",
            records(count - same.groups),
            either(same.groups, "text", "different texts")
        ));
    }
    if let Some(left) = &left {
        words.push(format!(
            "{} at {} or above are kept, though duplicates were applied there: {}",
            either(left.pairs, "pair", "pairs"),
            left.threshold,
            records(left.records.len() as u64)
        ));
    }
    if words.is_empty() {
        return Ok(CheckRow::ready(
            Name::Duplicates,
            format!("no text stands twice among {} kept", grouped(scope.kept.len() as u64)),
        ));
    }
    let mut behind: Vec<RecordId> = same.records;
    behind.extend(left.into_iter().flat_map(|left| left.records));
    behind.sort_unstable();
    behind.dedup();
    Ok(CheckRow::attention(Name::Duplicates, behind.len() as u64, words.join("; ")).behind(behind))
}

/// Records whose texts are the same.
#[derive(Default)]
struct Identical {
    /// Texts that stand more than once.
    groups: u64,
    /// All records of them.
    records: Vec<RecordId>,
    /// Texts that stand in two splits or more, and their records.
    across: u64,
    across_records: Vec<RecordId>,
}

fn identical(scope: &Scope<'_>, progress: &Progress) -> Result<Identical> {
    progress.stage("identical texts", "records", scope.kept.len() as u64)?;
    let text = |p: u32| scope.columns.text(p as usize);
    let mut keyed: Vec<(u64, u32)> =
        scope.kept.par_iter().map(|&p| progress.add(1).map(|()| (digest(text(p)), p))).collect::<Result<_>>()?;
    keyed.par_sort_unstable();
    let mut found = Identical::default();
    for run in keyed.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        // Two texts with one digest are next to impossible, but somebody may have made them.
        let first = normalised(text(run[0].1));
        let same: Vec<u32> = run.iter().map(|&(_, p)| p).filter(|&p| normalised(text(p)) == first).collect();
        if same.len() < 2 {
            continue;
        }
        let ids = same.iter().map(|&p| scope.id(p));
        found.groups += 1;
        found.records.extend(ids.clone());
        let mut splits: Vec<u8> = same.iter().filter_map(|&p| scope.columns.split(p as usize)).collect();
        splits.sort_unstable();
        splits.dedup();
        if splits.len() > 1 {
            found.across += 1;
            found.across_records.extend(ids);
        }
    }
    found.records.sort_unstable();
    found.across_records.sort_unstable();
    Ok(found)
}

/// Pairs that should be gone.
struct LeftOver {
    threshold: Threshold,
    pairs: u64,
    records: Vec<RecordId>,
}

/// Pairs of different texts ≥ the threshold that was applied to all records last, where the stored graph can say so. Two records that both
/// never go (marked by hand, or of a protected side) stay as a person wants them.
fn left_over(scope: &Scope<'_>) -> Result<Option<LeftOver>> {
    let recipe = scope.setting(settings::DUPLICATES)?.and_then(|json| serde_json::from_str::<Recipe>(&json).ok());
    let Some(recipe) = recipe.filter(|recipe| recipe.filter.is_empty()) else { return Ok(None) };
    let Some(view) = scope.view(recipe.lens)?.filter(|view| recipe.method.is_empty() || recipe.method == view.method()) else {
        return Ok(None);
    };
    let threshold = recipe.threshold();
    let kept = kept_of(scope, &view);
    let of_node = counted(&view, &kept);
    // Of each node, what its records have a pair with; a text may have tens of thousands of records, so pairs are not walked one by one.
    let mut near = vec![Kept::default(); of_node.len()];
    let mut pairs = 0;
    for edge in view.graph.at(threshold.value()) {
        let (a, b) = (edge.a as usize, edge.b as usize);
        pairs += of_node[a].all * of_node[b].all - of_node[a].fixed() * of_node[b].fixed();
        near[a].add(of_node[b]);
        near[b].add(of_node[a]);
    }
    let is_left = |&index: &usize| {
        let near = near[view.graph.node_of[index] as usize];
        let partners = if view.candidates[index].fixed { near.may_go } else { near.all };
        kept[index] && partners > 0
    };
    let records = (0..kept.len()).filter(is_left).map(|index| view.graph.records[index]).collect();
    Ok((pairs > 0).then_some(LeftOver { threshold, pairs, records }))
}

/// How many kept records a node has.
#[derive(Debug, Clone, Copy, Default)]
struct Kept {
    all: u64,
    may_go: u64,
}

impl Kept {
    fn fixed(self) -> u64 {
        self.all - self.may_go
    }

    fn add(&mut self, other: Kept) {
        self.all += other.all;
        self.may_go += other.may_go;
    }
}

fn counted(view: &View, kept: &[bool]) -> Vec<Kept> {
    let mut nodes = vec![Kept::default(); view.graph.nodes()];
    for ((&node, candidate), _) in view.graph.node_of.iter().zip(view.candidates.iter()).zip(kept).filter(|(_, kept)| **kept) {
        nodes[node as usize].add(Kept { all: 1, may_go: u64::from(!candidate.fixed) });
    }
    nodes
}

/// By index of the graph: whether the record counts.
fn kept_of(scope: &Scope<'_>, view: &View) -> Vec<bool> {
    let is_kept = scope.is_kept();
    let position = |&record: &RecordId| scope.columns.position(record);
    view.graph.records.iter().map(|record| position(record).is_some_and(|p| is_kept[p])).collect()
}
