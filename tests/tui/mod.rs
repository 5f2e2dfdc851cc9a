//! The terminal interface: text in cells, keys, widgets and the loop on a test backend, and the binary's terminal on a pty.

mod app;
mod display;
mod job;
mod jobs;
mod keymap;
mod terminal;
mod text;
mod widgets;
