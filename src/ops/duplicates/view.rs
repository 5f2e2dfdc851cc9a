//! A graph with what the screens and policies need of its records.

use std::sync::{Arc, OnceLock};

use super::build::{info, load};
use super::judge;
use super::standing::{Standing, mask, mask_digest, standing};
use crate::clusters::{self, Candidate, Clusters, Criterion, Curve, KeeperFacts, Proposal};
use crate::error::{Error, Result};
use crate::model::filter::CauseKind;
use crate::model::{DropBy, Lens, Policy, RecordId, State, Threshold};
use crate::progress::Progress;
use crate::query::Columns;
use crate::similarity::{Forest, Graph, Neighbours};
use crate::workspace::Workspace;

/// A graph with what the screens and policies need of its records. Cloning shares.
#[derive(Debug, Clone)]
pub struct View {
    /// As it was built.
    pub base: Arc<Graph>,
    /// Without the pairs that were judged different; the very same graph where there are none.
    pub graph: Arc<Graph>,
    /// Of `graph`.
    pub forest: Arc<Forest>,
    pub candidates: Arc<Vec<Candidate>>,
    /// Texts or masked phrases changed since the graph was built.
    pub stale: bool,
    /// Made when first asked for.
    neighbours: Arc<OnceLock<Neighbours>>,
}

impl View {
    /// `graph` is `base` without what was judged different, `forest` is of it.
    pub fn new(
        base: Arc<Graph>,
        graph: Arc<Graph>,
        forest: Arc<Forest>,
        columns: &Columns,
        standing: &Standing,
        stale: bool,
    ) -> View {
        let candidates = Arc::new(candidates(&graph, columns, standing));
        View { base, graph, forest, candidates, stale, neighbours: Arc::default() }
    }

    /// A graph that nobody has judged anything of.
    pub fn of(graph: Graph, columns: &Columns, standing: &Standing) -> View {
        let graph = Arc::new(graph);
        let forest = Arc::new(Forest::of(&graph));
        View::new(graph.clone(), graph, forest, columns, standing, false)
    }

    pub fn lens(&self) -> Lens {
        self.graph.lens
    }

    /// `words`, `grams`, or a model with its precision.
    pub fn method(&self) -> &str {
        &self.graph.method
    }

    /// Strongest edges kept of each node, where not all are.
    pub fn capped(&self) -> Option<u32> {
        self.graph.capped
    }

    /// The graph's floor as a threshold: the lowest the slider goes.
    pub fn floor(&self) -> Threshold {
        Threshold::new(f64::from(self.graph.floor)).unwrap_or(Threshold::from_thousandths(1000))
    }

    /// The same graph with the same records taking part.
    pub fn is(&self, other: &View) -> bool {
        Arc::ptr_eq(&self.graph, &other.graph) && Arc::ptr_eq(&self.candidates, &other.candidates)
    }

    /// Refuses to act by a graph of older texts.
    pub fn require_fresh(&self) -> Result<()> {
        if self.stale {
            return Err(Error::refused("texts or masked phrases changed since the similarity graph was built")
                .hint(format!("build it again: `tamis duplicates build WORKSPACE --lens {}`", self.lens().word())));
        }
        Ok(())
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

    /// The same view, in which these records (indices into the graph's records) take no part.
    pub(super) fn without(&self, records: &[u32]) -> View {
        let mut candidates = Vec::clone(&self.candidates);
        records.iter().for_each(|&record| candidates[record as usize].alive = false);
        View { candidates: Arc::new(candidates), ..self.clone() }
    }

    /// Best in keeper order among `members` (indices into the graph's records).
    pub fn keeper(&self, members: &[u32]) -> Option<u32> {
        members.iter().copied().min_by_key(|&m| {
            let candidate = self.candidates[m as usize];
            (!candidate.fixed, candidate.rank)
        })
    }

    /// Nobody marked the record with this index yet.
    pub fn is_undecided(&self, columns: &Columns, index: u32) -> bool {
        let position = columns.position(self.graph.records[index as usize]);
        position.is_some_and(|position| columns.state(position) == State::Undecided)
    }

    /// Similarity of two records by their indices, whatever was judged: 1 for one text, `None` below the floor. The first time on a
    /// view costs a pass over all pairs.
    pub fn score(&self, a: u32, b: u32) -> Option<f32> {
        let (a, b) = (self.base.node_of[a as usize], self.base.node_of[b as usize]);
        if a == b {
            return Some(1.0);
        }
        self.neighbours().adjacency().score(a, b)
    }

    /// Who is near whom, as the graph was built. The first time costs a pass over all pairs.
    pub fn neighbours(&self) -> &Neighbours {
        self.neighbours.get_or_init(|| Neighbours::of(&self.base))
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
    let found = view.neighbours().neighbours_of(&view.base, index, view.base.floor);
    let record = |&(index, score): &(u32, f32)| (view.graph.records[index as usize], score);
    Similar { to, records: Some(found.iter().take(limit).map(record).collect()), total: found.len() }
}

/// Loads a lens's view: graph, forest, who takes part.
pub fn view(workspace: &Workspace, columns: &Columns, lens: Lens) -> Result<View> {
    let base = Arc::new(load(workspace, lens)?);
    renewed(workspace, columns, base)
}

/// The view of a graph as it was built, with the judgements, marks and settings of now.
pub fn renewed(workspace: &Workspace, columns: &Columns, base: Arc<Graph>) -> Result<View> {
    let cuts = judge::cuts(&base, columns, &workspace.store().judgements()?);
    let graph = base.without(&cuts);
    let forest = Arc::new(Forest::of(&graph));
    let stale = is_stale(workspace, columns, base.lens)?;
    Ok(View::new(base, graph, forest, columns, &standing(workspace)?, stale))
}

/// The same view after marks and edits, which change who takes part but no edge.
pub fn refreshed(workspace: &Workspace, columns: &Columns, view: View) -> Result<View> {
    let stale = is_stale(workspace, columns, view.lens())?;
    // Who is near whom stays, and is too much to be made, or freed, with every mark.
    let neighbours = view.neighbours;
    Ok(View { neighbours, ..View::new(view.base, view.graph, view.forest, columns, &standing(workspace)?, stale) })
}

/// Texts or masked phrases changed since the graph of a lens was stored.
pub fn is_stale(workspace: &Workspace, columns: &Columns, lens: Lens) -> Result<bool> {
    let mask = mask_digest(&mask(workspace)?);
    Ok(info(workspace, lens)?.is_some_and(|i| i.digest != columns.text_digest() || i.mask != mask))
}

/// A record dropped by hand, by a rule or because it leaked takes no part; one that a policy dropped does, so that another threshold can
/// bring it back.
fn candidates(graph: &Graph, columns: &Columns, standing: &Standing) -> Vec<Candidate> {
    let protected = Protected::new(columns, standing);
    let numbers = standing.order.iter().find_map(|criterion| match criterion {
        Criterion::Field(name) => columns.numbers(name),
        _ => None,
    });
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
        let is_protected = protected.covers(columns, position);
        let leaked = columns.drop_recipe(position).is_some_and(|recipe| recipe.by == DropBy::Leakage);
        let alive = state != State::Drop || (columns.cause(position) == Some(CauseKind::Duplicate) && !leaked);
        let fixed = is_protected || matches!(state, State::Keep | State::Flag);
        let facts = KeeperFacts {
            protected: is_protected,
            marked_keep: state == State::Keep,
            has_image: columns.has_image(position),
            field: numbers.map_or(f32::NAN, |numbers| numbers[position]),
            chars: columns.chars(position),
        };
        found.push((facts, alive, fixed));
    }
    let facts: Vec<KeeperFacts> = found.iter().map(|(facts, ..)| facts.clone()).collect();
    let ranks = clusters::keeper::rank(&facts, &standing.order);
    found.iter().zip(ranks).map(|(&(_, alive, fixed), rank)| Candidate { alive, fixed, rank }).collect()
}

/// Protected sources and splits by their numbers in the columns.
pub(super) struct Protected {
    sources: Vec<bool>,
    splits: Vec<bool>,
}

impl Protected {
    pub(super) fn new(columns: &Columns, standing: &Standing) -> Protected {
        let splits = columns.names.splits.iter().map(|name| standing.protected_splits.contains(name)).collect();
        Protected { sources: standing.protected_sources.clone(), splits }
    }

    pub(super) fn covers(&self, columns: &Columns, position: usize) -> bool {
        let is = |flags: &[bool], at: usize| flags.get(at).copied().unwrap_or(false);
        is(&self.sources, columns.source(position).into())
            || columns.split(position).is_some_and(|split| is(&self.splits, split.into()))
    }
}
