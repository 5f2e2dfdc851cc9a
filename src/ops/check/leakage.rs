//! Leakage: kept records with a near-copy in another split.
//!
//! Answered by the stored graph where there is one of these texts that reaches down to the threshold. Where there is none, and it is known
//! where models lie, a graph is built in memory, so that scripts and exports always get an answer; it is not saved. The screens do not say
//! where models lie: there a missing graph is something to look at.

use std::rc::Rc;
use std::sync::Arc;

use super::report::records;
use super::scope::Scope;
use super::{CheckRow, Name};
use crate::display::{grouped, score};
use crate::error::{Kind, Result};
use crate::model::{Lens, RecordId, Threshold};
use crate::ops::duplicates::{self, View, Wish};
use crate::ops::split;
use crate::progress::Progress;
use crate::similarity::{Graph, UnionFind};
use crate::store::settings;

pub(super) fn leakage(scope: &Scope<'_>, progress: &Progress) -> Result<CheckRow> {
    let splits = kept_splits(scope);
    if splits < 2 {
        return Ok(CheckRow::ready(Name::Leakage, "fewer than two splits among the kept: nothing can leak"));
    }
    let (lens, threshold) = measure(scope)?;
    let Some(view) = view(scope, lens, threshold, progress)? else {
        let build = format!("`tamis duplicates build --lens {} --floor {threshold}`", lens.word());
        let detail = format!("no {} graph of the present texts reaches down to {threshold}: {build}", lens.word());
        return Ok(CheckRow::attention(Name::Leakage, 0, detail));
    };
    let found = Found::of(&view.graph, threshold, &split_of(scope, &view.graph));
    let at = format!("at {threshold} or above ({} {})", lens.word(), view.method());
    Ok(match found.records.len() as u64 {
        0 if found.is_proof => {
            CheckRow::ready(Name::Leakage, format!("no kept record has a near-copy in another split {at}, of {splits} splits"))
        }
        0 => {
            let detail =
                format!("no near-copy across splits was found {at}, but the graph holds only the strongest pairs of each text");
            CheckRow::attention(Name::Leakage, 0, detail)
        }
        count => {
            let pairs = grouped(found.pairs);
            let detail = format!(
                "{} with a near-copy in another split {at}: {pairs} pairs of texts, the highest {}",
                records(count),
                score(found.highest)
            );
            CheckRow::blocked(Name::Leakage, count, detail).behind(found.records)
        }
    })
}

/// Splits that kept records are in.
fn kept_splits(scope: &Scope<'_>) -> usize {
    let mut splits: Vec<u8> = scope.kept.iter().filter_map(|&p| scope.columns.split(p as usize)).collect();
    splits.sort_unstable();
    splits.dedup();
    splits.len()
}

/// Lens and threshold: as asked for, else of the split, else of the duplicates applied, else the default ones.
fn measure(scope: &Scope<'_>) -> Result<(Lens, Threshold)> {
    let split = scope.setting(settings::SPLIT)?.as_deref().and_then(split::Recipe::read);
    let applied: Option<duplicates::Recipe> =
        scope.setting(settings::DUPLICATES)?.and_then(|json| serde_json::from_str(&json).ok());
    let of_split = split.as_ref().and_then(|recipe| Some((recipe.lens.parse::<Lens>().ok()?, recipe.threshold())));
    let of_applied = applied.map(|recipe| (recipe.lens, recipe.threshold()));
    let (lens, threshold) =
        of_split.or(of_applied).unwrap_or((Lens::Lexical, Threshold::from_thousandths(split::DEFAULT_THRESHOLD)));
    let wanted = scope.asked.lens.unwrap_or(lens);
    let usual = if wanted == lens { threshold } else { wanted.default_threshold() };
    Ok((wanted, scope.asked.threshold.unwrap_or(usual)))
}

/// A graph that can answer.
fn view(scope: &Scope<'_>, lens: Lens, threshold: Threshold, progress: &Progress) -> Result<Option<Rc<View>>> {
    let stored = duplicates::info(scope.workspace, lens)?;
    let reaches = stored.as_ref().is_some_and(|info| info.filter.is_empty() && info.floor <= threshold.value());
    if reaches && let Some(view) = scope.view(lens)? {
        return Ok(Some(view));
    }
    let Some(folders) = scope.asked.folders.as_ref() else { return Ok(None) };
    let like = stored.as_ref().map_or_else(|| Wish::of(lens), Wish::like);
    let wish = Wish { floor: threshold.value(), filter: String::new(), ..like };
    let made = match duplicates::make(scope.workspace, scope.columns, &wish, folders, progress) {
        // Without a model nothing can be said of meanings; who asked for that by name is told so as an error.
        Err(error) if error.kind == Kind::Refused && (scope.asked.tolerant || !scope.asked.names(Name::Leakage)) => {
            return Ok(None);
        }
        made => made?,
    };
    Ok(Some(Rc::new(duplicates::renewed(scope.workspace, scope.columns, Arc::new(made.graph))?)))
}

/// By index of the graph: the split of a record that counts.
fn split_of(scope: &Scope<'_>, graph: &Graph) -> Vec<Option<u8>> {
    let is_kept = scope.is_kept();
    let position = |&record: &RecordId| scope.columns.position(record).filter(|&p| is_kept[p]);
    graph.records.iter().map(|record| position(record).and_then(|p| scope.columns.split(p))).collect()
}

/// What crosses a border.
struct Found {
    /// Ascending.
    records: Vec<RecordId>,
    /// Pairs of different texts, and texts that stand in two splits themselves.
    pairs: u64,
    highest: f32,
    /// Whether nothing found means that there is nothing.
    is_proof: bool,
}

impl Found {
    fn of(graph: &Graph, threshold: Threshold, split_of: &[Option<u8>]) -> Found {
        let mut own = vec![Two::default(); graph.nodes()];
        for (&node, &split) in graph.node_of.iter().zip(split_of) {
            split.into_iter().for_each(|split| own[node as usize].add(split));
        }
        let mut near = own.clone();
        let identical = own.iter().filter(|splits| splits.1.is_some()).count() as u64;
        let mut found = Found { records: Vec::new(), pairs: identical, highest: 0.0, is_proof: true };
        if identical > 0 {
            found.highest = 1.0;
        }
        for edge in graph.at(threshold.value()) {
            let (a, b) = (edge.a as usize, edge.b as usize);
            near[a].add_all(own[b]);
            near[b].add_all(own[a]);
            if own[a].crosses(own[b]) {
                found.pairs += 1;
                found.highest = found.highest.max(edge.score);
            }
        }
        let leaks = |(index, split): (usize, &Option<u8>)| {
            let split = (*split)?;
            let near = near[graph.node_of[index] as usize];
            near.other_than(split).then_some(graph.records[index])
        };
        found.records = split_of.iter().enumerate().filter_map(leaks).collect();
        found.is_proof = graph.capped.is_none() || !clusters_cross(graph, threshold, &own);
        found
    }
}

/// Whether a cluster holds two splits. A capped graph has every cluster whole, though not every pair: where none crosses a border there is
/// no pair that does.
fn clusters_cross(graph: &Graph, threshold: Threshold, own: &[Two]) -> bool {
    let mut clusters = UnionFind::new(graph.nodes());
    graph.at(threshold.value()).iter().for_each(|edge| _ = clusters.union(edge.a, edge.b));
    let mut of_cluster = vec![Two::default(); graph.nodes()];
    for (node, splits) in (0u32..).zip(own) {
        of_cluster[clusters.find(node) as usize].add_all(*splits);
    }
    of_cluster.iter().any(|splits| splits.1.is_some())
}

/// Up to two different splits: as many as it takes to know whether there is another one than any given.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Two(Option<u8>, Option<u8>);

impl Two {
    fn add(&mut self, split: u8) {
        match self {
            Two(None, _) => self.0 = Some(split),
            Two(Some(first), None) if *first != split => self.1 = Some(split),
            _ => {}
        }
    }

    fn add_all(&mut self, other: Two) {
        other.0.into_iter().chain(other.1).for_each(|split| self.add(split));
    }

    fn other_than(self, split: u8) -> bool {
        self.0.is_some_and(|first| first != split) || self.1.is_some()
    }

    /// Whether one of these splits and one of those differ.
    fn crosses(self, other: Two) -> bool {
        self.0.is_some_and(|split| other.other_than(split)) || self.1.is_some_and(|split| other.other_than(split))
    }
}
