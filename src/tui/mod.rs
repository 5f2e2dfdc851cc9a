//! stub
pub mod action;
pub mod key;
pub mod keymap;
pub mod signals;
pub mod terminal;
pub mod text;
