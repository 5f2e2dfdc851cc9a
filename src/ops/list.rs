//! list: the records that a filter selects, sorted, a page of them, as rows for printing.

use serde::Serialize;
use serde_json::value::RawValue;

use super::query;
use crate::error::Result;
use crate::model::{Cause, Record, RecordId, SourceId, State};
use crate::progress::Progress;
use crate::workspace::Workspace;

#[derive(Debug, Clone, Default)]
pub struct ListArgs {
    pub filter: String,
    pub sort: Option<String>,
    pub limit: Option<usize>,
    pub offset: usize,
}

/// One line of `tamis list --json`.
#[derive(Debug, Serialize)]
pub struct ListRow {
    pub id: RecordId,
    pub source: String,
    pub line: u64,
    pub raw_text: String,
    pub text: String,
    pub state: State,
    pub cause: Option<String>,
    pub split: Option<String>,
    pub file_name: Option<String>,
    pub fields: Option<Box<RawValue>>,
    /// Rules that changed the text.
    pub rules: Vec<String>,
    /// For duplicates: the kept record that this one resembles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<RecordId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
}

/// How many match, and how many of them are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Matched {
    pub records: usize,
    pub kept: usize,
}

/// Records read at once.
const BATCH: usize = 1000;

/// Calls `row` for each record of the page, in order.
pub fn list(
    workspace: &mut Workspace,
    args: &ListArgs,
    progress: &Progress,
    mut row: impl FnMut(ListRow) -> Result<()>,
) -> Result<Matched> {
    let columns = query::columns(workspace, progress)?;
    let query = query::parse(&columns, &args.filter, args.sort.as_deref())?;
    let hits = query::select(workspace, &columns, &query, progress)?;
    let page = page(&hits.positions, args.offset, args.limit);
    let sources = workspace.store().sources()?;
    let name_of = |id: SourceId| sources.iter().find(|s| s.id == id).map(|s| s.name.clone()).unwrap_or_default();
    for batch in page.chunks(BATCH) {
        let ids: Vec<RecordId> = batch.iter().map(|&p| columns.id(p as usize)).collect();
        for record in workspace.store().records(&ids)? {
            row(list_row(name_of(record.source), record))?;
        }
        progress.check()?;
    }
    Ok(Matched { records: hits.positions.len(), kept: hits.kept })
}

fn page(positions: &[u32], offset: usize, limit: Option<usize>) -> &[u32] {
    let rest = &positions[offset.min(positions.len())..];
    &rest[..limit.unwrap_or(rest.len()).min(rest.len())]
}

/// A record as a row of `list`.
pub fn list_row(source: String, record: Record) -> ListRow {
    let (state, cause) = record.state();
    let (witness, score) = match cause {
        Some(Cause::Duplicate { witness, score }) => (Some(witness), Some(score)),
        _ => (None, None),
    };
    ListRow {
        id: record.id,
        source,
        line: record.line,
        text: record.text().to_owned(),
        state,
        cause: cause.map(|c| c.to_string()),
        split: record.assignment.map(|a| a.split),
        file_name: record.file_name,
        fields: record.fields.and_then(|json| RawValue::from_string(json).ok()),
        rules: record.outcome.map(|o| o.fired).unwrap_or_default(),
        raw_text: record.raw_text,
        witness,
        score,
    }
}
