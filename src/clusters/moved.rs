//! What moving the threshold does: who would go as well, who would stay after all, which clusters merge or fall apart.

use super::at::Clusters;
use super::policy::Proposal;

/// The difference of two lists of proposals; the highest score first, then by record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moved {
    /// Would be dropped now and would not before; witness and score are those of now.
    pub entering: Vec<Proposal>,
    /// Would have been dropped before and stay now; witness and score are those of before.
    pub leaving: Vec<Proposal>,
}

impl Moved {
    /// Both lists by record ascending, as [`propose`](super::propose) gives them. O(proposals), and a sort of those that differ.
    pub fn between(before: &[Proposal], after: &[Proposal]) -> Moved {
        let mut moved = Moved { entering: only_in(after, before), leaving: only_in(before, after) };
        for list in [&mut moved.entering, &mut moved.leaving] {
            list.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.record.cmp(&b.record)));
        }
        moved
    }
}

/// Proposals for records of which the other list says nothing.
fn only_in(list: &[Proposal], other: &[Proposal]) -> Vec<Proposal> {
    let mut other = other.iter().map(|p| p.record).peekable();
    let is_new = |proposal: &&Proposal| {
        while other.next_if(|&record| record < proposal.record).is_some() {}
        other.peek() != Some(&proposal.record)
    };
    list.iter().filter(is_new).copied().collect()
}

/// How clusters changed from a higher threshold to a lower one. From the lower to the higher the same numbers read backwards: what
/// merged falls apart, what appeared vanishes, what grew shrinks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Regrouped {
    /// Clusters at the higher threshold that are one with another at the lower.
    pub parts: u32,
    /// Clusters at the lower threshold that are made of two or more at the higher.
    pub merged: u32,
    /// Clusters at the lower threshold of records that stood alone at the higher.
    pub appeared: u32,
    /// Clusters that took in single records only.
    pub grown: u32,
}

impl Regrouped {
    /// Of one graph with the same records alive: then every cluster at the higher threshold lies within one at the lower. O(clusters).
    pub fn between(higher: &Clusters, lower: &Clusters) -> Regrouped {
        let mut parts = vec![0u32; lower.len()];
        let mut largest = vec![0usize; lower.len()];
        for part in higher.iter() {
            if let Some(whole) = part.members.first().and_then(|&member| lower.of(member as usize)) {
                parts[whole] += 1;
                largest[whole] = largest[whole].max(part.members.len());
            }
        }
        let mut found = Regrouped::default();
        for (whole, (&parts, &largest)) in lower.iter().zip(parts.iter().zip(&largest)) {
            match parts {
                0 => found.appeared += 1,
                1 => found.grown += u32::from(largest < whole.members.len()),
                _ => {
                    found.merged += 1;
                    found.parts += parts;
                }
            }
        }
        found
    }
}
