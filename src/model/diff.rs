//! A diff as ranges of bytes; colours and widths are a front end's business.

use std::ops::Range;

/// What happened to a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffTag {
    Equal,
    Delete,
    Insert,
}

/// One stretch. `old` and `new` are byte ranges into the two texts; `old` is empty for an insert, `new` for a delete.
/// The ops of a diff tile both texts in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffOp {
    pub tag: DiffTag,
    pub old: Range<usize>,
    pub new: Range<usize>,
}
