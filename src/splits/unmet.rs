//! Sizes that were missed: by how many records, and why.

use super::room::Room;

/// A target whose split is off by more than rounding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unmet {
    /// Place among the targets.
    pub split: usize,
    /// Members more than asked for; below 0: fewer. A whole number away from the target's fraction.
    pub off: f64,
    pub why: Why,
}

/// What keeps a split from its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A cluster of this size found no room anywhere and goes to one split whole; `member` (an index) is in it.
    Cluster { size: u32, member: u32 },
    /// So many members stay in it, with those that follow them: more than it was to have.
    Held { records: u64 },
    /// Members that stay in other splits fill these beyond their size by so many.
    HeldElsewhere { records: u64 },
}

/// What happened while the splits were filled.
pub(super) struct Filling {
    /// Of each split, how many members beyond its size were there before anything was chosen.
    excess: Vec<f64>,
    /// Of each split, the cluster that overfilled it.
    overfilled: Vec<Option<Why>>,
}

impl Filling {
    /// `room` has taken what stays, and nothing else.
    pub fn held(room: &Room, splits: usize) -> Filling {
        Filling { excess: (0..splits).map(|split| (-room.left(split)).max(0.0)).collect(), overfilled: vec![None; splits] }
    }

    /// Called once for a split at most: one that is overfilled gets no more.
    pub fn overfilled(&mut self, split: usize, cluster: &[u32]) {
        let member = cluster.iter().copied().min().unwrap_or(0);
        self.overfilled[split] = Some(Why::Cluster { size: cluster.len() as u32, member });
    }

    /// The largest cluster that overfilled any split.
    fn largest(&self) -> Option<Why> {
        let size = |why: &Why| if let Why::Cluster { size, .. } = why { *size } else { 0 };
        self.overfilled.iter().flatten().copied().max_by_key(size)
    }
}

/// The targets that were missed by a whole member or more.
pub(super) fn unmet(filling: &Filling, room: &Room, wanted: &[f64]) -> Vec<Unmet> {
    // Rounding never reaches one; what adding up fractions does to the last bit must not either.
    const ONE: f64 = 1.0 - 1e-6;
    let missed = (0..wanted.len()).map(|split| (split, -room.left(split))).filter(|(_, off)| off.abs() >= ONE);
    missed.map(|(split, off)| Unmet { split, off, why: why(filling, split, off, wanted[split]) }).collect()
}

fn why(filling: &Filling, split: usize, off: f64, wanted: f64) -> Why {
    let held = Why::Held { records: (wanted + filling.excess[split]).round() as u64 };
    if off > 0.0 {
        return filling.overfilled[split].unwrap_or(held);
    }
    let elsewhere: f64 = filling.excess.iter().sum();
    let largest = filling.largest();
    match largest {
        Some(Why::Cluster { size, .. }) if f64::from(size) > elsewhere => largest.unwrap_or(held),
        _ => Why::HeldElsewhere { records: elsewhere.round() as u64 },
    }
}
