//! A graph with what the screens and policies need of its records.

use std::sync::{Arc, OnceLock};

use super::build::{info, load};
use crate::clusters::{self, Candidate, Clusters, Criterion, Curve, KeeperFacts, Proposal};
use crate::error::Result;
use crate::model::filter::CauseKind;
use crate::model::{Lens, Policy, RecordId, State, Threshold};
use crate::progress::Progress;
use crate::query::Columns;
use crate::similarity::{Forest, Graph, Neighbours};
use crate::workspace::Workspace;

/// A graph with what the screens and policies need of its records. Cloning shares.
#[derive(Debug, Clone)]
pub struct View {
    pub graph: Arc<Graph>,
    pub forest: Arc<Forest>,
    pub candidates: Arc<Vec<Candidate>>,
    /// Texts changed since the graph was built.
    pub stale: bool,
    /// Made when first asked for.
    neighbours: Arc<OnceLock<Neighbours>>,
}

impl View {
    /// `protected[source]` in the order of `Names::sources`.
    pub fn new(graph: Arc<Graph>, forest: Arc<Forest>, columns: &Columns, protected: &[bool], stale: bool) -> View {
        let candidates = Arc::new(candidates(&graph, columns, protected));
        View { graph, forest, candidates, stale, neighbours: Arc::default() }
    }

    pub fn lens(&self) -> Lens {
        self.graph.lens
    }

    /// The graph's floor as a threshold: the lowest the slider goes.
    pub fn floor(&self) -> Threshold {
        Threshold::new(f64::from(self.graph.floor)).unwrap_or(Threshold::from_thousandths(1000))
    }

    /// The same graph with the same records taking part.
    pub fn is(&self, other: &View) -> bool {
        Arc::ptr_eq(&self.graph, &other.graph) && Arc::ptr_eq(&self.candidates, &other.candidates)
    }

    pub fn alive(&self) -> Vec<bool> {
        self.candidates.iter().map(|c| c.alive).collect()
    }

    pub fn curve(&self, policy: Policy, progress: &Progress) -> Result<Curve> {
        Curve::compute(&self.graph, &self.forest, policy, &self.candidates, progress)
    }

    pub fn clusters(&self, threshold: Threshold) -> Clusters {
        Clusters::at(&self.graph, &self.forest, threshold, &self.alive())
    }

    pub fn propose(&self, threshold: Threshold, policy: Policy) -> Vec<Proposal> {
        clusters::propose(&self.graph, &self.forest, threshold, policy, &self.candidates)
    }

    /// Best in keeper order among `members` (indices into the graph's records).
    pub fn keeper(&self, members: &[u32]) -> Option<u32> {
        members.iter().copied().min_by_key(|&m| {
            let candidate = self.candidates[m as usize];
            (!candidate.fixed, candidate.rank)
        })
    }
}

/// The records that resemble one.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    pub to: RecordId,
    /// The most similar first, at most as many as were asked for; `None` where the record is not in the graph.
    pub records: Option<Vec<(RecordId, f32)>>,
    /// How many there are.
    pub total: usize,
}

/// Who resembles a record at the graph's floor or above. The first time on a view costs a pass over all pairs.
pub fn similar(view: &View, to: RecordId, limit: usize) -> Similar {
    let Some(index) = view.graph.index_of(to) else { return Similar { to, records: None, total: 0 } };
    let neighbours = view.neighbours.get_or_init(|| Neighbours::of(&view.graph));
    let found = neighbours.neighbours_of(&view.graph, index, view.graph.floor);
    let record = |&(index, score): &(u32, f32)| (view.graph.records[index as usize], score);
    Similar { to, records: Some(found.iter().take(limit).map(record).collect()), total: found.len() }
}

/// Loads a lens's view: graph, forest, who takes part.
pub fn view(workspace: &mut Workspace, columns: &Columns, lens: Lens) -> Result<View> {
    let graph = Arc::new(load(workspace, lens)?);
    let forest = Arc::new(Forest::of(&graph));
    let stale = info(workspace, lens)?.is_some_and(|i| i.digest != columns.text_digest());
    let protected = protected(workspace)?;
    Ok(View::new(graph, forest, columns, &protected, stale))
}

/// Which sources are protected, in the order of `Names::sources`.
pub fn protected(workspace: &Workspace) -> Result<Vec<bool>> {
    Ok(workspace.store().sources()?.iter().map(|s| s.protected).collect())
}

/// A record dropped by hand or by a rule takes no part; one dropped as a duplicate does, so that another threshold can bring it back.
fn candidates(graph: &Graph, columns: &Columns, protected: &[bool]) -> Vec<Candidate> {
    let mut found: Vec<(KeeperFacts, bool, bool)> = Vec::with_capacity(graph.records.len());
    let mut next = 0;
    for &record in &graph.records {
        // Both are in order of id, so most often the next position is the record's; it is searched for only behind a gap.
        let at_next = (next < columns.len() && columns.id(next) == record).then_some(next);
        let Some(position) = at_next.or_else(|| columns.position(record)) else {
            found.push((KeeperFacts::default(), false, false));
            continue;
        };
        next = position + 1;
        let state = columns.state(position);
        let is_protected = protected.get(columns.source(position) as usize).copied().unwrap_or(false);
        let alive = state != State::Drop || columns.cause(position) == Some(CauseKind::Duplicate);
        let fixed = is_protected || matches!(state, State::Keep | State::Flag);
        let facts = KeeperFacts {
            protected: is_protected,
            marked_keep: state == State::Keep,
            has_image: columns.has_image(position),
            field: f32::NAN,
            chars: columns.chars(position),
        };
        found.push((facts, alive, fixed));
    }
    let facts: Vec<KeeperFacts> = found.iter().map(|(facts, ..)| facts.clone()).collect();
    let order: Vec<Criterion> = clusters::keeper::default_order();
    let ranks = clusters::keeper::rank(&facts, &order);
    found.iter().zip(ranks).map(|(&(_, alive, fixed), rank)| Candidate { alive, fixed, rank }).collect()
}
