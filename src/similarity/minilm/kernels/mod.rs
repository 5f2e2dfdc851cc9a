//! The arithmetic of a BERT encoder with the instructions that this processor has, chosen while it runs.
//!
//! The only `unsafe` code is in this folder: `lanes` and `x86` name the instructions, `generic` is written in them, and this file
//! is the safe door: a [`Kernel`] exists only where the processor has its instructions, and every length is checked here.

mod aligned;
mod generic;
mod lanes;
mod maths;
mod plain;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use aligned::Floats;
pub use generic::{Heads, Then};

use super::Precision;
use generic::{Rows, Target};
#[cfg(target_arch = "x86_64")]
use lanes::Product;

/// One way to compute; there is no value of it for a way that this processor lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Products by `matrixmultiply`, the rest as the compiler makes it.
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Bf16,
}

/// Compiles the generic kernels with the processor's `$features`: `$product` multiplies in linear layers, `$exact` (its `f32` sibling) in
/// attention, and tiles are `$main` rows high, which leaves registers for the right operand.
#[cfg(target_arch = "x86_64")]
macro_rules! compiled {
    ($name:ident, $product:ty, $exact:ty, $main:literal, $features:literal) => {
        mod $name {
            use super::*;

            #[target_feature(enable = $features)]
            pub unsafe fn linear(rows: usize, words: usize, columns: usize, a: Rows, packed: *const f32, to: Target) {
                // SAFETY: passed on.
                unsafe { generic::linear::<$product, $main>(rows, words, columns, a, packed, to) }
            }

            #[target_feature(enable = $features)]
            pub unsafe fn layer_norm(rows: usize, x: *mut f32, norm: &Norm, operand: *mut f32) {
                // SAFETY: passed on.
                unsafe { generic::layer_norm::<$product>(rows, x, norm, operand) }
            }

            #[target_feature(enable = $features)]
            pub unsafe fn attention(heads: Heads, lengths: &[usize], qkv: *const f32, scratch: *mut f32, out: *mut f32) {
                // SAFETY: passed on.
                unsafe { generic::attention::<$exact, $product, $main>(heads, lengths, qkv, scratch, out) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
compiled!(avx2, x86::Avx2, x86::Avx2, 6, "avx2,fma");
#[cfg(target_arch = "x86_64")]
compiled!(avx512, x86::Avx512, x86::Avx512, 12, "avx512f");
#[cfg(target_arch = "x86_64")]
compiled!(bf16, x86::Bf16, x86::Avx512, 12, "avx512f,avx512bf16");

/// Calls a function of the module that was compiled for `$kernel`.
macro_rules! with {
    ($kernel:expr, $function:ident($($argument:expr),*)) => {
        match $kernel.0 {
            Kind::Plain => plain::$function($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => avx2::$function($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => avx512::$function($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Kind::Bf16 => bf16::$function($($argument),*),
        }
    };
}

mod linear;
pub use linear::Linear;

impl Kernel {
    /// Every way that this processor has, the slowest first; the plain one is always there.
    pub fn all() -> Vec<Kernel> {
        let mut kinds = vec![Kind::Plain];
        #[cfg(target_arch = "x86_64")]
        {
            let avx512 = is_x86_feature_detected!("avx512f");
            let has = [
                (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"), Kind::Avx2),
                (avx512, Kind::Avx512),
                (avx512 && is_x86_feature_detected!("avx512bf16"), Kind::Bf16),
            ];
            kinds.extend(has.into_iter().filter_map(|(has, kind)| has.then_some(kind)));
        }
        kinds.into_iter().map(Kernel).collect()
    }

    /// The fastest way that keeps `precision`.
    pub fn fastest(precision: Precision) -> Kernel {
        let fits = |kernel: &Kernel| precision == Precision::Fast || kernel.precision() == "f32";
        Kernel::all().into_iter().rfind(fits).unwrap_or(Kernel(Kind::Plain))
    }

    /// What numbers are multiplied as: "f32" or "bf16" (sums are `f32` in both).
    pub fn precision(self) -> &'static str {
        if self.per_word() == 2 { "bf16" } else { "f32" }
    }

    /// For messages and benchmarks.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Plain => "plain",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Kind::Bf16 => "avx512 bf16",
        }
    }

    /// Words that an operand of `numbers` numbers takes.
    pub fn words(self, numbers: usize) -> usize {
        numbers / self.per_word()
    }

    fn per_word(self) -> usize {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Bf16 => x86::Bf16::PER_WORD,
            _ => 1,
        }
    }

    /// Softmax(Q · Kᵀ) · V for each head of each text. A row of `qkv` holds a token's scaled queries, keys and values; `lengths` are the
    /// texts' tokens. The result is an operand in `out`; `scratch` grows as needed.
    pub fn attention(self, heads: Heads, lengths: &[usize], qkv: &[f32], scratch: &mut Floats, out: &mut [f32]) {
        let rows: usize = lengths.iter().sum();
        assert!(
            heads.size.is_multiple_of(16)
                && qkv.len() >= rows * heads.width() * 3
                && out.len() >= self.words(rows * heads.width())
        );
        scratch.grow(generic::scratch_of(heads, lengths.iter().copied().max().unwrap_or(0)));
        // SAFETY: the lengths are checked above, and a kernel exists only where the processor has its instructions.
        unsafe { with!(self, attention(heads, lengths, qkv.as_ptr(), scratch.as_mut_ptr(), out.as_mut_ptr())) }
    }
}

/// A layer norm's parameters.
#[derive(Debug, Clone)]
pub struct Norm {
    pub gain: Vec<f32>,
    pub shift: Vec<f32>,
    pub epsilon: f32,
}

impl Norm {
    /// Normalises the first `rows` rows of `x` in place, and keeps them as an operand too. The width is a multiple of 32.
    pub fn apply(&self, kernel: Kernel, rows: usize, x: &mut [f32], operand: &mut [f32]) {
        let width = self.gain.len();
        assert!(width.is_multiple_of(32) && self.shift.len() == width);
        assert!(x.len() >= rows * width && operand.len() >= kernel.words(rows * width));
        // SAFETY: the lengths are checked above, and a kernel exists only where the processor has its instructions.
        unsafe { with!(kernel, layer_norm(rows, x.as_mut_ptr(), self, operand.as_mut_ptr())) }
    }
}
