//! The vectors of x86-64: AVX2 with FMA (8 floats), AVX-512 (16 floats) and AVX-512 BF16 (16 sums of two products).

use std::arch::x86_64::*;

use super::lanes::{Lanes, Product};

/// Eight floats; needs AVX2 and FMA.
#[derive(Clone, Copy)]
pub struct Avx2(__m256);

/// Sixteen floats; needs AVX-512 F.
#[derive(Clone, Copy)]
pub struct Avx512(__m512);

/// Products of `bf16` pairs, summed as `f32`; needs AVX-512 BF16 as well.
pub struct Bf16;

// SAFETY, for every block below: `Lanes` asks its caller for a processor that has the instructions and for valid pointers.

impl Lanes for Avx2 {
    const WIDTH: usize = 8;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        unsafe { Avx2(_mm256_set1_ps(x)) }
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        unsafe { Avx2(_mm256_loadu_ps(from)) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { _mm256_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        unsafe { Avx2(_mm256_add_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        unsafe { Avx2(_mm256_sub_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        unsafe { Avx2(_mm256_mul_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        unsafe { Avx2(_mm256_div_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        unsafe { Avx2(_mm256_max_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        unsafe { Avx2(_mm256_min_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, term: Self) -> Self {
        unsafe { Avx2(_mm256_fmadd_ps(self.0, factor.0, term.0)) }
    }
    #[inline(always)]
    unsafe fn round(self) -> Self {
        unsafe { Avx2(_mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)) }
    }
    #[inline(always)]
    unsafe fn power_of_two(self) -> Self {
        unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(self.0), _mm256_set1_epi32(127));
            Avx2(_mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent)))
        }
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        unsafe { lanes_of(self).iter().sum() }
    }
    #[inline(always)]
    unsafe fn highest(self) -> f32 {
        unsafe { lanes_of(self).iter().copied().fold(f32::NEG_INFINITY, f32::max) }
    }
}

#[inline(always)]
unsafe fn lanes_of(v: Avx2) -> [f32; 8] {
    let mut lanes = [0.0; 8];
    unsafe { v.store(lanes.as_mut_ptr()) };
    lanes
}

impl Product for Avx2 {
    type V = Avx2;
    const PER_WORD: usize = 1;

    #[inline(always)]
    unsafe fn step(sum: Avx2, a: *const f32, b: Avx2) -> Avx2 {
        unsafe { Avx2::splat(*a).mul_add(b, sum) }
    }
    #[inline(always)]
    unsafe fn keep(values: Avx2, row: *mut f32, column: usize) {
        unsafe { values.store(row.add(column)) }
    }
}

impl Lanes for Avx512 {
    const WIDTH: usize = 16;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        unsafe { Avx512(_mm512_set1_ps(x)) }
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        unsafe { Avx512(_mm512_loadu_ps(from)) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { _mm512_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        unsafe { Avx512(_mm512_add_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        unsafe { Avx512(_mm512_sub_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        unsafe { Avx512(_mm512_mul_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        unsafe { Avx512(_mm512_div_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        unsafe { Avx512(_mm512_max_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        unsafe { Avx512(_mm512_min_ps(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, term: Self) -> Self {
        unsafe { Avx512(_mm512_fmadd_ps(self.0, factor.0, term.0)) }
    }
    #[inline(always)]
    unsafe fn round(self) -> Self {
        unsafe { Avx512(_mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)) }
    }
    #[inline(always)]
    unsafe fn power_of_two(self) -> Self {
        unsafe { Avx512(_mm512_scalef_ps(_mm512_set1_ps(1.0), self.0)) }
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        unsafe { _mm512_reduce_add_ps(self.0) }
    }
    #[inline(always)]
    unsafe fn highest(self) -> f32 {
        unsafe { _mm512_reduce_max_ps(self.0) }
    }
}

impl Product for Avx512 {
    type V = Avx512;
    const PER_WORD: usize = 1;

    #[inline(always)]
    unsafe fn step(sum: Avx512, a: *const f32, b: Avx512) -> Avx512 {
        unsafe { Avx512::splat(*a).mul_add(b, sum) }
    }
    #[inline(always)]
    unsafe fn keep(values: Avx512, row: *mut f32, column: usize) {
        unsafe { values.store(row.add(column)) }
    }
}

impl Product for Bf16 {
    type V = Avx512;
    const PER_WORD: usize = 2;

    #[inline(always)]
    unsafe fn step(sum: Avx512, a: *const f32, b: Avx512) -> Avx512 {
        unsafe {
            let pair = _mm512_set1_epi32(a.cast::<i32>().read());
            Avx512(_mm512_dpbf16_ps(
                sum.0,
                std::mem::transmute::<__m512i, __m512bh>(pair),
                std::mem::transmute::<__m512, __m512bh>(b.0),
            ))
        }
    }
    #[inline(always)]
    unsafe fn keep(values: Avx512, row: *mut f32, column: usize) {
        unsafe {
            let rounded = std::mem::transmute::<__m256bh, __m256i>(_mm512_cvtneps_pbh(values.0));
            _mm256_storeu_si256(row.cast::<u16>().add(column).cast(), rounded);
        }
    }
}
