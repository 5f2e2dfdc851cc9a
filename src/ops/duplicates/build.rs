//! Building the similarity graph: load → compute (pure) → save, and reading it back.

use serde::Serialize;

use crate::error::{Error, Result};
use crate::model::{Lens, Sets};
use crate::ops::query;
use crate::progress::Progress;
use crate::query::{Columns, Hits};
use crate::similarity::{self, Graph};
use crate::store::graphs::GraphInfo;
use crate::workspace::Workspace;

/// Lowest score that a graph keeps, where none is asked for.
pub const DEFAULT_FLOOR: f32 = 0.5;

/// Finds every pair ≥ `floor` among the records at `positions`. The middle step of [`build`]: pure, no database.
pub fn compute(columns: &Columns, positions: &[u32], lens: Lens, floor: f32, progress: &Progress) -> Result<Graph> {
    let mut positions = positions.to_vec();
    positions.sort_unstable();
    let records = positions.iter().map(|&p| columns.id(p as usize)).collect();
    let texts: Vec<&str> = positions.iter().map(|&p| columns.text(p as usize)).collect();
    let Lens::Lexical = lens;
    similarity::build::lexical(Sets::Words, floor, records, &texts, None, progress)
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BuildReport {
    pub lens: Lens,
    pub floor: f32,
    pub records: u64,
    /// Records with different texts.
    pub nodes: u64,
    /// Pairs of nodes ≥ floor.
    pub edges: u64,
}

/// Builds the graph of a lens over the records that the filter selects (all, when it is empty) and stores it.
pub fn build(workspace: &mut Workspace, lens: Lens, floor: f32, filter: &str, progress: &Progress) -> Result<BuildReport> {
    let columns = query::columns(workspace, progress)?;
    let hits: Hits = query::select(workspace, &columns, &query::parse(&columns, filter, None)?, progress)?;
    let graph = compute(&columns, &hits.positions, lens, floor, progress)?;
    save(workspace, &graph, &columns.text_digest())
}

/// Stores a graph. `digest` is of the columns it was computed from.
pub fn save(workspace: &mut Workspace, graph: &Graph, digest: &str) -> Result<BuildReport> {
    workspace.save_derived(|store| store.save_graph(graph, digest))?;
    Ok(BuildReport {
        lens: graph.lens,
        floor: graph.floor,
        records: graph.records.len() as u64,
        nodes: graph.nodes() as u64,
        edges: graph.edges.len() as u64,
    })
}

/// What is stored of a lens, without reading the graph.
pub fn info(workspace: &Workspace, lens: Lens) -> Result<Option<GraphInfo>> {
    workspace.store().graph_info(lens)
}

/// The stored graph of a lens.
pub fn load(workspace: &Workspace, lens: Lens) -> Result<Graph> {
    workspace.store().load_graph(lens)?.ok_or_else(|| {
        Error::refused(format!("there is no {} similarity graph yet", lens.word()))
            .hint(format!("build it: `tamis duplicates build WORKSPACE --lens {}`", lens.word()))
    })
}
