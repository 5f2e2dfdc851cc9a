//! The floor as whole numbers: how many items two sets must share, by their sizes.
//!
//! For sets of `s` items together, sharing `i`, the score is `i / (s − i)`: it depends on the sizes only through `s`, it never
//! falls as `i` grows, and rounding keeps that order. So one table over `s`, made with the very division that scores an edge,
//! decides every comparison with the floor exactly, and no filter ever handles a fraction.

use super::jaccard;

/// The tables for one floor, for sets of up to `largest` items. 12 bytes a item of the largest set.
pub(super) struct Limits {
    /// By the sum of two sizes: the fewest shared items that reach the floor.
    need: Vec<u32>,
    /// By shared items: the greatest sum of two sizes for which that many are enough.
    reach: Vec<u32>,
}

impl Limits {
    pub(super) fn new(floor: f32, largest: usize) -> Limits {
        let mut shared = 0;
        let need: Vec<u32> = (0..=2 * largest)
            .map(|sum| {
                while shared * 2 < sum && jaccard(shared, sum - shared) < floor {
                    shared += 1;
                }
                shared as u32
            })
            .collect();
        let reach = (0..=largest as u32).map(|shared| need.partition_point(|&n| n <= shared) as u32 - 1).collect();
        Limits { need, reach }
    }

    /// The fewest items that two sets of these sizes must share; more than the smaller one has when they never reach the floor.
    pub(super) fn need(&self, a: usize, b: usize) -> usize {
        self.need[a + b] as usize
    }

    /// The smallest size that can reach the floor with a set of `size` items.
    pub(super) fn smallest_partner(&self, size: usize) -> usize {
        (size.min(1)..size).find(|&other| self.need(size, other) <= other).unwrap_or(size)
    }

    /// The largest size that can still reach the floor with a set of `size` items of which only `left` can be shared.
    pub(super) fn largest_partner(&self, size: usize, left: usize) -> usize {
        (self.reach[left] as usize).saturating_sub(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOORS: [f32; 8] = [0.01, 0.3, 0.5, 2.0 / 3.0, 0.7, 0.8, 0.999, 1.0];

    #[test]
    fn need_is_the_least_overlap_whose_score_reaches_the_floor() {
        for floor in FLOORS {
            let limits = Limits::new(floor, 60);
            for (a, b) in (1..=60).flat_map(|a| (1..=60).map(move |b| (a, b))) {
                let least = (0..=a.min(b)).find(|&shared| jaccard(shared, a + b - shared) >= floor);
                match least {
                    Some(least) => assert_eq!(limits.need(a, b), least, "{a} and {b} at {floor}"),
                    None => assert!(limits.need(a, b) > a.min(b), "{a} and {b} at {floor}"),
                }
            }
        }
    }

    #[test]
    fn partners_are_exactly_the_sizes_that_can_reach_the_floor() {
        for floor in FLOORS {
            let limits = Limits::new(floor, 60);
            for size in 1..=60 {
                let smallest = (1..=size).find(|&other| jaccard(other, size) >= floor);
                assert_eq!(Some(limits.smallest_partner(size)), smallest, "{size} at {floor}");
                for left in 1..=size {
                    let largest = (1..=60).rev().find(|&other| limits.need(size, other) <= left).unwrap_or(0);
                    assert_eq!(limits.largest_partner(size, left).min(60), largest, "{size}, {left} left, at {floor}");
                }
            }
        }
    }
}
