//! The filter language: text → [`Filter`].

use crate::model::{Filter, SortKey};

/// Why a filter does not parse, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Byte offset into the filter's text.
    pub at: usize,
    pub message: String,
}

/// Parses the filter language. An empty text is [`Filter::All`].
pub fn parse(_text: &str) -> Result<Filter, ParseError> {
    todo!()
}

/// Parses a sort key: `chars`, `-chars`, `clip_score` …
pub fn parse_sort(_text: &str) -> Result<SortKey, ParseError> {
    todo!()
}
