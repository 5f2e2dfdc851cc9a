//! The order of the list of clusters.

use rayon::slice::ParallelSliceMut;

use super::at::Clusters;

/// What the list of clusters is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ClusterOrder {
    /// The largest first.
    #[default]
    Size,
    /// The one with the closest pair first.
    Score,
    /// The one that hangs by the weakest link first: where a look is worth most.
    Weakest,
    /// The one with the most members that nobody has decided about first.
    Undecided,
}

impl ClusterOrder {
    pub const ALL: [ClusterOrder; 4] = [ClusterOrder::Size, ClusterOrder::Score, ClusterOrder::Weakest, ClusterOrder::Undecided];

    pub fn word(self) -> &'static str {
        match self {
            ClusterOrder::Size => "size",
            ClusterOrder::Score => "score",
            ClusterOrder::Weakest => "weakest link",
            ClusterOrder::Undecided => "undecided",
        }
    }

    /// The next one, round and round.
    pub fn next(self) -> ClusterOrder {
        let place = Self::ALL.iter().position(|&order| order == self).unwrap_or(0);
        Self::ALL[(place + 1) % Self::ALL.len()]
    }

    /// What clusters are sorted by, the lowest first, from what is said of one.
    pub fn key(self, weakest: f32, best: f32, undecided: u32) -> u32 {
        match self {
            ClusterOrder::Size => 0,
            ClusterOrder::Score => !bits(best),
            ClusterOrder::Weakest => bits(weakest),
            ClusterOrder::Undecided => !undecided,
        }
    }
}

/// Sorts `listed` (numbers of clusters). Ties, and all of [`ClusterOrder::Size`], in the order of [`Clusters`]: the largest first, then by
/// first member. `undecided` is by cluster, from [`quality::undecided`](super::quality::undecided); only its own order looks at it.
pub fn sort(listed: &mut [u32], clusters: &Clusters, order: ClusterOrder, undecided: &[u32]) {
    let key = |n: u32| {
        let (weakest, best) = clusters.get(n as usize).map_or((1.0, 0.0), |c| (c.weakest, c.best));
        order.key(weakest, best, undecided.get(n as usize).copied().unwrap_or(0))
    };
    let mut keyed: Vec<(u32, u32)> = listed.iter().map(|&n| (key(n), n)).collect();
    keyed.par_sort_unstable();
    listed.iter_mut().zip(keyed).for_each(|(place, (_, n))| *place = n);
}

/// Scores are never negative, so that their bits are in their order.
fn bits(score: f32) -> u32 {
    score.abs().to_bits()
}
