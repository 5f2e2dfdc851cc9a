//! The certificate of a version: what is proven of the borders between its splits.
//!
//! Of the present state it is read off the stored similarity graph, where there is one of these texts. Of a snapshot it is the one that was
//! frozen with it: what is made of a snapshot has the same bytes every time. Where none was, it is made anew from the frozen texts, masked
//! phrases and judgements, which takes as long as a graph of the kept records; there is none for the semantic lens then, whose model may be
//! another one by now.

use std::sync::Arc;

use super::{Certificate, certificate, model_digest};
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

/// Certifies the splits of a version at the threshold that it was split by. `columns` are its own. `None` where kept records are in no two
/// splits, or where there is nothing to prove it by.
pub fn certificate_of(
    workspace: &Workspace,
    version: Version,
    columns: &Columns,
    folders: &Folders,
    progress: &Progress,
) -> Result<Option<Certificate>> {
    if splits(columns) < 2 {
        return Ok(None);
    }
    if let Version::Snapshot(snapshot) = version
        && let Some(json) = workspace.store().frozen_certificate(snapshot)?
    {
        return serde_json::from_str(&json).map(Some).map_err(|e| damaged().caused_by(e));
    }
    let recipe = workspace.store().setting_of(version, settings::SPLIT)?;
    let recipe = recipe.as_deref().and_then(split::Recipe::read);
    let lens = recipe.as_ref().and_then(|recipe| recipe.lens.parse().ok()).unwrap_or(Lens::Lexical);
    let threshold = recipe.map_or(Threshold::from_thousandths(split::DEFAULT_THRESHOLD), |recipe| recipe.threshold());
    match version {
        Version::Now => of_now(workspace, columns, lens, threshold, folders),
        Version::Snapshot(_) if lens == Lens::Semantic => Ok(None),
        Version::Snapshot(snapshot) => of_snapshot(workspace, snapshot, columns, threshold, progress).map(Some),
    }
}

/// Splits that kept records are in.
fn splits(columns: &Columns) -> usize {
    let mut is_in = vec![false; columns.names.splits.len()];
    for split in (0..columns.len()).filter(|&p| columns.is_kept(p)).filter_map(|p| columns.split(p)) {
        is_in[usize::from(split)] = true;
    }
    is_in.into_iter().filter(|is_in| *is_in).count()
}

fn of_now(
    workspace: &Workspace,
    columns: &Columns,
    lens: Lens,
    threshold: Threshold,
    folders: &Folders,
) -> Result<Option<Certificate>> {
    let reaches = |floor: f32| floor <= threshold.value();
    let is_there = duplicates::info(workspace, lens)?.is_some_and(|info| info.filter.is_empty() && reaches(info.floor));
    if !is_there || duplicates::is_stale(workspace, columns, lens)? {
        return Ok(None);
    }
    let view = duplicates::view(workspace, columns, lens)?;
    let model = model_digest(&view, folders);
    certificate(columns, &view, threshold, model).map(Some)
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
