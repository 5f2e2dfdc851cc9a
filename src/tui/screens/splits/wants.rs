//! What the screen shows and the data do not have yet: each is asked for once.

use super::{Layer, State, assign};
use crate::ops::duplicates::Wish;
use crate::ops::split::SplitArgs;
use crate::tui::data::Data;
use crate::tui::effect::{Border, DuplicateWork, Effect, FixWanted, SplitWork};

/// What was asked last, each with the revision of the data.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Sizes and the checks that are quick.
    overview: Option<u64>,
    checks: Option<u64>,
    leaks: Option<(Border, u64)>,
    split: Option<(SplitArgs, u64)>,
    /// The graph that the next split needs.
    graph: Option<(SplitArgs, u64)>,
    fix: Option<(FixWanted, u64)>,
    models: bool,
}

impl Asked {
    /// All checks are made again.
    pub fn forget_checks(&mut self) {
        (self.overview, self.checks) = (None, None);
    }

    /// Nothing was asked for; but who stopped the slow checks wanted them stopped.
    pub fn again(&mut self) {
        *self = Asked { checks: self.checks, ..Asked::default() };
    }
}

/// True when this was not asked for last; from now on it was.
fn is_new<T: PartialEq>(asked: &mut Option<T>, now: T) -> bool {
    let is_new = asked.as_ref() != Some(&now);
    *asked = Some(now);
    is_new
}

impl State {
    /// What is asked for now; asks once for the same thing.
    pub fn wants(&mut self, data: &Data) -> Vec<Effect> {
        if data.columns.is_none() {
            return Vec::new();
        }
        let mut wants = Vec::new();
        if is_new(&mut self.asked.overview, data.revision) {
            wants.push(Effect::Splits(SplitWork::LoadSplits));
        }
        if is_new(&mut self.asked.checks, data.revision) {
            wants.push(Effect::Splits(SplitWork::CheckAll));
        }
        if data.has_model.is_none() && !std::mem::replace(&mut self.asked.models, true) {
            wants.push(Effect::Duplicates(DuplicateWork::LookForModels));
        }
        // The border hangs on how the last split was made.
        if data.splits.overview.is_some() {
            self.wants_of_leaks(&mut wants, data);
        }
        match &mut self.layer {
            Some(Layer::Assign) => self.wants_of_split(&mut wants, data),
            Some(Layer::Fix(wanted)) => {
                if is_new(&mut self.asked.fix, (wanted.clone(), data.revision)) {
                    wants.push(Effect::Splits(SplitWork::PlanFix(wanted.clone())));
                }
            }
            Some(Layer::Pairs(pairs)) => wants.extend(pairs.wants(data)),
            Some(Layer::Export(dialog)) => wants.extend(dialog.wants(data)),
            Some(Layer::Prune(prune)) => wants.extend(prune.wants(data)),
            Some(Layer::Field(_) | Layer::Choice(_)) | None => {}
        }
        wants
    }

    fn wants_of_leaks(&mut self, wants: &mut Vec<Effect>, data: &Data) {
        let border = self.border(data);
        let has_graph = data.duplicates.of(border.lens).view.is_some();
        if has_graph && is_new(&mut self.asked.leaks, (border, data.revision)) {
            wants.push(Effect::Splits(SplitWork::Leaks(border)));
        }
    }

    /// What the split would do; where it needs another graph first, that one.
    fn wants_of_split(&mut self, wants: &mut Vec<Effect>, data: &Data) {
        let Ok(args) = self.draft(data).args() else { return };
        if !assign::has_graph(&args, data) {
            if data.duplicates.known && is_new(&mut self.asked.graph, (args.clone(), data.revision)) {
                wants.push(Effect::Duplicates(DuplicateWork::BuildGraph(wish(&args, data))));
            }
            return;
        }
        if is_new(&mut self.asked.split, (args.clone(), data.revision)) {
            wants.push(Effect::Splits(SplitWork::PlanSplit(args)));
        }
    }
}

/// The graph as it was built last, of all records, down to the threshold.
pub(super) fn wish(args: &SplitArgs, data: &Data) -> Wish {
    let last = data.duplicates.of(args.lens).info.as_ref();
    let wish = last.map_or_else(|| Wish::of(args.lens), Wish::like);
    Wish { floor: wish.floor.min(args.threshold.value()), filter: String::new(), ..wish }
}
