//! Facets: how the matching records spread over sources, splits, states, causes, lengths and numeric fields.

use super::Columns;

/// One value of a facet with its count, and the filter term that narrows to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    pub label: String,
    pub count: usize,
    /// e.g. `source:pickapic`, `chars:>=64 chars:<128`.
    pub term: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// `source`, `split`, `state`, `cause`, `length`, or a field's name.
    pub name: String,
    pub values: Vec<FacetValue>,
}

pub type Facets = Vec<Facet>;

/// Counts the facets over `positions`.
pub fn facets(_columns: &Columns, _positions: &[u32]) -> Facets {
    todo!()
}
