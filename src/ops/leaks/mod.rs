//! leaks: what of one split, or source, of the workspace stands in another: counted, listed, mended, certified.
//!
//! Everything is read off the stored similarity graph. What that does not cover is part of each answer ([`Gaps`]): a graph of older
//! texts or of some records only proves nothing.
//!
//! | file | idea |
//! |---|---|
//! | [`groups`] | records by split or source, along a graph |
//! | [`matrix`](mod@matrix) | group × group: records, pairs, highest score |
//! | [`pairs`](mod@pairs) | the pairs behind one cell |
//! | [`fix`](mod@fix) | the operation by which one side loses |
//! | [`certificate`](mod@certificate) | what is proven, for the data card |
//! | [`of_version`] | the certificate of now, or of a snapshot |

pub mod certificate;
pub mod fix;
pub mod groups;
pub mod matrix;
pub mod of_version;
pub mod pairs;

pub use certificate::{Certificate, certificate, model_digest};
pub use fix::{FixArgs, FixReport, fix};
pub use groups::{Between, Group, Groups, along, splits_of};
pub use matrix::{Gaps, LeakRow, Matrix, default_threshold, matrix, rows};
pub use of_version::{About, certificate_of, certify};
pub use pairs::{PairRow, PairsPage, pairs};
