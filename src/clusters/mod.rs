//! Clusters at a threshold, the policies, and who stands for a cluster. Pure.

pub mod at;
pub mod curve;
pub mod keeper;
pub mod policy;
pub mod union_find;

pub use at::{Cluster, Clusters};
pub use curve::{Curve, CurvePoint};
pub use keeper::{Criterion, KeeperFacts};
pub use policy::{Candidate, Proposal, propose};
