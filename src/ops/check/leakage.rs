//! Leakage: kept records with a near-copy in another split.
//!
//! Of the present state it is answered by the stored graph where there is one of these texts that reaches down to the threshold. Where there
//! is none, and it is known where models lie, a graph is built in memory, so that scripts and exports always get an answer; it is not saved.
//! The screens do not say where models lie: there a missing graph is something to look at. Of a snapshot the certificate that was frozen
//! with it answers, today and ever after.

use std::rc::Rc;
use std::sync::Arc;

use super::report::records;
use super::scope::Scope;
use super::{CheckRow, Name};
use crate::display::{counted, score};
use crate::error::{Kind, Result};
use crate::model::{Lens, Threshold, Version};
use crate::ops::duplicates::{self, View, Wish};
use crate::ops::leaks::{self, About, Certificate, Gaps, Groups};
use crate::ops::split;
use crate::progress::Progress;
use crate::splits::{self, Leak};

pub(super) fn leakage(scope: &Scope<'_>, progress: &Progress) -> Result<CheckRow> {
    let splits = leaks::splits_of(scope.columns, scope.kept.iter().copied());
    match scope.version {
        _ if splits < 2 => Ok(CheckRow::ready(Name::Leakage, "fewer than two splits among the kept: nothing can leak")),
        Version::Now => of_now(scope, splits, progress),
        Version::Snapshot(_) => of_snapshot(scope, progress),
    }
}

fn of_now(scope: &Scope<'_>, splits: usize, progress: &Progress) -> Result<CheckRow> {
    let (lens, usual) = split::measure_of(scope.workspace.store(), scope.version, scope.asked.lens)?;
    let threshold = scope.asked.threshold.unwrap_or(usual);
    let Some(view) = view(scope, lens, threshold, progress)? else {
        let build = format!("`tamis duplicates build --lens {} --floor {threshold}`", lens.word());
        let detail = format!("no {} graph of the present texts reaches down to {threshold}: {build}", lens.word());
        return Ok(CheckRow::attention(Name::Leakage, 0, detail));
    };
    let groups = Groups::among(&scope.kept, scope.columns, &view.graph);
    let leaks = splits::leaks(&view.graph, threshold, &groups.of);
    let at = format!("at {threshold} or above ({} {})", lens.word(), view.method());
    let Some(highest) = leaks.iter().map(|leak| leak.highest).reduce(f32::max) else {
        return Ok(nothing_found(Gaps::of(&view, &groups, threshold), &format!("{at}, of {splits} splits")));
    };
    let leaking = splits::leaking(&view.graph, threshold, &groups.of);
    let count = leaking.len() as u64;
    let detail = format!(
        "{} with a near-copy in another split {at}: {}, the highest {}",
        records(count),
        counted(pairs(&leaks), "pair"),
        score(highest)
    );
    let behind = leaking.into_iter().map(|index| view.graph.records[index as usize]);
    Ok(CheckRow::blocked(Name::Leakage, count, detail).behind(behind))
}

/// Each pair of splits stands in two leaks, either way round.
fn pairs(leaks: &[Leak]) -> u64 {
    leaks.iter().map(|leak| leak.pairs).sum::<u64>() / 2
}

fn nothing_found(gaps: Gaps, at: &str) -> CheckRow {
    if gaps.are_none() {
        return CheckRow::ready(Name::Leakage, format!("no kept record has a near-copy in another split {at}"));
    }
    let detail = format!("no near-copy across splits was found {at}, but {}", gaps.words().join("; "));
    CheckRow::attention(Name::Leakage, 0, detail)
}

/// A graph that can answer.
fn view(scope: &Scope<'_>, lens: Lens, threshold: Threshold, progress: &Progress) -> Result<Option<Rc<View>>> {
    let stored = duplicates::info(scope.workspace, lens)?;
    let reaches = stored.as_ref().is_some_and(|info| info.filter.is_empty() && info.floor <= threshold.value());
    if reaches && let Some(view) = scope.view(lens)? {
        return Ok(Some(view));
    }
    let Some(folders) = scope.asked.folders.as_ref() else { return Ok(None) };
    let like = stored.as_ref().map_or_else(|| Wish::of(lens), Wish::like);
    let wish = Wish { floor: threshold.value(), filter: String::new(), ..like };
    let made = match duplicates::make(scope.workspace, scope.columns, &wish, folders, progress) {
        // Without a model nothing can be said of meanings; who asked for that by name is told so as an error.
        Err(error) if error.kind == Kind::Refused && (scope.asked.tolerant || !scope.asked.names(Name::Leakage)) => {
            return Ok(None);
        }
        made => made?,
    };
    let mut view = duplicates::renewed(scope.workspace, scope.columns, Arc::new(made.graph))?;
    // It is of these very columns, whatever is stored.
    view.stale = false;
    Ok(Some(Rc::new(view)))
}

/// Of the whole snapshot, even where less of it is exported: what was proven of it then was of all.
fn of_snapshot(scope: &Scope<'_>, progress: &Progress) -> Result<CheckRow> {
    let about = About { positions: Some(&scope.kept), lens: scope.asked.lens, threshold: scope.asked.threshold };
    let folders = scope.asked.folders.clone().unwrap_or_default();
    let found = match &scope.asked.certificate {
        Some(known) => Some(known.clone()),
        None => leaks::certify(scope.workspace, scope.version, scope.columns, about, &folders, progress)?,
    };
    let Some(certificate) = found else {
        let detail = "the snapshot has no certificate of this, and the model of then is not there to make one anew";
        return Ok(CheckRow::attention(Name::Leakage, 0, detail));
    };
    let Certificate { lens, method, threshold, pairs_found, .. } = &certificate;
    let at = format!("at {} or above ({} {method})", score(*threshold), lens.word());
    let Some(highest) = certificate.leaked.iter().map(|leak| leak.highest).reduce(f32::max) else {
        return Ok(nothing_found(certificate.gaps, &format!("{at}, of {} splits", certificate.splits.len())));
    };
    let pairs = counted(*pairs_found, "pair");
    let whole = if scope.is_whole() { "" } else { ", of the whole snapshot" };
    let detail = format!("{pairs} of records with a near-copy in another split {at}, the highest {}{whole}", score(highest));
    Ok(CheckRow::blocked(Name::Leakage, *pairs_found, detail))
}
