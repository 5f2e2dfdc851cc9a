//! Assignment: every record gets a split, by share, and a cluster goes to one split whole.
//!
//! 1. A cluster with a fixed member follows it: all others join the split that most of the fixed ones are in.
//! 2. The other clusters come in an order that only the seed and the lowest key of each decide: chance, but the same everywhere.
//! 3. Each goes to a split that still has room for all of it; where none has, to the one with most room.
//! 4. Among those with room, the stratum decides: the split whose part of the stratum is least full (Webster's method of apportionment), so
//!    that all splits fill at one pace and in proportion.
//!
//! Large clusters do *not* go first: they would all land in the largest split, and the others would be made of singletons.
//!
//! **Sizes.** Without fixed members every split ends within the largest cluster's size M of its target. A split is overfilled only where
//! no split had room for the cluster, so by less than M; and at that moment every split lacked less than M, and only comes closer.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Share;

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

/// The split (index into `shares`) of each member. Deterministic in (members as a set, shares, seed); all 0 when there are no shares.
pub fn assign(members: &[Member], shares: &[Share], seed: u64) -> Vec<usize> {
    let mut split_of = vec![0; members.len()];
    if shares.is_empty() {
        return split_of;
    }
    let by_cluster = sorted_by_cluster(members);
    let (followers, mut free): (Vec<&[u32]>, Vec<&[u32]>) = by_cluster
        .chunk_by(|&a, &b| members[a as usize].cluster == members[b as usize].cluster)
        .partition(|cluster| cluster.iter().any(|&i| fixed(&members[i as usize], shares).is_some()));
    let mut room = Room::new(members, shares);
    for cluster in followers {
        let home = most_common_fixed(cluster, members, shares);
        for &i in cluster {
            let split = fixed(&members[i as usize], shares).unwrap_or(home);
            room.take(&members[i as usize], split);
            split_of[i as usize] = split;
        }
    }
    in_order_of_chance(&mut free, members, seed);
    for cluster in free {
        let split = room.choose(cluster, members);
        for &i in cluster {
            room.take(&members[i as usize], split);
            split_of[i as usize] = split;
        }
    }
    split_of
}

/// The split where the member stays, if it is one of ours.
fn fixed(member: &Member, shares: &[Share]) -> Option<usize> {
    member.fixed.filter(|&split| split < shares.len())
}

/// Indices with the members of a cluster side by side, the lowest key first.
fn sorted_by_cluster(members: &[Member]) -> Vec<u32> {
    let mut indices: Vec<u32> = (0..members.len() as u32).collect();
    indices.sort_unstable_by_key(|&i| {
        let Member { cluster, key, stratum, .. } = members[i as usize];
        (cluster, key, stratum)
    });
    indices
}

fn most_common_fixed(cluster: &[u32], members: &[Member], shares: &[Share]) -> usize {
    let mut counts = vec![0u32; shares.len()];
    cluster.iter().filter_map(|&i| fixed(&members[i as usize], shares)).for_each(|split| counts[split] += 1);
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|&n| n == most).unwrap_or(0)
}

/// By a digest of the lowest key; clusters with the same key by what tells them apart, at last by number.
fn in_order_of_chance(clusters: &mut [&[u32]], members: &[Member], seed: u64) {
    clusters.sort_by_cached_key(|cluster| {
        let first = &members[cluster[0] as usize];
        (xxh3_64_with_seed(&first.key.to_le_bytes(), seed), first.key, cluster.len(), first.stratum, first.cluster)
    });
}

/// How much each split still takes, in all and of each stratum.
struct Room {
    /// Members that each split lacks.
    left: Vec<f64>,
    /// Shares that add up to 1.
    shares: Vec<f64>,
    /// Strata, ascending: a stratum's place here is its row in the tables below.
    strata: Vec<u32>,
    size_of_stratum: Vec<f64>,
    /// Members that split `k` has of stratum `s`, at `s * splits + k`.
    filled: Vec<f64>,
}

impl Room {
    fn new(members: &[Member], shares: &[Share]) -> Room {
        let sum: f64 = shares.iter().map(|s| s.share).sum();
        let shares: Vec<f64> = shares.iter().map(|s| s.share / sum).collect();
        let mut strata: Vec<u32> = members.iter().map(|m| m.stratum).collect();
        strata.sort_unstable();
        strata.dedup();
        let mut room = Room {
            left: shares.iter().map(|share| share * members.len() as f64).collect(),
            size_of_stratum: vec![0.0; strata.len()],
            filled: vec![0.0; strata.len() * shares.len()],
            strata,
            shares,
        };
        for member in members {
            let row = room.row(member);
            room.size_of_stratum[row] += 1.0;
        }
        room
    }

    fn row(&self, member: &Member) -> usize {
        self.strata.binary_search(&member.stratum).unwrap_or(0)
    }

    fn take(&mut self, member: &Member, split: usize) {
        let place = self.row(member) * self.shares.len() + split;
        self.filled[place] += 1.0;
        self.left[split] -= 1.0;
    }

    fn choose(&self, cluster: &[u32], members: &[Member]) -> usize {
        // What 95 % of 20 leaves after rounding must still count as room for one.
        const SLACK: f64 = 1e-6;
        let size = cluster.len() as f64;
        let splits = 0..self.shares.len();
        let fits = splits.clone().filter(|&split| self.left[split] + SLACK >= size);
        let least_full = fits
            .map(|split| (self.fullness(cluster, members, split), split))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let most_room = || splits.max_by(|&a, &b| self.left[a].total_cmp(&self.left[b]).then(b.cmp(&a)));
        least_full.map(|(_, split)| split).or_else(most_room).unwrap_or(0)
    }

    /// How full the split's part of the cluster's strata is, averaged over the members. Half a record more is Webster's rounding: with 5 %
    /// of a stratum of ten, the small split comes last, not second. It is not half a *cluster*, because then the large clusters would
    /// always find the large split less full.
    fn fullness(&self, cluster: &[u32], members: &[Member], split: usize) -> f64 {
        let of_member = |&i: &u32| {
            let row = self.row(&members[i as usize]);
            (self.filled[row * self.shares.len() + split] + 0.5) / (self.size_of_stratum[row] * self.shares[split])
        };
        cluster.iter().map(of_member).sum::<f64>() / cluster.len() as f64
    }
}
