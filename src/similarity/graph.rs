//! The similarity graph: every pair of texts with similarity ≥ floor, sorted by score.

use crate::error::Result;
use crate::model::{Edge, Lens, RecordId};
use crate::progress::Progress;

/// Every pair ≥ floor among a scope of records.
///
/// Records with the same set of words are one *node* (similarity 1 by definition); edges join nodes. An *index* is a record's place in
/// [`records`](Graph::records), 0-based.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    pub lens: Lens,
    /// Lowest score of an edge.
    pub floor: f32,
    /// The scope, ids ascending.
    pub records: Vec<RecordId>,
    /// Node of each record; nodes are numbered 0.. by their first record.
    pub node_of: Vec<u32>,
    /// In [`Edge::order`]; `a < b` are nodes.
    pub edges: Vec<Edge>,
}

impl Graph {
    /// Finds every pair ≥ `floor` among `texts` (same order as `records`).
    pub fn build(_lens: Lens, _floor: f32, _records: Vec<RecordId>, _texts: &[&str], _progress: &Progress) -> Result<Graph> {
        todo!()
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        todo!()
    }

    /// The edges with score ≥ `threshold`: a prefix.
    pub fn at(&self, _threshold: f32) -> &[Edge] {
        todo!()
    }

    /// Records of each node: `members(node)` are indices into `records`, ascending. Built once, see [`Members`].
    pub fn members(&self) -> Members {
        todo!()
    }
}

/// Node → its records, as one array and offsets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members {
    offsets: Vec<u32>,
    indices: Vec<u32>,
}

impl Members {
    pub fn of(&self, node: u32) -> &[u32] {
        &self.indices[self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize]
    }
}
