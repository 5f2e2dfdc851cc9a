//! Splits against their promises, and leakage against brute force.

mod assignment;
mod leakage;
