//! The workspace file: what is in it after anything that can happen to it.

mod actions;
mod atomic;
pub mod ground;
mod killing;
mod locking;
mod middle;
pub mod model;
mod named_undo;
mod random;
mod random_splits;
