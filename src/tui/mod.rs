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
