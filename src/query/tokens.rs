//! CLIP token counts by position, filled as they are asked for.

use std::sync::atomic::{AtomicU16, Ordering};

/// Counts by position, filled as they are asked for, by whichever thread asks first.
#[derive(Debug, Default)]
pub(super) struct TokenCounts(Vec<AtomicU16>);

/// Not counted yet. Counts are stored plus one.
const UNKNOWN: u16 = 0;

impl TokenCounts {
    pub(super) fn unknown(records: usize) -> Self {
        TokenCounts(std::iter::repeat_with(AtomicU16::default).take(records).collect())
    }

    pub(super) fn known(&self, position: usize) -> Option<u16> {
        match self.0[position].load(Ordering::Relaxed) {
            UNKNOWN => None,
            stored => Some(stored - 1),
        }
    }

    pub(super) fn set(&self, position: usize, count: u16) {
        self.0[position].store(count + 1, Ordering::Relaxed);
    }

    pub(super) fn forget(&mut self, position: usize) {
        *self.0[position].get_mut() = UNKNOWN;
    }
}

/// Copies what is known by now.
impl Clone for TokenCounts {
    fn clone(&self) -> Self {
        TokenCounts(self.0.iter().map(|count| AtomicU16::new(count.load(Ordering::Relaxed))).collect())
    }
}
