//! The certificate of an export: what is proven of the borders between its splits.
//!
//! Of the present state it is read off the stored similarity graph, where there is one of these texts. Of a snapshot it is made anew from
//! the frozen texts, masked phrases and judgements, because the graph there is now is one of other texts, and the export has the same
//! bytes every time; so it takes as long as a graph of the kept records, and there is none for the semantic lens, whose model may be
//! another one by then.

use std::sync::Arc;

use super::Selected;
use crate::error::{Error, Result};
use crate::export::Section;
use crate::model::{Judgement, Lens, SnapshotId, TextPair, Threshold, Version};
use crate::ops::duplicates::{self, Standing, Texts, View, Wish};
use crate::ops::leaks::{self, Certificate};
use crate::ops::split;
use crate::progress::Progress;
use crate::query::Columns;
use crate::shelf::Folders;
use crate::similarity::build::Recipe;
use crate::similarity::mask::Mask;
use crate::similarity::{Forest, Graph};
use crate::store::settings;
use crate::workspace::Workspace;

/// `None` where there are no two splits, or nothing to prove it by.
pub fn of(workspace: &Workspace, selected: &Selected, folders: &Folders, progress: &Progress) -> Result<Option<Section>> {
    if splits(selected) < 2 {
        return Ok(None);
    }
    let recipe = workspace.store().setting_of(selected.version, settings::SPLIT)?;
    let recipe = recipe.as_deref().and_then(split::Recipe::read);
    let lens = recipe.as_ref().and_then(|recipe| recipe.lens.parse().ok()).unwrap_or(Lens::Lexical);
    let threshold = recipe.map_or(Threshold::from_thousandths(split::DEFAULT_THRESHOLD), |recipe| recipe.threshold());
    let certificate = match selected.version {
        Version::Now => of_now(workspace, selected, lens, threshold, folders)?,
        Version::Snapshot(_) if lens == Lens::Semantic => None,
        Version::Snapshot(snapshot) => Some(of_snapshot(workspace, snapshot, selected, threshold, progress)?),
    };
    certificate.map(section).transpose()
}

/// Splits that exported records are in.
fn splits(selected: &Selected) -> usize {
    let mut is_in = vec![false; selected.columns.names.splits.len()];
    for split in selected.positions.iter().filter_map(|&p| selected.columns.split(p as usize)) {
        is_in[usize::from(split)] = true;
    }
    is_in.into_iter().filter(|is_in| *is_in).count()
}

fn of_now(
    workspace: &Workspace,
    selected: &Selected,
    lens: Lens,
    threshold: Threshold,
    folders: &Folders,
) -> Result<Option<Certificate>> {
    let columns = &selected.columns;
    let reaches = |floor: f32| floor <= threshold.value();
    let is_there = duplicates::info(workspace, lens)?.is_some_and(|info| info.filter.is_empty() && reaches(info.floor));
    if !is_there || duplicates::is_stale(workspace, columns, lens)? {
        return Ok(None);
    }
    let view = duplicates::view(workspace, columns, lens)?;
    let model = leaks::model_digest(&view, folders);
    leaks::certificate(columns, &view, threshold, model).map(Some)
}

/// From the frozen texts of all kept records that are in a split.
fn of_snapshot(
    workspace: &Workspace,
    snapshot: SnapshotId,
    selected: &Selected,
    threshold: Threshold,
    progress: &Progress,
) -> Result<Certificate> {
    let columns = &selected.columns;
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
    leaks::certificate(columns, &judged(graph, columns, &rest.judgements), threshold, None)
}

/// The view of a graph with the judgements of then.
fn judged(graph: Graph, columns: &Columns, judgements: &[(TextPair, Judgement)]) -> View {
    let base = Arc::new(graph);
    let graph = base.without(&duplicates::judge::cuts(&base, columns, judgements));
    let forest = Arc::new(Forest::of(&graph));
    View::new(base, graph, forest, columns, &Standing::default(), false)
}

fn section(certificate: Certificate) -> Result<Section> {
    let value = serde_json::to_value(&certificate).map_err(|e| Error::io("writing JSON failed").caused_by(e))?;
    Ok(Section { value, markdown: certificate.markdown() })
}
