//! Shares with intervals, and the monotone fit.

/// The 97.5 % point of the normal distribution: two-sided intervals of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// A share in 0..=1 with an interval of 95 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub low: f64,
    pub value: f64,
    pub high: f64,
}

impl Share {
    /// Nothing is known.
    pub const UNKNOWN: Share = Share { low: 0.0, value: 0.5, high: 1.0 };

    /// `yes` of `asked` with Wilson's score interval ("Probable inference, the law of succession, and statistical inference", 1927): good
    /// for few answers, and inside 0..=1 where all of them are the same.
    pub fn wilson(yes: u32, asked: u32) -> Share {
        if asked == 0 {
            return Share::UNKNOWN;
        }
        let (n, value) = (f64::from(asked), f64::from(yes) / f64::from(asked));
        let centre = (value + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (value * (1.0 - value) / n + Z * Z / (4.0 * n * n)).sqrt();
        Share { low: (centre - half).clamp(0.0, value), value, high: (centre + half).clamp(value, 1.0) }
    }

    pub fn width(self) -> f64 {
        self.high - self.low
    }
}

/// The mean of shares by weight, with its interval from theirs: the distances of the ends are added as independent errors are (MOVER:
/// Zou & Donner, "Construction of confidence limits about effect measures", 2008). A share that is not known at all may be anything, so its
/// distances are added as they are. `None` where the weights sum to nothing.
pub(super) fn mean(parts: impl Iterator<Item = (f64, Share, bool)> + Clone) -> Option<Share> {
    let total: f64 = parts.clone().map(|(weight, ..)| weight).sum();
    if total <= 0.0 {
        return None;
    }
    let (mut value, mut below, mut above) = (0.0, Ends::default(), Ends::default());
    for (weight, share, is_known) in parts {
        let weight = weight / total;
        value += weight * share.value;
        below.add(weight * (share.value - share.low), is_known);
        above.add(weight * (share.high - share.value), is_known);
    }
    Some(Share { low: (value - below.distance()).max(0.0), value, high: (value + above.distance()).min(1.0) })
}

/// How far an end of an interval lies from the value.
#[derive(Default)]
struct Ends {
    squares: f64,
    plain: f64,
}

impl Ends {
    fn add(&mut self, distance: f64, is_known: bool) {
        if is_known {
            self.squares += distance * distance;
        } else {
            self.plain += distance;
        }
    }

    fn distance(&self) -> f64 {
        self.squares.sqrt() + self.plain
    }
}

/// The closest sequence to `values` (value, weight) that never falls, by least squares: pool adjacent violators (Ayer and others, "An
/// empirical distribution function for sampling with incomplete information", 1955). Values of weight 0 take that of the nearest one below
/// them, or above where there is none.
pub(super) fn rising(values: &[(f64, f64)]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for &(value, weight) in values {
        let mut pool = (value, weight, 1);
        while let Some(&(before, before_weight, length)) = pools.last() {
            let is_in_order = pool.1 > 0.0 && before_weight > 0.0 && before <= pool.0;
            if is_in_order {
                break;
            }
            let weight = before_weight + pool.1;
            let value = if weight > 0.0 { (before * before_weight + pool.0 * pool.1) / weight } else { before };
            pool = (value, weight, length + pool.2);
            pools.pop();
        }
        pools.push(pool);
    }
    pools.iter().flat_map(|&(value, _, length)| std::iter::repeat_n(value, length)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wilson's ends are where the score test rejects: a second way to them, by bisection.
    #[test]
    fn wilson_is_where_the_score_test_ends() {
        let rejects = |truth: f64, yes: u32, n: u32| {
            let (n, value) = (f64::from(n), f64::from(yes) / f64::from(n));
            (value - truth).abs() > Z * (truth * (1.0 - truth) / n).sqrt()
        };
        for n in [1, 2, 5, 17, 100] {
            for yes in 0..=n {
                let share = Share::wilson(yes, n);
                for (end, inward) in [(share.low, 1e-6), (share.high, -1e-6)] {
                    assert!(!rejects((end + inward).clamp(1e-12, 1.0 - 1e-12), yes, n), "{yes} of {n}: {share:?}");
                    assert!(
                        end - inward <= 0.0 || end - inward >= 1.0 || rejects(end - inward, yes, n),
                        "{yes} of {n}: {share:?}"
                    );
                }
            }
        }
    }

    /// The fit at `k` is the highest of all stretches that end at or after it, of the lowest of those that begin before (min-max formula).
    #[test]
    fn the_fit_is_that_of_the_min_max_formula() {
        let mut state = 5u64;
        for _ in 0..300 {
            let mut roll = |sides: u64| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 33) % sides
            };
            let values: Vec<(f64, f64)> = (0..1 + roll(8)).map(|_| (roll(11) as f64 / 10.0, 1.0 + roll(4) as f64)).collect();
            let mean = |from: usize, to: usize| {
                let part = &values[from..=to];
                part.iter().map(|(v, w)| v * w).sum::<f64>() / part.iter().map(|(_, w)| w).sum::<f64>()
            };
            for (k, fitted) in rising(&values).into_iter().enumerate() {
                let lowest = |from: usize| (k..values.len()).map(|to| mean(from, to)).fold(f64::INFINITY, f64::min);
                let expected = (0..=k).map(lowest).fold(f64::NEG_INFINITY, f64::max);
                assert!((fitted - expected).abs() < 1e-9, "{values:?} at {k}: {fitted}, {expected}");
            }
        }
    }

    #[test]
    fn values_without_weight_follow_their_neighbours() {
        assert_eq!(rising(&[(0.5, 0.0), (0.2, 1.0), (0.9, 0.0), (0.8, 1.0)]), [0.2, 0.2, 0.2, 0.8]);
        assert_eq!(rising(&[]), [0.0; 0]);
    }

    #[test]
    fn one_part_is_its_own_mean_and_two_are_surer() {
        let share = Share::wilson(8, 10);
        let one = mean([(3.0, share, true)].into_iter()).expect("a weight");
        assert!((one.low - share.low).abs() < 1e-12 && (one.high - share.high).abs() < 1e-12);
        let two = mean([(1.0, share, true), (1.0, share, true)].into_iter()).expect("a weight");
        assert!(two.width() < one.width());
        let unsure = mean([(1.0, share, true), (1.0, Share::UNKNOWN, false)].into_iter()).expect("a weight");
        assert!(unsure.width() > 0.5);
        assert_eq!(mean(std::iter::empty()), None);
    }
}
