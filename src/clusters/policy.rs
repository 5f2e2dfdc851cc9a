//! Policies: which records a cluster loses.

use super::*;
use crate::model::{Policy, Threshold};
use crate::similarity::{Forest, Graph};

/// What a policy must know of each record of the graph (same order as `Graph::records`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Candidate {
    /// Takes part at all; a record dropped by hand or by a rule neither drops nor witnesses.
    pub alive: bool,
    /// Never dropped: protected source, or marked keep or flag by a person.
    pub fixed: bool,
    /// Place in the keeper order, from [`keeper::rank`].
    pub rank: u32,
}

/// `record` (an index into `Graph::records`) goes because `witness` stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proposal {
    pub record: u32,
    pub witness: u32,
    pub score: f32,
}

/// What the policy would drop at the threshold, by record index ascending.
pub fn propose(
    _graph: &Graph,
    _forest: &Forest,
    _threshold: Threshold,
    _policy: Policy,
    _candidates: &[Candidate],
) -> Vec<Proposal> {
    todo!()
}
