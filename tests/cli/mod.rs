//! The real binary, run as a script would run it.

pub mod desk;
