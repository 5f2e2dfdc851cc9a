//! Which groups the records of each node are in.
//!
//! Most nodes are one text in one group, and a walk over tens of millions of edges asks two nodes for each: two bytes a node answer
//! that out of the cache. Only a node with records in several groups is looked up in full.

use rayon::prelude::*;

use crate::similarity::Graph;

/// How many records of a node are in a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub group: u16,
    pub records: u32,
}

/// Node → its places.
pub(super) struct Nodes {
    /// The group of all records of the node that take part; [`NOBODY`] where none does, [`SEVERAL`].
    sole: Vec<u16>,
    /// How many of its records take part.
    records: Vec<u32>,
    offsets: Vec<u32>,
    places: Vec<Place>,
}

const NOBODY: u16 = u16::MAX;
const SEVERAL: u16 = u16::MAX - 1;
/// The highest number of a group.
const MOST: u16 = SEVERAL - 1;

impl Nodes {
    /// `group_of` has a group, or none, for each record of the graph; no number above [`MOST`].
    pub fn of(graph: &Graph, group_of: &[Option<u16>]) -> Nodes {
        let taking_part = graph.node_of.iter().zip(group_of).filter_map(|(&node, &group)| Some((node, group?.min(MOST))));
        let mut sorted: Vec<(u32, u16)> = taking_part.collect();
        sorted.par_sort_unstable();
        let nodes = graph.nodes();
        let (mut sole, mut records) = (vec![NOBODY; nodes], vec![0; nodes]);
        let (mut offsets, mut places) = (vec![0; nodes + 1], Vec::new());
        for run in sorted.chunk_by(|x, y| x == y) {
            let (node, group) = (run[0].0 as usize, run[0].1);
            offsets[node + 1] += 1;
            sole[node] = if sole[node] == NOBODY { group } else { SEVERAL };
            records[node] += run.len() as u32;
            places.push(Place { group, records: run.len() as u32 });
        }
        for node in 0..nodes {
            offsets[node + 1] += offsets[node];
        }
        Nodes { sole, records, offsets, places }
    }

    pub fn len(&self) -> usize {
        self.sole.len()
    }

    /// By group, ascending.
    pub fn places(&self, node: u32) -> &[Place] {
        &self.places[self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize]
    }

    /// Where all records of the node are that take part; `None` for several groups, and for nobody.
    pub fn sole(&self, node: u32) -> Option<Place> {
        let group = Some(self.sole[node as usize]).filter(|&group| group <= MOST)?;
        Some(Place { group, records: self.records[node as usize] })
    }

    /// Whether some record of the node is in the group.
    pub fn holds(&self, node: u32, group: u16) -> bool {
        match self.sole[node as usize] {
            SEVERAL => self.places(node).iter().any(|place| place.group == group),
            sole => sole == group,
        }
    }

    /// Whether an edge between these two joins records of different groups.
    pub fn cross(&self, a: u32, b: u32) -> bool {
        match (self.sole[a as usize], self.sole[b as usize]) {
            (NOBODY, _) | (_, NOBODY) => false,
            (SEVERAL, _) | (_, SEVERAL) => true,
            (a, b) => a != b,
        }
    }

    pub fn takes_part(&self, node: u32) -> bool {
        self.sole[node as usize] != NOBODY
    }

    /// Whether records of different groups have this text.
    pub fn crosses(&self, node: u32) -> bool {
        self.sole[node as usize] == SEVERAL
    }

    /// One more than the highest group there is.
    pub fn groups(&self) -> usize {
        self.places.iter().map(|place| usize::from(place.group) + 1).max().unwrap_or(0)
    }
}
