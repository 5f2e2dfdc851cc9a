//! What tests of several folders share.

pub mod driver;
pub mod keys;
pub mod pty;
