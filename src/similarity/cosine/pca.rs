//! Principal directions of a sample: where rows have most of their length.
//!
//! Orthogonal iteration (Golub & Van Loan, *Matrix Computations*, 7.3.2) on the second moments, not centred: the bound is about
//! dot products. A few rounds are enough, as any orthonormal directions are right and only good ones are fast. Every sum has a
//! fixed order, so the directions are the same for any number of threads.

use rayon::prelude::*;

use super::kernel::{Kernel, Wide};

/// Rounds: after these the first 64 directions of prompts hold what the best 64 hold, to the third digit.
const ROUNDS: usize = 6;

/// A direction that is this small after the others were taken out of it is their rounding error.
const NOTHING: f64 = 1e-7;

/// At most `count` orthonormal directions, those with the most of `rows` first; fewer where the rows span fewer.
pub(super) fn principal(rows: &[&[f32]], count: usize, kernel: Kernel) -> Vec<Vec<f32>> {
    let moments = moments(rows, kernel);
    let dims = moments.len();
    let mut directions = start(dims, count.min(dims));
    for _ in 0..ROUNDS {
        directions = directions.par_iter().map(|direction| kernel.wide(Times { matrix: &moments, vector: direction })).collect();
        directions = kernel.wide(Orthonormal { vectors: directions });
    }
    directions = kernel.wide(Orthonormal { vectors: directions });
    directions.into_iter().map(|direction| direction.into_iter().map(|x| x as f32).collect()).collect()
}

/// The sum of `row·rowᵀ`.
fn moments(rows: &[&[f32]], kernel: Kernel) -> Vec<Vec<f64>> {
    const TOGETHER: usize = 8;
    let dims = rows.first().map_or(0, |row| row.len());
    let mut moments = vec![vec![0.0; dims]; dims];
    let chunks = moments.par_chunks_mut(TOGETHER).enumerate();
    chunks.for_each(|(chunk, moments)| kernel.wide(AddMoments { rows, first: chunk * TOGETHER, moments }));
    moments
}

/// Adds up the lines of the moments from line `first` on.
struct AddMoments<'a> {
    rows: &'a [&'a [f32]],
    first: usize,
    moments: &'a mut [Vec<f64>],
}

impl Wide for AddMoments<'_> {
    type Made = ();

    #[inline(always)]
    fn run(self) {
        for row in self.rows {
            for (moments, &factor) in self.moments.iter_mut().zip(&row[self.first..]) {
                for (sum, &x) in moments.iter_mut().zip(*row) {
                    *sum += f64::from(factor) * f64::from(x);
                }
            }
        }
    }
}

/// Arbitrary directions, always the same.
fn start(dims: usize, count: usize) -> Vec<Vec<f64>> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 32) as f64 / f64::from(u32::MAX) - 0.5
    };
    (0..count).map(|_| (0..dims).map(|_| next()).collect()).collect()
}

/// A symmetric matrix times a vector.
struct Times<'a> {
    matrix: &'a [Vec<f64>],
    vector: &'a [f64],
}

impl Wide for Times<'_> {
    type Made = Vec<f64>;

    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let mut product = vec![0.0; self.vector.len()];
        for (row, &factor) in self.matrix.iter().zip(self.vector) {
            add(&mut product, row, factor);
        }
        product
    }
}

/// Gram–Schmidt, modified; what adds nothing to the vectors before it is left out.
struct Orthonormal {
    vectors: Vec<Vec<f64>>,
}

impl Wide for Orthonormal {
    type Made = Vec<Vec<f64>>;

    #[inline(always)]
    fn run(self) -> Vec<Vec<f64>> {
        let mut done: Vec<Vec<f64>> = Vec::with_capacity(self.vectors.len());
        for mut vector in self.vectors {
            let before = dot(&vector, &vector).sqrt();
            for other in &done {
                let shared = dot(&vector, other);
                add(&mut vector, other, -shared);
            }
            let length = dot(&vector, &vector).sqrt();
            if length > NOTHING * before {
                vector.iter_mut().for_each(|x| *x /= length);
                done.push(vector);
            }
        }
        done
    }
}

#[inline(always)]
fn add(to: &mut [f64], other: &[f64], factor: f64) {
    to.iter_mut().zip(other).for_each(|(sum, &x)| *sum += factor * x);
}

#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    const LANES: usize = 16;
    let mut sums = [0.0; LANES];
    let (a_whole, b_whole) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f64 = a_whole.remainder().iter().zip(b_whole.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_whole.zip(b_whole) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directions_are_orthonormal_and_hold_what_the_rows_span() {
        let axes = [[3.0, 0.0, 4.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 1.0]];
        let row = |i: usize| -> Vec<f32> { (0..5).map(|k| axes[0][k] * (i % 3) as f32 + axes[1][k] * (i % 2) as f32).collect() };
        let rows: Vec<Vec<f32>> = (0..12).map(row).collect();
        let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        for kernel in Kernel::here() {
            let found = principal(&rows, 4, kernel);
            assert_eq!(found.len(), 2, "the rows span two directions");
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
            assert!((dot(&found[0], &found[0]) - 1.0).abs() < 1e-5 && dot(&found[0], &found[1]).abs() < 1e-5);
            for row in &rows {
                let kept: f32 = found.iter().map(|direction| dot(row, direction).powi(2)).sum();
                assert!((kept - dot(row, row)).abs() < 1e-3 * dot(row, row).max(1.0));
            }
        }
        assert!(principal(&[], 4, Kernel::best()).is_empty());
    }
}
