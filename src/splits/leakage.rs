//! Leakage: how much of one group of records (a split, a source) stands in another.
//!
//! Exhaustive: every pair of records at the threshold or above counts, not the nearest of each. One walk over the edges, on all
//! processors; where most edges lie within one group, as after a split they do, it is as fast as memory. Sums, maxima and sets of bits come
//! out the same in any order.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::nodes::{Nodes, Place};
use crate::model::{Edge, Threshold};
use crate::similarity::Graph;

/// How much of group `a` stands in group `b`.
#[derive(Debug, Clone, PartialEq)]
pub struct Leak {
    pub a: u16,
    pub b: u16,
    /// Records of `a` with a neighbour ≥ t in `b`.
    pub records: u32,
    /// Pairs ≥ t between them.
    pub pairs: u64,
    /// Highest similarity between them.
    pub highest: f32,
}

/// Edges that one processor walks over at a time.
const STRETCH: usize = 1 << 16;

/// Every ordered pair of different groups with at least one leak, ascending. `group_of[index]` is `None` for records that do not take
/// part; groups have small numbers, from 0.
///
/// Memory: a bit for each node and group.
pub fn leaks(graph: &Graph, threshold: Threshold, group_of: &[Option<u16>]) -> Vec<Leak> {
    let nodes = Nodes::of(graph, group_of);
    let (near, found) = walk(graph, threshold, &nodes);
    found.leaks(&nodes, &near)
}

/// Every record with a neighbour ≥ t in another group than its own, as ascending indices into `Graph::records`.
pub fn leaking(graph: &Graph, threshold: Threshold, group_of: &[Option<u16>]) -> Vec<u32> {
    let (near, _) = walk(graph, threshold, &Nodes::of(graph, group_of));
    let does_leak = |(&node, &group): (&u32, &Option<u16>)| group.is_some_and(|own| near.of(node).any(|group| group != own));
    (0..).zip(graph.node_of.iter().zip(group_of)).filter(|(_, record)| does_leak(*record)).map(|(index, _)| index).collect()
}

/// Which groups are in reach of each node, and what lies between groups.
fn walk(graph: &Graph, threshold: Threshold, nodes: &Nodes) -> (Near, Found) {
    let near = Near::new(nodes.len(), nodes.groups());
    let mut found = Found::default();
    for node in (0..nodes.len() as u32).filter(|&node| nodes.crosses(node)) {
        let here = nodes.places(node);
        for (at, a) in here.iter().enumerate() {
            here[at + 1..].iter().for_each(|b| found.pair(&near, (node, *a), (node, *b), 1.0));
        }
    }
    let stretches = graph.at(threshold.value()).par_chunks(STRETCH);
    let across = stretches.map(|edges| Found::across(nodes, &near, edges)).reduce(Found::default, Found::merged);
    (near, found.merged(across))
}

/// Of each node, the groups in reach of its records: a row of bits.
struct Near {
    words: usize,
    bits: Vec<AtomicU64>,
}

impl Near {
    fn new(nodes: usize, groups: usize) -> Near {
        let words = groups.div_ceil(64);
        Near { words, bits: std::iter::repeat_with(AtomicU64::default).take(nodes * words).collect() }
    }

    fn insert(&self, node: u32, group: u16) {
        let word = &self.bits[node as usize * self.words + usize::from(group / 64)];
        let bit = 1 << (group % 64);
        // Most often it is there already, and a look takes the cache line from nobody.
        if word.load(Ordering::Relaxed) & bit == 0 {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    fn of(&self, node: u32) -> impl Iterator<Item = u16> + '_ {
        let row = &self.bits[node as usize * self.words..][..self.words];
        row.iter().enumerate().flat_map(|(word, bits)| {
            let mut bits = bits.load(Ordering::Relaxed);
            std::iter::from_fn(move || {
                let bit = (bits != 0).then(|| bits.trailing_zeros())?;
                bits &= bits - 1;
                Some((word * 64) as u16 + bit as u16)
            })
        })
    }
}

/// By groups, the lower one first: pairs, and the highest score.
#[derive(Default)]
struct Found(FxHashMap<(u16, u16), (u64, f32)>);

impl Found {
    fn across(nodes: &Nodes, near: &Near, edges: &[Edge]) -> Found {
        let mut found = Found::default();
        for &Edge { a, b, score } in edges.iter().filter(|edge| nodes.cross(edge.a, edge.b)) {
            if let (Some(x), Some(y)) = (nodes.sole(a), nodes.sole(b)) {
                found.pair(near, (a, x), (b, y), score);
                continue;
            }
            for &x in nodes.places(a) {
                nodes.places(b).iter().for_each(|&y| found.pair(near, (a, x), (b, y), score));
            }
        }
        found
    }

    fn pair(&mut self, near: &Near, (x, a): (u32, Place), (y, b): (u32, Place), score: f32) {
        if a.group == b.group {
            return;
        }
        near.insert(x, b.group);
        near.insert(y, a.group);
        self.add((a.group.min(b.group), a.group.max(b.group)), u64::from(a.records) * u64::from(b.records), score);
    }

    fn add(&mut self, groups: (u16, u16), more: u64, score: f32) {
        let (pairs, highest) = self.0.entry(groups).or_insert((0, score));
        *pairs += more;
        *highest = highest.max(score);
    }

    fn merged(self, other: Found) -> Found {
        let (mut large, small) = if self.0.len() >= other.0.len() { (self, other) } else { (other, self) };
        small.0.into_iter().for_each(|(groups, (pairs, highest))| large.add(groups, pairs, highest));
        large
    }

    fn leaks(self, nodes: &Nodes, near: &Near) -> Vec<Leak> {
        let mut records: FxHashMap<(u16, u16), u32> = FxHashMap::default();
        for node in 0..nodes.len() as u32 {
            for group in near.of(node) {
                for place in nodes.places(node).iter().filter(|place| place.group != group) {
                    *records.entry((place.group, group)).or_default() += place.records;
                }
            }
        }
        let leak = |((a, b), records): ((u16, u16), u32)| {
            let &(pairs, highest) = self.0.get(&(a.min(b), a.max(b)))?;
            Some(Leak { a, b, records, pairs, highest })
        };
        let mut leaks: Vec<Leak> = records.into_iter().filter_map(leak).collect();
        leaks.sort_unstable_by_key(|leak| (leak.a, leak.b));
        leaks
    }
}
