//! The terminal interface: text in cells, keys, widgets and the loop on a test backend, and the binary's terminal on a pty.

// mod app;
mod display;
mod jobs;
mod keymap;
// mod terminal;
mod sources;
mod splits;
mod text;
mod versions;
mod widgets;
