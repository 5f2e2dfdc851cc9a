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
}

impl Clusters {
    /// Clusters at `threshold`, by size descending, then first member. Only members with `alive[index]` count, and a node without an
    /// alive member connects nothing.
    pub fn at(graph: &Graph, forest: &Forest, threshold: Threshold, alive: &[bool]) -> Clusters {
        let nodes = graph.nodes();
        let links = Links::new(graph, forest, |index| alive[index]);
        let mut sets = UnionFind::new(nodes);
        let mut weakest = vec![1.0f32; nodes];
        // Scores only fall along the list, so the last merge of a set is its weakest.
        links.join(&mut sets, 0, threshold.value(), |edge, root, _| weakest[root as usize] = edge.score);

        let mut size = vec![0u32; nodes];
        let mut root_of = vec![0u32; nodes];
        for (node, root) in root_of.iter_mut().enumerate() {
            *root = sets.find(node as u32);
            size[*root as usize] += links.alive_in[node];
        }
        Self::collect(graph, alive, &root_of, &size, &weakest)
    }

    /// Numbers the sets of two or more and lists their members.
    fn collect(graph: &Graph, alive: &[bool], root_of: &[u32], size: &[u32], weakest: &[f32]) -> Clusters {
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
        let weakest = roots.iter().map(|&root| weakest[root as usize]).collect();
        Clusters { offsets, members, weakest, cluster_of }
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
        let weakest = *self.weakest.get(n)?;
        Some(Cluster { members: &self.members[self.offsets[n] as usize..self.offsets[n + 1] as usize], weakest })
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
