//! The composer: same seed, same bytes; texts like real ones; every nasty line where it was promised.

mod assets;
mod example;
mod stream;
