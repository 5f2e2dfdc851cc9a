//! AVX-VNNI: 32 products an instruction. Intel's processors for desks and laps since 2021, AMD since Zen 5.
//!
//! Codes are raised by 128 as in [`super::avx512`].

use std::arch::x86_64::*;

use super::{Codes, GROUP, Hit, LANES, STRIDE};

/// Rows of the left that are multiplied at once.
const ROWS: usize = 4;

/// Registers of 8 lanes on the right: 4 × 2 sums, and room for what they are made of, in 16 registers.
const WIDE: usize = 2;

pub(super) fn is_here() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("avxvnni")
}

/// [`super::Kernel::sweep`]; the lengths are checked there.
#[target_feature(enable = "avx2,avxvnni")]
pub(super) fn sweep(left: &[i8], sums: &[i32], least: &[i32], right: &[i8], hits: &mut Vec<Hit>) {
    for (panel, left) in left.chunks_exact(right.len()).enumerate() {
        for first in (0..LANES).step_by(ROWS) {
            let mut lanes = [0_u64; ROWS];
            for from in (0..LANES).step_by(8 * WIDE) {
                let products = products(left, first, right, from);
                for (r, lanes) in lanes.iter_mut().enumerate() {
                    let row = panel * LANES + first + r;
                    let below = _mm256_set1_epi32(least[row] + 128 * sums[row] - 1);
                    for (v, &products) in products[r].iter().enumerate() {
                        let met = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(products, below)));
                        *lanes |= u64::from(met as u8) << (from + 8 * v);
                    }
                }
            }
            for (r, &lanes) in lanes.iter().enumerate().filter(|(_, lanes)| **lanes != 0) {
                hits.push(Hit { row: (panel * LANES + first + r) as u32, lanes });
            }
        }
    }
}

/// Products of the lanes `first..first + ROWS` of the left panel with the lanes from `from` of the right one, raised.
#[target_feature(enable = "avx2,avxvnni")]
#[inline]
fn products(left: &[i8], first: usize, right: &[i8], from: usize) -> [[__m256i; WIDE]; ROWS] {
    let raise = _mm256_set1_epi8(-128);
    let mut sums = [[_mm256_setzero_si256(); WIDE]; ROWS];
    for (left, right) in left.chunks_exact(GROUP * LANES).zip(right.chunks_exact(GROUP * LANES)) {
        // SAFETY: a chunk holds 64 groups of 4 bytes; `first + r` < 64, and `from + 8 * v` + 8 ≤ 64.
        unsafe {
            let lanes = [0, 1].map(|v| {
                let codes = _mm256_loadu_si256(right.as_ptr().add(GROUP * (from + 8 * v)).cast());
                _mm256_xor_si256(codes, raise)
            });
            for (r, sums) in sums.iter_mut().enumerate() {
                let row = _mm256_set1_epi32(left.as_ptr().add(GROUP * (first + r)).cast::<i32>().read_unaligned());
                for v in 0..WIDE {
                    sums[v] = _mm256_dpbusd_avx_epi32(sums[v], lanes[v], row);
                }
            }
        }
    }
    sums
}

/// [`super::Kernel::dots`]; the strides are checked there.
#[target_feature(enable = "avx2,avxvnni")]
pub(super) fn dots(left: Codes, right: Codes, pairs: &[(u32, u32)], dots: &mut Vec<i32>) {
    let raise = _mm256_set1_epi8(-128);
    dots.extend(pairs.iter().map(|&(a, b)| {
        let mut sums = [_mm256_setzero_si256(); 2];
        for (a, b) in left.row(a).chunks_exact(STRIDE).zip(right.row(b).chunks_exact(STRIDE)) {
            for (half, sum) in sums.iter_mut().enumerate() {
                // SAFETY: both chunks hold 64 bytes.
                let [a, b] = [a, b].map(|codes| unsafe { _mm256_loadu_si256(codes.as_ptr().add(32 * half).cast()) });
                *sum = _mm256_dpbusd_avx_epi32(*sum, _mm256_xor_si256(a, raise), b);
            }
        }
        super::avx2::total(_mm256_add_epi32(sums[0], sums[1])) - 128 * right.sums[b as usize]
    }));
}
