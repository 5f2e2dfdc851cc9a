//! A filter and a sort over all columns, in parallel, cancellable.

use std::sync::Arc;

use super::Columns;
use crate::error::Result;
use crate::model::{Filter, SortKey};
use crate::progress::Progress;

/// What to look for.
#[derive(Debug, Clone)]
pub struct Query {
    pub filter: Filter,
    /// `None`: by id, or by score where the filter has a `~fuzzy`.
    pub sort: Option<SortKey>,
}

/// The positions that match, in the order asked for.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    pub positions: Arc<Vec<u32>>,
    /// How many of them are kept.
    pub kept: usize,
}

/// `fields_of(position)` gives the raw JSON fields where a filter asks for a text field.
pub fn search(
    _columns: &Columns,
    _query: &Query,
    _fields_of: Option<&(dyn Fn(usize) -> Option<String> + Sync)>,
    _progress: &Progress,
) -> Result<Hits> {
    todo!()
}
