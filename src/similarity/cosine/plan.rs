//! How many values of a rotated row are looked at first: what costs least on a sample of the rows themselves.

use rayon::prelude::*;

use super::heads::{Heads, Span};
use super::kernel::Kernel;
use super::panels::{Panels, Scratch};
use super::pca;
use super::rotation::Rotation;
use super::vectors::Vectors;
use crate::similarity::pairs::Pairs;

/// Lengths of head that are tried: multiples of 16.
const LENGTHS: [usize; 7] = [16, 32, 48, 64, 96, 128, 192];

/// Rows of the sample.
const SAMPLE: u32 = 4096;

/// Fewer pairs than these are compared before the directions are found; fewer a row, before the row is rotated.
const WORTH_IT: u64 = 200_000_000;
const WORTH_IT_A_ROW: u64 = 2_000;

/// What the first step looks at. Only speed depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// Chosen by measuring, where there are enough pairs to make up for it.
    Auto,
    /// Whole rows.
    Whole,
    /// This many values of the rotated rows, or a few less: a multiple of 16.
    Rotated(usize),
}

/// The rotation to begin with; `None` where whole rows cost less.
pub(super) fn rotation(vectors: &Vectors, pairs: Pairs, floor: f32, head: Head, kernel: Kernel) -> Option<Rotation> {
    let longest = match head {
        Head::Whole => 0,
        Head::Rotated(dims) => dims,
        Head::Auto if is_worth_it(vectors, pairs) => vectors.dims() / 2,
        Head::Auto => 0,
    };
    if longest < LENGTHS[0] || vectors.is_empty() {
        return None;
    }
    let span = sample(vectors);
    let rows: Vec<&[f32]> = (0..span.len).map(|i| vectors.row(span.row(i))).collect();
    let directions = pca::principal(&rows, longest.min(LENGTHS[LENGTHS.len() - 1]), kernel);
    let lengths = LENGTHS.into_iter().filter(|&length| length <= directions.len());
    if head != Head::Auto {
        return lengths.max().map(|length| Rotation::new(&directions, length));
    }
    let mut best = (vectors.dims() as f64, None);
    for length in lengths {
        let rotation = Rotation::new(&directions, length);
        let share = survivors(vectors, span, &rotation, floor, kernel);
        let cost = length as f64 + share * kernel.products_a_dot();
        if cost < best.0 {
            best = (cost, Some(rotation));
        }
    }
    best.1
}

fn is_worth_it(vectors: &Vectors, pairs: Pairs) -> bool {
    let count = pairs.count(vectors.len());
    count >= WORTH_IT && count >= WORTH_IT_A_ROW * u64::from(vectors.len())
}

/// Rows at equal distances.
fn sample(vectors: &Vectors) -> Span {
    let step = vectors.len().div_ceil(SAMPLE).max(1);
    Span { first: 0, step, len: vectors.len() / step }
}

/// The share of the sample's pairs that the first step would let through: the very step, on panels of the sample.
fn survivors(vectors: &Vectors, span: Span, rotation: &Rotation, floor: f32, kernel: Kernel) -> f64 {
    let panels = Panels::new(&Heads::rotated(vectors, span, rotation, kernel), kernel);
    let count = |right: usize| {
        let mut scratch = Scratch::default();
        panels.sweep(0..right, &panels, right, floor, kernel, &mut scratch);
        let survivors: u64 = scratch.hits.iter().map(|hit| u64::from(hit.lanes.count_ones())).sum();
        (survivors, panels.rows(&(0..right)) * panels.rows(&(right..right + 1)))
    };
    let counts = (1..panels.len()).into_par_iter().map(count);
    let (survivors, pairs) = counts.reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    survivors as f64 / pairs.max(1) as f64
}
