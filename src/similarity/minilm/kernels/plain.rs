//! The kernels for a processor without the vectors of `x86`: products by `matrixmultiply` (which has NEON, SSE and plain code), the
//! rest as the compiler makes it.

use super::generic::{self, Heads, Rows, Target, Then};
use super::lanes::{Lanes, Plain};
use super::{Norm, maths};

/// As [`generic::linear`]; `weights` has a row of `words` numbers for each column.
///
/// # Safety
/// Pointers are valid for those sizes.
pub unsafe fn linear(rows: usize, words: usize, columns: usize, a: Rows, weights: *const f32, to: Target) {
    let keep = if to.then == Then::Residual { 1.0 } else { 0.0 };
    let (a_stride, stride, words_stride) = (a.stride as isize, to.stride as isize, words as isize);
    // SAFETY: passed on; strides are those of the rows.
    unsafe {
        matrixmultiply::sgemm(rows, words, columns, 1.0, a.at, a_stride, 1, weights, 1, words_stride, keep, to.at, stride, 1);
        let bias = std::slice::from_raw_parts(to.bias, columns);
        for row in 0..rows {
            finish(std::slice::from_raw_parts_mut(to.at.add(row * to.stride), columns), bias, to.then);
        }
    }
}

fn finish(row: &mut [f32], bias: &[f32], then: Then) {
    row.iter_mut().zip(bias).for_each(|(value, bias)| *value += bias);
    if then == Then::Gelu {
        let (vectors, _) = row.as_chunks_mut::<{ Plain::WIDTH }>();
        for vector in vectors {
            // SAFETY: `Plain` needs no instructions; the pointer has a vector behind it.
            unsafe { maths::gelu(Plain::load(vector.as_ptr())).store(vector.as_mut_ptr()) }
        }
    }
}

/// As [`generic::layer_norm`].
///
/// # Safety
/// As there.
pub unsafe fn layer_norm(rows: usize, x: *mut f32, norm: &Norm, operand: *mut f32) {
    // SAFETY: passed on.
    unsafe { generic::layer_norm::<Plain>(rows, x, norm, operand) }
}

/// As [`generic::attention`].
///
/// # Safety
/// As there.
pub unsafe fn attention(heads: Heads, lengths: &[usize], qkv: *const f32, scratch: *mut f32, out: *mut f32) {
    // SAFETY: passed on.
    unsafe { generic::attention::<Plain, Plain, 2>(heads, lengths, qkv, scratch, out) }
}
