//! AVX2: codes are widened to 16 bits, 16 products an instruction, nothing saturates. Nearly every x86 since 2013.

use std::arch::x86_64::*;

use super::{Codes, GROUP, Hit, LANES, STRIDE, Wide};

/// Rows of the left that are multiplied at once.
const ROWS: usize = 4;

/// Registers of 4 lanes on the right: 4 × 2 sums, and room for what they are made of, in 16 registers.
const WIDE: usize = 2;

pub(super) fn is_here() -> bool {
    is_x86_feature_detected!("avx2")
}

/// [`super::Kernel::sweep`]; the lengths are checked there.
#[target_feature(enable = "avx2")]
pub(super) fn sweep(left: &[i8], least: &[i32], right: &[i8], hits: &mut Vec<Hit>) {
    for (panel, left) in left.chunks_exact(right.len()).enumerate() {
        for first in (0..LANES).step_by(ROWS) {
            let mut lanes = [0_u64; ROWS];
            for from in (0..LANES).step_by(4 * WIDE) {
                let products = products(left, first, right, from);
                for (r, lanes) in lanes.iter_mut().enumerate() {
                    let below = _mm256_set1_epi32(least[panel * LANES + first + r] - 1);
                    let met = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(products[r], below)));
                    *lanes |= u64::from(met as u8) << from;
                }
            }
            for (r, &lanes) in lanes.iter().enumerate().filter(|(_, lanes)| **lanes != 0) {
                hits.push(Hit { row: (panel * LANES + first + r) as u32, lanes });
            }
        }
    }
}

/// Products of the lanes `first..first + ROWS` of the left panel with the 8 lanes from `from` of the right one.
#[target_feature(enable = "avx2")]
#[inline]
fn products(left: &[i8], first: usize, right: &[i8], from: usize) -> [__m256i; ROWS] {
    let mut sums = [[_mm256_setzero_si256(); WIDE]; ROWS];
    for (left, right) in left.chunks_exact(GROUP * LANES).zip(right.chunks_exact(GROUP * LANES)) {
        // SAFETY: a chunk holds 64 groups of 4 bytes; `first + r` < 64, and `from + 4 * v` + 4 ≤ 64.
        unsafe {
            let lanes = [0, 1].map(|v| {
                let codes = right.as_ptr().add(GROUP * (from + 4 * v));
                _mm256_cvtepi8_epi16(_mm_loadu_si128(codes.cast()))
            });
            for (r, sums) in sums.iter_mut().enumerate() {
                let codes = left.as_ptr().add(GROUP * (first + r)).cast::<i32>().read_unaligned();
                let row = _mm256_cvtepi8_epi16(_mm_set1_epi32(codes));
                for v in 0..WIDE {
                    sums[v] = _mm256_add_epi32(sums[v], _mm256_madd_epi16(lanes[v], row));
                }
            }
        }
    }
    sums.map(|[low, high]| in_order(low, high))
}

/// Two registers of 4 lanes, two sums each, as 8 lanes of one sum.
#[target_feature(enable = "avx2")]
#[inline]
fn in_order(low: __m256i, high: __m256i) -> __m256i {
    _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(low, high))
}

/// [`super::Kernel::dots`]; the strides are checked there.
#[target_feature(enable = "avx2")]
pub(super) fn dots(left: Codes, right: Codes, pairs: &[(u32, u32)], dots: &mut Vec<i32>) {
    dots.extend(pairs.iter().map(|&(a, b)| {
        let mut sums = [_mm256_setzero_si256(); 2];
        for (a, b) in left.row(a).chunks_exact(STRIDE / 2).zip(right.row(b).chunks_exact(STRIDE / 2)) {
            for (half, sum) in sums.iter_mut().enumerate() {
                // SAFETY: both chunks hold 32 bytes.
                let codes = [a, b].map(|codes| unsafe { _mm_loadu_si128(codes.as_ptr().add(16 * half).cast()) });
                let [a, b] = codes.map(|codes| _mm256_cvtepi8_epi16(codes));
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(a, b));
            }
        }
        total(_mm256_add_epi32(sums[0], sums[1]))
    }));
}

/// The sum of the 8 numbers of a register.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn total(sums: __m256i) -> i32 {
    let four = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
    let two = _mm_add_epi32(four, _mm_shuffle_epi32::<0b01_00_11_10>(four));
    let one = _mm_add_epi32(two, _mm_shuffle_epi32::<0b00_00_00_01>(two));
    _mm_cvtsi128_si32(one)
}

/// [`super::Kernel::wide`].
#[target_feature(enable = "avx2")]
pub(super) fn wide<W: Wide>(work: W) -> W::Made {
    work.run()
}
