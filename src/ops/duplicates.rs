//! duplicates: build the similarity graph, see what a threshold would do, apply a policy.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::{CommandLine, query};
use crate::clusters::{self, Candidate, Clusters, Criterion, Curve, CurvePoint, KeeperFacts, Proposal};
use crate::display::grouped;
use crate::error::{Error, Result};
use crate::model::filter::CauseKind;
use crate::model::{Changed, DuplicateDrop, Lens, OpId, OpKind, Policy, RecordId, State, Threshold};
use crate::progress::Progress;
use crate::query::{Columns, Hits};
use crate::similarity::{Forest, Graph, Neighbours};
use crate::store::graphs::GraphInfo;
use crate::store::settings;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

/// Lowest score that a graph keeps, where none is asked for.
pub const DEFAULT_FLOOR: f32 = 0.5;

/// Finds every pair ≥ `floor` among the records at `positions`. The middle step of [`build`]: pure, no database.
pub fn compute(columns: &Columns, positions: &[u32], lens: Lens, floor: f32, progress: &Progress) -> Result<Graph> {
    let mut positions = positions.to_vec();
    positions.sort_unstable();
    let records = positions.iter().map(|&p| columns.id(p as usize)).collect();
    let texts: Vec<&str> = positions.iter().map(|&p| columns.text(p as usize)).collect();
    Graph::build(lens, floor, records, &texts, progress)
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BuildReport {
    pub lens: Lens,
    pub floor: f32,
    pub records: u64,
    /// Records with different words.
    pub nodes: u64,
    /// Pairs of nodes ≥ floor.
    pub edges: u64,
}

/// Builds the graph of a lens over the records that the filter selects (all, when it is empty) and stores it.
pub fn build(workspace: &mut Workspace, lens: Lens, floor: f32, filter: &str, progress: &Progress) -> Result<BuildReport> {
    let columns = query::columns(workspace, progress)?;
    let hits: Hits = query::select(workspace, &columns, &query::parse(workspace, &columns, filter, None)?, progress)?;
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
    for &record in &graph.records {
        let Some(position) = columns.position(record) else {
            found.push((KeeperFacts::default(), false, false));
            continue;
        };
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

/// What a policy would do at a threshold; nothing is changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Consequences {
    pub lens: Lens,
    pub threshold: f32,
    pub policy: Policy,
    /// Texts changed since the graph was built: the figures are of the older texts.
    pub stale: bool,
    /// Clusters of two or more records.
    pub clusters: u64,
    /// Records in them.
    pub clustered: u64,
    pub largest: u64,
    pub dropped: u64,
    pub dropped_by_source: BTreeMap<String, u64>,
    pub dropped_by_split: BTreeMap<String, u64>,
}

pub fn consequences(view: &View, columns: &Columns, threshold: Threshold, policy: Policy) -> Consequences {
    let clusters = view.clusters(threshold);
    let mut point = CurvePoint::default();
    for cluster in (0..clusters.len()).filter_map(|n| clusters.get(n)) {
        point.clusters += 1;
        point.clustered += cluster.members.len() as u32;
        point.largest = point.largest.max(cluster.members.len() as u32);
    }
    let proposals = view.propose(threshold, policy);
    let (dropped_by_source, dropped_by_split) = spread(view, columns, &proposals);
    Consequences {
        lens: view.lens(),
        threshold: threshold.value(),
        policy,
        stale: view.stale,
        clusters: point.clusters.into(),
        clustered: point.clustered.into(),
        largest: point.largest.into(),
        dropped: proposals.len() as u64,
        dropped_by_source,
        dropped_by_split,
    }
}

/// How many of the proposals fall on each source and each split.
pub fn spread(view: &View, columns: &Columns, proposals: &[Proposal]) -> (BTreeMap<String, u64>, BTreeMap<String, u64>) {
    let (mut sources, mut splits) = (BTreeMap::new(), BTreeMap::new());
    for proposal in proposals {
        let Some(position) = columns.position(view.graph.records[proposal.record as usize]) else { continue };
        *sources.entry(columns.source_name(position).to_owned()).or_default() += 1;
        *splits.entry(columns.split_name(position).unwrap_or("none").to_owned()).or_default() += 1;
    }
    (sources, splits)
}

/// Refuses a threshold below what the graph holds.
pub fn require_in_range(view: &View, threshold: Threshold) -> Result<()> {
    if threshold < view.floor() {
        return Err(Error::usage(format!("the graph holds pairs from {} up", view.floor()))
            .hint(format!("build it lower: `tamis duplicates build WORKSPACE --floor {threshold}`")));
    }
    Ok(())
}

/// One cluster for `duplicates clusters`.
#[derive(Debug, Clone, Serialize)]
pub struct ClusterRow {
    pub size: usize,
    /// The lowest score that holds it together.
    pub weakest: f32,
    pub keeper: RecordId,
    pub members: Vec<RecordId>,
}

/// The clusters at a threshold, largest first; `across` keeps those that span more than one split or source.
pub fn cluster_rows(view: &View, columns: &Columns, threshold: Threshold, across: Option<Across>) -> Vec<ClusterRow> {
    let clusters = view.clusters(threshold);
    (0..clusters.len())
        .filter_map(|n| clusters.get(n))
        .filter(|cluster| across.is_none_or(|across| spans(view, columns, cluster.members, across)))
        .map(|cluster| ClusterRow {
            size: cluster.members.len(),
            weakest: cluster.weakest,
            keeper: view.graph.records[view.keeper(cluster.members).unwrap_or(cluster.members[0]) as usize],
            members: cluster.members.iter().map(|&m| view.graph.records[m as usize]).collect(),
        })
        .collect()
}

/// A border that clusters or pairs may cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    Splits,
    Sources,
}

impl Across {
    fn side(self, columns: &Columns, record: RecordId) -> Option<u16> {
        let position = columns.position(record)?;
        match self {
            Across::Splits => Some(columns.split(position).map_or(u16::MAX, u16::from)),
            Across::Sources => Some(columns.source(position)),
        }
    }
}

/// Whether the members lie on more than one side.
pub fn spans(view: &View, columns: &Columns, members: &[u32], across: Across) -> bool {
    let mut sides = members.iter().map(|&m| across.side(columns, view.graph.records[m as usize]));
    let first = sides.next();
    sides.any(|side| Some(side) != first)
}

/// Calls `pair` for every pair of records ≥ threshold (a < b), across the border where one is named.
pub fn pairs(
    view: &View,
    columns: &Columns,
    threshold: Threshold,
    across: Option<Across>,
    mut pair: impl FnMut(RecordId, RecordId, f32) -> Result<()>,
) -> Result<u64> {
    let mut count = 0;
    for (a, b, score) in view.graph.pairs(threshold.value()) {
        if across.is_none_or(|across| across.side(columns, a) != across.side(columns, b)) {
            pair(a, b, score)?;
            count += 1;
        }
    }
    Ok(count)
}

#[derive(Debug, Clone, Serialize)]
pub struct ApplyReport {
    pub lens: Lens,
    pub threshold: f32,
    pub policy: Policy,
    pub dropped: u64,
    /// Drops of an earlier application that are taken back.
    pub restored: u64,
    pub operation: Option<OpId>,
    pub drops: Vec<Drop>,
    #[serde(skip)]
    pub stale: Changed,
}

/// A dropped record with the kept one that it resembles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drop {
    pub id: RecordId,
    pub witness: RecordId,
    pub score: f32,
}

/// What was applied last.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub lens: Lens,
    pub threshold: f32,
    pub policy: Policy,
}

impl Recipe {
    pub fn threshold(&self) -> Threshold {
        Threshold::new(f64::from(self.threshold)).unwrap_or(Threshold::from_thousandths(1000))
    }
}

/// What was applied last, if anything was.
pub fn applied(workspace: &Workspace) -> Result<Option<Recipe>> {
    let recipe = workspace.store().setting(settings::DUPLICATES)?;
    Ok(recipe.and_then(|json| serde_json::from_str(&json).ok()))
}

/// What [`apply`] would do, exactly; nothing is changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub threshold: Threshold,
    pub policy: Policy,
    /// Records in the workspace.
    pub records: u64,
    /// By record id.
    pub drops: Vec<Drop>,
    /// Drops of an earlier application that are taken back.
    pub restored: Vec<RecordId>,
    /// Drops whose witness goes as well: only the policy `every` has such.
    pub unwitnessed: u64,
}

pub fn plan(workspace: &Workspace, view: &View, threshold: Threshold, policy: Policy) -> Result<Plan> {
    let drop = |p: Proposal| Drop {
        id: view.graph.records[p.record as usize],
        witness: view.graph.records[p.witness as usize],
        score: p.score,
    };
    let drops: Vec<Drop> = view.propose(threshold, policy).into_iter().map(drop).collect();
    let goes = |record: &RecordId| drops.binary_search_by_key(record, |d| d.id).is_ok();
    let restored = workspace.store().duplicate_records()?.into_iter().filter(|record| !goes(record)).collect();
    let unwitnessed = drops.iter().filter(|drop| goes(&drop.witness)).count() as u64;
    Ok(Plan { threshold, policy, records: workspace.store().record_count()?, drops, restored, unwitnessed })
}

/// Applies a policy as one operation: takes back what an earlier application dropped, then drops what is proposed now.
pub fn apply(
    workspace: &mut Workspace,
    view: &View,
    threshold: Threshold,
    policy: Policy,
    progress: &Progress,
) -> Result<ApplyReport> {
    require_in_range(view, threshold)?;
    if view.stale {
        return Err(Error::refused("texts changed since the similarity graph was built")
            .hint(format!("build it again: `tamis duplicates build WORKSPACE --lens {}`", view.lens().word())));
    }
    let Plan { drops, restored: earlier, .. } = plan(workspace, view, threshold, policy)?;
    progress.stage("applying", "records", (earlier.len() + drops.len()) as u64)?;
    let command = CommandLine::new("duplicates apply", workspace)
        .option("--lens", view.lens().word())
        .option("--threshold", threshold)
        .option("--policy", policy.word())
        .to_string();
    let recipe = Recipe { lens: view.lens(), threshold: threshold.value(), policy };
    let recipe = serde_json::json!(recipe).to_string();
    let done = workspace.transact(
        |tx| {
            let mut restored = 0;
            for &record in &earlier {
                restored += u64::from(tx.set_duplicate(record, None)?);
                progress.add(1)?;
            }
            for drop in &drops {
                tx.set_duplicate(drop.id, Some(DuplicateDrop { witness: drop.witness, score: drop.score }))?;
                progress.add(1)?;
            }
            tx.set_setting(settings::DUPLICATES, Some(recipe))?;
            Ok(restored)
        },
        |_| OpInfo {
            kind: OpKind::ApplyDuplicates,
            description: format!(
                "duplicates {} at {:#} ({}): drops {} records",
                policy.word(),
                threshold,
                view.lens().word(),
                grouped(drops.len() as u64)
            ),
            command,
        },
    )?;
    Ok(ApplyReport {
        lens: view.lens(),
        threshold: threshold.value(),
        policy,
        dropped: drops.len() as u64,
        restored: done.value,
        operation: done.operation,
        drops,
        stale: done.changed,
    })
}
