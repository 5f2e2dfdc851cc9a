//! The rows that are joined.

use crate::error::{Error, Result};

/// The longest a row may be: length one, and room for the rounding of whoever normalised it.
pub(super) const LONGEST: f64 = 1.001;

/// The most dimensions: up to here no sum of products of codes leaves 30 bits ([`super::panels`]).
const MOST_DIMS: usize = 1 << 15;

/// Row-major vectors of `dims` values each; a row has length one, or is all zeros and like nothing.
///
/// Shorter rows are taken as they are: the score is the dot product, whatever the lengths.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectors {
    dims: usize,
    rows: Vec<f32>,
}

impl Vectors {
    /// Normalises nothing. Refuses values that are not finite, a row longer than one, a part of a row, no or more than 32,768
    /// dimensions, and more rows than a `u32` counts.
    pub fn new(dims: usize, rows: Vec<f32>) -> Result<Self> {
        if dims == 0 || dims > MOST_DIMS {
            return Err(Error::refused(format!("vectors of {dims} dimensions: 1 to {MOST_DIMS} can be compared")));
        }
        if !rows.len().is_multiple_of(dims) || u32::try_from(rows.len() / dims).is_err() {
            return Err(Error::refused(format!("{} values are no rows of {dims} dimensions", rows.len())));
        }
        let bad = |row: &[f32]| {
            let squared: f64 = row.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
            squared.is_nan() || squared > LONGEST * LONGEST
        };
        match rows.chunks_exact(dims).position(bad) {
            Some(row) => Err(Error::refused(format!("vector {row} holds a value that is not finite or is longer than 1"))),
            None => Ok(Vectors { dims, rows }),
        }
    }

    /// Values a row.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// How many rows.
    pub fn len(&self) -> u32 {
        (self.rows.len() / self.dims) as u32
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// One row.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row(&self, row: u32) -> &[f32] {
        &self.rows[row as usize * self.dims..][..self.dims]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_no_cosine_is_defined_for_are_refused() {
        for (dims, rows) in [
            (0, vec![]),
            (2, vec![1.0]),
            (1, vec![f32::NAN]),
            (1, vec![f32::INFINITY]),
            (2, vec![0.0, 0.0, 0.8, 0.7]),
            (1, vec![f32::MAX]),
            (40_000, vec![]),
        ] {
            assert!(Vectors::new(dims, rows.clone()).is_err(), "{dims} {rows:?}");
        }
        let fine = Vectors::new(2, vec![0.0, 0.0, 0.6, 0.8]).expect("fine");
        assert_eq!((fine.len(), fine.dims(), fine.row(1)), (2, 2, &[0.6, 0.8][..]));
        assert!(Vectors::new(3, vec![]).expect("fine").is_empty());
    }
}
