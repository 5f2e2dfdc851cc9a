//! The jobs of the duplicates screen.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Lanes, outcome};
use crate::clusters::pair_map::PairMap;
use crate::clusters::quality::stays;
use crate::clusters::{Dendrogram, Moved, Proposal, Quality};
use crate::display::grouped;
use crate::error::{Error, Result};
use crate::model::{Lens, Policy, RecordId, Sets, Threshold};
use crate::ops::duplicates::at::Wording;
use crate::ops::duplicates::{self, Asked, AtThreshold, Made, Scope, View, Wish, at};
use crate::ops::{model, query};
use crate::tui::data::duplicates::{
    Cut, CutPlan, DuplicateNews, Filtered, Ground, Loaded, Mapped, Move, Moves, Planned, PolicyCurve, Scores, Tree, Triaged,
};
use crate::tui::data::{Data, FilterError};
use crate::tui::effect::{DuplicateWork, Wanted};
use crate::tui::jobs::{JobId, Slot};
use crate::tui::message::Message;
use crate::workspace::Workspace;

/// A compute job's answer.
fn news(news: DuplicateNews) -> Message {
    Message::Duplicates(news)
}

impl Lanes {
    /// As [`Lanes::run`].
    pub(super) fn duplicates(&mut self, work: DuplicateWork, data: &Data) -> Option<JobId> {
        match work {
            DuplicateWork::LoadView => self.load_views(data),
            DuplicateWork::RefreshView => self.refresh_views(data),
            DuplicateWork::BuildGraph(wish) => self.build(wish, data),
            DuplicateWork::SaveGraph(made) => self.save_graph(made),
            DuplicateWork::Tree(lens) => self.tree(lens, data),
            DuplicateWork::Curve { lens, policy } => self.curve(lens, policy, data),
            DuplicateWork::Filter(filter) => self.filter_clusters(filter, data),
            DuplicateWork::AtThreshold(wanted) => self.at_threshold(wanted, data),
            DuplicateWork::Scores { at, cluster } => self.scores(at, cluster, data),
            DuplicateWork::Moves { from, to } => {
                self.jobs.compute(Slot::Moves, "comparing thresholds", move |_| {
                    Ok(news(DuplicateNews::Moves(Arc::new(moves(from, to)))))
                });
            }
            DuplicateWork::Plan(wanted) => self.plan_duplicates(wanted, data),
            DuplicateWork::ApplyDuplicates(wanted) => self.apply_duplicates(wanted, data),
            DuplicateWork::Judge { pair, judgement } => {
                let columns = data.columns.clone()?;
                return Some(self.change("judging", move |workspace, _| {
                    let report = duplicates::judge(workspace, &columns, &[pair], judgement)?;
                    let (a, b) = pair;
                    let words = match judgement {
                        Some(judgement) => format!("{a} and {b}: {}", judgement.verdict.word()),
                        None => format!("{a} and {b}: no longer judged"),
                    };
                    Ok(outcome(words, report.stale))
                }));
            }
            DuplicateWork::PlanCut { at, cluster } => self.plan_cut(at, cluster, data),
            DuplicateWork::CutWeakest { lens, threshold, member } => self.cut_weakest(lens, threshold, member, data),
            DuplicateWork::SetMask(phrases) => {
                return Some(self.change("setting the ignored phrases", move |workspace, _| {
                    let report = duplicates::set_mask(workspace, &phrases)?;
                    let words = match report.operation {
                        Some(_) => format!("{} phrases do not count: B builds the graph again", report.values.len()),
                        None => "nothing changed".to_owned(),
                    };
                    Ok(outcome(words, report.stale))
                }));
            }
            DuplicateWork::SetKeeperOrder(order) => {
                return Some(self.change("setting the keeper order", move |workspace, _| {
                    let report = duplicates::set_keeper_order(workspace, &order)?;
                    let words = match report.operation {
                        Some(_) if report.values.is_empty() => "kept first: as it is by default".to_owned(),
                        Some(_) => format!("kept first: {}", report.values.join(", ")),
                        None => "nothing changed".to_owned(),
                    };
                    Ok(outcome(words, report.stale))
                }));
            }
            DuplicateWork::Remember { lens, method, threshold, policy } => {
                self.jobs.write("remembering the threshold", move |workspace| {
                    duplicates::remember(workspace, lens, &method, threshold, policy)?;
                    Ok(news(DuplicateNews::Remembered { lens, place: (threshold, policy) }))
                });
            }
            DuplicateWork::Triage { lens, threshold, skipped } => self.triage(lens, threshold, skipped, data),
            DuplicateWork::Map => self.map(data),
            DuplicateWork::LookForModels => self.look_for_models(),
        }
        None
    }

    /// The lens in use first: the other one may take its time.
    fn load_views(&mut self, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        let of = (data.duplicates.pairs, data.duplicates.graphs);
        let (first, path) = (data.duplicates.lens(), self.path.clone());
        self.jobs.stream(Slot::View, "reading the similarity graphs", move |_, tell| {
            let workspace = Workspace::open_beside(&path)?;
            let load = |lens: Lens| {
                let info = duplicates::info(&workspace, lens)?;
                let view = info.as_ref().map(|_| duplicates::view(&workspace, &columns, lens)).transpose()?;
                loaded(&workspace, lens, view, of)
            };
            tell(news(DuplicateNews::Loaded(Box::new(Loaded { more: true, ..load(first)? }))));
            Ok(news(DuplicateNews::Loaded(Box::new(load(first.other())?))))
        });
    }

    /// Marks, edits, judgements and settings change who takes part and which pairs count, not the graphs.
    fn refresh_views(&mut self, data: &Data) {
        if data.duplicates.is_old() {
            return self.load_views(data);
        }
        let Some(columns) = data.columns.clone() else { return };
        let of = (data.duplicates.pairs, data.duplicates.graphs);
        let judged = data.duplicates.is_behind();
        let first = data.duplicates.lens();
        let views = [first, first.other()].map(|lens| (lens, data.duplicates.of(lens).view.clone()));
        let path = self.path.clone();
        self.jobs.stream(Slot::View, "reading who takes part", move |_, tell| {
            let workspace = Workspace::open_beside(&path)?;
            let mut last = None;
            for (lens, view) in views {
                let renew = |view: View| match judged {
                    true => duplicates::renewed(&workspace, &columns, view.base),
                    false => duplicates::refreshed(&workspace, &columns, view),
                };
                let view = view.map(renew).transpose()?;
                let loaded = Box::new(loaded(&workspace, lens, view, of)?);
                if let Some(earlier) = last.replace(loaded) {
                    tell(news(DuplicateNews::Loaded(Box::new(Loaded { more: true, ..*earlier }))));
                }
            }
            last.map(|loaded| news(DuplicateNews::Loaded(loaded))).ok_or_else(Error::interrupted)
        });
    }

    fn build(&mut self, wish: Wish, data: &Data) {
        let columns = data.columns.clone().filter(|_| data.pending.is_empty());
        let folders = self.folders.clone();
        self.read(Slot::Build(wish.lens), "finding pairs", move |workspace, progress| {
            // Of texts that changed a moment ago, the graph would be stale as soon as it is there.
            let columns = columns.map_or_else(|| query::columns(workspace, progress), Ok)?;
            let made = duplicates::make(workspace, &columns, &wish, &folders, progress)?;
            Ok(news(DuplicateNews::Built(Arc::new(made))))
        });
    }

    /// The second half of a build: only the store lane writes.
    fn save_graph(&mut self, made: Arc<Made>) {
        self.jobs.write("storing the similarity graph", move |workspace| {
            let report = duplicates::save(workspace, &made)?;
            let capped = report.capped.map_or_else(String::new, |most| format!(", capped at {most} of each text"));
            let what = format!("{} ({})", report.lens.word(), report.method);
            Ok(Message::Saved(format!("{what}: {} pairs at {:.2} or above{capped}", grouped(report.edges), report.floor)))
        });
    }

    fn tree(&mut self, lens: Lens, data: &Data) {
        let Some(view) = data.duplicates.of(lens).view.clone() else { return };
        self.jobs.compute(Slot::ClusterTree, "lining the clusters up", move |_| {
            let clusters = Dendrogram::of(&view.graph, &view.forest, &view.candidates);
            Ok(news(DuplicateNews::Tree(Arc::new(Tree { view, clusters }))))
        });
    }

    fn curve(&mut self, lens: Lens, policy: Policy, data: &Data) {
        let Some(view) = data.duplicates.of(lens).view.clone() else { return };
        self.jobs.compute(Slot::Curve, "trying every threshold", move |progress| {
            let curve = Arc::new(view.curve(policy, progress)?);
            Ok(news(DuplicateNews::Curve(PolicyCurve { policy, curve, view })))
        });
    }

    fn filter_clusters(&mut self, filter: String, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        let revision = data.revision;
        self.read(Slot::ClusterFilter, "filtering", move |workspace, progress| {
            if let Err(error) = query::parse_filter(&columns, &filter) {
                return Ok(news(DuplicateNews::FilterError(FilterError { at: error.at, message: error.message, filter })));
            }
            let scope = duplicates::scope(workspace, &columns, &filter, progress)?.map(Arc::new);
            Ok(news(DuplicateNews::Filtered(Filtered { filter, revision, scope })))
        });
    }

    fn at_threshold(&mut self, wanted: Wanted, data: &Data) {
        let (Some(view), Some(columns)) = (data.duplicates.of(wanted.lens).view.clone(), data.columns.clone()) else { return };
        let scope = scope(&wanted, data);
        self.jobs.compute(Slot::Clusters, "cutting clusters", move |progress| {
            let Wanted { threshold, policy, across, order, reversed, .. } = wanted;
            let asked = Asked { threshold, policy, across, scope, order, reversed };
            let at = at::cut(&view, &columns, asked, progress)?;
            let (keeps, chained) = kept_by_cover(&at);
            progress.check()?;
            let chains = chained.iter().filter(|&&chained| chained).count() as u64;
            Ok(news(DuplicateNews::At(Arc::new(Cut { wanted, at, keeps, chained, chains }))))
        });
    }

    fn scores(&mut self, at: Arc<Cut>, cluster: usize, data: &Data) {
        let other = data.duplicates.of(at.wanted.lens.other()).view.clone();
        let Some(columns) = data.columns.clone() else { return };
        self.jobs.compute(Slot::Scores, "comparing members", move |progress| {
            let missing = || Error::refused("this cluster is not there any more");
            let which = at.cluster(cluster).ok_or_else(missing)?;
            let view = &at.at.view;
            let found = at.at.clusters.get(cluster).ok_or_else(missing)?;
            let keeper = *at.at.keepers.get(cluster).ok_or_else(missing)?;
            let is_undecided = |index: u32| view.is_undecided(&columns, index);
            let adjacency = view.neighbours().adjacency();
            progress.check()?;
            let quality = Quality::of(&view.base, adjacency, found, keeper, at.wanted.threshold, &view.candidates, is_undecided);
            let across = |member: u32| {
                let other = other.as_ref()?;
                let index = |record: RecordId| other.graph.index_of(record).map(|index| index as u32);
                other.score(index(at.at.record(keeper))?, index(at.at.record(member))?)
            };
            let mut of = FxHashMap::default();
            for &member in found.members {
                progress.check()?;
                of.insert(member, [view.score(keeper, member), across(member)]);
            }
            let other_floor = other.as_ref().map(|view| view.floor().value());
            Ok(news(DuplicateNews::Scores(Arc::new(Scores { cluster: which, quality, of, other_floor }))))
        });
    }

    fn plan_duplicates(&mut self, wanted: Wanted, data: &Data) {
        let Some(view) = data.duplicates.of(wanted.lens).view.clone() else { return };
        let scope = scope(&wanted, data);
        self.read(Slot::DuplicatesPlan, "counting drops", move |workspace, _| {
            let plan = duplicates::plan(workspace, &view, wanted.threshold, wanted.policy, scope.as_deref())?;
            Ok(news(DuplicateNews::Plan(Planned { wanted, view, plan: Arc::new(plan) })))
        });
    }

    fn apply_duplicates(&mut self, wanted: Wanted, data: &Data) {
        let Some(view) = data.duplicates.of(wanted.lens).view.clone() else { return };
        let scope = scope(&wanted, data);
        self.jobs.store("applying the policy", move |workspace, progress| {
            let Wanted { threshold, policy, .. } = wanted;
            let report = duplicates::apply(workspace, &view, threshold, policy, scope.as_deref(), progress)?;
            let words =
                format!("dropped {} duplicates, took {} earlier drops back", grouped(report.dropped), grouped(report.restored));
            Ok(Message::Done(outcome(words, report.stale)))
        });
    }

    fn plan_cut(&mut self, at: Arc<Cut>, cluster: usize, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        self.jobs.compute(Slot::DuplicatesPlan, "looking for the weakest link", move |_| {
            let member = at.at.clusters.get(cluster).and_then(|cluster| cluster.members.first());
            let member = *member.ok_or_else(|| Error::refused("this cluster is not there any more"))?;
            let plan = duplicates::plan_cut(&columns, &at.at.view, at.wanted.threshold, at.at.record(member))?;
            let (sides, pairs, weakest) = (plan.sides, plan.pairs, plan.weakest);
            Ok(news(DuplicateNews::CutPlan(Arc::new(CutPlan { at, cluster, sides, pairs, weakest }))))
        });
    }

    fn cut_weakest(&mut self, lens: Lens, threshold: Threshold, member: RecordId, data: &Data) {
        let (Some(columns), Some(view)) = (data.columns.clone(), data.duplicates.of(lens).view.clone()) else { return };
        self.change("cutting the cluster", move |workspace, _| {
            let report = duplicates::cut_weakest(workspace, &columns, &view, threshold, member)?;
            let (one, other) = report.plan.sides;
            let words = format!("cut: {} and {} records, {} pairs", grouped(one), grouped(other), grouped(report.plan.pairs));
            Ok(outcome(words, report.stale))
        });
    }

    fn triage(&mut self, lens: Lens, threshold: Threshold, skipped: Vec<(RecordId, RecordId)>, data: &Data) {
        let (Some(columns), Some(view)) = (data.columns.clone(), data.duplicates.of(lens).view.clone()) else { return };
        let other = data.duplicates.of(lens.other()).view.clone();
        let pairs = data.duplicates.pairs;
        self.read(Slot::Triage, "choosing a pair", move |workspace, _| {
            let report = duplicates::triage(workspace, &columns, &view, threshold, &skipped)?;
            let other = report.next.as_ref().zip(other).map(|(question, other)| {
                let index = |record| other.graph.index_of(record).map(|index| index as u32);
                let score = index(question.a).zip(index(question.b)).and_then(|(a, b)| other.score(a, b));
                score.ok_or(other.floor().value())
            });
            let triaged = Triaged { lens, pairs, skipped: skipped.len(), report: Arc::new(report), other };
            Ok(news(DuplicateNews::Triage(triaged)))
        });
    }

    fn map(&mut self, data: &Data) {
        let Some((lexical, semantic)) = data.duplicates.both() else { return };
        let (lexical, semantic) = (lexical.clone(), semantic.clone());
        self.jobs.compute(Slot::PairMap, "mapping the pairs", move |progress| {
            let map = Arc::new(PairMap::of(&lexical.graph, &semantic.graph, progress)?);
            Ok(news(DuplicateNews::Map(Mapped { lexical, semantic, map })))
        });
    }

    /// Whether texts can be embedded here.
    fn look_for_models(&mut self) {
        let folders = self.folders.clone();
        self.jobs.compute(Slot::Models, "looking for a model", move |_| {
            Ok(news(DuplicateNews::Models(!model::list(&folders)?.is_empty())))
        });
    }
}

/// A lens with its view and what is said and set about pairs.
fn loaded(workspace: &Workspace, lens: Lens, view: Option<View>, of: (u64, u64)) -> Result<Loaded> {
    let info = duplicates::info(workspace, lens)?.filter(|_| view.is_some());
    let remembered = info.as_ref().map(|info| duplicates::remembered(workspace, lens, &info.method)).transpose()?.flatten();
    let judged = workspace.store().judgements()?.into_iter().collect();
    let sets = duplicates::info(workspace, Lens::Lexical)?.and_then(|info| info.method.parse().ok());
    let mask = duplicates::mask(workspace)?;
    let wording = Wording::new(sets.unwrap_or(Sets::Words), &mask)?;
    let ground = Ground { judged, mask, order: duplicates::keeper_order(workspace)?, wording };
    let (applied, ground) = (duplicates::applied(workspace)?, Arc::new(ground));
    Ok(Loaded { lens, info, view, remembered, applied, ground, more: false, of })
}

/// What the filter of the clusters finds; `None` where there is no filter.
fn scope(wanted: &Wanted, data: &Data) -> Option<Arc<Scope>> {
    let filtered = data.duplicates.filtered.as_ref().filter(|filtered| filtered.filter == wanted.filter);
    filtered.filter(|_| !wanted.filter.is_empty()).and_then(|filtered| filtered.scope.clone())
}

/// Of each cluster how many members cover keeps, and whether one of them is kept for being far from the keeper alone.
fn kept_by_cover(at: &AtThreshold) -> (Vec<u32>, Vec<bool>) {
    let proposals = match at.asked.policy {
        Policy::Cover => None,
        _ => Some(at.view.propose(at.asked.threshold, Policy::Cover)),
    };
    let proposals = proposals.as_ref().unwrap_or(&at.proposals);
    let keeps = stays(&at.clusters, proposals);
    let is_dropped = |index: u32| proposals.binary_search_by_key(&index, |p| p.record).is_ok();
    let strays = |n: usize, keeper: u32| {
        let members = at.clusters.get(n).map_or(&[][..], |cluster| cluster.members);
        members.iter().any(|&m| m != keeper && !at.view.candidates[m as usize].fixed && !is_dropped(m))
    };
    let chained = at.keepers.iter().zip(&keeps).enumerate().map(|(n, (&keeper, &keeps))| keeps > 1 && strays(n, keeper));
    let chained = chained.collect();
    (keeps, chained)
}

fn moves(from: Arc<Cut>, to: Arc<Cut>) -> Moves {
    let moved = Moved::between(&from.at.proposals, &to.at.proposals);
    let entry = |cut: &Cut, enters: bool, p: &Proposal| Move {
        enters,
        record: cut.at.record(p.record),
        witness: cut.at.record(p.witness),
        score: p.score,
    };
    let entering = moved.entering.iter().map(|p| entry(&to, true, p));
    let leaving = moved.leaving.iter().map(|p| entry(&from, false, p));
    let list = entering.chain(leaving).collect();
    let enter = moved.entering.len() as u64;
    Moves { list, enter, from, to }
}
