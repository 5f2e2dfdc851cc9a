//! The rules kernel from outside: tables of the compiled-in pipelines, properties over any text, and what errors say.

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
mod peer;
mod persons;
mod refusals;
mod table;
mod texts;
mod when;
