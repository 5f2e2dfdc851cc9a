//! Room: how much each split still takes, in all and of each stratum, and which one a cluster goes to.

use super::Member;

/// The splits while they fill. One more than there are targets where some records are to stay without a split: *the rest*.
pub(super) struct Room {
    /// Members that each split lacks; below 0 where it has too many.
    left: Vec<f64>,
    /// Of all members, 0..=1.
    share: Vec<f64>,
    size_of_stratum: Vec<f64>,
    /// Members that split `k` has of stratum `s`, at `s * splits + k`.
    filled: Vec<f64>,
}

/// What 95 % of 20 leaves after rounding must still count as room for one.
const SLACK: f64 = 1e-6;

impl Room {
    /// Empty splits for the members that there are. `wanted` adds up to as many.
    pub fn new<'a>(wanted: &[f64], members: impl Iterator<Item = &'a Member>) -> Room {
        let mut size_of_stratum: Vec<f64> = Vec::new();
        for member in members {
            let row = member.stratum as usize;
            if row >= size_of_stratum.len() {
                size_of_stratum.resize(row + 1, 0.0);
            }
            size_of_stratum[row] += 1.0;
        }
        let all: f64 = wanted.iter().sum();
        Room {
            left: wanted.to_vec(),
            share: wanted.iter().map(|wanted| if all > 0.0 { wanted / all } else { 0.0 }).collect(),
            filled: vec![0.0; size_of_stratum.len() * wanted.len()],
            size_of_stratum,
        }
    }

    pub fn take(&mut self, member: &Member, split: usize) {
        let place = member.stratum as usize * self.left.len() + split;
        self.filled[place] += 1.0;
        self.left[split] -= 1.0;
    }

    /// Members that the split lacks; below 0 where it has too many.
    pub fn left(&self, split: usize) -> f64 {
        self.left[split]
    }

    /// Where a cluster goes, and whether there was room for it.
    pub fn choose(&self, cluster: &[u32], members: &[Member]) -> (usize, bool) {
        let size = cluster.len() as f64;
        let splits = 0..self.left.len();
        let fits = splits.clone().filter(|&split| self.left[split] + SLACK >= size);
        let least_full = fits
            .map(|split| (self.fullness(cluster, members, split), split))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let most_room = || splits.max_by(|&a, &b| self.left[a].total_cmp(&self.left[b]).then(b.cmp(&a)));
        match least_full {
            Some((_, split)) => (split, true),
            None => (most_room().unwrap_or(0), false),
        }
    }

    /// How full the split's part of the cluster's strata is, averaged over the members. Half a record more is Webster's rounding: with 5 %
    /// of a stratum of ten, the small split comes last, not second. It is not half a *cluster*, because then the large clusters would
    /// always find the large split less full.
    fn fullness(&self, cluster: &[u32], members: &[Member], split: usize) -> f64 {
        let of_member = |&i: &u32| {
            let row = members[i as usize].stratum as usize;
            (self.filled[row * self.left.len() + split] + 0.5) / (self.size_of_stratum[row] * self.share[split])
        };
        cluster.iter().map(of_member).sum::<f64>() / cluster.len() as f64
    }
}
