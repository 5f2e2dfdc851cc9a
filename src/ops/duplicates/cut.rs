//! Cutting a cluster at its weakest link: every pair across the cut is judged different, so that the cut lasts.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::judge;
use super::view::View;
use crate::clusters::cut;
use crate::display::{grouped, score};
use crate::error::{Error, Result};
use crate::model::{Changed, Edge, Judgement, OpId, OpKind, RecordId, TextPair, Threshold, Verdict};
use crate::ops::CommandLine;
use crate::query::Columns;
use crate::similarity::{Adjacency, digest};
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

/// What a cut would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CutPlan {
    /// Score of the weakest link.
    pub weakest: f32,
    /// Records on the smaller side, and on the larger one.
    pub sides: (u64, u64),
    /// Pairs of texts that are judged different.
    pub pairs: u64,
    #[serde(skip)]
    texts: Vec<TextPair>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CutReport {
    #[serde(flatten)]
    pub plan: CutPlan,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// What cutting the cluster of a record would do. Errors: refused where the record stands in no cluster, or its
/// cluster is one text, and where the graph is of older texts.
pub fn plan_cut(columns: &Columns, view: &View, threshold: Threshold, member: RecordId) -> Result<CutPlan> {
    let nothing =
        |why: &str| Error::refused(format!("record {member} {why}")).hint("`tamis duplicates clusters WORKSPACE` lists them");
    // What would be judged are the texts of now, and the clusters are those of older ones.
    view.require_fresh()?;
    let index = view.graph.index_of(member).ok_or_else(|| nothing("is not in the graph"))?;
    let clusters = view.clusters(threshold);
    let cluster = clusters.of(index).and_then(|n| clusters.get(n));
    let adjacency = Adjacency::of(view.graph.nodes(), &view.graph.edges);
    let found = cluster
        .and_then(|cluster| cut::cut(&view.graph, &adjacency, threshold, cluster.members))
        .ok_or_else(|| nothing(&format!("stands in no cluster of different texts at {threshold}")))?;
    let members = view.graph.members();
    let text_of = |node: u32| {
        let first = *members.of(node).first()?;
        Some(digest(columns.text(columns.position(view.graph.records[first as usize])?)))
    };
    let nodes: FxHashSet<u32> = found.crossing.iter().flat_map(|edge| [edge.a, edge.b]).collect();
    let digests: FxHashMap<u32, u64> = nodes.into_iter().filter_map(|node| Some((node, text_of(node)?))).collect();
    let pair = |edge: &Edge| TextPair::new(*digests.get(&edge.a)?, *digests.get(&edge.b)?);
    let mut texts: Vec<TextPair> = found.crossing.iter().filter_map(pair).collect();
    texts.sort_unstable();
    texts.dedup();
    if texts.is_empty() {
        return Err(nothing("differs from the others only in case and white space: there is no pair to judge"));
    }
    let (a, b) = (found.sides[0].len() as u64, found.sides[1].len() as u64);
    Ok(CutPlan { weakest: found.link.score, sides: (a.min(b), a.max(b)), pairs: texts.len() as u64, texts })
}

/// Cuts the cluster of a record at its weakest link, as one operation.
pub fn cut_weakest(
    workspace: &mut Workspace,
    columns: &Columns,
    view: &View,
    threshold: Threshold,
    member: RecordId,
) -> Result<CutReport> {
    let plan = plan_cut(columns, view, threshold, member)?;
    let command = CommandLine::new("duplicates cut", workspace)
        .option("--lens", view.lens().word())
        .option("--threshold", threshold)
        .option("--id", member)
        .to_string();
    let description = format!(
        "cut the cluster of record {member} at {}: {} and {} records, {} pairs are not duplicates",
        score(plan.weakest),
        grouped(plan.sides.0),
        grouped(plan.sides.1),
        grouped(plan.pairs)
    );
    let info = OpInfo { kind: OpKind::JudgePairs, description, command };
    let done = judge::write(workspace, &plan.texts, Some(Judgement { verdict: Verdict::Different, sampled: false }), info)?;
    Ok(CutReport { plan, operation: done.operation, stale: done.stale })
}
