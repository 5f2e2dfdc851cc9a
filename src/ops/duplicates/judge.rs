//! Judging pairs: what a person says of two texts, as an operation. Remembered by the texts, not by the records.

use std::collections::HashMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::view::View;
use crate::display::grouped;
use crate::error::{Error, Result};
use crate::model::{Changed, Judgement, OpId, OpKind, RecordId, TextPair, Verdict};
use crate::ops::CommandLine;
use crate::query::Columns;
use crate::similarity::Graph;
use crate::similarity::digest;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

#[derive(Debug, Clone, Serialize)]
pub struct JudgeReport {
    /// Pairs of which something else is said now.
    pub pairs: u64,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// A judged pair of texts, by the first record with each.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Judged {
    pub a: RecordId,
    pub b: RecordId,
    /// In the graph at hand; `None` below its floor.
    pub score: Option<f32>,
    #[serde(flatten)]
    pub judgement: Judgement,
}

/// Says of each pair what it is; `None` takes back what was said.
///
/// Errors: refused for a record that is not there, and for two records with one text.
pub fn judge(
    workspace: &mut Workspace,
    columns: &Columns,
    pairs: &[(RecordId, RecordId)],
    judgement: Option<Judgement>,
) -> Result<JudgeReport> {
    let texts = pairs.iter().map(|&(a, b)| pair_of(columns, a, b)).collect::<Result<Vec<_>>>()?;
    let word = judgement.map_or("clear", |judgement| judgement.verdict.word());
    let command = pairs.iter().fold(CommandLine::new("duplicates judge", workspace).arg(word), |line, (a, b)| {
        line.option("--pair", format!("{a},{b}"))
    });
    let command = command.flag("--sampled", judgement.is_some_and(|judgement| judgement.sampled));
    let what = judgement.map_or("no longer judged", |judgement| match judgement.verdict {
        Verdict::Duplicate => "duplicates",
        Verdict::Different => "not duplicates",
    });
    let description = match pairs {
        [(a, b)] => format!("records {a} and {b}: {what}"),
        _ => format!("{} pairs: {what}", grouped(pairs.len() as u64)),
    };
    write(workspace, &texts, judgement, OpInfo { kind: OpKind::JudgePairs, description, command: command.to_string() })
}

/// Writes verdicts as one operation.
pub(super) fn write(
    workspace: &mut Workspace,
    pairs: &[TextPair],
    judgement: Option<Judgement>,
    info: OpInfo,
) -> Result<JudgeReport> {
    let done = workspace.transact(
        |tx| pairs.iter().try_fold(0, |changed, &pair| Ok(changed + u64::from(tx.set_judgement(pair, judgement)?))),
        |_| info,
    )?;
    Ok(JudgeReport { pairs: done.value, operation: done.operation, stale: done.changed })
}

pub(super) fn pair_of(columns: &Columns, a: RecordId, b: RecordId) -> Result<TextPair> {
    let digest_of = |record: RecordId| {
        let position = columns.position(record).ok_or_else(|| {
            Error::refused(format!("there is no record {record}")).hint("`tamis list WORKSPACE` shows the ids there are")
        })?;
        Ok::<_, Error>(digest(columns.text(position)))
    };
    if a == b {
        return Err(Error::refused(format!("{a} and {b} are one record"))
            .hint("a pair has two, as in `tamis duplicates judge WORKSPACE different --pair 12,40`"));
    }
    TextPair::new(digest_of(a)?, digest_of(b)?).ok_or_else(|| {
        Error::refused(format!("records {a} and {b} have the same text"))
            .hint("to keep both, mark both: `tamis mark WORKSPACE keep --id A B`")
    })
}

/// Everything that was said of pairs whose texts stand in the graph, in the order of records.
pub fn judged(workspace: &Workspace, columns: &Columns, view: &View) -> Result<Vec<Judged>> {
    let judgements = workspace.store().judgements()?;
    let places = places(&view.base, columns, &judgements);
    let first = |digest: u64| places.get(&digest).and_then(|places| places.first()).copied();
    let mut judged: Vec<Judged> = judgements
        .iter()
        .filter_map(|&(pair, judgement)| {
            let (a, b) = pair.digests();
            let (a, b) = (first(a)?, first(b)?);
            let (a, b) = (a.min(b), a.max(b));
            let record = |index: u32| view.base.records[index as usize];
            Some(Judged { a: record(a), b: record(b), score: view.score(a, b), judgement })
        })
        .collect();
    judged.sort_by_key(|pair| (pair.a, pair.b));
    Ok(judged)
}

/// The node digests of pairs that were judged different: what [`Graph::without`] cuts.
pub(in crate::ops) fn cuts(graph: &Graph, columns: &Columns, judgements: &[(TextPair, Judgement)]) -> Vec<(u64, u64)> {
    let different: Vec<_> = judgements.iter().filter(|(_, judgement)| judgement.verdict == Verdict::Different).copied().collect();
    let places = places(graph, columns, &different);
    let nodes = |digest: u64| -> FxHashSet<u64> {
        let places = places.get(&digest).map_or(&[][..], Vec::as_slice);
        places.iter().map(|&index| graph.digests[graph.node_of[index as usize] as usize]).collect()
    };
    let mut cuts = Vec::new();
    for (pair, _) in &different {
        let (a, b) = pair.digests();
        let right = nodes(b);
        cuts.extend(nodes(a).into_iter().flat_map(|a| right.iter().map(move |&b| (a.min(b), a.max(b)))));
    }
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// The records (indices into the graph) with each text that a judgement names. One pass over the texts, only where there is any.
fn places(graph: &Graph, columns: &Columns, judgements: &[(TextPair, Judgement)]) -> FxHashMap<u64, Vec<u32>> {
    let wanted: FxHashSet<u64> = judgements.iter().flat_map(|(pair, _)| <[u64; 2]>::from(pair.digests())).collect();
    if wanted.is_empty() {
        return FxHashMap::default();
    }
    let found: Vec<(u64, u32)> = graph
        .records
        .par_iter()
        .enumerate()
        .filter_map(|(index, &record)| {
            let digest = digest(columns.text(columns.position(record)?));
            wanted.contains(&digest).then_some((digest, index as u32))
        })
        .collect();
    let mut places: FxHashMap<u64, Vec<u32>> = HashMap::default();
    found.into_iter().for_each(|(digest, index)| places.entry(digest).or_default().push(index));
    places
}
