//! The one integration binary; every folder mirrors one of `src/`.

mod cli;
mod clusters;
mod compose;
mod docs;
mod e2e;
mod example;
mod export;
mod hostile;
mod ops;
mod prune;
mod query;
mod rules;
mod shape;
mod similarity;
mod sources;
mod splits;
mod store;
mod support;
mod tui;
mod versions;
mod workspace;
