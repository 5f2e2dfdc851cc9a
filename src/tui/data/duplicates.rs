//! What the duplicates screen shows: two lenses with their graphs, one threshold in full, and what was asked about single pairs.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Data, FilterError};
use crate::clusters::pair_map::PairMap;
use crate::clusters::{Criterion, Curve, Dendrogram, Quality};
use crate::model::{Judgement, Lens, Policy, RecordId, TextPair, Threshold};
use crate::ops::duplicates::at::{AtThreshold, Wording};
use crate::ops::duplicates::{Made, Plan, Recipe, Scope, TriageReport, View};
use crate::store::graphs::GraphInfo;
use crate::tui::effect::{DuplicateWork, Effect, Wanted};

#[derive(Debug, Default)]
pub struct Duplicates {
    /// The workspace was asked for its graphs.
    pub known: bool,
    /// The lens in use, on every screen; `None` until one was chosen or is built.
    chosen: Option<Lens>,
    lexical: Graphed,
    semantic: Graphed,
    /// What was applied last.
    pub applied: Option<Recipe>,
    pub ground: Arc<Ground>,
    /// Grows with every change of what is said or set about pairs.
    pub pairs: u64,
    /// The value of `pairs` that the views are of.
    pairs_seen: u64,
    /// Grows with every graph that is stored, and whenever all records are read anew.
    pub graphs: u64,
    /// The value of `graphs` that the views are of.
    graphs_seen: u64,
    /// The last one that was computed, be it of an older view or another threshold.
    pub at: Option<Arc<Cut>>,
    pub filtered: Option<Filtered>,
    /// Why the filter of the clusters does not parse.
    pub filter_error: Option<FilterError>,
    pub scores: Option<Arc<Scores>>,
    pub moves: Option<Arc<Moves>>,
    /// What applying would do; asked for by the question before it.
    pub plan: Option<Planned>,
    pub cut_plan: Option<Arc<CutPlan>>,
    pub triage: Option<Triaged>,
    pub map: Option<Mapped>,
}

/// One lens.
#[derive(Debug, Clone, Default)]
pub struct Graphed {
    /// `None`: no graph is stored.
    pub info: Option<GraphInfo>,
    pub view: Option<View>,
    /// Of this view, once it is there.
    pub tree: Option<Arc<Tree>>,
    /// The last one of each policy, be it of an older view.
    pub curves: Vec<PolicyCurve>,
    /// Where the slider was left.
    pub remembered: Option<(Threshold, Policy)>,
}

/// What a person said and set about pairs, whatever the lens.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    pub judged: FxHashMap<TextPair, Judgement>,
    pub mask: Vec<String>,
    pub order: Vec<Criterion>,
    /// How texts are compared that no graph has a score of.
    pub wording: Wording,
}

/// The clusters of every threshold: what the list shows until a job has cut them.
#[derive(Debug)]
pub struct Tree {
    /// What it is of.
    pub view: View,
    pub clusters: Dendrogram,
}

/// A cluster, the same as another when it has the same members of the same view: two of one view lie apart or one within the other, so that
/// the first member and the size tell.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub view: View,
    pub first: u32,
    pub size: u32,
}

impl PartialEq for Cluster {
    fn eq(&self, other: &Cluster) -> bool {
        (self.first, self.size) == (other.first, other.size) && self.view.is(&other.view)
    }
}

/// What every threshold would do, by one policy.
#[derive(Debug, Clone)]
pub struct PolicyCurve {
    pub policy: Policy,
    pub curve: Arc<Curve>,
    /// What it is of.
    pub view: View,
}

/// One threshold in full, with what it was asked with.
#[derive(Debug)]
pub struct Cut {
    pub wanted: Wanted,
    pub at: AtThreshold,
    /// Of each cluster, how many members the policy cover keeps.
    pub keeps: Vec<u32>,
    /// Of each cluster, whether it is a chain: not every member is near the keeper, or near another one that stays anyway.
    pub chained: Vec<bool>,
    pub chains: u64,
}

impl Cut {
    /// Which cluster has this number.
    pub fn cluster(&self, number: usize) -> Option<Cluster> {
        let members = self.at.clusters.get(number)?.members;
        Some(Cluster { view: self.at.view.clone(), first: *members.first()?, size: members.len() as u32 })
    }
}

/// The records that the filter of the clusters finds.
#[derive(Debug, Clone)]
pub struct Filtered {
    pub filter: String,
    /// The revision of the data it is of.
    pub revision: u64,
    /// `None`: the filter is blank.
    pub scope: Option<Arc<Scope>>,
}

/// The members of a cluster against its keeper.
#[derive(Debug)]
pub struct Scores {
    pub cluster: Cluster,
    pub quality: Quality,
    /// By index into the graph's records: the score by the lens of the graph, and by the other one; `None` below the floor.
    pub of: FxHashMap<u32, [Option<f32>; 2]>,
    /// The floor of the other lens, where it is built.
    pub other_floor: Option<f32>,
}

/// What a move of the threshold changes.
#[derive(Debug)]
pub struct Moves {
    pub from: Arc<Cut>,
    pub to: Arc<Cut>,
    pub list: Vec<Move>,
    pub enter: u64,
}

/// One record that another threshold would drop, or no longer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    pub enters: bool,
    pub record: RecordId,
    pub witness: RecordId,
    pub score: f32,
}

/// What applying would do, with what it was asked about.
#[derive(Debug, Clone)]
pub struct Planned {
    pub wanted: Wanted,
    pub view: View,
    pub plan: Arc<Plan>,
}

/// What a cut at the weakest link would come to.
#[derive(Debug)]
pub struct CutPlan {
    pub at: Arc<Cut>,
    pub cluster: usize,
    pub sides: (u64, u64),
    pub pairs: u64,
    pub weakest: f32,
}

/// An answer of the triage, with what it is of.
#[derive(Debug, Clone)]
pub struct Triaged {
    pub lens: Lens,
    pub pairs: u64,
    pub skipped: usize,
    pub report: Arc<TriageReport>,
    /// The next pair by the other lens, where it is built; `Err` is the floor that it is below.
    pub other: Option<Result<f32, f32>>,
}

/// The map, with the views it is of.
#[derive(Debug, Clone)]
pub struct Mapped {
    pub lexical: View,
    pub semantic: View,
    pub map: Arc<PairMap>,
}

/// What jobs answer.
#[derive(Debug)]
pub enum DuplicateNews {
    /// One lens as it is stored.
    Loaded(Box<Loaded>),
    Lens(Lens),
    /// A graph that is not stored yet.
    Built(Arc<Made>),
    Tree(Arc<Tree>),
    Curve(PolicyCurve),
    Filtered(Filtered),
    FilterError(FilterError),
    At(Arc<Cut>),
    Scores(Arc<Scores>),
    Moves(Arc<Moves>),
    Plan(Planned),
    CutPlan(Arc<CutPlan>),
    Remembered {
        lens: Lens,
        place: (Threshold, Policy),
    },
    Triage(Triaged),
    Map(Mapped),
    /// There is a model to embed texts with, or none.
    Models(bool),
}

#[derive(Debug)]
pub struct Loaded {
    pub lens: Lens,
    pub info: Option<GraphInfo>,
    pub view: Option<View>,
    pub remembered: Option<(Threshold, Policy)>,
    pub applied: Option<Recipe>,
    pub ground: Arc<Ground>,
    /// The other lens is still to come.
    pub more: bool,
    /// The values of [`Duplicates::pairs`] and [`Duplicates::graphs`] when it was asked for.
    pub of: (u64, u64),
}

impl Duplicates {
    /// The lens in use: the one that was chosen, else that of the last application, else the one that is built.
    pub fn lens(&self) -> Lens {
        let applied = self.applied.as_ref().map(|recipe| recipe.lens).filter(|&lens| self.of(lens).info.is_some());
        let built = || Lens::ALL.into_iter().find(|&lens| self.of(lens).info.is_some());
        self.chosen.or(applied).or_else(built).unwrap_or(Lens::Lexical)
    }

    pub fn of(&self, lens: Lens) -> &Graphed {
        match lens {
            Lens::Lexical => &self.lexical,
            Lens::Semantic => &self.semantic,
        }
    }

    fn of_mut(&mut self, lens: Lens) -> &mut Graphed {
        match lens {
            Lens::Lexical => &mut self.lexical,
            Lens::Semantic => &mut self.semantic,
        }
    }

    /// The view of the lens in use.
    pub fn view(&self) -> Option<&View> {
        self.of(self.lens()).view.as_ref()
    }

    /// The tree of the view in use, where it is there already.
    pub fn tree(&self) -> Option<&Arc<Tree>> {
        self.of(self.lens()).tree.as_ref()
    }

    /// What is stored of the lens in use.
    pub fn info(&self) -> Option<&GraphInfo> {
        self.of(self.lens()).info.as_ref()
    }

    /// The last curve of the lens in use by this policy.
    pub fn curve(&self, policy: Policy) -> Option<&PolicyCurve> {
        self.of(self.lens()).curves.iter().find(|curve| curve.policy == policy)
    }

    /// How scores of a lens are called: by what is compared.
    pub fn score_name(&self, lens: Lens) -> &'static str {
        match lens {
            Lens::Lexical => self.ground.wording.sets.word(),
            Lens::Semantic => "meaning",
        }
    }

    /// Both views, where both are built.
    pub fn both(&self) -> Option<(&View, &View)> {
        self.lexical.view.as_ref().zip(self.semantic.view.as_ref())
    }

    /// The views are older than what was said or set about pairs.
    pub fn is_behind(&self) -> bool {
        self.known && self.pairs != self.pairs_seen
    }

    /// The stored graphs are other ones than the views are of.
    pub fn is_old(&self) -> bool {
        self.graphs != self.graphs_seen
    }
}

impl Data {
    /// Takes a job's answer in; what must be asked next because of it.
    pub(super) fn take_duplicates(&mut self, news: DuplicateNews) -> Vec<Effect> {
        let duplicates = &mut self.duplicates;
        match news {
            DuplicateNews::Loaded(loaded) => self.take_view(*loaded),
            DuplicateNews::Lens(lens) => {
                duplicates.chosen = Some(lens);
                self.similar = None;
            }
            DuplicateNews::Built(made) => return vec![Effect::Duplicates(DuplicateWork::SaveGraph(made))],
            DuplicateNews::Tree(tree) => {
                let graphed = duplicates.of_mut(tree.view.lens());
                graphed.tree = graphed.view.as_ref().is_some_and(|view| view.is(&tree.view)).then_some(tree);
            }
            DuplicateNews::Curve(curve) => {
                let curves = &mut duplicates.of_mut(curve.view.lens()).curves;
                curves.retain(|known| known.policy != curve.policy);
                curves.push(curve);
            }
            DuplicateNews::Filtered(filtered) => {
                duplicates.filter_error = None;
                duplicates.filtered = Some(filtered);
            }
            DuplicateNews::FilterError(error) => duplicates.filter_error = Some(error),
            DuplicateNews::At(at) => duplicates.at = Some(at),
            DuplicateNews::Scores(scores) => duplicates.scores = Some(scores),
            DuplicateNews::Moves(moves) => duplicates.moves = Some(moves),
            DuplicateNews::Plan(plan) => duplicates.plan = Some(plan),
            DuplicateNews::CutPlan(plan) => duplicates.cut_plan = Some(plan),
            DuplicateNews::Remembered { lens, place } => duplicates.of_mut(lens).remembered = Some(place),
            DuplicateNews::Triage(triaged) => duplicates.triage = Some(triaged),
            DuplicateNews::Map(map) => duplicates.map = Some(map),
            DuplicateNews::Models(has_model) => self.has_model = Some(has_model),
        }
        Vec::new()
    }

    fn take_view(&mut self, loaded: Loaded) {
        let Loaded { lens, info, view, remembered, applied, ground, more, of } = loaded;
        let duplicates = &mut self.duplicates;
        if !view.as_ref().zip(duplicates.of(lens).view.as_ref()).is_some_and(|(new, old)| Arc::ptr_eq(&new.graph, &old.graph)) {
            self.similar = None;
        }
        let graphed = duplicates.of_mut(lens);
        let curves = if view.is_some() { std::mem::take(&mut graphed.curves) } else { Vec::new() };
        let tree = graphed.tree.take().filter(|tree| view.as_ref().is_some_and(|view| view.is(&tree.view)));
        *graphed = Graphed { info, view, tree, curves, remembered };
        duplicates.applied = applied;
        duplicates.ground = ground;
        duplicates.known |= !more || duplicates.view().is_some();
        if !more {
            (duplicates.pairs_seen, duplicates.graphs_seen) = of;
            duplicates.known = true;
        }
        if duplicates.view().is_none() {
            duplicates.at = None;
        }
        duplicates.plan = None;
        self.revise();
    }
}
