//! The real binary, run as a script would run it.

mod against;
mod codes;
mod contract_in;
mod contract_out;
mod dedup;
pub mod desk;
mod duplicates;
mod duplicates_history;
mod duplicates_model;
mod export;
mod filter;
mod help;
mod history;
mod json;
mod leakage;
mod pairs;
mod raw;
mod rules;
mod rules_fields;
mod rules_history;
mod rules_preview;
mod rules_refuse;
mod story;
mod streams;
mod versions;
