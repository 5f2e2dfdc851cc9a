//! Floats that begin on a cache line, so that no vector of sixteen lies across two.

use std::ops::{Deref, DerefMut};

/// Floats in one cache line.
const LINE: usize = 16;

/// A buffer of floats whose first lies at a multiple of 64 bytes.
#[derive(Debug, Default)]
pub struct Floats {
    buffer: Vec<f32>,
    start: usize,
    length: usize,
}

impl Floats {
    /// `length` zeros.
    pub fn zeros(length: usize) -> Floats {
        let buffer = vec![0.0; length + LINE];
        // `align_offset` may refuse to answer; an unaligned start is slower and still right.
        let start = buffer.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE);
        Floats { buffer, start, length }
    }

    /// A copy of `values`.
    pub fn of(values: &[f32]) -> Floats {
        let mut floats = Floats::zeros(values.len());
        floats.copy_from_slice(values);
        floats
    }

    /// Makes room for at least `length` floats; what was in it may be lost.
    pub fn grow(&mut self, length: usize) {
        if self.length < length {
            *self = Floats::zeros(length);
        }
    }
}

impl Deref for Floats {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.buffer[self.start..self.start + self.length]
    }
}

impl DerefMut for Floats {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.buffer[self.start..self.start + self.length]
    }
}
