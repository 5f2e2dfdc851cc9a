//! Word diffs.

use crate::model::DiffOp;

/// The difference of two texts by words, as ranges that tile both.
pub fn word_diff(_old: &str, _new: &str) -> Vec<DiffOp> {
    todo!()
}
