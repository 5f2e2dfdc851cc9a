//! What the screen shows and the data do not have yet: each is asked for once.

use std::sync::Arc;

use super::dialog::Dialog;
use super::{Over, State};
use crate::model::{Lens, Policy, Threshold};
use crate::ops::duplicates::View;
use crate::tui::data::Data;
use crate::tui::data::duplicates::Cut;
use crate::tui::effect::{DuplicateWork, Effect, Wanted};

/// What was asked last, each with what it was asked about.
#[derive(Debug, Default)]
pub(super) struct Asked {
    filter: Option<(String, u64)>,
    tree: Option<Of>,
    curve: Option<(Policy, Of)>,
    at: Option<(Wanted, Of, u64)>,
    scores: Option<(Same, usize, bool)>,
    moves: Option<(Same, Same)>,
    plan: Option<(Wanted, Of)>,
    cut_plan: Option<(Same, usize)>,
    remember: Option<(Lens, Threshold, Policy)>,
    triage: Option<(Lens, Threshold, u64, usize)>,
    map: Option<(Of, Of)>,
    /// Asked once, and again whenever the answer matters.
    pub models: bool,
}

/// A view, the same as another when it is of the same graph and records.
#[derive(Debug, Clone)]
struct Of(View);

impl PartialEq for Of {
    fn eq(&self, other: &Of) -> bool {
        self.0.is(&other.0)
    }
}

/// A cut, the same as another when it is that very one.
#[derive(Debug, Clone)]
struct Same(Arc<Cut>);

impl PartialEq for Same {
    fn eq(&self, other: &Same) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// True when this was not asked for last; from now on it was.
fn is_new<T: PartialEq>(asked: &mut Option<T>, now: T) -> bool {
    let is_new = asked.as_ref() != Some(&now);
    *asked = Some(now);
    is_new
}

impl State {
    /// What the screen shows and the data do not have yet; asks once for the same thing.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        let mut wants = Vec::new();
        if !std::mem::replace(&mut self.asked.models, true) {
            wants.push(DuplicateWork::LookForModels);
        }
        if let Some(view) = data.duplicates.view() {
            self.wants_of(&mut wants, view, data);
        }
        wants.into_iter().map(Effect::Duplicates).collect()
    }

    fn wants_of(&mut self, wants: &mut Vec<DuplicateWork>, view: &View, data: &Data) {
        let wanted = self.wanted(data);
        self.wants_tree(wants, data);
        self.wants_clusters(wants, &wanted, view, data);
        self.wants_curve(wants, wanted.policy, view, data);
        self.wants_scores(wants, data);
        self.wants_moves(wants, data);
        match &self.dialog {
            Some(Dialog::Apply) => {
                if is_new(&mut self.asked.plan, (wanted.clone(), Of(view.clone()))) {
                    wants.push(DuplicateWork::Plan(wanted.clone()));
                }
            }
            Some(Dialog::Cut { at, cluster }) => {
                if is_new(&mut self.asked.cut_plan, (Same(at.clone()), *cluster)) {
                    wants.push(DuplicateWork::PlanCut { at: at.clone(), cluster: *cluster });
                }
            }
            _ => self.asked.plan = None,
        }
        self.wants_over(wants, &wanted, data);
        self.remembers(wants, &wanted, data);
    }

    /// Of the lens in use, then of the other one, to be there when one goes over.
    fn wants_tree(&mut self, wants: &mut Vec<DuplicateWork>, data: &Data) {
        let lens = data.duplicates.lens();
        let graphs = [lens, lens.other()].map(|lens| data.duplicates.of(lens));
        let missing = graphs.into_iter().filter(|graphed| graphed.tree.is_none()).find_map(|graphed| graphed.view.as_ref());
        let Some(view) = missing else { return };
        if is_new(&mut self.asked.tree, Of(view.clone())) {
            wants.push(DuplicateWork::Tree(view.lens()));
        }
    }

    /// First what the filter finds, then the clusters.
    fn wants_clusters(&mut self, wants: &mut Vec<DuplicateWork>, wanted: &Wanted, view: &View, data: &Data) {
        let filtered = data.duplicates.filtered.as_ref();
        let has_filtered = filtered.is_some_and(|f| f.filter == wanted.filter && f.revision == data.revision);
        if !wanted.filter.is_empty() && !has_filtered {
            if is_new(&mut self.asked.filter, (wanted.filter.clone(), data.revision)) {
                wants.push(DuplicateWork::Filter(wanted.filter.clone()));
            }
            return;
        }
        let filtered_at = if wanted.filter.is_empty() { 0 } else { data.revision };
        if !self.is_current(data) && is_new(&mut self.asked.at, (wanted.clone(), Of(view.clone()), filtered_at)) {
            wants.push(DuplicateWork::AtThreshold(wanted.clone()));
        }
    }

    fn wants_curve(&mut self, wants: &mut Vec<DuplicateWork>, policy: Policy, view: &View, data: &Data) {
        let has_curve = data.duplicates.curve(policy).is_some_and(|curve| curve.view.is(view));
        if !has_curve && is_new(&mut self.asked.curve, (policy, Of(view.clone()))) {
            wants.push(DuplicateWork::Curve { lens: view.lens(), policy });
        }
    }

    /// Of the cluster under the cursor, in both lenses where both are built.
    fn wants_scores(&mut self, wants: &mut Vec<DuplicateWork>, data: &Data) {
        let Some((at, cluster)) = self.cluster(data) else { return };
        let both = data.duplicates.both().is_some();
        let has =
            data.duplicates.scores.as_ref().is_some_and(|scores| {
                Some(&scores.cluster) == at.cluster(cluster).as_ref() && scores.other_floor.is_some() == both
            });
        if !has && is_new(&mut self.asked.scores, (Same(at.clone()), cluster, both)) {
            wants.push(DuplicateWork::Scores { at, cluster });
        }
    }

    fn wants_moves(&mut self, wants: &mut Vec<DuplicateWork>, data: &Data) {
        let Some((mark, to)) = self.mark.as_ref().zip(data.duplicates.at.as_ref()) else { return };
        let from = mark.from();
        let has = data.duplicates.moves.as_ref().is_some_and(|m| Arc::ptr_eq(&m.from, from) && Arc::ptr_eq(&m.to, to));
        if !has && is_new(&mut self.asked.moves, (Same(from.clone()), Same(to.clone()))) {
            wants.push(DuplicateWork::Moves { from: from.clone(), to: to.clone() });
        }
    }

    fn wants_over(&mut self, wants: &mut Vec<DuplicateWork>, wanted: &Wanted, data: &Data) {
        match &self.over {
            Over::Nothing => self.asked.triage = None,
            Over::Triage(triage) => {
                let skipped = triage.skipped();
                let asked = (wanted.lens, wanted.threshold, data.duplicates.pairs, skipped.len());
                if is_new(&mut self.asked.triage, asked) {
                    let (lens, threshold, skipped) = (wanted.lens, wanted.threshold, skipped.to_vec());
                    wants.push(DuplicateWork::Triage { lens, threshold, skipped });
                }
            }
            Over::Map(_) => {
                let Some((lexical, semantic)) = data.duplicates.both() else { return };
                let has = data.duplicates.map.as_ref().is_some_and(|m| m.lexical.is(lexical) && m.semantic.is(semantic));
                if !has && is_new(&mut self.asked.map, (Of(lexical.clone()), Of(semantic.clone()))) {
                    wants.push(DuplicateWork::Map);
                }
            }
        }
    }

    /// Where the slider rests is written down: once its clusters are there, and one place at a time.
    fn remembers(&mut self, wants: &mut Vec<DuplicateWork>, wanted: &Wanted, data: &Data) {
        let Wanted { lens, threshold, policy, .. } = *wanted;
        let chosen = *self.chosen(lens);
        let graphed = data.duplicates.of(lens);
        let is_chosen = chosen.threshold.is_some() || chosen.policy.is_some();
        if !is_chosen || data.workspace.read_only.is_some() || graphed.remembered == Some((threshold, policy)) {
            return;
        }
        let is_written = self.asked.remember.is_none_or(|(of, t, p)| data.duplicates.of(of).remembered == Some((t, p)));
        let Some(info) = graphed.info.as_ref().filter(|_| is_written && self.is_current(data)) else { return };
        self.asked.remember = Some((lens, threshold, policy));
        wants.push(DuplicateWork::Remember { lens, method: info.method.clone(), threshold, policy });
    }
}
