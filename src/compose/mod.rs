//! A composer of prompts of our own, seeded: they read like those of real text-to-image sets, and nobody else wrote them.
//!
//! It makes the example workspace that ships with tamis and the inputs of the benchmarks. Pure: seed in, texts out.
//! Phrase lists (`assets/compose/`) → [`grammar`] → [`Shape`]s of prompts → [`Composer`] mixes in near-copies by [`Edit`]s →
//! [`example_sources`] and [`bench_file`] lay them out as files.

mod bench;
mod composer;
mod edit;
mod example;
pub mod grammar;
mod names;
pub mod phrases;
mod record;
mod rng;
mod shape;
mod tweak;

pub use bench::{BenchFormat, bench_file};
pub use composer::{Composed, Composer, Kind, Settings};
pub use edit::Edit;
pub use example::{EXAMPLE_SEED, ExampleFile, Nasty, Planted, example_sources};
pub use rng::Rng;
pub use shape::{LONGEST, Shape};
