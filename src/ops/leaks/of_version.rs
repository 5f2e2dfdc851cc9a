//! The certificate of a version: what is proven of the borders between its splits.
//!
//! Of the present state it is read off the stored similarity graph, where there is one of these texts. Of a snapshot it is the one that was
//! frozen with it: what is made of a snapshot has the same bytes every time. Where none was, it is made anew from the frozen texts, masked
//! phrases and judgements, which takes as long as a graph of the kept records; there is none for the semantic lens then, whose model may be
//! another one by now.

use std::sync::Arc;

use super::certificate::certificate_among;
use super::{Certificate, Groups, certificate, model_digest, splits_of};
use crate::error::{Error, Result};
use crate::model::{Judgement, Lens, SnapshotId, TextPair, Threshold, Version};
use crate::ops::duplicates::{self, Standing, Texts, View, Wish};
use crate::ops::split;
use crate::progress::Progress;
use crate::query::Columns;
use crate::shelf::Folders;
use crate::similarity::build::Recipe;
use crate::similarity::mask::Mask;
use crate::similarity::{Forest, Graph};
use crate::store::settings;
use crate::workspace::Workspace;

/// What a certificate is to be about, where it is not of all kept records by the measure of their split.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// Of the present state: these records alone. A snapshot is certified as a whole.
    pub positions: Option<&'a [u32]>,
    pub lens: Option<Lens>,
    pub threshold: Option<Threshold>,
}

/// Certifies the splits of a version by the measure that it was split by. `columns` are its own. `None` where kept records are in no two
/// splits, or where there is nothing to prove it by.
pub fn certificate_of(
    workspace: &Workspace,
    version: Version,
    columns: &Columns,
    folders: &Folders,
    progress: &Progress,
) -> Result<Option<Certificate>> {
    certify(workspace, version, columns, About::default(), folders, progress)
}

/// As [`certificate_of`], about something.
pub fn certify(
    workspace: &Workspace,
    version: Version,
    columns: &Columns,
    about: About<'_>,
    folders: &Folders,
    progress: &Progress,
) -> Result<Option<Certificate>> {
    let kept: Vec<u32> = match about.positions {
        Some(positions) => positions.to_vec(),
        None => (0..columns.len() as u32).filter(|&p| columns.is_kept(p as usize)).collect(),
    };
    if splits_of(columns, kept.iter().copied()) < 2 {
        return Ok(None);
    }
    if let Version::Snapshot(snapshot) = version
        && let Some(frozen) = frozen(workspace, snapshot)?
        && about.lens.is_none_or(|lens| lens == frozen.lens)
        && about.threshold.is_none_or(|threshold| threshold.value() == frozen.threshold)
    {
        return Ok(Some(frozen));
    }
    let (lens, threshold) = split::measure_of(workspace.store(), version, about.lens)?;
    let threshold = about.threshold.unwrap_or(threshold);
    match version {
        Version::Now => of_now(workspace, columns, &kept, (lens, threshold), folders),
        Version::Snapshot(_) if lens == Lens::Semantic => Ok(None),
        Version::Snapshot(snapshot) => of_snapshot(workspace, snapshot, columns, threshold, progress).map(Some),
    }
}

fn frozen(workspace: &Workspace, snapshot: SnapshotId) -> Result<Option<Certificate>> {
    let json = workspace.store().frozen_certificate(snapshot)?;
    json.map(|json| serde_json::from_str(&json)).transpose().map_err(|e| damaged().caused_by(e))
}

fn of_now(
    workspace: &Workspace,
    columns: &Columns,
    kept: &[u32],
    (lens, threshold): (Lens, Threshold),
    folders: &Folders,
) -> Result<Option<Certificate>> {
    let reaches = |floor: f32| floor <= threshold.value();
    let is_there = duplicates::info(workspace, lens)?.is_some_and(|info| info.filter.is_empty() && reaches(info.floor));
    if !is_there || duplicates::is_stale(workspace, columns, lens)? {
        return Ok(None);
    }
    let view = duplicates::view(workspace, columns, lens)?;
    let model = model_digest(&view, folders);
    certificate_among(&Groups::among(kept, columns, &view.graph), &view, threshold, model).map(Some)
}

/// From the frozen texts of all kept records that are in a split.
fn of_snapshot(
    workspace: &Workspace,
    snapshot: SnapshotId,
    columns: &Columns,
    threshold: Threshold,
    progress: &Progress,
) -> Result<Certificate> {
    let rest = workspace.store().frozen_rest(snapshot)?;
    let phrases: Vec<String> =
        rest.settings.get(settings::MASK).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let is_in_a_split = |&p: &u32| columns.is_kept(p as usize) && columns.split(p as usize).is_some();
    let positions: Vec<u32> = (0..columns.len() as u32).filter(is_in_a_split).collect();
    let wish = Wish { floor: threshold.value(), ..Wish::of(Lens::Lexical) };
    let measure = duplicates::Measure::open(&wish, &Folders::default())?;
    let recipe = Recipe::new(wish.lens, measure.method(), wish.floor)?;
    progress.stage("certifying", "records", 0)?;
    let (graph, _) = Texts::new(columns, &positions, &Mask::new(&phrases)?).graph(&recipe, &measure, None, progress)?;
    certificate(columns, &judged(graph, columns, &rest.judgements), threshold, None)
}

/// The view of a graph with the judgements of then.
fn judged(graph: Graph, columns: &Columns, judgements: &[(TextPair, Judgement)]) -> View {
    let base = Arc::new(graph);
    let graph = base.without(&duplicates::judge::cuts(&base, columns, judgements));
    let forest = Arc::new(Forest::of(&graph));
    View::new(base, graph, forest, columns, &Standing::default(), false)
}

fn damaged() -> Error {
    Error::refused("the certificate of a snapshot is damaged")
        .hint("go back to a copy of the workspace; `tamis check` may say more")
}
