//! `duplicates explain`.

use std::path::Path;

use crate::cli::Done;
use crate::cli::out::Out;
use crate::display::{grouped, score};
use crate::error::Result;
use crate::model::RecordId;
use crate::ops::duplicates;
use crate::ops::query;
use crate::progress::Progress;
use crate::workspace::Workspace;

pub fn explain(path: &Path, record: u32, out: &mut Out) -> Result<Done> {
    let mut workspace = Workspace::open_to_read(path)?;
    let columns = query::columns(&mut workspace, &Progress::none())?;
    let explanation = duplicates::explain(&workspace, &columns, RecordId(record))?;
    if out.json {
        out.json(&explanation)?;
        return Ok(Done::All);
    }
    let cause = explanation.cause.map(|cause| format!(" by {cause}")).unwrap_or_default();
    out.line(format!("record {record}: {}{cause}", explanation.state))?;
    out.line(format!("  {}", explanation.text))?;
    if let Some(why) = &explanation.dropped {
        let by = why.by.as_ref().map(|operation| format!(" ({operation})"));
        out.line(format!(
            "dropped as a duplicate of record {} at {}{}; {} of their words are the same",
            why.witness.0,
            score(why.score),
            by.unwrap_or_default(),
            score(why.same_words)
        ))?;
        out.line(format!("  {}", why.witness_text))?;
    }
    for nearest in &explanation.nearest {
        out.line(format!(
            "{} ({}): {} at {} or above",
            nearest.lens.word(),
            nearest.method,
            grouped(nearest.total as u64),
            score(nearest.floor)
        ))?;
        for near in &nearest.records {
            out.line(format!("  {}  {:>8}  {}", score(near.score), near.id.0, near.text))?;
        }
    }
    Ok(Done::All)
}
