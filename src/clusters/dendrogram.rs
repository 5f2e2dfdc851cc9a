//! The clusters at every threshold as one tree, so that the frame after a move of the slider costs a look and no rebuilding.
//!
//! Every merge of the spanning forest is a branch above the two sets that it joins (the tree of single linkage, or Kruskal's reconstruction
//! tree). Branches stand in the order of merges, the closest first: those that hold at a threshold are the first few, and a branch among them
//! whose parent is not is a cluster. The records below a branch stand side by side in one list.

use super::at::Range;
use super::links::Links;
use super::policy::Candidate;
use crate::model::{Edge, Threshold};
use crate::similarity::{Forest, Graph, UnionFind};

/// Parent of a branch that has none.
const NONE: u32 = u32::MAX;

/// A cluster within a [`Dendrogram`]: the same for as long as the cluster does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Branch(u32);

/// The tree of the alive records of a graph.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dendrogram {
    /// Nodes of the graph: branches of a number below are single nodes, the others are merges.
    nodes: u32,
    /// By merge: its score, never rising.
    scores: Vec<f32>,
    /// Nodes with two alive records or more.
    crowded: Vec<u32>,
    /// By branch, as all that follow.
    parents: Vec<u32>,
    sizes: Vec<u32>,
    /// The highest score of two records.
    best: Vec<f32>,
    /// The record with the lowest index, and the best in keeper order.
    firsts: Vec<u32>,
    keepers: Vec<u32>,
    /// Where its records begin in `records`.
    starts: Vec<u32>,
    records: Vec<u32>,
}

/// What the list of clusters says of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    pub branch: Branch,
    pub size: u32,
    /// The lowest score of the merges that hold it together (1 for identical texts).
    pub weakest: f32,
    /// The highest score of two members.
    pub best: f32,
    /// The best member in keeper order.
    pub keeper: u32,
    /// The member with the lowest index.
    pub first: u32,
}

impl Dendrogram {
    /// `candidates` by index into the graph's records. Costs about as much as [`Clusters::at`](super::Clusters::at) at the floor.
    pub fn of(graph: &Graph, forest: &Forest, candidates: &[Candidate]) -> Dendrogram {
        let links = Links::new(graph, forest, |index| candidates[index].alive);
        let mut tree = Dendrogram::leaves(graph, candidates, &links.alive_in);
        let mut sets = UnionFind::new(graph.nodes());
        let mut top: Vec<u32> = (0..tree.nodes).collect();
        links.join(&mut sets, 0, graph.floor, |edge, root, absorbed| {
            let branch = tree.merge(edge, top[root as usize], top[absorbed as usize], candidates);
            top[root as usize] = branch;
        });
        tree.line_up(graph, candidates);
        tree
    }

    fn leaves(graph: &Graph, candidates: &[Candidate], alive_in: &[u32]) -> Dendrogram {
        let nodes = alive_in.len();
        let mut tree = Dendrogram {
            nodes: nodes as u32,
            crowded: (0..nodes as u32).filter(|&node| alive_in[node as usize] >= 2).collect(),
            parents: vec![NONE; nodes],
            sizes: alive_in.to_vec(),
            best: alive_in.iter().map(|&alive| Range::of_node(alive).best).collect(),
            firsts: vec![NONE; nodes],
            keepers: vec![NONE; nodes],
            ..Dendrogram::default()
        };
        for (index, &node) in graph.node_of.iter().enumerate().filter(|&(index, _)| candidates[index].alive) {
            let (first, keeper) = (&mut tree.firsts[node as usize], &mut tree.keepers[node as usize]);
            *first = (*first).min(index as u32);
            *keeper = best_of(*keeper, index as u32, candidates);
        }
        tree
    }

    fn merge(&mut self, edge: &Edge, a: u32, b: u32, candidates: &[Candidate]) -> u32 {
        let branch = self.parents.len() as u32;
        let (x, y) = (a as usize, b as usize);
        (self.parents[x], self.parents[y]) = (branch, branch);
        self.parents.push(NONE);
        self.scores.push(edge.score);
        self.sizes.push(self.sizes[x] + self.sizes[y]);
        self.best.push(self.best[x].max(self.best[y]).max(edge.score));
        self.firsts.push(self.firsts[x].min(self.firsts[y]));
        self.keepers.push(best_of(self.keepers[x], self.keepers[y], candidates));
        branch
    }

    /// Gives every branch its stretch of the list of records: a parent comes after its children, so that walking down the numbers gives
    /// each branch the next free part of its parent's stretch.
    fn line_up(&mut self, graph: &Graph, candidates: &[Candidate]) {
        let branches = self.parents.len();
        self.starts = vec![0; branches];
        let mut free = vec![0; branches];
        let mut end = 0;
        for branch in (0..branches).rev() {
            let next = match self.parents[branch] {
                NONE => &mut end,
                parent => &mut free[parent as usize],
            };
            let start = *next;
            *next += self.sizes[branch];
            (self.starts[branch], free[branch]) = (start, start);
        }
        self.records = vec![0; end as usize];
        for (index, &node) in graph.node_of.iter().enumerate().filter(|&(index, _)| candidates[index].alive) {
            self.records[free[node as usize] as usize] = index as u32;
            free[node as usize] += 1;
        }
    }

    /// Branches below this number hold at the threshold.
    fn holding(&self, threshold: Threshold) -> u32 {
        self.nodes + self.scores.partition_point(|&score| score >= threshold.value()) as u32
    }

    /// The clusters at a threshold, in no useful order. One look at each merge that holds: about a millisecond a million.
    fn clusters(&self, threshold: Threshold) -> impl Iterator<Item = u32> + '_ {
        let holding = self.holding(threshold);
        let merges = self.nodes..holding;
        let parents = &self.parents[self.nodes as usize..holding as usize];
        let crowded = self.crowded.iter().copied().filter(move |&node| self.parents[node as usize] >= holding);
        merges.zip(parents).filter(move |&(_, &parent)| parent >= holding).map(|(branch, _)| branch).chain(crowded)
    }

    /// How many clusters there are at a threshold (not below the graph's floor).
    pub fn count(&self, threshold: Threshold) -> usize {
        self.clusters(threshold).count()
    }

    /// The clusters at a threshold from the `skip`-th on, `most` of them, in the order of [`Clusters`](super::Clusters): the largest first,
    /// then by first member.
    pub fn page(&self, threshold: Threshold, skip: usize, most: usize) -> Vec<Entry> {
        self.page_by(threshold, skip, most, |_| true, |_| 0)
    }

    /// The same of the clusters that are `listed`, in the order of a key, the lowest first; ties as in [`page`](Self::page).
    pub fn page_by<K: Ord + Copy>(
        &self,
        threshold: Threshold,
        skip: usize,
        most: usize,
        listed: impl Fn(&Entry) -> bool,
        key: impl Fn(&Entry) -> K,
    ) -> Vec<Entry> {
        let entries = self.clusters(threshold).map(|branch| self.entry(Branch(branch)));
        let mut rows: Vec<_> = entries.filter(listed).map(|e| (key(&e), !e.size, e.first, e.branch)).collect();
        let end = rows.len().min(skip.saturating_add(most));
        if skip >= end {
            return Vec::new();
        }
        if end < rows.len() {
            rows.select_nth_unstable(end);
        }
        let page = &mut rows[..end];
        let page = if skip == 0 { page } else { page.select_nth_unstable(skip - 1).2 };
        page.sort_unstable();
        page.iter().map(|&(.., branch)| self.entry(branch)).collect()
    }

    /// How many clusters come before one in the order of [`page_by`](Self::page_by): its row.
    pub fn row_by<K: Ord>(&self, threshold: Threshold, branch: Branch, key: impl Fn(&Entry) -> K) -> usize {
        let place = |entry: &Entry| (key(entry), !entry.size, entry.first);
        let own = place(&self.entry(branch));
        self.clusters(threshold).filter(|&other| place(&self.entry(Branch(other))) < own).count()
    }

    pub fn entry(&self, branch: Branch) -> Entry {
        let n = branch.0 as usize;
        let weakest = branch.0.checked_sub(self.nodes).map_or(1.0, |merge| self.scores[merge as usize]);
        Entry { branch, size: self.sizes[n], weakest, best: self.best[n], keeper: self.keepers[n], first: self.firsts[n] }
    }

    /// Members of a cluster, as indices into `Graph::records`, in no useful order.
    pub fn members(&self, branch: Branch) -> &[u32] {
        let start = self.starts[branch.0 as usize] as usize;
        &self.records[start..start + self.sizes[branch.0 as usize] as usize]
    }

    /// The cluster in which an alive record stands; `None` where it stands alone. Walks up from its node.
    pub fn of_node(&self, node: u32, threshold: Threshold) -> Option<Branch> {
        let holding = self.holding(threshold);
        let mut branch = node;
        while self.parents[branch as usize] < holding {
            branch = self.parents[branch as usize];
        }
        (self.sizes[branch as usize] >= 2).then_some(Branch(branch))
    }
}

/// The better of two records in keeper order, of which one may be [`NONE`].
fn best_of(a: u32, b: u32, candidates: &[Candidate]) -> u32 {
    let place = |i: u32| candidates.get(i as usize).map_or((true, u32::MAX, i), |c| (!c.fixed, c.rank, i));
    if place(a) <= place(b) { a } else { b }
}
