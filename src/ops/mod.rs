//! One verb per file: `fn(&mut Workspace, Args, &Progress) -> Result<Report>`. The command line and the screens both call these.
//!
//! A verb that takes long is load → compute → save, each a function of its own, so that the screens can run the middle part on another
//! thread while marking stays instant.

pub mod check;
pub mod duplicates;
pub mod edit;
pub mod example;
pub mod export;
pub mod filter_file;
pub mod history;
pub mod import;
pub mod list;
pub mod mark;
pub mod model;
pub mod query;
pub mod rules;
pub mod sources;
pub mod split;
pub mod stats;
pub mod undo;

pub use crate::workspace::CommandLine;
