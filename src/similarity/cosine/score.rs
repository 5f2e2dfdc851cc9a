//! The score: the one number that decides whether a pair is in the answer.

/// Sums kept apart, so that the processor can add them side by side.
const LANES: usize = 16;

/// The cosine of two rows of length one: their dot product in `f64`, rounded to `f32`, at most 1.
///
/// The order of the additions is fixed: value `k` goes to sum `k mod 16`, and the sums are added in halves. A product of two
/// `f32` is exact in `f64`, so a fused multiply-add gives the same bits as two instructions: the score is the same on every
/// machine, and for `(a, b)` and `(b, a)`. Only the values that both have count.
pub fn score(a: &[f32], b: &[f32]) -> f32 {
    score_inline(a, b)
}

/// [`score`], to be compiled into loops for wider registers.
#[inline(always)]
pub(super) fn score_inline(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0_f64; LANES];
    let (a_whole, b_whole) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let (a_rest, b_rest) = (a_whole.remainder(), b_whole.remainder());
    for (a, b) in a_whole.zip(b_whole) {
        for lane in 0..LANES {
            sums[lane] += f64::from(a[lane]) * f64::from(b[lane]);
        }
    }
    for ((sum, &a), &b) in sums.iter_mut().zip(a_rest).zip(b_rest) {
        *sum += f64::from(a) * f64::from(b);
    }
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
        half /= 2;
    }
    (sums[0] as f32).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_the_dot_product_both_ways_and_never_above_one() {
        let a: Vec<f32> = (0..37).map(|k| ((k * 7 % 11) as f32 - 5.0) / 20.0).collect();
        let b: Vec<f32> = (0..37).map(|k| ((k * 5 % 13) as f32 - 6.0) / 25.0).collect();
        let exact: f64 = a.iter().zip(&b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
        assert!((f64::from(score(&a, &b)) - exact).abs() < 1e-7);
        assert_eq!(score(&a, &b).to_bits(), score(&b, &a).to_bits());
        assert_eq!(score(&[1.0001], &[1.0]), 1.0);
        assert_eq!(score(&[0.0; 5], &[0.2; 5]), 0.0);
        assert_eq!(score(&[0.6, 0.8], &[-0.6, -0.8]), -1.0);
    }
}
