//! Clusters at a threshold, the policies, and who stands for a cluster. Pure.
//!
//! A cluster is a connected component (single linkage), because that is the one grouping that a threshold can move through without
//! rebuilding anything. Its price is chaining: A–B–C is one cluster though A and C are not alike. So every cluster says its weakest
//! merge, and the default policy, cover, drops only what is itself close to a record that stays.

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
