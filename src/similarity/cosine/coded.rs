//! Whole rows as codes, one after the other: the second look at what the heads let through.

use rayon::prelude::*;

use super::bound::{self, Bound, Slack};
use super::heads::Span;
use super::kernel::{Codes, Kernel, STRIDE, Wide};
use super::vectors::Vectors;

/// Rows in the order of their panels, so that a block of panels has its rows together in memory.
pub(super) struct Coded {
    stride: usize,
    codes: Vec<i8>,
    sums: Vec<i32>,
    bounds: Vec<Bound>,
}

impl Coded {
    /// The rows of `span` in `order`.
    pub fn new(vectors: &Vectors, span: Span, order: &[u32], kernel: Kernel) -> Self {
        let stride = vectors.dims().next_multiple_of(STRIDE);
        let mut codes = vec![0; order.len() * stride];
        let rows = codes.par_chunks_exact_mut(stride).with_min_len(64).zip(order);
        let bounds: Vec<Bound> =
            rows.map(|(codes, &row)| kernel.wide(CodeRow { row: vectors.row(span.row(row)), codes })).collect();
        Coded { stride, codes, sums: bounds.iter().map(|bound| bound.sum).collect(), bounds }
    }

    /// Leaves of `pairs` (positions in the two orders) those whose bound reaches `floor`.
    pub fn retain(&self, other: &Coded, floor: f32, kernel: Kernel, pairs: &mut Vec<(u32, u32)>, dots: &mut Vec<i32>) {
        kernel.dots(self.codes(), other.codes(), pairs, dots);
        let least = f64::from(floor) - bound::MARGIN;
        let mut dots = dots.iter();
        pairs.retain(|&(a, b)| {
            let dot = dots.next().copied().unwrap_or(i32::MAX);
            self.bounds[a as usize].upper(&other.bounds[b as usize], dot) >= least
        });
    }

    fn codes(&self) -> Codes<'_> {
        Codes { codes: &self.codes, sums: &self.sums, stride: self.stride }
    }
}

struct CodeRow<'a> {
    row: &'a [f32],
    codes: &'a mut [i8],
}

impl Wide for CodeRow<'_> {
    type Made = Bound;

    #[inline(always)]
    fn run(self) -> Bound {
        bound::code(self.row, bound::scale(bound::peak(self.row)), 0.0, Slack::default(), self.codes)
    }
}
