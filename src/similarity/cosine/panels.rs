//! Heads as codes, 64 rows to a panel, in the order that makes the bounds of a panel tight.

use rayon::prelude::*;

use super::bound::{self, Bound};
use super::heads::Heads;
use super::kernel::{GROUP, Hit, Kernel, LANES, Wide};

/// Steps of scale, as a part of a doubling, that rows are sorted by.
const CLASSES_A_DOUBLING: f32 = 8.0;

/// No dot product of codes is beyond this: 2¹⁵ · 127² < 2³⁰.
const LIMIT: f32 = (1_u32 << 30) as f32;

/// The rows of a span as codes.
///
/// Rows are sorted by the size of their largest value, then by what the head leaves out, so that the rows of a panel share a
/// scale and a bound: then one number decides for a row and all 64 of a panel, and the comparison is one of whole numbers.
pub(super) struct Panels {
    /// The rows, as [`Heads::span`] counts them, in the order of the panels.
    pub order: Vec<u32>,
    /// `[panel][group][lane][GROUP]`; the last panel ends with rows of zeros.
    codes: Vec<i8>,
    bounds: Vec<Bounds>,
    size: usize,
}

/// What the bound needs of each row of a panel, and of all of them ([`bound`]).
struct Bounds {
    sums: [i32; LANES],
    norms: [f32; LANES],
    errors: [f32; LANES],
    rests: [f32; LANES],
    /// The one scale of the panel, inverted.
    inverse: f32,
    /// The largest of each.
    norm: f32,
    error: f32,
    rest: f32,
}

impl Panels {
    pub fn new(heads: &Heads, kernel: Kernel) -> Self {
        let sorted = sorted(heads);
        let size = heads.dims().next_multiple_of(GROUP) * LANES;
        let mut codes = vec![0; sorted.len().div_ceil(LANES) * size];
        let panels = codes.par_chunks_exact_mut(size).zip(sorted.par_chunks(LANES));
        let bounds = panels.map(|(codes, rows)| kernel.wide(CodePanel { heads, rows, codes })).collect();
        Panels { order: sorted.into_iter().map(|key| key.row).collect(), codes, bounds, size }
    }

    /// How many panels.
    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    /// Rows in the panels `panels`.
    pub fn rows(&self, panels: &std::ops::Range<usize>) -> u64 {
        ((panels.end * LANES).min(self.order.len()) as u64).saturating_sub((panels.start * LANES) as u64)
    }

    /// Every row of the panels `left` of `self` whose bound with a row of the panel `right` of `other` reaches `floor`: appends the
    /// rows, counted from the first of `left`, and those lanes of `right` that hold a row.
    pub fn sweep(
        &self,
        left: std::ops::Range<usize>,
        other: &Panels,
        right: usize,
        floor: f32,
        kernel: Kernel,
        scratch: &mut Scratch,
    ) {
        let (bounds, against) = (&self.bounds[left.clone()], &other.bounds[right]);
        scratch.least.resize(bounds.len() * LANES, 0);
        scratch.sums.clear();
        bounds.iter().for_each(|bounds| scratch.sums.extend_from_slice(&bounds.sums));
        kernel.wide(Least { left: bounds, right: against, floor, least: &mut scratch.least });
        let codes = &self.codes[left.start * self.size..left.end * self.size];
        let panel = &other.codes[right * self.size..][..self.size];
        scratch.hits.clear();
        kernel.sweep(codes, &scratch.sums, &scratch.least, panel, &mut scratch.hits);
        let rows = (self.order.len() - left.start * LANES) as u32;
        let lanes = u64::MAX >> LANES.saturating_sub(other.order.len() - right * LANES);
        scratch.hits.retain_mut(|hit| {
            hit.lanes &= lanes;
            hit.row < rows && hit.lanes != 0
        });
    }
}

/// What [`Panels::sweep`] finds, and its room to work; kept from call to call.
#[derive(Default)]
pub(super) struct Scratch {
    pub hits: Vec<Hit>,
    sums: Vec<i32>,
    least: Vec<i32>,
}

/// [`Bounds::least`] for all rows of some panels.
struct Least<'a> {
    left: &'a [Bounds],
    right: &'a Bounds,
    floor: f32,
    least: &'a mut [i32],
}

impl Wide for Least<'_> {
    type Made = ();

    #[inline(always)]
    fn run(self) {
        for (bounds, least) in self.left.iter().zip(self.least.as_chunks_mut().0) {
            bounds.least(self.right, self.floor, least);
        }
    }
}

impl Bounds {
    /// For each row the least dot product of codes with which its bound with some row of `other` reaches `floor`.
    ///
    /// [`bound`] solved for the dot product, with the largest of `other`; [`bound::MARGIN`] pays for the roundings. Cutting off
    /// the fraction errs downwards, or to the next whole number, which a whole number reaches as well.
    #[inline(always)]
    fn least(&self, other: &Bounds, floor: f32, least: &mut [i32; LANES]) {
        let floor = floor - bound::MARGIN as f32;
        let unit = self.inverse * other.inverse;
        for (lane, least) in least.iter_mut().enumerate() {
            let known = self.rests[lane] * other.rest + self.errors[lane] * other.norm + self.norms[lane] * other.error;
            let bound = (floor - known) * unit;
            let bound = if bound < LIMIT { bound } else { LIMIT };
            let bound = if bound > -LIMIT { bound } else { -LIMIT };
            // A number of at most 2³⁰; it is not NaN, as neither comparison would have let one through.
            *least = bound as i32;
        }
    }
}

#[derive(PartialEq, PartialOrd)]
struct Key {
    class: i32,
    lost: f32,
    row: u32,
    peak: f32,
}

fn sorted(heads: &Heads) -> Vec<Key> {
    let key = |row: u32| {
        let peak = bound::peak(heads.head(row));
        let class = (bound::scale(peak).log2() * CLASSES_A_DOUBLING).ceil() as i32;
        Key { class, lost: heads.lost(row), row, peak }
    };
    let mut keys: Vec<Key> = (0..heads.span.len).into_par_iter().map(key).collect();
    keys.par_sort_unstable_by(|a, b| a.class.cmp(&b.class).then(a.lost.total_cmp(&b.lost)).then(a.row.cmp(&b.row)));
    keys
}

/// Codes the rows of one panel.
struct CodePanel<'a> {
    heads: &'a Heads<'a>,
    rows: &'a [Key],
    codes: &'a mut [i8],
}

impl Wide for CodePanel<'_> {
    type Made = Bounds;

    #[inline(always)]
    fn run(self) -> Bounds {
        let CodePanel { heads, rows, codes } = self;
        let scale = bound::scale(rows.iter().fold(0.0, |peak, key| key.peak.max(peak)));
        let [norms, errors, rests] = [[0.0; LANES]; 3];
        let mut bounds =
            Bounds { sums: [0; LANES], norms, errors, rests, inverse: 1.0 / scale, norm: 0.0, error: 0.0, rest: 0.0 };
        let mut line = vec![0; heads.dims().next_multiple_of(GROUP)];
        for (lane, key) in rows.iter().enumerate() {
            let Bound { norm, error, rest, sum, .. } =
                bound::code(heads.head(key.row), scale, f64::from(key.lost), heads.slack, &mut line);
            for (group, codes) in line.as_chunks::<GROUP>().0.iter().zip(codes.chunks_exact_mut(GROUP * LANES)) {
                codes[lane * GROUP..][..GROUP].copy_from_slice(group);
            }
            (bounds.sums[lane], bounds.norms[lane], bounds.errors[lane], bounds.rests[lane]) = (sum, norm, error, rest);
            bounds.norm = bounds.norm.max(norm);
            bounds.error = bounds.error.max(error);
            bounds.rest = bounds.rest.max(rest);
        }
        bounds
    }
}
