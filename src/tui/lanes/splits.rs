//! The jobs of the Splits screen, and the move of records by hand.

use std::path::Path;
use std::sync::Arc;

use super::{AT_ONCE, Lanes, answered, outcome, records_of};
use crate::display::{counted, grouped};
use crate::error::Result;
use crate::export::{require_records, require_target};
use crate::model::{Lens, RecordId};
use crate::ops::assign::AssignArgs;
use crate::ops::check::{Depth, check_with};
use crate::ops::export::{ExportArgs, ExportPlan};
use crate::ops::leaks::{Between, FixArgs};
use crate::ops::prune::PrunePlan;
use crate::ops::split::{SplitArgs, SplitReport};
use crate::ops::{self, assign, leaks, prune, split};
use crate::progress::Progress;
use crate::prune::TRASH;
use crate::query::Columns;
use crate::tui::data::Data;
use crate::tui::data::splits::{Certified, Fixing, Measured, Overview, Page, Planned, Pruned, Pruning, SplitNews, Splitting};
use crate::tui::effect::{Border, Cell, FixWanted, SplitWork};
use crate::tui::jobs::{JobId, Slot};
use crate::tui::message::{Message, Outcome};
use crate::tui::widgets::selection::Selection;
use crate::workspace::Workspace;

/// Pairs of a cell that are read at once: more than any screen is high, each way.
pub const PAGE: usize = 300;

fn news(news: SplitNews) -> Message {
    Message::Splits(news)
}

impl Lanes {
    pub(super) fn splits(&mut self, work: SplitWork, data: &Data) -> Option<JobId> {
        match work {
            SplitWork::LoadSplits => self.load_splits(data),
            SplitWork::CheckAll => self.check_all(data),
            SplitWork::Leaks(border) => self.leaks(border, data),
            SplitWork::Pairs { cell, offset } => self.leak_pairs(cell, offset, data),
            SplitWork::PlanSplit(args) => self.plan_split(args, data),
            SplitWork::Split(args) => self.split(args, data),
            SplitWork::Assign { records, split, filter } => {
                return self.assign(records.len(), move || records.clone(), split, filter, data);
            }
            SplitWork::AssignRows { rows, split, filter } => return self.assign_rows(&rows, split, filter, data),
            SplitWork::PlanFix(wanted) => self.plan_fix(wanted, data),
            SplitWork::FixLeaks(wanted) => self.fix(wanted, data),
            SplitWork::PlanExport(args) => self.plan_export(args),
            SplitWork::Export(args) => {
                let args = ExportArgs { folders: self.folders.clone(), ..args };
                self.read(Slot::Export, "exporting", move |workspace, progress| {
                    Ok(news(SplitNews::Exported(Box::new(ops::export::export(workspace, &args, progress)?))))
                });
            }
            SplitWork::PlanPrune => self.plan_prune(data),
            SplitWork::Prune(plan) => self.read(Slot::Prune, "moving files to the trash", move |workspace, progress| {
                Ok(news(SplitNews::Pruned(Pruned::Moved(prune::apply(workspace, &plan, progress)?))))
            }),
            SplitWork::RestorePruned => self.read(Slot::Prune, "bringing files back", |workspace, progress| {
                Ok(news(SplitNews::Pruned(Pruned::Restored(prune::restore(workspace, None, progress)?))))
            }),
        }
        None
    }

    fn load_splits(&mut self, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        let revision = data.revision;
        self.read(Slot::Checks, "counting the splits", move |workspace, progress| {
            let stored = split::recipe(workspace)?;
            let overview = Overview {
                sizes: split::sizes(&columns, &split::targets_of(stored.as_deref())),
                by_hand: by_hand(&columns),
                recipe: stored.as_deref().and_then(split::Recipe::read),
                snapshots: ops::snapshot::list(workspace)?.into_iter().rev().map(|snapshot| snapshot.name).collect(),
            };
            let quick = check_with(workspace, &columns, Depth::Quick, progress)?;
            Ok(news(SplitNews::Loaded { overview, quick, revision }))
        });
    }

    fn check_all(&mut self, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        let revision = data.revision;
        self.read(Slot::AllChecks, "checking", move |workspace, progress| {
            let report = check_with(workspace, &columns, Depth::Full, progress)?;
            Ok(news(SplitNews::Checked { report, revision }))
        });
    }

    /// First the matrix, which is what moves with the threshold; what is proven follows.
    fn leaks(&mut self, border: Border, data: &Data) {
        let (Some(view), Some(columns)) = (data.duplicates.of(border.lens).view.clone(), data.columns.clone()) else { return };
        let (revision, folders) = (data.revision, self.folders.clone());
        self.jobs.stream(Slot::Leaks, "counting leaks", move |progress, tell| {
            let matrix = leaks::matrix(&columns, &view, border.by, border.threshold)?;
            let measured = news(SplitNews::Matrix(Arc::new(Measured { border, revision, matrix })));
            if border.by == Between::Sources {
                return Ok(measured);
            }
            tell(measured);
            progress.check()?;
            let certificate = leaks::certificate(&columns, &view, border.threshold, leaks::model_digest(&view, &folders))?;
            Ok(news(SplitNews::Certificate(Arc::new(Certified { border, revision, certificate }))))
        });
    }

    fn leak_pairs(&mut self, cell: Cell, offset: u64, data: &Data) {
        let border = cell.border;
        let (Some(view), Some(columns)) = (data.duplicates.of(border.lens).view.clone(), data.columns.clone()) else { return };
        let revision = data.revision;
        self.jobs.compute(Slot::LeakPairs, "finding pairs", move |_| {
            let sides = (cell.of.as_str(), cell.inside.as_str());
            let page = answered(leaks::pairs(&columns, &view, border.by, border.threshold, sides, (offset, PAGE)))?;
            Ok(news(SplitNews::Pairs(Arc::new(Page { cell, revision, page }))))
        });
    }

    fn plan_split(&mut self, args: SplitArgs, data: &Data) {
        let (revision, folders) = (data.revision, self.folders.clone());
        self.read(Slot::SplitPlan, "planning the split", move |workspace, progress| {
            let dry = SplitArgs { dry_run: true, ..args.clone() };
            let report = answered(split::split(workspace, dry, &folders, progress))?;
            Ok(news(SplitNews::Planned(Arc::new(Splitting { args, revision, report }))))
        });
    }

    fn split(&mut self, args: SplitArgs, data: &Data) {
        let (revision, folders) = (data.revision, self.folders.clone());
        self.jobs.store("assigning splits", move |workspace, progress| {
            let report = split::split(workspace, args.clone(), &folders, progress)?;
            let outcome = outcome(sizes_in_words(&report), report.stale.clone());
            let split = Arc::new(Splitting { args, revision, report: Ok(report) });
            Ok(news(SplitNews::Made { split, outcome }))
        });
    }

    fn plan_fix(&mut self, wanted: FixWanted, data: &Data) {
        let Some((view, columns)) = of(wanted.border.lens, data) else { return };
        let revision = data.revision;
        self.jobs.compute(Slot::FixPlan, "counting drops", move |progress| {
            let report = answered(leaks::fix::plan(&columns, &view, &fix_args(&wanted, true), progress))?;
            Ok(news(SplitNews::Fix(Arc::new(Fixing { wanted, revision, report }))))
        });
    }

    fn fix(&mut self, wanted: FixWanted, data: &Data) {
        let Some(view) = data.duplicates.of(wanted.border.lens).view.clone() else { return };
        self.jobs.store("mending leaks", move |workspace, progress| {
            let report = leaks::fix(workspace, &view, &fix_args(&wanted, false), progress)?;
            let words = format!("dropped {} that leaked", counted(report.dropped, "record"));
            Ok(Message::Done(outcome(words, report.stale)))
        });
    }

    fn assign_rows(&mut self, rows: &Selection, split: Option<String>, filter: Option<String>, data: &Data) -> Option<JobId> {
        let records = records_of(rows, data)?;
        self.assign(rows.len(), records, split, filter, data)
    }

    /// The next key waits for a few; many are moved with progress and can be cancelled.
    fn assign(
        &mut self,
        number: usize,
        records: impl Fn() -> Vec<RecordId> + Send + 'static,
        split: Option<String>,
        filter: Option<String>,
        data: &Data,
    ) -> Option<JobId> {
        let columns = data.columns.clone()?;
        let job = move |workspace: &mut Workspace, progress: &Progress| {
            assigned(workspace, &columns, AssignArgs { records: records(), split, filter }, progress)
        };
        if number <= AT_ONCE {
            return Some(self.change("moving to a split", job));
        }
        self.jobs.store("moving to a split", move |workspace, progress| job(workspace, progress).map(Message::Done));
        None
    }

    /// First the files with the checks that are quick, then all checks.
    fn plan_export(&mut self, args: ExportArgs) {
        let (path, folders) = (self.path.clone(), self.folders.clone());
        self.jobs.stream(Slot::Plan, "planning the export", move |progress, tell| {
            let mut workspace = Workspace::open_beside(&path)?;
            let asked = ExportArgs { folders, ..args.clone() };
            let mut plan = |depth| answered(planned(&mut workspace, &asked, depth, progress));
            let told = |plan, complete| news(SplitNews::ExportPlan(Box::new(Planned { args: args.clone(), complete, plan })));
            match plan(Depth::Quick)? {
                Err(trouble) => Ok(told(Err(trouble), true)),
                Ok(quick) => {
                    tell(told(Ok(quick), false));
                    Ok(told(plan(Depth::Full)?, true))
                }
            }
        });
    }

    fn plan_prune(&mut self, data: &Data) {
        let of = (data.revision, data.splits.prunes);
        self.read(Slot::PrunePlan, "looking for images", move |workspace, progress| {
            let plan = answered(prune::plan(workspace, None, progress).map(Arc::new))?;
            let trash = plan.as_ref().map_or_else(|_| Vec::new(), |plan| trash_of(plan));
            Ok(news(SplitNews::Prune(Arc::new(Pruning { of, plan, trash }))))
        });
    }
}

/// A lens's view and the columns it is of.
fn of(lens: Lens, data: &Data) -> Option<(ops::duplicates::View, Columns)> {
    data.duplicates.of(lens).view.clone().zip(data.columns.clone())
}

fn by_hand(columns: &Columns) -> std::collections::BTreeMap<String, u64> {
    let mut counts = std::collections::BTreeMap::new();
    for position in (0..columns.len()).filter(|&p| columns.is_kept(p) && columns.is_assigned_by_hand(p)) {
        if let Some(name) = columns.split_name(position) {
            *counts.entry(name.to_owned()).or_default() += 1;
        }
    }
    counts
}

fn sizes_in_words(report: &SplitReport) -> String {
    let sizes: Vec<String> = report.splits.iter().map(|s| format!("{} {}", s.name, grouped(s.records))).collect();
    sizes.join(" · ")
}

fn fix_args(wanted: &FixWanted, dry_run: bool) -> FixArgs {
    let Border { by, threshold, .. } = wanted.border;
    FixArgs { by, losers: wanted.losers.clone(), threshold, dry_run }
}

fn assigned(workspace: &mut Workspace, columns: &Columns, args: AssignArgs, progress: &Progress) -> Result<Outcome> {
    let report = assign::assign(workspace, columns, args, progress)?;
    let records = counted(report.changed, "record");
    let words = match &report.split {
        Some(split) => format!("{records} moved to {split} by hand"),
        None => format!("{records} set free: the next split may move them"),
    };
    Ok(outcome(words, report.stale))
}

/// What would be written. A check that is blocked refuses nothing here: the dialog lets the curator override it.
fn planned(workspace: &mut Workspace, args: &ExportArgs, depth: Depth, progress: &Progress) -> Result<ExportPlan> {
    require_target(&args.target, args.force)?;
    let plan = ops::export::plan_as(workspace, args, depth, progress)?;
    require_records(plan.records)?;
    Ok(plan)
}

/// The image roots in which files were pruned before.
fn trash_of(plan: &PrunePlan) -> Vec<String> {
    let roots = plan.roots.iter().map(|root| root.root.clone());
    roots.filter(|root| Path::new(root).join(TRASH).is_dir()).collect()
}
