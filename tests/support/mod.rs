//! What tests of several folders share.

pub mod keys;
pub mod pty;
