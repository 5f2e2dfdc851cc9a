//! The kernels themselves, written once over [`Lanes`] and [`Product`] and compiled for each of them.
//!
//! A product is computed in tiles of `R` rows by `N` vectors whose sums stay in registers. Each sum adds its terms in the order of
//! the inner dimension, wherever the tile lies, so a row's result does not depend on the rows around it.
//! Everything is `inline(always)`: a function gets the processor's instructions only from the one it is inlined into.

use super::lanes::{Lanes, Product};
use super::{Norm, maths};

/// What becomes of a product. With `column` counted from the target's first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Then {
    /// It is stored.
    Store,
    /// The bias is added, and it is stored.
    Bias,
    /// The bias and what the target holds are added.
    Residual,
    /// The bias is added, GELU taken, and the result kept as an operand.
    Gelu,
    /// It is kept as an operand.
    Keep,
}

/// Rows in memory; `stride` in words.
#[derive(Clone, Copy)]
pub struct Rows {
    pub at: *const f32,
    pub stride: usize,
}

/// Where a product goes; `stride` in words, `bias` as long as a row is wide (unused by `Store` and `Keep`).
#[derive(Clone, Copy)]
pub struct Target {
    pub at: *mut f32,
    pub stride: usize,
    pub bias: *const f32,
    pub then: Then,
}

/// `rows` × `words` of `a` times `words` × `N` vectors of `b`, to the columns of `to` from `column` on.
///
/// # Safety
/// The processor has the instructions of `D`, and all pointers are valid for those sizes.
#[inline(always)]
pub unsafe fn strip<D: Product, K: Product<V = D::V>, const MAIN: usize, const N: usize>(
    rows: usize,
    words: usize,
    a: Rows,
    b: Rows,
    to: Target,
    column: usize,
) {
    let mut row = 0;
    // SAFETY: passed on.
    unsafe {
        while row + MAIN <= rows {
            tile::<D, K, MAIN, N>(row, words, a, b, to, column);
            row += MAIN;
        }
        while row + 4 <= rows {
            tile::<D, K, 4, N>(row, words, a, b, to, column);
            row += 4;
        }
        while row < rows {
            tile::<D, K, 1, N>(row, words, a, b, to, column);
            row += 1;
        }
    }
}

#[inline(always)]
unsafe fn tile<D: Product, K: Product<V = D::V>, const R: usize, const N: usize>(
    row: usize,
    words: usize,
    a: Rows,
    b: Rows,
    to: Target,
    column: usize,
) {
    // SAFETY: passed on; `row + R` rows and `N` vectors of columns are valid.
    unsafe {
        let mut sums = [[D::V::splat(0.0); N]; R];
        let first = a.at.add(row * a.stride);
        for word in 0..words {
            let mut right = [D::V::splat(0.0); N];
            for (v, right) in right.iter_mut().enumerate() {
                *right = D::V::load(b.at.add(word * b.stride + v * D::V::WIDTH));
            }
            for (r, sums) in sums.iter_mut().enumerate() {
                for (sum, &right) in sums.iter_mut().zip(&right) {
                    *sum = D::step(*sum, first.add(r * a.stride + word), right);
                }
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            let target = to.at.add((row + r) * to.stride);
            for (v, &sum) in sums.iter().enumerate() {
                finish::<K>(sum, target, column + v * D::V::WIDTH, to);
            }
        }
    }
}

#[inline(always)]
unsafe fn finish<K: Product>(sum: K::V, row: *mut f32, column: usize, to: Target) {
    // SAFETY: passed on; only the branches that use the bias touch it.
    unsafe {
        match to.then {
            Then::Store => sum.store(row.add(column)),
            Then::Bias => sum.add(K::V::load(to.bias.add(column))).store(row.add(column)),
            Then::Residual => {
                let with_bias = sum.add(K::V::load(to.bias.add(column)));
                with_bias.add(K::V::load(row.add(column))).store(row.add(column));
            }
            Then::Gelu => K::keep(maths::gelu(sum.add(K::V::load(to.bias.add(column)))), row, column),
            Then::Keep => K::keep(sum, row, column),
        }
    }
}

/// A linear layer: `rows` × `words` of `a` times a packed matrix of `columns` columns.
///
/// The matrix lies in panels of two vectors' width. Rows are taken in blocks that stay in the second-level cache while all panels pass.
///
/// # Safety
/// As [`strip`]; `columns` is a multiple of two vectors.
#[inline(always)]
pub unsafe fn linear<D: Product, const MAIN: usize>(
    rows: usize,
    words: usize,
    columns: usize,
    a: Rows,
    packed: *const f32,
    to: Target,
) {
    /// Words of `a` that half of a second-level cache of 1 MiB holds.
    const BLOCK: usize = 1 << 17;
    let panel = 2 * D::V::WIDTH;
    let most = (BLOCK / words / MAIN).max(1) * MAIN;
    let mut from = 0;
    while from < rows {
        let count = most.min(rows - from);
        for column in (0..columns).step_by(panel) {
            // SAFETY: passed on; panels lie one after the other.
            unsafe {
                let a = Rows { at: a.at.add(from * a.stride), ..a };
                let b = Rows { at: packed.add(column * words), stride: panel };
                let to = Target { at: to.at.add(from * to.stride), ..to };
                strip::<D, D, MAIN, 2>(count, words, a, b, to, column);
            }
        }
        from += count;
    }
}

/// Layer norm of every row of `x` in place (Ba, Kiros and Hinton, 2016); the result is also kept as an operand.
///
/// # Safety
/// As [`strip`]; the norm's width is a multiple of the vector's, `operand` has room for `rows` rows.
#[inline(always)]
pub unsafe fn layer_norm<K: Product>(rows: usize, x: *mut f32, norm: &Norm, operand: *mut f32) {
    let (width, gain, shift) = (norm.gain.len(), norm.gain.as_ptr(), norm.shift.as_ptr());
    for row in 0..rows {
        // SAFETY: passed on.
        unsafe {
            let values = x.add(row * width);
            let kept = operand.add(row * width / K::PER_WORD);
            let mut sum = K::V::splat(0.0);
            for i in (0..width).step_by(K::V::WIDTH) {
                sum = sum.add(K::V::load(values.add(i)));
            }
            let mean = K::V::splat(sum.sum() / width as f32);
            let mut squares = K::V::splat(0.0);
            for i in (0..width).step_by(K::V::WIDTH) {
                let off = K::V::load(values.add(i)).sub(mean);
                squares = off.mul_add(off, squares);
            }
            let scale = K::V::splat(1.0 / (squares.sum() / width as f32 + norm.epsilon).sqrt());
            for i in (0..width).step_by(K::V::WIDTH) {
                let normal = K::V::load(values.add(i)).sub(mean).mul(scale);
                let value = normal.mul_add(K::V::load(gain.add(i)), K::V::load(shift.add(i)));
                value.store(values.add(i));
                K::keep(value, kept, i);
            }
        }
    }
}

/// The sizes of an attention.
#[derive(Debug, Clone, Copy)]
pub struct Heads {
    pub count: usize,
    pub size: usize,
}

impl Heads {
    pub fn width(self) -> usize {
        self.count * self.size
    }
}

/// Softmax(Q · Kᵀ) · V for each head of each text (Vaswani et al., "Attention is all you need", 2017). Rows of `qkv` hold the
/// queries, already scaled, the keys and the values of a token; texts follow each other. Results are kept as operands.
///
/// # Safety
/// As [`strip`]; `qkv` and `out` have a row for each token of `lengths`, `scratch` room for [`scratch_of`] the longest.
#[inline(always)]
pub unsafe fn attention<D: Product, K: Product<V = D::V>, const MAIN: usize>(
    heads: Heads,
    lengths: &[usize],
    qkv: *const f32,
    scratch: *mut f32,
    out: *mut f32,
) {
    let width = heads.width();
    let mut first = 0;
    for &length in lengths {
        for head in 0..heads.count {
            // SAFETY: passed on.
            unsafe {
                let text = qkv.add(first * 3 * width + head * heads.size);
                let to = Target {
                    at: out.add((first * width + head * heads.size) / K::PER_WORD),
                    stride: width / K::PER_WORD,
                    bias: std::ptr::null(),
                    then: Then::Keep,
                };
                one_head::<D, K, MAIN>(heads, length, Rows { at: text, stride: 3 * width }, scratch, to);
            }
        }
        first += length;
    }
}

/// Floats that the attention of a text of `length` tokens needs besides its input and output, for any width of vector up to 32.
pub fn scratch_of(heads: Heads, length: usize) -> usize {
    length.next_multiple_of(32) * (heads.size + length)
}

#[inline(always)]
unsafe fn one_head<D: Product, K: Product<V = D::V>, const MAIN: usize>(
    heads: Heads,
    length: usize,
    queries: Rows,
    scratch: *mut f32,
    to: Target,
) {
    let padded = length.next_multiple_of(D::V::WIDTH);
    // SAFETY: passed on; `scratch` holds the turned keys and, behind them, a row of scores for each token.
    unsafe {
        let keys = Rows { at: queries.at.add(heads.width()), ..queries };
        let values = Rows { at: queries.at.add(2 * heads.width()), ..queries };
        turn(keys, length, heads.size, scratch, padded);
        let turned = Rows { at: scratch, stride: padded };
        let scores = scratch.add(heads.size * padded);
        let store = Target { at: scores, stride: padded, bias: std::ptr::null(), then: Then::Store };
        columns::<D, D, MAIN>(length, heads.size, padded, queries, turned, store);
        for row in 0..length {
            softmax::<D::V>(scores.add(row * padded), length, padded);
        }
        columns::<D, K, MAIN>(length, length, heads.size, Rows { at: scores, stride: padded }, values, to);
    }
}

/// [`strip`] for any number of columns that is a multiple of the vector's width.
#[inline(always)]
unsafe fn columns<D: Product, K: Product<V = D::V>, const MAIN: usize>(
    rows: usize,
    words: usize,
    columns: usize,
    a: Rows,
    b: Rows,
    to: Target,
) {
    let mut column = 0;
    while column < columns {
        // SAFETY: passed on.
        unsafe {
            let b = Rows { at: b.at.add(column), ..b };
            if column + 2 * D::V::WIDTH <= columns {
                strip::<D, K, MAIN, 2>(rows, words, a, b, to, column);
                column += 2 * D::V::WIDTH;
            } else {
                strip::<D, K, MAIN, 1>(rows, words, a, b, to, column);
                column += D::V::WIDTH;
            }
        }
    }
}

/// Writes `length` rows of `size` numbers as columns, and zeros to the columns that follow up to `padded`.
#[inline(always)]
unsafe fn turn(rows: Rows, length: usize, size: usize, to: *mut f32, padded: usize) {
    for i in 0..size {
        // SAFETY: passed on.
        unsafe {
            for row in 0..length {
                *to.add(i * padded + row) = *rows.at.add(row * rows.stride + i);
            }
            for row in length..padded {
                *to.add(i * padded + row) = 0.0;
            }
        }
    }
}

/// e^score over the sum of all, for `length` scores; `padded` may be written.
#[inline(always)]
unsafe fn softmax<V: Lanes>(scores: *mut f32, length: usize, padded: usize) {
    // SAFETY: passed on.
    unsafe {
        for i in length..padded {
            *scores.add(i) = f32::NEG_INFINITY;
        }
        let mut highest = V::splat(f32::NEG_INFINITY);
        for i in (0..padded).step_by(V::WIDTH) {
            highest = highest.max(V::load(scores.add(i)));
        }
        let highest = V::splat(highest.highest());
        let mut sum = V::splat(0.0);
        for i in (0..padded).step_by(V::WIDTH) {
            let power = maths::exp(V::load(scores.add(i)).sub(highest));
            power.store(scores.add(i));
            sum = sum.add(power);
        }
        let share = V::splat(1.0 / sum.sum());
        for i in (0..padded).step_by(V::WIDTH) {
            V::load(scores.add(i)).mul(share).store(scores.add(i));
        }
    }
}
