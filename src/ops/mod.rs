//! One verb per file: `fn(&mut Workspace, Args, &Progress) -> Result<Report>`. The command line and the screens both call these.
//!
//! A verb that takes long is load → compute → save, each a function of its own, so that the screens can run the middle part on another
//! thread while marking stays instant.

pub mod assign;
pub mod check;
pub mod dedup;
pub mod diff;
pub mod duplicates;
pub mod edit;
pub mod example;
pub mod export;
pub mod filter_file;
pub mod history;
mod images;
pub mod import;
pub mod leakage;
pub mod leaks;
pub mod list;
pub mod mark;
pub mod model;
mod overlap;
pub mod pairs;
mod prompts;
pub mod prune;
pub mod query;
pub mod report;
pub mod rules;
pub mod snapshot;
pub mod sources;
pub mod split;
pub mod stats;
pub mod undo;
mod version;

pub use crate::workspace::CommandLine;
pub use prompts::{Prompts, Reading};
pub use version::NOW;
