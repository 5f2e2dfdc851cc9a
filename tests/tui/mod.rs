//! The terminal interface: text in cells, keys, widgets and the loop on a test backend, and the binary's terminal on a pty.

mod app;
mod browse;
mod display;
mod duplicates;
mod duplicates_lenses;
mod duplicates_list;
mod duplicates_lookup;
mod duplicates_pairs;
mod job;
mod jobs;
mod keymap;
mod rules;
mod rules_terminal;
mod sources;
mod splits;
mod splits_by_hand;
mod splits_files;
mod splits_leaks;
mod terminal;
mod text;
mod versions;
mod widgets;
