//! check: is the workspace sound?

use serde::Serialize;

use super::{duplicates, query};
use crate::display::grouped;
use crate::error::Result;
use crate::model::{Lens, RecordId, State};
use crate::progress::Progress;
use crate::query::Columns;
use crate::store::Store;
use crate::workspace::Workspace;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ready,
    /// Something a person should look at.
    Attention,
    /// Something is wrong.
    Blocked,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckRow {
    pub check: String,
    pub verdict: Verdict,
    pub detail: String,
    /// The filter that shows the records behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    pub verdict: Verdict,
    pub checks: Vec<CheckRow>,
}

/// Checks the file, its invariants, and what a person would want to know before an export.
pub fn check(workspace: &mut Workspace, progress: &Progress) -> Result<CheckReport> {
    let file = file(workspace, progress)?;
    // Of a damaged file nothing else can be said, and asking would only end in an error.
    if file.verdict != Verdict::Ready {
        return Ok(report(vec![file]));
    }
    let columns = query::columns(workspace, progress)?;
    the_rest(workspace, file, &columns, progress)
}

/// [`check`], where the present columns are at hand already.
pub fn check_with(workspace: &Workspace, columns: &Columns, progress: &Progress) -> Result<CheckReport> {
    let file = file(workspace, progress)?;
    the_rest(workspace, file, columns, progress)
}

fn file(workspace: &Workspace, progress: &Progress) -> Result<CheckRow> {
    progress.stage("checking the file", "", 0)?;
    Ok(integrity(workspace.store()))
}

fn the_rest(workspace: &Workspace, file: CheckRow, columns: &Columns, progress: &Progress) -> Result<CheckReport> {
    let mut checks = vec![file];
    progress.check()?;
    checks.push(invariants(workspace.store())?);
    progress.check()?;
    checks.extend(contents(workspace, columns)?);
    Ok(report(checks))
}

fn report(checks: Vec<CheckRow>) -> CheckReport {
    CheckReport { verdict: checks.iter().map(|c| c.verdict).max().unwrap_or(Verdict::Ready), checks }
}

fn row(check: &str, verdict: Verdict, detail: impl Into<String>) -> CheckRow {
    CheckRow { check: check.to_owned(), verdict, detail: detail.into(), filter: None }
}

/// The graphs there are, by lens.
fn graph(workspace: &Workspace, columns: &Columns) -> Result<CheckRow> {
    let check = "similarity graph";
    let mut built = Vec::new();
    for lens in Lens::ALL {
        if duplicates::info(workspace, lens)?.is_none() {
            continue;
        }
        if duplicates::is_stale(workspace, columns, lens)? {
            let detail = format!("{} is stale: texts or masked phrases changed since it was built", lens.word());
            return Ok(row(check, Verdict::Attention, detail));
        }
        built.push(lens.word());
    }
    Ok(match built.is_empty() {
        true => row(check, Verdict::Attention, "not built yet: `tamis duplicates build`"),
        false => row(check, Verdict::Ready, format!("{}: of the present texts", built.join(" and "))),
    })
}

fn integrity(store: &Store) -> CheckRow {
    match store.integrity_errors() {
        // Damage can be such that the check itself stops.
        Err(error) => row("file", Verdict::Blocked, error.to_string()),
        Ok(errors) => match errors.first() {
            None => row("file", Verdict::Ready, "PRAGMA integrity_check: ok"),
            Some(first) => {
                row("file", Verdict::Blocked, format!("PRAGMA integrity_check: {} problems, the first: {first}", errors.len()))
            }
        },
    }
}

fn invariants(store: &Store) -> Result<CheckRow> {
    let broken = store.broken_invariants()?;
    if broken.is_empty() {
        return Ok(row(
            "invariants",
            Verdict::Ready,
            format!("all {} hold: counts add up, nothing dangles", Store::invariants()),
        ));
    }
    let words: Vec<String> = broken.iter().map(|b| format!("{} ({} rows)", b.invariant, grouped(b.rows))).collect();
    Ok(row("invariants", Verdict::Blocked, format!("broken: {}", words.join("; "))))
}

fn contents(workspace: &Workspace, columns: &Columns) -> Result<Vec<CheckRow>> {
    let mut checks = Vec::new();
    let flagged = (0..columns.len()).filter(|&p| columns.state(p) == State::Flag).count();
    checks.push(match flagged {
        0 => row("flags", Verdict::Ready, "no record is flagged"),
        n => CheckRow {
            filter: Some("state:flag".into()),
            ..row("flags", Verdict::Attention, format!("{} flagged records are kept", grouped(n as u64)))
        },
    });
    let without = (0..columns.len()).filter(|&p| columns.is_kept(p) && columns.split(p).is_none()).count();
    let any_split = (0..columns.len()).any(|p| columns.split(p).is_some());
    checks.push(match (any_split, without) {
        (false, _) => row("splits", Verdict::Attention, "no record has a split yet"),
        (true, 0) => row("splits", Verdict::Ready, "every kept record has a split"),
        (true, n) => CheckRow {
            filter: Some("state:kept split:none".into()),
            ..row("splits", Verdict::Attention, format!("{} kept records have no split", grouped(n as u64)))
        },
    });
    checks.push(graph(workspace, columns)?);
    checks.push(witnesses(workspace, columns)?);
    Ok(checks)
}

/// A record dropped as a duplicate whose witness was dropped since would be lost together with it.
fn witnesses(workspace: &Workspace, columns: &Columns) -> Result<CheckRow> {
    let is_kept = |record| columns.position(record).map(|position| columns.is_kept(position));
    let drops = workspace.store().duplicates()?;
    let is_lost = |(record, witness): &&(RecordId, RecordId)| is_kept(*record) == Some(false) && is_kept(*witness) != Some(true);
    let lost = drops.iter().filter(is_lost).count() as u64;
    Ok(match lost {
        0 => row("witnesses", Verdict::Ready, "every record dropped as a duplicate has its kept witness"),
        n => CheckRow {
            filter: Some("cause:duplicate".into()),
            ..row(
                "witnesses",
                Verdict::Attention,
                format!("{} dropped duplicates have a witness that is dropped too; apply the policy again", grouped(n)),
            )
        },
    })
}
