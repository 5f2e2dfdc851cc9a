//! A rotation that moves what rows have in common into their first values.

use super::bound::Slack;
use super::vectors::LONGEST;

/// Columns that are computed together.
const LANES: usize = 16;

/// `d` nearly orthonormal directions in `D` dimensions; `d` is a multiple of 16.
#[derive(Debug, Clone)]
pub(super) struct Rotation {
    dims: usize,
    /// `[D][d]`: what each value of a row adds to its head.
    values: Vec<f32>,
    slack: Slack,
}

impl Rotation {
    /// Of the first `dims` of `directions`, each a vector of the same length. `dims` is a multiple of 16.
    pub fn new(directions: &[Vec<f32>], dims: usize) -> Self {
        let directions = &directions[..dims];
        let length = directions.first().map_or(0, Vec::len);
        let mut values = vec![0.0; length * dims];
        for (column, direction) in directions.iter().enumerate() {
            for (k, &x) in direction.iter().enumerate() {
                values[k * dims + column] = x;
            }
        }
        Rotation { dims, values, slack: slack(directions, length) }
    }

    /// Values of a head.
    pub fn dims(&self) -> usize {
        self.dims
    }

    pub fn slack(&self) -> Slack {
        self.slack
    }

    /// Writes the heads of as many rows as `heads` has room for.
    #[inline(always)]
    pub fn apply<'a>(&self, row: impl Fn(usize) -> &'a [f32], heads: &mut [f32]) {
        const ROWS: usize = 4;
        for (block, heads) in heads.chunks_mut(ROWS * self.dims).enumerate() {
            let rows = heads.len() / self.dims;
            let some: [&[f32]; ROWS] = std::array::from_fn(|r| row(block * ROWS + r.min(rows - 1)));
            for from in (0..self.dims).step_by(LANES) {
                let sums = self.columns(some, from);
                for (head, sums) in heads.chunks_exact_mut(self.dims).zip(sums) {
                    head[from..from + LANES].copy_from_slice(&sums);
                }
            }
        }
    }

    /// The columns `from..from + LANES` of four heads: each a sum in the order of the values.
    #[inline(always)]
    fn columns(&self, rows: [&[f32]; 4], from: usize) -> [[f32; LANES]; 4] {
        let [mut a, mut b, mut c, mut d] = [[0_f32; LANES]; 4];
        let values = self.values.chunks_exact(self.dims);
        for ((((values, &w), &x), &y), &z) in values.zip(rows[0]).zip(rows[1]).zip(rows[2]).zip(rows[3]) {
            let values = &values[from..from + LANES];
            for lane in 0..LANES {
                a[lane] += w * values[lane];
                b[lane] += x * values[lane];
                c[lane] += y * values[lane];
                d[lane] += z * values[lane];
            }
        }
        [a, b, c, d]
    }
}

/// `delta` is measured: the Frobenius norm of `R·Rᵀ − 1`, which is at least its spectral norm.
///
/// `eta`: a sum of `D` products in `f32` errs by at most `D·2⁻²⁴/(1 − D·2⁻²⁴)` times the sum of the absolute products, which is at
/// most `|R_c||x|`; over `d` columns that is `√d` times as long a vector.
fn slack(directions: &[Vec<f32>], length: usize) -> Slack {
    let mut squares = 0.0;
    for (i, a) in directions.iter().enumerate() {
        for (j, b) in directions.iter().enumerate().take(i + 1) {
            let dot: f64 = a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
            squares += if i == j { (dot - 1.0) * (dot - 1.0) } else { 2.0 * dot * dot };
        }
    }
    let delta = squares.sqrt() + 1e-11;
    let unit = length as f64 * f64::from(f32::EPSILON) / 2.0;
    let eta = unit / (1.0 - unit) * (directions.len() as f64).sqrt() * (1.0 + delta) * LONGEST + 1e-30;
    Slack { delta, eta }
}

#[cfg(test)]
mod tests {
    use super::super::bound::{self, Bound};
    use super::super::kernel::Kernel;
    use super::super::pca;
    use super::*;

    /// Rows of length one with a common part; every seventh has one value that is larger than all others together.
    fn rows(n: usize, dims: usize) -> Vec<Vec<f32>> {
        let mut state = 5_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 23) as f32 - 1.0
        };
        let row = |i: usize| {
            let mut row: Vec<f32> = (0..dims).map(|k| (k % 5) as f32 / 5.0 + next()).collect();
            row[0] *= if i.is_multiple_of(7) { 100.0 } else { 1.0 };
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
            row.iter().map(|x| x / length).collect()
        };
        (0..n).map(row).collect()
    }

    fn bounds(rotation: &Rotation, rows: &[Vec<f32>]) -> Vec<(Bound, Vec<i8>)> {
        let dims = rotation.dims();
        let mut heads = vec![0.0; rows.len() * dims];
        rotation.apply(|i| &rows[i], &mut heads);
        let square = |row: &[f32]| row.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>();
        let bound = |(head, row): (&[f32], &Vec<f32>)| {
            let lost = square(row) - square(head) + 2.0 * rotation.slack().eta * square(head).sqrt();
            let mut codes = vec![0; dims];
            let bound = bound::code(head, bound::scale(bound::peak(head)), lost.max(1e-11), rotation.slack(), &mut codes);
            (bound, codes)
        };
        heads.chunks_exact(dims).zip(rows).map(bound).collect()
    }

    /// The least by which a bound is above the dot product of its rows.
    fn room(rotation: &Rotation, rows: &[Vec<f32>]) -> f64 {
        let bounds = bounds(rotation, rows);
        let mut least = f64::INFINITY;
        for (a, (bound, codes)) in bounds.iter().enumerate() {
            for (b, (other, others)) in bounds.iter().enumerate() {
                let dot: i32 = codes.iter().zip(others).map(|(&x, &y)| i32::from(x) * i32::from(y)).sum();
                let exact: f64 = rows[a].iter().zip(&rows[b]).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum();
                least = least.min(bound.upper(other, dot) - exact);
            }
        }
        least
    }

    #[test]
    fn no_pair_is_above_its_bound_and_the_nearest_is_close_to_it() {
        for (dims, kept) in [(16, 16), (40, 16), (70, 32)] {
            let rows = rows(60, dims);
            let some: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
            let rotation = Rotation::new(&pca::principal(&some, kept, Kernel::best()), kept);
            assert!(rotation.slack().delta < 1e-5, "{:?}", rotation.slack());
            let room = room(&rotation, &rows);
            assert!((0.0..0.05).contains(&room), "{dims} {kept}: {room}");
        }
    }

    /// A matrix that is no rotation makes the bound loose, not wrong.
    #[test]
    fn directions_that_are_not_orthonormal_are_paid_for() {
        let rows = rows(40, 30);
        for factor in [0.5, 0.99, 1.02] {
            let bent: Vec<Vec<f32>> = rows[..16].iter().map(|row| row.iter().map(|x| x * factor).collect()).collect();
            let rotation = Rotation::new(&bent, 16);
            assert!(rotation.slack().delta > 0.1);
            let room = room(&rotation, &rows);
            assert!(room >= 0.0, "{factor}: {room}");
        }
    }
}
