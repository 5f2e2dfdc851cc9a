//! The one integration binary; every folder mirrors one of `src/`.

mod clusters;
mod compose;
mod docs;
mod export;
mod hostile;
mod query;
mod rules;
mod similarity;
mod sources;
mod splits;
mod support;
mod tui;
