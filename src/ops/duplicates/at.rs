//! One threshold in full, as the Duplicates screen shows it: everything that takes longer than a look-up in the curve.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Across, Scope, View, spans, spread};
use crate::clusters::{ClusterOrder, Clusters, CurvePoint, Proposal, quality, sort};
use crate::error::Result;
use crate::model::{Policy, RecordId, Sets, Threshold};
use crate::progress::Progress;
use crate::query::Columns;
pub use crate::rules::word_diff;
use crate::similarity::mask::Mask;
use crate::similarity::{Graph, Items};

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

/// What a screen asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub threshold: Threshold,
    pub policy: Policy,
    /// Only clusters that span this border.
    pub across: Option<Across>,
    /// Only clusters with a member in it.
    pub scope: Option<Arc<Scope>>,
    pub order: ClusterOrder,
    /// The list upside down.
    pub reversed: bool,
}

/// The clusters at a threshold and what the policy would do to them.
#[derive(Debug, Clone)]
pub struct AtThreshold {
    pub asked: Asked,
    /// What all this is of: indices below are places in this graph's records.
    pub view: View,
    pub clusters: Clusters,
    /// Of each cluster, the best in keeper order.
    pub keepers: Vec<u32>,
    /// Of each cluster, how many members the policy keeps.
    pub kept: Vec<u32>,
    /// Of each cluster, how many members nobody marked yet.
    pub undecided: Vec<u32>,
    /// The clusters that were asked for, in the order that was asked for.
    pub listed: Vec<u32>,
    /// By record index, ascending.
    pub proposals: Vec<Proposal>,
    /// Proposed drops by source, and by split.
    pub by_source: Vec<(String, u64)>,
    pub by_split: Vec<(String, u64)>,
    /// Of each cluster, its row in `listed`.
    rows: Vec<Option<u32>>,
}

/// Cuts the graph at a threshold.
pub fn cut(view: &View, columns: &Columns, asked: Asked, progress: &Progress) -> Result<AtThreshold> {
    let clusters = view.clusters(asked.threshold);
    progress.check()?;
    let proposals = view.propose(asked.threshold, asked.policy);
    progress.check()?;
    let keepers = clusters.iter().map(|c| view.keeper(c.members).unwrap_or(c.members[0])).collect();
    let kept = quality::stays(&clusters, &proposals);
    let undecided = quality::undecided(&clusters, |index| view.is_undecided(columns, index));
    progress.check()?;
    let listed = listed(view, columns, &clusters, &undecided, &asked);
    let mut rows = vec![None; clusters.len()];
    listed.iter().zip(0..).for_each(|(&cluster, row)| rows[cluster as usize] = Some(row));
    progress.check()?;
    let (by_source, by_split) = spread(view, columns, &proposals);
    let (by_source, by_split) = (most_first(by_source), most_first(by_split));
    let view = view.clone();
    Ok(AtThreshold { asked, view, clusters, keepers, kept, undecided, listed, proposals, by_source, by_split, rows })
}

/// The clusters that are asked for, in order.
fn listed(view: &View, columns: &Columns, clusters: &Clusters, undecided: &[u32], asked: &Asked) -> Vec<u32> {
    let is_across = |members: &[u32]| asked.across.is_none_or(|across| spans(view, columns, members, across));
    let record = |&index: &u32| view.graph.records[index as usize];
    let is_meant =
        |members: &[u32]| asked.scope.is_none() || members.iter().any(|m| Scope::holds(asked.scope.as_deref(), record(m)));
    let is_listed = |n: &u32| clusters.get(*n as usize).is_some_and(|c| is_across(c.members) && is_meant(c.members));
    let mut listed: Vec<u32> = (0..clusters.len() as u32).filter(is_listed).collect();
    sort::sort(&mut listed, clusters, asked.order, undecided);
    if asked.reversed {
        listed.reverse();
    }
    listed
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
        self.rows.get(cluster).copied().flatten().map(|row| row as usize)
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

/// How two texts are compared by what they consist of: in the sets of the lexical lens, without the masked phrases.
#[derive(Debug, Clone)]
pub struct Wording {
    pub sets: Sets,
    mask: Arc<Mask>,
}

/// One text, to compare others with it.
#[derive(Debug)]
pub struct Worded<'a> {
    mask: &'a Mask,
    items: Items,
}

impl Default for Wording {
    fn default() -> Self {
        Wording { sets: Sets::Words, mask: Arc::default() }
    }
}

impl Wording {
    /// Fails as [`Mask::new`] does.
    pub fn new(sets: Sets, phrases: &[String]) -> Result<Wording> {
        Ok(Wording { sets, mask: Arc::new(Mask::new(phrases)?) })
    }

    pub fn of(&self, text: &str) -> Worded<'_> {
        Worded { mask: &self.mask, items: Items::of(&self.mask.apply(text), self.sets) }
    }
}

impl Worded<'_> {
    /// The score that a lexical graph of now has, or would have above its floor.
    pub fn score(&self, text: &str) -> f32 {
        self.items.score(&self.mask.apply(text))
    }
}

/// Up to so many characters in a cluster, all members are scored before the first is shown: some milliseconds.
const SCORED_AT_ONCE: u32 = 200_000;

/// The members of a cluster, given in order of import: the keeper, then the closest to it first; where texts are many or long, in the order
/// given, for [`Worded::score`] to be asked of those in view.
pub fn members(graph: &Graph, columns: &Columns, cluster: &[u32], keeper: u32, wording: &Wording) -> Vec<Member> {
    let record = |index: u32| graph.records[index as usize];
    let position = |index: u32| columns.position(record(index));
    let chars_left = |left: u32, &m: &u32| left.checked_sub(position(m).map_or(0, |p| columns.chars(p)));
    let is_quick = cluster.iter().try_fold(SCORED_AT_ONCE, chars_left).is_some();
    let text = |index: u32| position(index).map_or("", |p| columns.text(p));
    let words = is_quick.then(|| wording.of(text(keeper)));
    let member = |index: u32| Member { index, record: record(index), score: words.as_ref().map(|w| w.score(text(index))) };
    let mut members = Vec::with_capacity(cluster.len());
    members.push(Member { index: keeper, record: record(keeper), score: None });
    members.extend(cluster.iter().filter(|&&m| m != keeper).map(|&m| member(m)));
    if is_quick {
        members[1..].sort_by(|a, b| b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0)));
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clusters::keeper;
    use crate::ops::duplicates::Standing;
    use crate::query::columns::{Builder, Names, Row};
    use crate::similarity;

    fn at(texts: &[&str], threshold: u16) -> (AtThreshold, Columns) {
        let mut builder = Builder::with_capacity(texts.len(), 0);
        for (n, text) in texts.iter().enumerate() {
            let (id, source) = (RecordId(n as u32 + 1), (n % 2) as u16);
            builder.push(&Row { id, source, text, ..Row::default() });
        }
        let columns = builder.finish(Names { sources: vec!["even".into(), "odd".into()], ..Names::default() });
        let records = (1..=texts.len() as u32).map(RecordId).collect();
        let graph = similarity::build::lexical(Sets::Words, 0.3, records, texts, None, &Progress::none()).unwrap();
        let view = View::of(graph, &columns, &Standing { order: keeper::default_order(), ..Standing::default() });
        let threshold = Threshold::from_thousandths(threshold);
        let (across, order) = (Some(Across::Sources), ClusterOrder::Size);
        let asked = Asked { threshold, policy: Policy::Cover, across, scope: None, order, reversed: false };
        (cut(&view, &columns, asked, &Progress::none()).unwrap(), columns)
    }

    fn first_members(at: &AtThreshold, columns: &Columns) -> Vec<Member> {
        members(&at.view.graph, columns, at.clusters.get(0).unwrap().members, at.keepers[0], &Wording::default())
    }

    #[test]
    fn masked_phrases_and_the_sets_of_the_lens_count() {
        let wording = |sets| Wording::new(sets, &["very good".to_owned()]).unwrap();
        assert_eq!(wording(Sets::Words).of("a cat, very good").score("a cat"), 1.0);
        assert_eq!(wording(Sets::Words).of("a cat").score("a cats"), 1.0 / 3.0);
        assert_eq!(wording(Sets::Grams).of("a cat").score("a cats, very good"), 0.5);
    }

    #[test]
    fn members_come_closest_to_the_keeper_first() {
        let (at, columns) = at(&["a b c d", "x", "a b c d long", "a b c", "y"], 500);
        let members: Vec<_> = first_members(&at, &columns).iter().map(|m| (m.record.0, m.score)).collect();
        assert_eq!(members, [(3, None), (1, Some(0.8)), (4, Some(0.6))]);
        assert_eq!((at.row_of(RecordId(4)), at.row_of(RecordId(2))), (Some(0), None));
        assert_eq!(at.figures(), Figures { clusters: 1, clustered: 3, largest: 3, dropped: 2 });
        assert_eq!(at.proposal(0).map(|p| at.record(p.witness)), Some(RecordId(3)));
    }

    #[test]
    fn long_texts_are_left_to_be_scored_in_view() {
        let long = "word ".repeat(60_000);
        let (at, columns) = at(&[&long, &format!("{long} more")], 500);
        assert!(first_members(&at, &columns).iter().all(|m| m.score.is_none()));
    }

    #[test]
    fn only_clusters_across_the_border_are_listed() {
        let (at, _) = at(&["a b", "c", "a b", "d e", "d e"], 500);
        assert_eq!((at.clusters.len(), at.listed.len()), (2, 1));
        assert_eq!(at.by_source, [("even".to_owned(), 2)]);
    }
}
