//! The workspace in memory: columns, and everything a screen asks of them.
//!
//! [`Columns`] hold what filters, facets and lists need of each record; [`parse`] turns the filter language into a
//! [`Filter`](crate::model::Filter), [`search()`] evaluates it over all columns in parallel, [`facets()`] counts.

pub mod columns;
pub mod facets;
pub mod fields;
pub mod filter;
pub mod search;
pub mod tokens;

mod fuzzy;
mod matcher;
mod numbers;
mod order;
mod parser;
mod print;
mod terms;

pub use columns::{Columns, Names, Row};
pub use facets::{Facet, FacetValue, Facets, facets, token_facet};
pub use fields::KnownFields;
pub use filter::{ParseError, parse, parse_sort};
pub use matcher::FieldsOf;
pub use numbers::NumberColumns;
pub use search::{Hits, Query, search, search_within};
