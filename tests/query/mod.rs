//! The workspace in memory: the filter language, search, sort, facets, and the columns beneath.

mod columns;
mod facets;
mod parse;
mod search;
mod support;
