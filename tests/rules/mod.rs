//! The rules kernel from outside: the table of the default pipeline, properties over any text, and what errors say.

mod digest;
mod errors;
mod kinds;
mod laws;
mod table;
