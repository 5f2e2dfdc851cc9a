//! Clusters at a threshold, the policies, and who stands for a cluster. Pure.
//!
//! A cluster is a connected component (single linkage), because that is the one grouping that a threshold can move through without
//! rebuilding anything. Its price is chaining: A–B–C is one cluster though A and C are not alike. So every cluster says its weakest
//! merge, and the default policy, cover, drops only what is itself close to a record that stays.
//!
//! | file | what it answers |
//! |---|---|
//! | [`at`] | which clusters there are at a threshold, in full |
//! | [`dendrogram`] | the same page by page, between a key and the next frame |
//! | [`curve`] | what every threshold would do, in numbers |
//! | [`policy`], [`keeper`] | who goes, because of whom; who stands for a cluster |
//! | [`moved`] | what a move of the threshold changes |
//! | [`quality`], [`sort`] | what is said beside a cluster; the order of the list |
//! | [`change`] | what kind of change lies between a member and the keeper |
//! | [`cut`] | a cluster as two, at its weakest link |
//! | [`triage`] | precision from judged pairs, and which pair to ask about next |
//! | [`pair_map`] | pairs by the scores of two lenses |
//! | `links` | which edges count when some records take no part |

pub mod at;
pub mod change;
pub mod curve;
pub mod cut;
pub mod dendrogram;
mod hundredths;
pub mod keeper;
mod links;
pub mod moved;
pub mod pair_map;
pub mod policy;
pub mod quality;
pub mod sort;
pub mod triage;

pub use at::{Cluster, Clusters};
pub use change::{Change, Changes};
pub use curve::{Curve, CurvePoint};
pub use cut::Cut;
pub use dendrogram::Dendrogram;
pub use keeper::{Criterion, KeeperFacts};
pub use moved::{Moved, Regrouped};
pub use pair_map::PairMap;
pub use policy::{Candidate, Proposal, propose};
pub use quality::Quality;
pub use sort::ClusterOrder;
