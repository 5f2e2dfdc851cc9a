//! A few floats at a time: the operations that the kernels are written in, whatever the processor's vectors are called.
//!
//! Every kernel is written once over [`Lanes`] and compiled once for each width. All functions here are `unsafe` for the same
//! two reasons: the processor must have the instructions, and pointers must be valid for [`Lanes::WIDTH`] floats.

/// A vector of floats.
pub trait Lanes: Copy {
    /// Floats in a vector.
    const WIDTH: usize;

    unsafe fn splat(x: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn sub(self, other: Self) -> Self;
    unsafe fn mul(self, other: Self) -> Self;
    unsafe fn div(self, other: Self) -> Self;
    unsafe fn max(self, other: Self) -> Self;
    unsafe fn min(self, other: Self) -> Self;
    /// `self · factor + term`, rounded once where the processor can.
    unsafe fn mul_add(self, factor: Self, term: Self) -> Self;
    /// To the nearest integer.
    unsafe fn round(self) -> Self;
    /// 2 to the power of every lane; lanes are integers in −126..=127.
    unsafe fn power_of_two(self) -> Self;
    unsafe fn sum(self) -> f32;
    unsafe fn highest(self) -> f32;
}

/// A way to multiply: how operands are kept and how a product is added up.
///
/// An operand is an array of 32-bit words; a word holds one `f32`, or two `bf16` that are multiplied and added in one step.
pub trait Product {
    type V: Lanes;
    /// Numbers in a word of an operand.
    const PER_WORD: usize;

    /// `sum` + the word at `a` times each word of `b`.
    unsafe fn step(sum: Self::V, a: *const f32, b: Self::V) -> Self::V;
    /// Keeps `values` as the numbers from `column` on of the operand row at `row`.
    unsafe fn keep(values: Self::V, row: *mut f32, column: usize);
}

/// Vectors without any instructions of their own: what the compiler makes of eight floats (SSE2, NEON).
#[derive(Clone, Copy)]
pub struct Plain([f32; 8]);

impl Plain {
    #[inline(always)]
    fn map(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Plain(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

impl Lanes for Plain {
    const WIDTH: usize = 8;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        Plain([x; 8])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for WIDTH floats.
        Plain(unsafe { from.cast::<[f32; 8]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for WIDTH floats.
        unsafe { to.cast::<[f32; 8]>().write_unaligned(self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self.map(other, |a, b| a + b)
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        self.map(other, |a, b| a - b)
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        self.map(other, |a, b| a * b)
    }
    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        self.map(other, |a, b| a / b)
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        self.map(other, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        self.map(other, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, term: Self) -> Self {
        self.map(factor, |a, b| a * b).map(term, |a, b| a + b)
    }
    #[inline(always)]
    unsafe fn round(self) -> Self {
        // Adding and taking away 1.5 · 2²³ leaves no room for a fraction; enough below 2²².
        const ROOM: f32 = 12_582_912.0;
        Plain(self.0.map(|x| (x + ROOM) - ROOM))
    }
    #[inline(always)]
    unsafe fn power_of_two(self) -> Self {
        Plain(self.0.map(|n| f32::from_bits(((n as i32 + 127) as u32) << 23)))
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        self.0.iter().sum()
    }
    #[inline(always)]
    unsafe fn highest(self) -> f32 {
        self.0.iter().copied().fold(f32::NEG_INFINITY, f32::max)
    }
}

impl Product for Plain {
    type V = Plain;
    const PER_WORD: usize = 1;

    #[inline(always)]
    unsafe fn step(sum: Plain, a: *const f32, b: Plain) -> Plain {
        // SAFETY: the caller vouches for one word at `a`.
        unsafe { Plain::splat(*a).mul_add(b, sum) }
    }
    #[inline(always)]
    unsafe fn keep(values: Plain, row: *mut f32, column: usize) {
        // SAFETY: the caller vouches for WIDTH numbers from `column` on.
        unsafe { values.store(row.add(column)) }
    }
}
