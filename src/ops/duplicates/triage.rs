//! Borderline pairs: what the answers so far say of every threshold, and which pair to ask about next.

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::judge::{Judged, judged};
use super::view::View;
use crate::clusters::triage::{self, Triage};
use crate::error::Result;
use crate::model::{Edge, RecordId, Threshold, Verdict};
use crate::query::Columns;
use crate::workspace::Workspace;

/// The state of a triage.
#[derive(Debug, Clone)]
pub struct TriageReport {
    pub triage: Triage,
    /// Everything that was said of pairs in the graph, sampled or not.
    pub judged: Vec<Judged>,
    /// `None` where every pair was judged or passed over.
    pub next: Option<Question>,
}

/// Are these two duplicates?
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Question {
    pub a: RecordId,
    pub b: RecordId,
    pub score: f32,
}

/// Counts the answers to sampled pairs and draws the next one: near the threshold, or where least is known. The same answers and
/// `skipped` pairs lead to the same question.
pub fn triage(
    workspace: &Workspace,
    columns: &Columns,
    view: &View,
    threshold: Threshold,
    skipped: &[(RecordId, RecordId)],
) -> Result<TriageReport> {
    let judged = judged(workspace, columns, view)?;
    let answer = |pair: &Judged| {
        let is_answer = pair.judgement.sampled;
        let duplicate = pair.judgement.verdict == Verdict::Duplicate;
        pair.score.filter(|_| is_answer).map(|score| triage::Judged { score, duplicate })
    };
    let answers: Vec<triage::Judged> = judged.iter().filter_map(answer).collect();
    let edges = &view.base.edges;
    let triage = Triage::of(triage::count(edges, view.base.floor), &answers);
    let out = Out::new(view, judged.iter().map(|pair| (pair.a, pair.b)).chain(skipped.iter().copied()));
    let seed = skipped.len() as u64;
    let next =
        triage::next(&triage, edges, threshold, seed, |edge| out.has(edge)).and_then(|place| question(view, &edges[place]));
    Ok(TriageReport { triage, judged, next })
}

/// Pairs of nodes not to ask about: those that were judged or passed over, and those without a record that takes part on both sides.
struct Out {
    pairs: FxHashSet<(u32, u32)>,
    is_alive: Vec<bool>,
}

impl Out {
    fn new(view: &View, pairs: impl Iterator<Item = (RecordId, RecordId)>) -> Out {
        let node = |record: RecordId| view.base.index_of(record).map(|index| view.base.node_of[index]);
        let pairs = pairs.filter_map(|(a, b)| {
            let (a, b) = (node(a)?, node(b)?);
            Some((a.min(b), a.max(b)))
        });
        let mut is_alive = vec![false; view.base.nodes()];
        for (candidate, &node) in view.candidates.iter().zip(&view.base.node_of) {
            is_alive[node as usize] |= candidate.alive;
        }
        Out { pairs: pairs.collect(), is_alive }
    }

    fn has(&self, edge: &Edge) -> bool {
        let is_dead = |node: u32| !self.is_alive[node as usize];
        is_dead(edge.a) || is_dead(edge.b) || self.pairs.contains(&(edge.a, edge.b))
    }
}

/// The first record of each side that takes part.
fn question(view: &View, edge: &Edge) -> Option<Question> {
    let first = |node: u32| {
        let here = view.base.node_of.iter().zip(view.candidates.iter()).position(|(&n, c)| n == node && c.alive)?;
        view.base.records.get(here).copied()
    };
    let (a, b) = (first(edge.a)?, first(edge.b)?);
    Some(Question { a: a.min(b), b: a.max(b), score: edge.score })
}
