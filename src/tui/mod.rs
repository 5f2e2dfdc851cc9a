//! stub
pub mod action;
pub mod event;
pub mod jobs;
pub mod key;
pub mod keymap;
pub mod signals;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod widgets;

pub fn run(_: &std::path::Path) -> crate::error::Result<()> { todo!() }
pub mod pictures { pub fn write(_: &std::path::Path) -> crate::error::Result<Vec<std::path::PathBuf>> { todo!() } }
