//! AVX-512 with VNNI: 64 products an instruction. Intel servers since 2019, AMD since Zen 4.
//!
//! `vpdpbusd` multiplies unsigned codes by signed ones, so the right codes are raised by 128; that adds 128 times the sum of
//! the left codes, which the bound is raised by instead.

use std::arch::x86_64::*;

use super::{Codes, GROUP, Hit, LANES, STRIDE, Wide};

/// Rows of the left that are multiplied at once: with 4 registers of lanes, 16 sums, enough to hide the latency.
const ROWS: usize = 4;

pub(super) fn is_here() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vnni")
}

/// [`super::Kernel::sweep`]; the lengths are checked there.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) fn sweep(left: &[i8], sums: &[i32], least: &[i32], right: &[i8], hits: &mut Vec<Hit>) {
    for (panel, left) in left.chunks_exact(right.len()).enumerate() {
        for first in (0..LANES).step_by(ROWS) {
            let products = products(left, first, right);
            for (r, products) in products.iter().enumerate() {
                let row = panel * LANES + first + r;
                let least = _mm512_set1_epi32(least[row] + 128 * sums[row]);
                let met = |v: usize| u64::from(_mm512_cmpge_epi32_mask(products[v], least)) << (16 * v);
                let lanes = met(0) | met(1) | met(2) | met(3);
                if lanes != 0 {
                    hits.push(Hit { row: row as u32, lanes });
                }
            }
        }
    }
}

/// Products of the lanes `first..first + ROWS` of the left panel with all lanes of the right one, raised.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
#[inline]
fn products(left: &[i8], first: usize, right: &[i8]) -> [[__m512i; 4]; ROWS] {
    let raise = _mm512_set1_epi8(-128);
    let mut sums = [[_mm512_setzero_si512(); 4]; ROWS];
    for (left, right) in left.chunks_exact(GROUP * LANES).zip(right.chunks_exact(GROUP * LANES)) {
        // SAFETY: a chunk of the right holds 4 × 64 bytes; one of the left holds 64 groups of 4 bytes, and `first + r` < 64.
        unsafe {
            let lanes = [0, 1, 2, 3].map(|v| _mm512_xor_si512(_mm512_loadu_si512(right.as_ptr().add(64 * v).cast()), raise));
            for (r, sums) in sums.iter_mut().enumerate() {
                let row = _mm512_set1_epi32(left.as_ptr().add(GROUP * (first + r)).cast::<i32>().read_unaligned());
                for v in 0..4 {
                    sums[v] = _mm512_dpbusd_epi32(sums[v], lanes[v], row);
                }
            }
        }
    }
    sums
}

/// [`super::Kernel::dots`]; the strides are checked there.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) fn dots(left: Codes, right: Codes, pairs: &[(u32, u32)], dots: &mut Vec<i32>) {
    let raise = _mm512_set1_epi8(-128);
    dots.extend(pairs.iter().map(|&(a, b)| {
        let mut sum = _mm512_setzero_si512();
        for (a, b) in left.row(a).chunks_exact(STRIDE).zip(right.row(b).chunks_exact(STRIDE)) {
            // SAFETY: both chunks hold 64 bytes.
            let (a, b) = unsafe { (_mm512_loadu_si512(a.as_ptr().cast()), _mm512_loadu_si512(b.as_ptr().cast())) };
            sum = _mm512_dpbusd_epi32(sum, _mm512_xor_si512(a, raise), b);
        }
        _mm512_reduce_add_epi32(sum) - 128 * right.sums[b as usize]
    }));
}

/// [`super::Kernel::wide`].
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
pub(super) fn wide<W: Wide>(work: W) -> W::Made {
    work.run()
}
