//! query: the workspace as columns, and what a filter selects of it. What lists, facets and every verb with `--filter` begin with.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::model::{Filter, Record, RecordId, Version};
use crate::progress::Progress;
use crate::query::{self, Columns, Hits, KnownFields, ParseError, Query};
use crate::store::Store;
use crate::workspace::Workspace;

/// Reads all columns at one moment.
pub fn columns(workspace: &mut Workspace, progress: &Progress) -> Result<Columns> {
    workspace.read(|store| store.load_columns(progress))
}

/// Brings columns up to date after records changed; false when they must be read again as a whole.
pub fn patch(workspace: &mut Workspace, columns: &mut Columns, records: &[RecordId]) -> Result<bool> {
    workspace.read(|store| store.patch_columns(columns, records))
}

/// Parses a filter and a sort key. Errors: usage, with a caret at the place.
pub fn parse(columns: &Columns, filter: &str, sort: Option<&str>) -> Result<Query> {
    let parsed = parse_filter(columns, filter).map_err(|e| e.into_error(filter))?;
    with_sort(columns, parsed, sort)
}

/// Parses a filter; an error is data, for a field that shows it while one types.
pub fn parse_filter(columns: &Columns, filter: &str) -> std::result::Result<Filter, ParseError> {
    query::parse(filter, &known_fields(columns))
}

/// A parsed filter with a sort key.
pub fn with_sort(columns: &Columns, filter: Filter, sort: Option<&str>) -> Result<Query> {
    let known = known_fields(columns);
    let sort = sort
        .map(|key| query::parse_sort(key, &known).map_err(|e| Error::usage(format!("cannot sort by `{key}`: {e}"))))
        .transpose()?;
    Ok(Query { filter, sort })
}

/// The fields that there are, as the columns remember them.
fn known_fields(columns: &Columns) -> KnownFields {
    KnownFields::of(columns, columns.names.fields.iter().cloned())
}

/// The records that a query selects.
///
/// A condition on a text field is not in the columns: its values are read from the store first.
pub fn select(workspace: &Workspace, columns: &Columns, query: &Query, progress: &Progress) -> Result<Hits> {
    select_in(workspace.store(), columns, query, progress)
}

/// [`select`] within one read transaction.
pub(super) fn select_in(store: &Store, columns: &Columns, query: &Query, progress: &Progress) -> Result<Hits> {
    select_of(store, Version::Now, columns, query, progress)
}

/// [`select_in`], of the columns of a version.
pub(super) fn select_of(store: &Store, version: Version, columns: &Columns, query: &Query, progress: &Progress) -> Result<Hits> {
    if !query.filter.asks_for_text_fields() {
        return query::search(columns, query, None, progress);
    }
    let fields = store.all_fields_of(version, columns)?;
    let fields_of = |position: usize| fields[position].clone();
    query::search(columns, query, Some(&fields_of), progress)
}

/// What a filter finds in the texts it selects, to be shown there: its words, phrases and regular expressions outside of any NOT.
pub fn found_by(filter: &Filter) -> Vec<Regex> {
    match filter {
        Filter::And(terms) | Filter::Or(terms) => terms.iter().flat_map(found_by).collect(),
        Filter::Contains(text) => RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build().into_iter().collect(),
        Filter::Regex(pattern) => vec![pattern.regex().clone()],
        _ => Vec::new(),
    }
}

/// The filter with a facet's term as a further condition, or without it where it was one.
pub fn toggled(columns: &Columns, filter: &Filter, term: &str) -> Filter {
    term_of(columns, term).map_or_else(|| filter.clone(), |term| filter.toggled(&term))
}

/// Whether the filter asks for a facet's term.
pub fn demands(columns: &Columns, filter: &Filter, term: &str) -> bool {
    term_of(columns, term).is_some_and(|term| filter.demands(&term))
}

/// Terms of facets name no text field.
fn term_of(columns: &Columns, term: &str) -> Option<Filter> {
    query::parse(term, &KnownFields::of(columns, [])).ok()
}

/// The imported fields of a record by name, for reading: texts without their quotes, all else as it stood in the file.
pub fn fields(record: &Record) -> Vec<(String, String)> {
    let json = record.fields.as_deref().unwrap_or("{}");
    let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(json).unwrap_or_default();
    let value = |raw: &RawValue| serde_json::from_str(raw.get()).unwrap_or_else(|_| raw.get().to_owned());
    fields.into_iter().map(|(name, raw)| (name, value(&raw))).collect()
}

/// Ids of the hits, in their order.
pub fn ids(columns: &Columns, hits: &Hits) -> Vec<RecordId> {
    hits.positions.iter().map(|&p| columns.id(p as usize)).collect()
}

/// A page of the workspace by id, without columns: for the first frame.
pub fn first_page(workspace: &Workspace, limit: usize) -> Result<Vec<Record>> {
    workspace.store().records_after(RecordId(0), limit)
}

/// The whole record.
pub fn record(workspace: &Workspace, id: RecordId) -> Result<Option<Record>> {
    Ok(workspace.store().records(&[id])?.pop())
}

/// Whole records, in the order of `ids`.
pub fn records(workspace: &Workspace, ids: &[RecordId]) -> Result<Vec<Record>> {
    workspace.store().records(ids)
}

/// Records of the active sources, without reading any.
pub fn record_count(workspace: &Workspace) -> Result<u64> {
    workspace.store().record_count()
}
