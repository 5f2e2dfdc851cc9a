//! Threshold → clusters (connected components), largest first.
//!
//! A few passes over flat arrays and no hash map: this runs between a key and the next frame, on a million records.

use super::links::Links;
use crate::model::Threshold;
use crate::similarity::{Forest, Graph, UnionFind};

/// Mark of a record that stands in no cluster.
const NONE: u32 = u32::MAX;

/// All clusters of two or more records at one threshold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clusters {
    /// Members of cluster `n` are `members[offsets[n]..offsets[n + 1]]`.
    offsets: Vec<u32>,
    members: Vec<u32>,
    weakest: Vec<f32>,
    best: Vec<f32>,
    /// Record → its cluster, or [`NONE`].
    cluster_of: Vec<u32>,
}

/// One cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cluster<'a> {
    /// Indices into `Graph::records`, ascending.
    pub members: &'a [u32],
    /// The lowest score of the merges that hold it together (1 for identical texts).
    pub weakest: f32,
    /// The highest score of two of its members.
    pub best: f32,
}

impl Clusters {
    /// Clusters at `threshold`, by size descending, then first member. Only members with `alive[index]` count, and a node without an
    /// alive member connects nothing.
    pub fn at(graph: &Graph, forest: &Forest, threshold: Threshold, alive: &[bool]) -> Clusters {
        let nodes = graph.nodes();
        let links = Links::new(graph, forest, |index| alive[index]);
        let mut sets = UnionFind::new(nodes);
        let mut range: Vec<Range> = links.alive_in.iter().map(|&alive| Range::of_node(alive)).collect();
        links.join(&mut sets, 0, threshold.value(), |edge, root, absorbed| {
            range[root as usize] = Range::merged(range[root as usize], range[absorbed as usize], edge.score);
        });

        let mut size = vec![0u32; nodes];
        let mut root_of = vec![0u32; nodes];
        for (node, root) in root_of.iter_mut().enumerate() {
            *root = sets.find(node as u32);
            size[*root as usize] += links.alive_in[node];
        }
        Self::collect(graph, alive, &root_of, &size, &range)
    }

    /// Numbers the sets of two or more and lists their members.
    fn collect(graph: &Graph, alive: &[bool], root_of: &[u32], size: &[u32], range: &[Range]) -> Clusters {
        let in_cluster = || {
            let rooted = graph.node_of.iter().enumerate().map(|(index, &node)| (index, root_of[node as usize]));
            rooted.filter(|&(index, root)| alive[index] && size[root as usize] >= 2)
        };
        let mut number = vec![NONE; size.len()];
        let mut roots = Vec::new();
        for (_, root) in in_cluster() {
            if number[root as usize] == NONE {
                number[root as usize] = 0;
                roots.push(root);
            }
        }
        let roots = by_size_descending(&roots, size);

        let mut offsets = Vec::with_capacity(roots.len() + 1);
        offsets.push(0u32);
        for (n, &root) in roots.iter().enumerate() {
            number[root as usize] = n as u32;
            offsets.push(offsets[n] + size[root as usize]);
        }
        let mut next = offsets.clone();
        let mut members = vec![0; offsets[roots.len()] as usize];
        let mut cluster_of = vec![NONE; graph.node_of.len()];
        for (index, root) in in_cluster() {
            let n = number[root as usize];
            cluster_of[index] = n;
            members[next[n as usize] as usize] = index as u32;
            next[n as usize] += 1;
        }
        let weakest = roots.iter().map(|&root| range[root as usize].weakest).collect();
        let best = roots.iter().map(|&root| range[root as usize].best).collect();
        Clusters { offsets, members, weakest, best, cluster_of }
    }

    /// How many clusters there are.
    pub fn len(&self) -> usize {
        self.weakest.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Cluster `n`, the largest first.
    pub fn get(&self, n: usize) -> Option<Cluster<'_>> {
        let (weakest, best) = (*self.weakest.get(n)?, *self.best.get(n)?);
        Some(Cluster { members: &self.members[self.offsets[n] as usize..self.offsets[n + 1] as usize], weakest, best })
    }

    /// The number of the cluster in which the record with this index stands.
    pub fn of(&self, index: usize) -> Option<usize> {
        self.cluster_of.get(index).filter(|&&n| n != NONE).map(|&n| n as usize)
    }

    /// Every cluster, the largest first.
    pub fn iter(&self) -> impl Iterator<Item = Cluster<'_>> {
        (0..self.len()).filter_map(|n| self.get(n))
    }

    /// Records that stand in a cluster.
    pub fn clustered(&self) -> usize {
        self.members.len()
    }
}

/// The scores that hold one set together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub weakest: f32,
    /// 0 where there are no two records yet.
    pub best: f32,
}

impl Range {
    /// A node with so many alive records, which have the same text.
    pub fn of_node(alive: u32) -> Range {
        Range { weakest: 1.0, best: if alive >= 2 { 1.0 } else { 0.0 } }
    }

    /// Scores only fall from merge to merge, so the last one is the weakest, and it is the best only where it is the first.
    pub fn merged(a: Range, b: Range, score: f32) -> Range {
        Range { weakest: score, best: a.best.max(b.best).max(score) }
    }
}

/// A stable counting sort: most clusters have two or three members, so the buckets are few.
fn by_size_descending(roots: &[u32], size: &[u32]) -> Vec<u32> {
    let largest = roots.iter().map(|&root| size[root as usize]).max().unwrap_or(0);
    let bucket = |root: u32| (largest - size[root as usize]) as usize;
    let mut starts = vec![0u32; largest as usize + 1];
    for &root in roots {
        starts[bucket(root) + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut sorted = vec![0; roots.len()];
    for &root in roots {
        let start = &mut starts[bucket(root)];
        sorted[*start as usize] = root;
        *start += 1;
    }
    sorted
}
