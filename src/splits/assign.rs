//! Assignment: every record gets a split, by share or count, and a cluster goes to one split whole.
//!
//! 1. A cluster with a fixed member follows it: all others join the split that most of the fixed ones are in.
//! 2. The other clusters come in an order that only the seed and the lowest key of each decide: chance, but the same everywhere. Of the
//!    records that stand alone, some are held back to the end: they fill what the clusters leave open, so that a cluster of thousands that
//!    chance puts last spoils no size.
//! 3. Each goes to a split that still has room for all of it; where none has, to the one with most room.
//! 4. Among those with room, the stratum decides: the split whose part of the stratum is least full (Webster's method of apportionment), so
//!    that all splits fill at one pace and in proportion.
//!
//! **Sizes.** Without fixed members every split ends within the largest cluster's size M of its target. A split is overfilled only where
//! no split had room for the cluster, so by less than M; and at that moment every split lacked less than M, and only comes closer. What
//! is missed by more than rounding is told with its cause (`unmet`).
//!
//! **Strata.** In proportion as far as whole clusters and the sizes allow; measured, not proven: within twice the largest cluster, whatever
//! the stratum, the split and the seed (`tests/splits/assignment.rs`).
//!
//! **New records** join without moving old ones when the old ones are given as fixed: nothing else decides where these are.

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::room::Room;
use super::unmet::{self, Filling};
use super::{Targets, Unmet};
use crate::error::Result;

/// A record to be assigned.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Members with the same number go to one split.
    pub cluster: u32,
    /// A number that stays the same for the same record in any workspace (a digest of its text): decides the order of chance.
    pub key: u64,
    /// Groups kept in proportion, numbered without gaps from 0: memory is strata × splits.
    pub stratum: u32,
    /// Already in this split and staying there: a place among the targets, or a number beyond for a split of which nothing is asked. Such
    /// a split takes what follows its members, and none of that counts towards the shares.
    pub fixed: Option<u16>,
}

/// Where everything goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Assigned {
    /// The split of each member; `None`: without one, where counts leave something over and there are no shares.
    pub split_of: Vec<Option<u16>>,
    /// Members that each target is to have.
    pub wanted: Vec<f64>,
    /// Targets whose size is off by more than rounding, in their order.
    pub unmet: Vec<Unmet>,
    /// Clusters that cross a border because their fixed members are in several splits.
    pub torn: u64,
}

/// Assigns every member. Deterministic in (members as a set, targets, seed). Errors: usage where counts ask for more than there are.
pub fn assign(members: &[Member], targets: &Targets, seed: u64) -> Result<Assigned> {
    let mut split_of = vec![None; members.len()];
    let by_cluster = sorted_by_cluster(members);
    let (followers, free): (Vec<&[u32]>, Vec<&[u32]>) = by_cluster
        .chunk_by(|&a, &b| members[a as usize].cluster == members[b as usize].cluster)
        .partition(|cluster| cluster.iter().any(|&i| members[i as usize].fixed.is_some()));
    let torn = followers.iter().filter(|cluster| is_torn(cluster, members)).count() as u64;
    for cluster in &followers {
        let home = most_common_fixed(cluster, members);
        cluster.iter().for_each(|&i| split_of[i as usize] = members[i as usize].fixed.or(home));
    }

    let is_ours = |split: &Option<u16>| split.is_none_or(|split| usize::from(split) < targets.len());
    let ours: Vec<&Member> = members.iter().zip(&split_of).filter(|(_, split)| is_ours(split)).map(|(m, _)| m).collect();
    let records = ours.len() as u64;
    targets.require_room(records)?;
    let wanted = targets.wanted(records);
    let rest = (!targets.has_shares()).then(|| records as f64 - wanted.iter().sum::<f64>());
    let with_rest: Vec<f64> = wanted.iter().copied().chain(rest).collect();
    let mut room = Room::new(&with_rest, ours.into_iter());
    for (member, split) in members.iter().zip(&split_of) {
        if let Some(split) = split.filter(|&split| usize::from(split) < targets.len()) {
            room.take(member, split.into());
        }
    }
    let mut filling = Filling::held(&room, with_rest.len());
    for cluster in alone_last(in_order_of_chance(free, members, seed), with_rest.len()) {
        let (split, fitted) = room.choose(cluster, members);
        for &i in cluster {
            room.take(&members[i as usize], split);
            split_of[i as usize] = (split < targets.len()).then_some(split as u16);
        }
        if !fitted {
            filling.overfilled(split, cluster);
        }
    }
    Ok(Assigned { unmet: unmet::unmet(&filling, &room, &wanted), split_of, wanted, torn })
}

/// Indices with the members of a cluster side by side, the lowest key first.
fn sorted_by_cluster(members: &[Member]) -> Vec<u32> {
    let mut indices: Vec<u32> = (0..members.len() as u32).collect();
    indices.par_sort_unstable_by_key(|&i| {
        let Member { cluster, key, stratum, .. } = members[i as usize];
        (cluster, key, stratum, i)
    });
    indices
}

fn fixed_of<'a>(cluster: &'a [u32], members: &'a [Member]) -> impl Iterator<Item = u16> + 'a {
    cluster.iter().filter_map(|&i| members[i as usize].fixed)
}

fn is_torn(cluster: &[u32], members: &[Member]) -> bool {
    let mut fixed = fixed_of(cluster, members);
    let first = fixed.next();
    fixed.any(|split| Some(split) != first)
}

/// Of several, the first.
fn most_common_fixed(cluster: &[u32], members: &[Member]) -> Option<u16> {
    let mut fixed: Vec<u16> = fixed_of(cluster, members).collect();
    fixed.sort_unstable();
    let runs = fixed.chunk_by(|a, b| a == b);
    runs.max_by(|a, b| a.len().cmp(&b.len()).then(b[0].cmp(&a[0]))).map(|run| run[0])
}

/// By a digest of the lowest key; clusters with the same key by what tells them apart, at last by number.
fn in_order_of_chance<'a>(mut clusters: Vec<&'a [u32]>, members: &[Member], seed: u64) -> Vec<&'a [u32]> {
    clusters.par_sort_by_cached_key(|cluster| {
        let first = &members[cluster[0] as usize];
        (xxh3_64_with_seed(&first.key.to_le_bytes(), seed), first.key, cluster.len(), first.stratum, first.cluster)
    });
    clusters
}

/// The same order, but for the last of those that stand alone, which come after all others: as many as the largest cluster has members, for
/// each split once. That is what can be left open when the last cluster has gone where there was most room.
fn alone_last(clusters: Vec<&[u32]>, splits: usize) -> impl Iterator<Item = &[u32]> {
    let largest = clusters.iter().map(|cluster| cluster.len()).max().unwrap_or(0);
    let alone = clusters.iter().filter(|cluster| cluster.len() == 1).count();
    let in_order = alone.saturating_sub(if largest > 1 { largest.saturating_mul(splits) } else { 0 });
    let mut met = 0;
    let (held_back, others): (Vec<&[u32]>, Vec<&[u32]>) = clusters.into_iter().partition(|cluster| {
        met += usize::from(cluster.len() == 1);
        cluster.len() == 1 && met > in_order
    });
    others.into_iter().chain(held_back)
}
