//! What an assignment promises, whatever the members.

use proptest::prelude::*;
use tamis::splits::{Member, Share, assign};

fn shares() -> impl Strategy<Value = Vec<Share>> {
    prop::collection::vec(1u32..=100, 1..7).prop_map(|parts| {
        let share = |(i, part): (usize, &u32)| Share { name: format!("s{i}"), share: f64::from(*part) };
        parts.iter().enumerate().map(share).collect()
    })
}

/// Up to 200 members in clusters of very different sizes; some keys alike, as two records with one text have.
fn members(fixed: bool) -> impl Strategy<Value = Vec<Member>> {
    let clusters = prop::collection::vec((1usize..=3, any::<bool>(), 0u32..4), 0..60);
    (clusters, any::<u64>()).prop_flat_map(move |(clusters, salt)| {
        let mut members = Vec::new();
        for (cluster, &(size, large, stratum)) in clusters.iter().enumerate() {
            for i in 0..if large && cluster % 7 == 0 { size * 6 } else { size } {
                let key = (salt ^ (members.len() as u64 / 2)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                members.push(Member { cluster: cluster as u32, key, stratum: (stratum + i as u32 / 4) % 4, fixed: None });
            }
        }
        let n = members.len();
        let fixes = prop::collection::vec(prop::option::weighted(0.1, 0usize..5), n);
        (Just(members), fixes).prop_map(move |(mut members, fixes)| {
            members.iter_mut().zip(fixes).for_each(|(m, f)| m.fixed = f.filter(|_| fixed));
            members
        })
    })
}

/// A dozen clusters of about one size, with more splits than fit: where a careless choice overfills two of them.
fn few_large() -> impl Strategy<Value = Vec<Member>> {
    prop::collection::vec((4usize..=6, 0u32..3), 1..12).prop_map(|clusters| {
        let numbered = clusters.into_iter().enumerate();
        let members = numbered.flat_map(|(cluster, (size, stratum))| {
            (0..size as u64).map(move |i| Member { cluster: cluster as u32, key: cluster as u64 * 10 + i, stratum, fixed: None })
        });
        members.collect()
    })
}

fn sizes(split_of: &[usize], splits: usize) -> Vec<usize> {
    (0..splits).map(|k| split_of.iter().filter(|&&s| s == k).count()).collect()
}

fn cluster_sizes(members: &[Member]) -> Vec<usize> {
    let mut sizes = vec![0; members.iter().map(|m| m.cluster as usize + 1).max().unwrap_or(0)];
    members.iter().for_each(|m| sizes[m.cluster as usize] += 1);
    sizes
}

proptest! {
    #[test]
    fn every_split_is_within_the_largest_cluster_of_its_target(
        members in prop_oneof![members(false), few_large()],
        shares in shares(),
        seed in any::<u64>(),
    ) {
        let largest = cluster_sizes(&members).into_iter().max().unwrap_or(0) as f64;
        let sum: f64 = shares.iter().map(|s| s.share).sum();
        for (share, size) in shares.iter().zip(sizes(&assign(&members, &shares, seed), shares.len())) {
            let target = share.share / sum * members.len() as f64;
            prop_assert!((size as f64 - target).abs() <= largest + 1e-3, "{size} of {target}, largest cluster {largest}");
        }
    }

    #[test]
    fn no_cluster_crosses_unless_fixed_apart(members in members(true), shares in shares(), seed in any::<u64>()) {
        let split_of = assign(&members, &shares, seed);
        for (i, member) in members.iter().enumerate() {
            let fixed = |m: &Member| m.fixed.filter(|&k| k < shares.len());
            let cluster: Vec<usize> = (0..members.len()).filter(|&j| members[j].cluster == member.cluster).collect();
            let counts: Vec<usize> =
                (0..shares.len()).map(|k| cluster.iter().filter(|&&j| fixed(&members[j]) == Some(k)).count()).collect();
            let most = counts.iter().copied().max().unwrap_or(0);
            let expected = match fixed(member) {
                Some(split) => split,
                None if most > 0 => counts.iter().position(|&n| n == most).unwrap_or(0),
                None => split_of[cluster[0]],
            };
            prop_assert_eq!(split_of[i], expected);
        }
    }

    #[test]
    fn the_order_of_members_does_not_matter(
        (members, shuffled) in members(true).prop_flat_map(|m| (Just(m.clone()), Just((0..m.len()).collect::<Vec<_>>()).prop_shuffle())),
        shares in shares(),
        seed in any::<u64>(),
    ) {
        // Members that are alike in everything may change places: compare as sets.
        let table = |members: &[Member]| {
            let mut rows: Vec<_> = members
                .iter()
                .zip(assign(members, &shares, seed))
                .map(|(m, split)| (m.cluster, m.key, m.stratum, m.fixed, split))
                .collect();
            rows.sort();
            rows
        };
        let other: Vec<Member> = shuffled.iter().map(|&i| members[i].clone()).collect();
        prop_assert_eq!(table(&members), table(&other));
        prop_assert_eq!(assign(&members, &shares, seed), assign(&members, &shares, seed));
    }
}

fn singletons(n: u64, strata: u32) -> Vec<Member> {
    let member = |i: u64| Member { cluster: i as u32, key: i, stratum: i as u32 % strata, fixed: None };
    (0..n).map(member).collect()
}

fn two(train: f64, validation: f64) -> Vec<Share> {
    vec![Share { name: "train".into(), share: train }, Share { name: "validation".into(), share: validation }]
}

#[test]
fn singletons_meet_their_targets_to_the_record() {
    assert_eq!(sizes(&assign(&singletons(2000, 1), &two(95.0, 5.0), 1), 2), [1900, 100]);
    assert_eq!(sizes(&assign(&singletons(20, 1), &two(0.95, 0.05), 1), 2), [19, 1]);
}

#[test]
fn strata_keep_their_proportion() {
    let members = singletons(3000, 3);
    let split_of = assign(&members, &two(9.0, 1.0), 5);
    for stratum in 0..3 {
        let validation = members.iter().zip(&split_of).filter(|(m, s)| m.stratum == stratum && **s == 1).count();
        assert!((99..=101).contains(&validation), "{validation} of stratum {stratum}");
    }
}

#[test]
fn another_seed_is_another_choice() {
    let members = singletons(500, 1);
    assert_ne!(assign(&members, &two(1.0, 1.0), 1), assign(&members, &two(1.0, 1.0), 2));
}

#[test]
fn large_clusters_reach_the_small_split_too() {
    let members: Vec<Member> = (0..4000u64).map(|i| Member { cluster: i as u32 / 4, key: i, stratum: 0, fixed: None }).collect();
    let mixed: Vec<Member> = members
        .into_iter()
        .chain(singletons(4000, 1).into_iter().map(|mut m| {
            m.cluster += 5000;
            m.key += 100_000;
            m
        }))
        .collect();
    let split_of = assign(&mixed, &two(9.0, 1.0), 3);
    let clustered = mixed.iter().zip(&split_of).filter(|(m, s)| m.cluster < 5000 && **s == 1).count();
    // Half of the records stand in clusters of four; chance gives about 400 of the 800.
    assert!((250..=550).contains(&clustered), "{clustered}");
}

/// `cargo test --release -- --ignored --nocapture a_million`.
#[test]
#[ignore = "a clock, not a check"]
fn a_million_singletons() {
    let members = singletons(1_000_000, 20);
    let start = std::time::Instant::now();
    let sizes = sizes(&assign(&members, &two(95.0, 5.0), 1), 2);
    println!("split a million singletons: {:?} {sizes:?}", start.elapsed());
}

#[test]
fn nothing_to_split_is_no_error() {
    assert!(assign(&[], &two(1.0, 1.0), 0).is_empty());
    assert_eq!(assign(&singletons(2, 1), &[], 0), [0, 0]);
}
