//! Leakage: near-duplicates across splits.

use std::collections::BTreeMap;

use crate::model::Threshold;
use crate::similarity::Graph;

/// How much of split `a` stands in split `b`.
#[derive(Debug, Clone, PartialEq)]
pub struct Leak {
    pub a: u8,
    pub b: u8,
    /// Records of `a` with a neighbour ≥ t in `b`.
    pub records: u32,
    /// Pairs ≥ t between them.
    pub pairs: u64,
    /// Highest similarity between them.
    pub highest: f32,
}

/// Every ordered pair of different splits with at least one leak, ascending. `split_of[index]` is `None` for records that do not take part.
pub fn leaks(graph: &Graph, threshold: Threshold, split_of: &[Option<u8>]) -> Vec<Leak> {
    let places = Places::new(graph, split_of);
    let mut found = Found { leaks: BTreeMap::new(), splits_near: vec![Splits::default(); places.nodes()] };
    for node in 0..places.nodes() {
        let here = places.of(node);
        for (i, a) in here.iter().enumerate() {
            here[i + 1..].iter().for_each(|b| found.pairs((node, a), (node, b), 1.0));
        }
    }
    let reach = graph.edges.partition_point(|e| e.score >= threshold.value());
    for edge in &graph.edges[..reach] {
        let (x, y) = (edge.a as usize, edge.b as usize);
        for a in places.of(x) {
            places.of(y).iter().for_each(|b| found.pairs((x, a), (y, b), edge.score));
        }
    }
    found.count_records(&places)
}

/// A set of splits, one bit each.
#[derive(Debug, Clone, Copy, Default)]
struct Splits([u64; 4]);

impl Splits {
    fn insert(&mut self, split: u8) {
        self.0[usize::from(split >> 6)] |= 1 << (split & 63);
    }

    fn iter(self) -> impl Iterator<Item = u8> {
        (0..4u8).flat_map(move |word| {
            let mut bits = self.0[usize::from(word)];
            std::iter::from_fn(move || {
                let bit = (bits != 0).then(|| bits.trailing_zeros() as u8)?;
                bits &= bits - 1;
                Some(word * 64 + bit)
            })
        })
    }
}

/// How many records of a node are in a split.
#[derive(Debug, Clone, Copy)]
struct Place {
    split: u8,
    records: u32,
}

/// Node → its places, splits ascending.
struct Places {
    offsets: Vec<u32>,
    places: Vec<Place>,
}

impl Places {
    fn new(graph: &Graph, split_of: &[Option<u8>]) -> Places {
        let nodes = graph.node_of.iter().max().map_or(0, |&n| n as usize + 1);
        let taking_part = graph.node_of.iter().zip(split_of).filter_map(|(&node, &split)| Some((node, split?)));
        let mut sorted: Vec<(u32, u8)> = taking_part.collect();
        sorted.sort_unstable();
        let mut offsets = vec![0; nodes + 1];
        let mut places = Vec::new();
        for run in sorted.chunk_by(|x, y| x == y) {
            let (node, split) = run[0];
            offsets[node as usize + 1] += 1;
            places.push(Place { split, records: run.len() as u32 });
        }
        for i in 0..nodes {
            offsets[i + 1] += offsets[i];
        }
        Places { offsets, places }
    }

    fn nodes(&self) -> usize {
        self.offsets.len() - 1
    }

    fn of(&self, node: usize) -> &[Place] {
        &self.places[self.offsets[node] as usize..self.offsets[node + 1] as usize]
    }
}

struct Found {
    /// By (a, b), both ways round.
    leaks: BTreeMap<(u8, u8), Leak>,
    /// Per node, the other splits in reach of its records; one's own may be among them.
    splits_near: Vec<Splits>,
}

impl Found {
    fn pairs(&mut self, (x, a): (usize, &Place), (y, b): (usize, &Place), score: f32) {
        if a.split == b.split {
            return;
        }
        self.splits_near[x].insert(b.split);
        self.splits_near[y].insert(a.split);
        for (a, b) in [(a, b), (b, a)] {
            let empty = Leak { a: a.split, b: b.split, records: 0, pairs: 0, highest: score };
            let leak = self.leaks.entry((a.split, b.split)).or_insert(empty);
            leak.pairs += u64::from(a.records) * u64::from(b.records);
            leak.highest = leak.highest.max(score);
        }
    }

    fn count_records(mut self, places: &Places) -> Vec<Leak> {
        for (node, near) in self.splits_near.iter().enumerate() {
            for place in places.of(node) {
                for split in near.iter() {
                    if let Some(leak) = self.leaks.get_mut(&(place.split, split)) {
                        leak.records += place.records;
                    }
                }
            }
        }
        self.leaks.into_values().collect()
    }
}
