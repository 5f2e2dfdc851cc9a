//! Texts that say nothing, and those of which CLIP reads only the beginning.

use rayon::prelude::*;

use super::report::either;
use super::scope::Scope;
use super::{CheckRow, Name};
use crate::error::Result;
use crate::progress::Progress;

/// What CLIP reads of a text, without the begin and end markers.
const CLIP: u16 = 75;
/// Texts counted between two looks at the cancel flag.
const BATCH: usize = 4096;

pub(super) fn texts(scope: &Scope<'_>, progress: &Progress) -> Result<CheckRow> {
    progress.stage("counting tokens", "records", scope.kept.len() as u64)?;
    let text = |p: u32| scope.columns.text(p as usize);
    let blank: Vec<u32> = scope.kept.par_iter().copied().filter(|&p| text(p).trim().is_empty()).collect();
    if !blank.is_empty() {
        let count = blank.len() as u64;
        let row = CheckRow::blocked(Name::Texts, count, either(count, "kept text is blank", "kept texts are blank"));
        return Ok(row.behind(blank.into_iter().map(|p| scope.id(p))));
    }
    let mut long: Vec<u32> = Vec::new();
    for batch in scope.kept.chunks(BATCH) {
        long.par_extend(batch.par_iter().copied().filter(|&p| scope.columns.tokens(p as usize) > CLIP));
        progress.add(batch.len() as u64)?;
    }
    let count = long.len() as u64;
    if count == 0 {
        return Ok(CheckRow::ready(Name::Texts, format!("no kept text is blank or over {CLIP} CLIP tokens")));
    }
    let row = CheckRow::attention(
        Name::Texts,
        count,
        either(
            count,
            "kept text is over 75 CLIP tokens, its end unread",
            "kept texts are over 75 CLIP tokens, their ends unread",
        ),
    );
    let filter = format!("tokens:>{CLIP} state:kept");
    Ok(if scope.is_whole() { row.shown_by(&filter) } else { row.behind(long.into_iter().map(|p| scope.id(p))) })
}
