//! The rows of the list of clusters: as a job cut them, or, for as long as it has not, looked up in the tree of all thresholds.

use std::cell::RefCell;
use std::sync::Arc;

use crate::clusters::ClusterOrder;
use crate::clusters::dendrogram::Entry;
use crate::model::RecordId;
use crate::ops::duplicates::View;
use crate::tui::data::duplicates::{Cluster, Cut, Tree};
use crate::tui::effect::Wanted;

/// Rows that are looked up at once: more than a screenful each way, since every look passes all clusters.
const STRETCH: usize = 512;

/// The clusters in the list, in its order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Listed<'a> {
    Cut(&'a Arc<Cut>),
    Found(&'a Lookup),
}

/// What the list says of one cluster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Indices into the graph's records, as in [`Cluster`].
    pub first: u32,
    pub keeper: u32,
    pub size: u32,
    pub weakest: f32,
    pub best: f32,
    /// What only the job finds.
    pub counts: Option<Counts>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    /// Members that cover keeps.
    pub keeps: u32,
    pub undecided: u32,
    pub is_chain: bool,
}

impl<'a> Listed<'a> {
    pub fn view(self) -> &'a View {
        match self {
            Listed::Cut(cut) => &cut.at.view,
            Listed::Found(lookup) => &lookup.tree.view,
        }
    }

    pub fn wanted(self) -> &'a Wanted {
        match self {
            Listed::Cut(cut) => &cut.wanted,
            Listed::Found(lookup) => &lookup.wanted,
        }
    }

    pub fn len(self) -> usize {
        match self {
            Listed::Cut(cut) => cut.at.listed.len(),
            Listed::Found(lookup) => lookup.len,
        }
    }

    pub fn row(self, row: usize) -> Option<Row> {
        match self {
            Listed::Cut(cut) => cut_row(cut, number(cut, row)?),
            Listed::Found(lookup) => lookup.entry(row).map(Row::from),
        }
    }

    /// Which cluster stands in a row.
    pub fn cluster(self, row: usize) -> Option<Cluster> {
        self.row(row).map(|Row { first, size, .. }| Cluster { view: self.view().clone(), first, size })
    }

    /// The row of the cluster in which a record stands.
    pub fn row_of(self, record: RecordId) -> Option<usize> {
        match self {
            Listed::Cut(cut) => cut.at.row_of(record),
            Listed::Found(lookup) => lookup.row_of(record),
        }
    }

    /// Members of the cluster in a row, in order of import.
    pub fn members(self, row: usize) -> Vec<u32> {
        match self {
            Listed::Cut(cut) => {
                let cluster = number(cut, row).and_then(|number| cut.at.clusters.get(number));
                cluster.map_or_else(Vec::new, |cluster| cluster.members.to_vec())
            }
            Listed::Found(lookup) => {
                let found = lookup.entry(row).map_or(&[][..], |entry| lookup.tree.clusters.members(entry.branch));
                in_order(found, lookup.tree.view.graph.records.len())
            }
        }
    }
}

/// Some of so many records, ascending. Many of them are found by a pass over all, which takes less than sorting does.
fn in_order(found: &[u32], records: usize) -> Vec<u32> {
    if found.len() < records / 32 {
        let mut sorted = found.to_vec();
        sorted.sort_unstable();
        return sorted;
    }
    let mut is_found = vec![false; records];
    found.iter().for_each(|&index| is_found[index as usize] = true);
    (0..records as u32).filter(|&index| is_found[index as usize]).collect()
}

/// The number of the cluster in a row of a cut.
pub(super) fn number(cut: &Cut, row: usize) -> Option<usize> {
    cut.at.listed.get(row).map(|&cluster| cluster as usize)
}

fn cut_row(cut: &Cut, number: usize) -> Option<Row> {
    let cluster = cut.at.clusters.get(number)?;
    Some(Row {
        first: *cluster.members.first()?,
        keeper: *cut.at.keepers.get(number)?,
        size: cluster.members.len() as u32,
        weakest: cluster.weakest,
        best: cluster.best,
        counts: Some(Counts {
            keeps: *cut.keeps.get(number)?,
            undecided: *cut.at.undecided.get(number)?,
            is_chain: *cut.chained.get(number)?,
        }),
    })
}

impl From<Entry> for Row {
    fn from(entry: Entry) -> Row {
        let Entry { first, keeper, size, weakest, best, .. } = entry;
        Row { first, keeper, size, weakest, best, counts: None }
    }
}

/// The list of one threshold out of the tree, a stretch of it at a time.
#[derive(Debug)]
pub(super) struct Lookup {
    tree: Arc<Tree>,
    wanted: Wanted,
    len: usize,
    stretch: RefCell<Stretch>,
}

/// Rows of the list before it is turned round.
#[derive(Debug, Default)]
struct Stretch {
    from: usize,
    entries: Vec<Entry>,
}

impl Lookup {
    /// `None` where the list hangs on more than the tree knows.
    pub fn new(tree: &Arc<Tree>, wanted: &Wanted) -> Option<Lookup> {
        let is_known = wanted.across.is_none() && wanted.filter.is_empty() && wanted.order != ClusterOrder::Undecided;
        is_known.then(|| Lookup {
            len: tree.clusters.count(wanted.threshold),
            tree: tree.clone(),
            wanted: wanted.clone(),
            stretch: RefCell::default(),
        })
    }

    pub fn is_of(&self, tree: &Arc<Tree>, wanted: &Wanted) -> bool {
        Arc::ptr_eq(&self.tree, tree) && self.wanted.lists_as(wanted)
    }

    fn key(&self) -> impl Fn(&Entry) -> u32 + use<> {
        let order = self.wanted.order;
        move |entry| order.key(entry.weakest, entry.best, 0)
    }

    /// Turned round, the first row is the last.
    fn turned(&self, row: usize) -> Option<usize> {
        let from_end = self.len.checked_sub(row + 1)?;
        Some(if self.wanted.reversed { from_end } else { row })
    }

    fn entry(&self, row: usize) -> Option<Entry> {
        let row = self.turned(row)?;
        let mut stretch = self.stretch.borrow_mut();
        if row < stretch.from || row >= stretch.from + stretch.entries.len() {
            let from = row.saturating_sub(STRETCH / 2);
            let entries = self.tree.clusters.page_by(self.wanted.threshold, from, STRETCH, |_| true, self.key());
            *stretch = Stretch { from, entries };
        }
        stretch.entries.get(row - stretch.from).copied()
    }

    fn row_of(&self, record: RecordId) -> Option<usize> {
        let Tree { view, clusters } = &*self.tree;
        let index = view.graph.index_of(record).filter(|&index| view.candidates.get(index).is_some_and(|c| c.alive))?;
        let branch = clusters.of_node(*view.graph.node_of.get(index)?, self.wanted.threshold)?;
        self.turned(clusters.row_by(self.wanted.threshold, branch, self.key()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_records_come_in_order() {
        for len in [0u32, 1, 30, 31, 32, 500, 1000] {
            let expected: Vec<u32> = (1000 - len..1000).collect();
            let turned: Vec<u32> = expected.iter().rev().copied().collect();
            assert_eq!(in_order(&turned, 1000), expected);
        }
    }
}
