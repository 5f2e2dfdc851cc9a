//! The values that are coded: rows as they are, or the first values of rotated ones.

use rayon::prelude::*;

use super::bound::{Slack, up};
use super::kernel::{Kernel, Wide};
use super::rotation::Rotation;
use super::vectors::Vectors;

/// Every `step`-th row from `first` on, `len` of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub first: u32,
    pub step: u32,
    pub len: u32,
}

impl Span {
    /// The `i`-th row of the span.
    pub fn row(self, i: u32) -> u32 {
        self.first + i * self.step
    }
}

/// The heads of the rows of a span.
pub(super) struct Heads<'a> {
    pub vectors: &'a Vectors,
    pub span: Span,
    pub slack: Slack,
    rotated: Option<Rotated>,
}

struct Rotated {
    dims: usize,
    values: Vec<f32>,
    /// For each row at least `|x|² − |Rx|²`.
    lost: Vec<f32>,
}

impl<'a> Heads<'a> {
    /// Rows as they are: nothing is computed and nothing lost.
    pub fn whole(vectors: &'a Vectors, span: Span) -> Self {
        Heads { vectors, span, slack: Slack::default(), rotated: None }
    }

    /// What `rotation` makes of the rows.
    pub fn rotated(vectors: &'a Vectors, span: Span, rotation: &Rotation, kernel: Kernel) -> Self {
        let dims = rotation.dims();
        let slack = rotation.slack();
        let (mut values, mut lost) = (vec![0.0; span.len as usize * dims], vec![0.0; span.len as usize]);
        const ROWS: usize = 256;
        let chunks = values.par_chunks_mut(ROWS * dims).zip(lost.par_chunks_mut(ROWS)).enumerate();
        chunks.for_each(|(chunk, (values, lost))| {
            kernel.wide(Rotate { rotation, vectors, span, first: (chunk * ROWS) as u32, heads: values, lost });
        });
        Heads { vectors, span, slack, rotated: Some(Rotated { dims, values, lost }) }
    }

    pub fn dims(&self) -> usize {
        self.rotated.as_ref().map_or(self.vectors.dims(), |rotated| rotated.dims)
    }

    /// The head of the `i`-th row of the span.
    pub fn head(&self, i: u32) -> &[f32] {
        match &self.rotated {
            Some(rotated) => &rotated.values[i as usize * rotated.dims..][..rotated.dims],
            None => self.vectors.row(self.span.row(i)),
        }
    }

    /// At least `|x|² − |Rx|²` of the `i`-th row of the span.
    pub fn lost(&self, i: u32) -> f32 {
        self.rotated.as_ref().map_or(0.0, |rotated| rotated.lost[i as usize])
    }
}

/// Computes the heads of some rows of a span, and what they leave out.
struct Rotate<'a> {
    rotation: &'a Rotation,
    vectors: &'a Vectors,
    span: Span,
    first: u32,
    heads: &'a mut [f32],
    lost: &'a mut [f32],
}

impl Wide for Rotate<'_> {
    type Made = ();

    #[inline(always)]
    fn run(self) {
        let row = |i: usize| self.vectors.row(self.span.row(self.first + i as u32));
        self.rotation.apply(row, self.heads);
        let eta = self.rotation.slack().eta;
        for (i, (head, lost)) in self.heads.chunks_exact(self.rotation.dims()).zip(self.lost).enumerate() {
            let kept = square(head);
            *lost = up((square(row(i)) - kept + 2.0 * eta * kept.sqrt()).max(1e-11));
        }
    }
}

#[inline(always)]
fn square(row: &[f32]) -> f64 {
    const LANES: usize = 16;
    let mut sums = [0_f64; LANES];
    let whole = row.chunks_exact(LANES);
    let rest = whole.remainder();
    for values in whole {
        for lane in 0..LANES {
            sums[lane] += f64::from(values[lane]) * f64::from(values[lane]);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>()
}
