//! What this machine can do at most: loops of one instruction on registers, on every thread at once.
//!
//! A loop has 16 sums that do not wait for each other, and touches no memory. It runs in slices of some 50 microseconds of which the best
//! counts, so that other programs do not show; what all threads do together is the sum of their best.

use std::fmt;
use std::time::Instant;

/// Multiply-and-adds a second; `None` where the processor (or this file) lacks the instruction.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// `f32`.
    pub f32: Option<f64>,
    /// Products of `bf16`, sums of `f32`.
    pub bf16: Option<f64>,
    /// Products of 8-bit, sums of 32-bit whole numbers.
    pub int8: Option<f64>,
}

impl Limits {
    pub fn measure() -> Limits {
        let [f32, bf16, int8] = loops().map(|work| work.map(on_all_threads));
        Limits { f32, bf16, int8 }
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |limit: Option<f64>| limit.map_or("unknown".to_owned(), |limit| format!("{:.0}", limit / 1e9));
        let [f32, bf16, int8] = [self.f32, self.bf16, self.int8].map(said);
        write!(f, "limits of all cores together, in 10⁹ multiply-and-adds a second: f32 {f32}, bf16 {bf16}, int8 {int8}")
    }
}

/// Repeats an instruction so often; says how many products that are.
type Loop = fn(u64) -> u64;

fn on_all_threads(work: Loop) -> f64 {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let one = move || (0..2000).map(|_| slice(work)).fold(0.0, f64::max);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        running.into_iter().map(|thread| thread.join().expect("a rate")).sum()
    })
}

fn slice(work: Loop) -> f64 {
    let start = Instant::now();
    let products = work(10_000);
    products as f64 / start.elapsed().as_secs_f64()
}

#[cfg(not(target_arch = "x86_64"))]
fn loops() -> [Option<Loop>; 3] {
    [None; 3]
}

#[cfg(target_arch = "x86_64")]
fn loops() -> [Option<Loop>; 3] {
    // SAFETY of all: the processor has the instructions, as was just asked.
    let avx512 = is_x86_feature_detected!("avx512f");
    let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    let f32: Option<Loop> = if avx512 { Some(|n| unsafe { x86::f32_by_512(n) }) } else { None };
    let f32 = f32.or(if avx2 { Some(|n| unsafe { x86::f32_by_256(n) }) } else { None });
    let bf16: Option<Loop> =
        if avx512 && is_x86_feature_detected!("avx512bf16") { Some(|n| unsafe { x86::bf16(n) }) } else { None };
    let int8: Option<Loop> =
        if avx512 && is_x86_feature_detected!("avx512vnni") { Some(|n| unsafe { x86::int8(n) }) } else { None };
    [f32, bf16, int8]
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::hint::black_box;

    /// A loop over 16 sums, which the compiler keeps in registers as it unrolls what has a fixed length.
    macro_rules! repeated {
        ($name:ident, $features:literal, $zero:expr, $operand:expr, $products:literal, |$sum:ident, $a:ident, $b:ident| $step:expr) => {
            #[target_feature(enable = $features)]
            pub fn $name(times: u64) -> u64 {
                let ($a, $b) = (black_box($operand), black_box($operand));
                let mut sums = [$zero; 16];
                for _ in 0..times {
                    for $sum in &mut sums {
                        *$sum = $step;
                    }
                }
                black_box(sums);
                times * 16 * $products
            }
        };
    }

    repeated!(f32_by_512, "avx512f", _mm512_setzero_ps(), _mm512_set1_ps(0.5), 16, |sum, a, b| _mm512_fmadd_ps(a, b, *sum));
    repeated!(f32_by_256, "avx2,fma", _mm256_setzero_ps(), _mm256_set1_ps(0.5), 8, |sum, a, b| _mm256_fmadd_ps(a, b, *sum));
    repeated!(
        bf16,
        "avx512f,avx512bf16",
        _mm512_setzero_ps(),
        _mm512_cvtne2ps_pbh(_mm512_set1_ps(0.5), _mm512_set1_ps(0.5)),
        32,
        |sum, a, b| _mm512_dpbf16_ps(*sum, a, b)
    );
    repeated!(int8, "avx512f,avx512vnni", _mm512_setzero_si512(), _mm512_set1_epi8(3), 64, |sum, a, b| _mm512_dpbusd_epi32(
        *sum, a, b
    ));
}
