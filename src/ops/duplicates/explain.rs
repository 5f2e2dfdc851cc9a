//! Why a record went, or what stands near it: by which record, which score, both texts.

use serde::Serialize;

use super::build::info;
use super::view::{View, similar, view};
use crate::error::{Error, Result};
use crate::model::{Change, DuplicateDrop, Lens, RecordId, Sets};
use crate::query::Columns;
use crate::similarity::Items;
use crate::workspace::Workspace;

/// Neighbours that are named of each lens.
const NEAREST: usize = 10;

/// What is known of a record and its likes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    pub id: RecordId,
    pub text: String,
    /// `undecided`, `keep`, `flag`, `drop`.
    pub state: &'static str,
    /// `hand`, `rule`, `duplicate`, or nothing.
    pub cause: Option<&'static str>,
    /// Where it went as a duplicate.
    pub dropped: Option<Why>,
    /// By lens that is built, the records nearest to it.
    pub nearest: Vec<Nearest>,
}

/// The record that a dropped one resembles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    pub witness: RecordId,
    pub witness_text: String,
    /// As the application found it.
    pub score: f32,
    /// Share of common words, whatever the lens was.
    pub same_words: f32,
    /// The operation that dropped it, as History has it.
    pub by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nearest {
    pub lens: Lens,
    pub method: String,
    pub floor: f32,
    /// How many there are at the floor or above.
    pub total: usize,
    pub records: Vec<Near>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Near {
    pub id: RecordId,
    pub score: f32,
    pub text: String,
}

/// Explains a record by every lens that is built. Errors: refused where there is no such record.
pub fn explain(workspace: &Workspace, columns: &Columns, record: RecordId) -> Result<Explanation> {
    let mut views = Vec::new();
    for lens in Lens::ALL {
        if info(workspace, lens)?.is_some() {
            views.push(view(workspace, columns, lens)?);
        }
    }
    explain_with(workspace, columns, &views.iter().collect::<Vec<_>>(), record)
}

/// [`explain`], with the views that are at hand already.
pub fn explain_with(workspace: &Workspace, columns: &Columns, views: &[&View], record: RecordId) -> Result<Explanation> {
    let position = columns.position(record).ok_or_else(|| {
        Error::refused(format!("there is no record {record}")).hint("`tamis list WORKSPACE` shows the ids there are")
    })?;
    let text_of = |id: RecordId| columns.position(id).map_or("", |p| columns.text(p)).to_owned();
    let text = text_of(record);
    let why = |drop: DuplicateDrop| -> Result<Why> {
        let witness_text = text_of(drop.witness);
        let same_words = Items::of(&text, Sets::Words).score(&witness_text);
        Ok(Why { witness: drop.witness, witness_text, score: drop.score, same_words, by: dropped_by(workspace, record)? })
    };
    let nearest = |view: &&View| {
        let found = similar(view, record, NEAREST);
        let near = |(id, score): (RecordId, f32)| Near { id, score, text: text_of(id) };
        Nearest {
            lens: view.lens(),
            method: view.method().to_owned(),
            floor: view.graph.floor,
            total: found.total,
            records: found.records.unwrap_or_default().into_iter().map(near).collect(),
        }
    };
    Ok(Explanation {
        id: record,
        state: columns.state(position).word(),
        cause: columns.cause(position).map(|cause| cause.word()),
        dropped: workspace.store().duplicate(record)?.map(why).transpose()?,
        nearest: views.iter().map(nearest).collect(),
        text,
    })
}

/// What made the drop that holds, be it a redo.
fn dropped_by(workspace: &Workspace, record: RecordId) -> Result<Option<String>> {
    let history = workspace.store().history_of(record)?;
    let drops = history.iter().rev().filter(|(_, change)| matches!(change, Change::Duplicate { .. }));
    Ok(drops.map(|(operation, _)| operation.description.clone()).next())
}
