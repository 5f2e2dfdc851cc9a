//! Clusters, policies and the curve against brute force on random graphs.

mod components;
mod curve;
mod cut;
mod dendrogram;
mod moved;
mod pair_map;
mod policies;
mod quality;
mod scale;
mod triage;
pub mod world;
