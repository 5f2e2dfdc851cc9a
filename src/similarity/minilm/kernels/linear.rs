//! A linear layer whose weights lie in the order in which one kernel reads them.

use super::aligned::Floats;
use super::generic::{Rows, Target};
use super::*;

/// x · Wᵀ + b, laid out once for one kernel.
#[derive(Debug)]
pub struct Linear {
    kernel: Kernel,
    inputs: usize,
    weights: Floats,
    bias: Floats,
}

impl Linear {
    /// Lays out `weights`: a row of `inputs` numbers for each output. Both counts are multiples of 32.
    pub fn new(kernel: Kernel, inputs: usize, weights: &[f32], bias: &[f32]) -> Linear {
        assert!(inputs.is_multiple_of(32) && bias.len().is_multiple_of(32) && weights.len() == inputs * bias.len());
        let weights = match kernel.0 {
            Kind::Plain => Floats::of(weights),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => in_panels::<16>(weights, inputs, |n| n[0], 1),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => in_panels::<32>(weights, inputs, |n| n[0], 1),
            #[cfg(target_arch = "x86_64")]
            Kind::Bf16 => in_panels::<32>(weights, inputs, bf16_pair, 2),
        };
        Linear { kernel, inputs, weights, bias: Floats::of(bias) }
    }

    /// Multiplies the first `rows` rows of the operand `a` and does `then` with the result: `out` gets rows of floats, with
    /// [`Then::Gelu`] an operand.
    pub fn apply(&self, rows: usize, a: &[f32], then: Then, out: &mut [f32]) {
        let (words, columns) = (self.kernel.words(self.inputs), self.bias.len());
        let stride = if then == Then::Gelu { self.kernel.words(columns) } else { columns };
        assert!(
            matches!(then, Then::Bias | Then::Residual | Then::Gelu) && a.len() >= rows * words && out.len() >= rows * stride
        );
        let a = Rows { at: a.as_ptr(), stride: words };
        let to = Target { at: out.as_mut_ptr(), stride, bias: self.bias.as_ptr(), then };
        // SAFETY: the lengths are checked above, and a kernel exists only where the processor has its instructions.
        unsafe { with!(self.kernel, linear(rows, words, columns, a, self.weights.as_ptr(), to)) }
    }
}

/// Panels of `WIDTH` outputs: for every word of input, the words of those outputs.
#[cfg(target_arch = "x86_64")]
fn in_panels<const WIDTH: usize>(weights: &[f32], inputs: usize, word: impl Fn(&[f32]) -> f32, per_word: usize) -> Floats {
    let words = inputs / per_word;
    let mut packed = Floats::zeros(weights.len() / per_word);
    for (panel, rows) in packed.chunks_exact_mut(WIDTH * words).zip(weights.chunks_exact(WIDTH * inputs)) {
        for (output, row) in rows.chunks_exact(inputs).enumerate() {
            for (at, numbers) in row.chunks_exact(per_word).enumerate() {
                panel[at * WIDTH + output] = word(numbers);
            }
        }
    }
    packed
}

/// Two numbers as `bf16`, the first in the low half.
#[cfg(target_arch = "x86_64")]
fn bf16_pair(numbers: &[f32]) -> f32 {
    f32::from_bits(bf16(numbers[0]) | bf16(numbers[1]) << 16)
}

/// The upper half of a finite float, rounded to nearest, ties to even.
#[cfg(target_arch = "x86_64")]
fn bf16(number: f32) -> u32 {
    let bits = number.to_bits();
    bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16
}
