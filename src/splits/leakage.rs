//! Leakage: how much of one group of records (a split, a source) stands in another.
//!
//! Exhaustive: every pair of records at the threshold or above counts, not the nearest of each. One walk over the edges; where most of
//! them lie within one group, as after a split they do, it is as fast as memory.

use rustc_hash::FxHashMap;

use super::nodes::{Nodes, Place};
use crate::model::Threshold;
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

/// Every ordered pair of different groups with at least one leak, ascending. `group_of[index]` is `None` for records that do not take
/// part; groups have small numbers, from 0.
///
/// Memory: a bit for each node and group.
pub fn leaks(graph: &Graph, threshold: Threshold, group_of: &[Option<u16>]) -> Vec<Leak> {
    let nodes = Nodes::of(graph, group_of);
    let mut found = Found { pairs: FxHashMap::default(), near: Near::new(nodes.len(), nodes.groups()) };
    for node in (0..nodes.len() as u32).filter(|&node| nodes.crosses(node)) {
        let here = nodes.places(node);
        for (at, a) in here.iter().enumerate() {
            here[at + 1..].iter().for_each(|b| found.pair((node, a), (node, b), 1.0));
        }
    }
    for edge in graph.at(threshold.value()).iter().filter(|edge| nodes.cross(edge.a, edge.b)) {
        for a in nodes.places(edge.a) {
            nodes.places(edge.b).iter().for_each(|b| found.pair((edge.a, a), (edge.b, b), edge.score));
        }
    }
    found.leaks(&nodes)
}

/// Of each node, the groups in reach of its records: a row of bits.
struct Near {
    words: usize,
    bits: Vec<u64>,
}

impl Near {
    fn new(nodes: usize, groups: usize) -> Near {
        let words = groups.div_ceil(64);
        Near { words, bits: vec![0; nodes * words] }
    }

    fn insert(&mut self, node: u32, group: u16) {
        self.bits[node as usize * self.words + usize::from(group / 64)] |= 1 << (group % 64);
    }

    fn of(&self, node: u32) -> impl Iterator<Item = u16> + '_ {
        let row = &self.bits[node as usize * self.words..][..self.words];
        row.iter().enumerate().flat_map(|(word, &bits)| {
            let mut bits = bits;
            std::iter::from_fn(move || {
                let bit = (bits != 0).then(|| bits.trailing_zeros())?;
                bits &= bits - 1;
                Some((word * 64) as u16 + bit as u16)
            })
        })
    }
}

struct Found {
    /// By groups, the lower one first: pairs, and the highest score.
    pairs: FxHashMap<(u16, u16), (u64, f32)>,
    near: Near,
}

impl Found {
    fn pair(&mut self, (x, a): (u32, &Place), (y, b): (u32, &Place), score: f32) {
        if a.group == b.group {
            return;
        }
        self.near.insert(x, b.group);
        self.near.insert(y, a.group);
        let (pairs, highest) = self.pairs.entry((a.group.min(b.group), a.group.max(b.group))).or_insert((0, score));
        *pairs += u64::from(a.records) * u64::from(b.records);
        *highest = highest.max(score);
    }

    fn leaks(self, nodes: &Nodes) -> Vec<Leak> {
        let mut records: FxHashMap<(u16, u16), u32> = FxHashMap::default();
        for node in 0..nodes.len() as u32 {
            for group in self.near.of(node) {
                for place in nodes.places(node).iter().filter(|place| place.group != group) {
                    *records.entry((place.group, group)).or_default() += place.records;
                }
            }
        }
        let mut leaks: Vec<Leak> = records
            .into_iter()
            .filter_map(|((a, b), records)| {
                let &(pairs, highest) = self.pairs.get(&(a.min(b), a.max(b)))?;
                Some(Leak { a, b, records, pairs, highest })
            })
            .collect();
        leaks.sort_unstable_by_key(|leak| (leak.a, leak.b));
        leaks
    }
}
