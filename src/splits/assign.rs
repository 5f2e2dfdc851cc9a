//! Assignment: every record gets a split, by share, and a cluster goes to one split whole.

use crate::error::Result;

/// A split's name and its share; shares are relative (95 and 5, or 0.95 and 0.05).
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    pub name: String,
    pub share: f64,
}

/// Parses `train=95,validation=5`. Errors: usage.
pub fn parse_shares(_text: &str) -> Result<Vec<Share>> {
    todo!()
}

/// A record to be assigned.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Members with the same number go to one split.
    pub cluster: u32,
    /// A number that stays the same for the same record in any workspace (a digest of its text): decides the order of chance.
    pub key: u64,
    /// Groups kept in proportion.
    pub stratum: u32,
    /// Already in this split (index into the shares) and staying there.
    pub fixed: Option<usize>,
}

/// The split (index into `shares`) of each member. Deterministic in (members as a set, shares, seed).
pub fn assign(_members: &[Member], _shares: &[Share], _seed: u64) -> Vec<usize> {
    todo!()
}
