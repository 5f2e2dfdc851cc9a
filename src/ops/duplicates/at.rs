//! One threshold in full, as the Duplicates screen shows it: everything that takes longer than a look-up in the curve.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Across, View, spans, spread};
use crate::clusters::{Clusters, CurvePoint, Proposal};
use crate::error::Result;
use crate::model::{Policy, RecordId, Sets, Threshold};
use crate::progress::Progress;
use crate::query::Columns;
pub use crate::rules::word_diff;
pub use crate::similarity::Items;

/// The consequences of a threshold, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Clusters of two or more records.
    pub clusters: u64,
    /// Records in them.
    pub clustered: u64,
    pub largest: u64,
    /// Records the policy would drop.
    pub dropped: u64,
}

impl From<&CurvePoint> for Figures {
    fn from(point: &CurvePoint) -> Figures {
        let CurvePoint { clusters, clustered, largest, dropped, .. } = *point;
        Figures { clusters: clusters.into(), clustered: clustered.into(), largest: largest.into(), dropped: dropped.into() }
    }
}

/// The clusters at a threshold and what the policy would do to them.
#[derive(Debug, Clone)]
pub struct AtThreshold {
    pub threshold: Threshold,
    pub policy: Policy,
    pub across: Option<Across>,
    /// What all this is of: indices below are places in this graph's records.
    pub view: View,
    pub clusters: Clusters,
    /// Of each cluster, the best in keeper order.
    pub keepers: Vec<u32>,
    /// The clusters that span the border of `across`, all of them where it names none; the largest first.
    pub listed: Vec<u32>,
    /// By record index, ascending.
    pub proposals: Vec<Proposal>,
    /// Proposed drops by source, and by split.
    pub by_source: Vec<(String, u64)>,
    pub by_split: Vec<(String, u64)>,
}

/// Cuts the graph at a threshold.
pub fn cut(
    view: &View,
    columns: &Columns,
    threshold: Threshold,
    policy: Policy,
    across: Option<Across>,
    progress: &Progress,
) -> Result<AtThreshold> {
    let clusters = view.clusters(threshold);
    progress.check()?;
    let proposals = view.propose(threshold, policy);
    progress.check()?;
    let keepers = clusters.iter().map(|c| view.keeper(c.members).unwrap_or(c.members[0])).collect();
    let is_listed =
        |n: &u32| across.is_none_or(|across| clusters.get(*n as usize).is_some_and(|c| spans(view, columns, c.members, across)));
    let listed = (0..clusters.len() as u32).filter(is_listed).collect();
    progress.check()?;
    let (by_source, by_split) = spread(view, columns, &proposals);
    let (by_source, by_split) = (most_first(by_source), most_first(by_split));
    Ok(AtThreshold { threshold, policy, across, view: view.clone(), clusters, keepers, listed, proposals, by_source, by_split })
}

fn most_first(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
}

impl AtThreshold {
    pub fn figures(&self) -> Figures {
        Figures {
            clusters: self.clusters.len() as u64,
            clustered: self.clusters.clustered() as u64,
            largest: self.clusters.get(0).map_or(0, |c| c.members.len() as u64),
            dropped: self.proposals.len() as u64,
        }
    }

    pub fn record(&self, index: u32) -> RecordId {
        self.view.graph.records[index as usize]
    }

    /// What would happen to a record; `None`: it stays.
    pub fn proposal(&self, index: u32) -> Option<&Proposal> {
        let place = self.proposals.binary_search_by_key(&index, |p| p.record).ok()?;
        self.proposals.get(place)
    }

    /// The row in `listed` of the cluster in which a record stands.
    pub fn row_of(&self, record: RecordId) -> Option<usize> {
        let cluster = self.clusters.of(self.view.graph.index_of(record)?)?;
        self.listed.binary_search(&(cluster as u32)).ok()
    }
}

/// One record of a cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    pub index: u32,
    pub record: RecordId,
    /// To the keeper; `None` for the keeper itself, and where there are too many texts to score at once.
    pub score: Option<f32>,
}

/// Up to so many characters in a cluster, all members are scored before the first is shown: some milliseconds.
const SCORED_AT_ONCE: u32 = 200_000;

/// The members of cluster `n`: the keeper, then the closest to it first; where texts are many or long, in the order of import, for
/// [`Items::score`] to be asked of those in view.
pub fn members(at: &AtThreshold, columns: &Columns, n: usize) -> Vec<Member> {
    let (Some(cluster), Some(&keeper)) = (at.clusters.get(n), at.keepers.get(n)) else { return Vec::new() };
    let position = |index: u32| columns.position(at.record(index));
    let chars_left = |left: u32, &m: &u32| left.checked_sub(position(m).map_or(0, |p| columns.chars(p)));
    let is_quick = cluster.members.iter().try_fold(SCORED_AT_ONCE, chars_left).is_some();
    let text = |index: u32| position(index).map_or("", |p| columns.text(p));
    let words = is_quick.then(|| Items::of(text(keeper), Sets::Words));
    let member = |index: u32| Member { index, record: at.record(index), score: words.as_ref().map(|w| w.score(text(index))) };
    let mut members: Vec<Member> = cluster.members.iter().filter(|&&m| m != keeper).map(|&m| member(m)).collect();
    members.sort_by(|a, b| b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0)));
    members.insert(0, Member { score: None, ..member(keeper) });
    members
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Lens, State};
    use crate::ops::duplicates::compute;
    use crate::query::columns::{Builder, Names, Row};
    use crate::similarity::Forest;

    fn at(texts: &[&str], threshold: u16) -> (AtThreshold, Columns) {
        let mut builder = Builder::with_capacity(texts.len(), 0);
        for (n, text) in texts.iter().enumerate() {
            let (id, source) = (RecordId(n as u32 + 1), (n % 2) as u16);
            let (cause, dropped_by, fired, split) = (None, None, None, None);
            builder.push(&Row { id, source, text, state: State::Undecided, cause, dropped_by, fired, split, has_image: false });
        }
        let columns = builder.finish(Names { sources: vec!["even".into(), "odd".into()], ..Names::default() });
        let positions: Vec<u32> = (0..texts.len() as u32).collect();
        let graph = Arc::new(compute(&columns, &positions, Lens::Lexical, 0.3, &Progress::none()).unwrap());
        let view = View::new(graph.clone(), Arc::new(Forest::of(&graph)), &columns, &[false, false], false);
        let threshold = Threshold::from_thousandths(threshold);
        (cut(&view, &columns, threshold, Policy::Cover, Some(Across::Sources), &Progress::none()).unwrap(), columns)
    }

    #[test]
    fn members_come_closest_to_the_keeper_first() {
        let (at, columns) = at(&["a b c d", "x", "a b c d long", "a b c", "y"], 500);
        let members: Vec<_> = members(&at, &columns, 0).iter().map(|m| (m.record.0, m.score)).collect();
        assert_eq!(members, [(3, None), (1, Some(0.8)), (4, Some(0.6))]);
        assert_eq!((at.row_of(RecordId(4)), at.row_of(RecordId(2))), (Some(0), None));
        assert_eq!(at.figures(), Figures { clusters: 1, clustered: 3, largest: 3, dropped: 2 });
        assert_eq!(at.proposal(0).map(|p| at.record(p.witness)), Some(RecordId(3)));
    }

    #[test]
    fn long_texts_are_left_to_be_scored_in_view() {
        let long = "word ".repeat(60_000);
        let (at, columns) = at(&[&long, &format!("{long} more")], 500);
        assert!(members(&at, &columns, 0).iter().all(|m| m.score.is_none()));
    }

    #[test]
    fn only_clusters_across_the_border_are_listed() {
        let (at, _) = at(&["a b", "c", "a b", "d e", "d e"], 500);
        assert_eq!((at.clusters.len(), at.listed.len()), (2, 1));
        assert_eq!(at.by_source, [("even".to_owned(), 2)]);
    }
}
