//! The rules kernel from outside: the table of the default pipeline, properties over any text, and what errors say.

mod digest;
mod document;
mod errors;
mod fixpoint;
mod gate;
mod harm;
mod kinds;
mod laws;
mod limits;
mod patterns;
mod persons;
mod refusals;
mod table;
mod texts;
mod when;
