//! The bound that every step but the last compares: what a pair's score cannot exceed, given codes of its rows.
//!
//! **The bound.** Let `R` be any `d × D` matrix and `δ ≥ ‖R·Rᵀ − 1‖`. For a row `x`, let `g = s·q` be a vector of whole numbers
//! `q` times a scale `s`, and `ρ = x − Rᵀg` what it does not say about `x`. Then
//!
//! ```text
//! x·y = (Rᵀg + ρ)·(Rᵀh + σ) = g·RRᵀh + Rρ·h + g·Rσ + ρ·σ                 (y = Rᵀh + σ)
//!     ≤ g·h + δ|g||h| + |Rρ||h| + |g||Rσ| + |ρ||σ|                       (Cauchy–Schwarz)
//! ```
//!
//! Nothing here asks that `R` be a rotation, or that `g` be near `Rx`: a bad one makes the bound loose, never wrong. With
//! `Rρ = Rx − g − (RRᵀ − 1)g` and `|ρ|² = |x|² − |Rx|² + |Rx − g|² + g·(RRᵀ − 1)g`, three numbers a row are enough:
//!
//! ```text
//! norm  ≥ |g|
//! error ≥ |Rx − g| + 3/2·δ|g|                                            so that δ|g||h| is in error·norm on both sides
//! rest  ≥ √(|x|² − |Rx|² + |Rx − g|² + δ|g|²)
//! x·y   ≤ s·t·(q·p) + error·norm' + norm·error' + rest·rest'             q·p: exact, in whole numbers
//! ```
//!
//! **Rounding.** `Rx` is computed in `f32`, with `|computed − Rx| ≤ η` ([`super::rotation`]), so `|Rx − g|` gets `η` and
//! `|Rx|²` may be `2η|Rx|` smaller. The three numbers are computed in `f64`, where sums of at most 2¹⁵ terms below 2 are right
//! to 10⁻¹¹, and are rounded up when they are stored. Whole rows are the case `R = 1`, `δ = η = 0`.
//!
//! **The margin.** A score is the dot product rounded to `f32`: `score ≥ floor` implies `x·y ≥ floor − 10⁻⁷`. A comparison in
//! `f32` ([`super::panels`]) has fewer than ten roundings of numbers below 8, each of at most 2⁻²⁴ of them: 5·10⁻⁶. So a pair whose
//! bound is below `floor` − [`MARGIN`] is not in the answer.

/// What a bound may be below the floor and the pair still be in the answer.
pub(super) const MARGIN: f64 = 1e-5;

/// The largest code.
const LARGEST: f32 = 127.0;

/// The least scale: its inverse, squared, is still an `f32`.
const LEAST_SCALE: f32 = 1e-12;

/// How far `R` is from a rotation, and how far a computed `Rx` from `Rx`. Both 0 where `R` is 1.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slack {
    /// `‖R·Rᵀ − 1‖` is at most this.
    pub delta: f64,
    /// `|computed − Rx|` is at most this.
    pub eta: f64,
}

/// What the bound needs of a row besides its codes. The names are those of the formula above.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Bound {
    pub scale: f32,
    pub norm: f32,
    pub error: f32,
    pub rest: f32,
    /// The sum of the codes: some processors want it.
    pub sum: i32,
}

impl Bound {
    /// What the score of two rows with `dot`, the product of their codes, cannot exceed by more than [`MARGIN`].
    #[inline(always)]
    pub fn upper(&self, other: &Bound, dot: i32) -> f64 {
        let product = |a: f32, b: f32| f64::from(a) * f64::from(b);
        product(self.scale, other.scale) * f64::from(dot)
            + product(self.error, other.norm)
            + product(self.norm, other.error)
            + product(self.rest, other.rest)
    }
}

/// The scale for rows whose largest absolute value is `peak`.
pub(super) fn scale(peak: f32) -> f32 {
    (peak / LARGEST).max(LEAST_SCALE)
}

/// The largest absolute value of a row.
#[inline(always)]
pub(super) fn peak(row: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut peaks = [0_f32; LANES];
    let whole = row.chunks_exact(LANES);
    let rest = whole.remainder();
    for values in whole {
        for lane in 0..LANES {
            peaks[lane] = if values[lane].abs() > peaks[lane] { values[lane].abs() } else { peaks[lane] };
        }
    }
    peaks.iter().chain(rest).fold(0.0, |peak, x| peak.max(x.abs()))
}

/// Codes `head`, the computed `Rx`, in steps of `scale` (at least [`scale`] of its peak), and says what the codes leave out.
///
/// `lost` is at least `|x|² − |Rx|²`. `codes` is at least as long as `head`; what is beyond stays as it is.
#[inline(always)]
pub(super) fn code(head: &[f32], scale: f32, lost: f64, slack: Slack, codes: &mut [i8]) -> Bound {
    const LANES: usize = 16;
    let inverse = 1.0 / scale;
    let (mut off, mut squares, mut sums) = ([0_f64; LANES], [0_i32; LANES], [0_i32; LANES]);
    for (values, codes) in head.chunks(LANES).zip(codes.chunks_mut(LANES)) {
        let mut chunk = [0_f32; LANES];
        if let Ok(values) = <&[f32; LANES]>::try_from(values) {
            chunk = *values;
        } else {
            chunk[..values.len()].copy_from_slice(values);
        }
        let rounded = chunk.map(|x| nearest(x * inverse));
        for lane in 0..LANES {
            let code = i32::from(rounded[lane]);
            let left = f64::from(chunk[lane]) - f64::from(scale) * f64::from(code);
            off[lane] += left * left;
            squares[lane] += code * code;
            sums[lane] += code;
        }
        if let Ok(codes) = <&mut [i8; LANES]>::try_from(&mut *codes) {
            *codes = rounded;
        } else {
            let length = codes.len();
            codes.copy_from_slice(&rounded[..length]);
        }
    }
    let off = off.iter().sum::<f64>().sqrt() + slack.eta;
    let norm = f64::from(scale) * f64::from(squares.iter().sum::<i32>()).sqrt();
    Bound {
        scale,
        norm: up(norm),
        error: up(off + 1.5 * slack.delta * norm),
        rest: up((lost + off * off + slack.delta * norm * norm + if lost > 0.0 { 1e-11 } else { 0.0 }).sqrt()),
        sum: sums.iter().sum(),
    }
}

/// The nearest whole number, of at most 127 and a little: adding 1.5·2²³ leaves no room for a fraction, and the number itself in
/// the lowest bits. Unlike `round`, this is two instructions on every processor.
#[inline(always)]
fn nearest(x: f32) -> i8 {
    const MAGIC: f32 = 12_582_912.0;
    (x + MAGIC).to_bits() as i8
}

/// An `f32` that is at least `x`, which has a relative error of less than 10⁻⁶ from what was to be computed.
#[inline(always)]
pub(super) fn up(x: f64) -> f32 {
    (x * (1.0 + 2e-6)) as f32 + f32::MIN_POSITIVE
}
