//! What the Splits screen shows: sizes, what leaks, checks, and what was planned of a split, a fix, an export, a prune.
//!
//! Every answer carries what it was asked about, so that the screen tells one of the present from an older one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Data, Trouble};
use crate::display::{bytes, counted};
use crate::ops::check::{CheckReport, CheckRow};
use crate::ops::export::{ExportArgs, ExportPlan, ExportReport};
use crate::ops::leaks::{Certificate, FixReport, Matrix, PairsPage};
use crate::ops::prune::{PrunePlan, PruneReport, RestoreReport};
use crate::ops::split::{Recipe, SplitArgs, SplitReport, SplitSize};
use crate::tui::effect::{Border, Cell, Effect, FixWanted};
use crate::tui::message::Outcome;

#[derive(Debug, Default)]
pub struct Splits {
    /// `None` until they are counted for the first time.
    pub overview: Option<Overview>,
    pub checks: Option<Checks>,
    /// The last one, be it of another threshold.
    pub matrix: Option<Arc<Measured>>,
    pub certificate: Option<Arc<Certified>>,
    pub pairs: Option<Arc<Page>>,
    /// The last split that was planned or made.
    pub split: Option<Arc<Splitting>>,
    pub fix: Option<Arc<Fixing>>,
    pub plan: Option<Box<Planned>>,
    pub exported: Option<Exported>,
    pub prune: Option<Arc<Pruning>>,
    pub pruned: Option<Pruned>,
    /// How often files were moved or brought back.
    pub prunes: u64,
}

/// How large the splits are, and how the last ones were made.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    pub sizes: Vec<SplitSize>,
    /// Kept records that a person moved into each split.
    pub by_hand: BTreeMap<String, u64>,
    pub recipe: Option<Recipe>,
    /// Names of the snapshots, newest first.
    pub snapshots: Vec<String>,
}

/// The checks of one revision of the data.
#[derive(Debug, Clone)]
pub struct Checks {
    pub revision: u64,
    pub report: CheckReport,
    /// The slow ones are among them.
    pub complete: bool,
}

/// A matrix with what it was asked about.
#[derive(Debug)]
pub struct Measured {
    pub border: Border,
    pub revision: u64,
    pub matrix: Matrix,
}

/// What is proven of the splits, with what it was asked about.
#[derive(Debug)]
pub struct Certified {
    pub border: Border,
    pub revision: u64,
    pub certificate: Certificate,
}

/// Some pairs of a cell.
#[derive(Debug)]
pub struct Page {
    pub cell: Cell,
    pub revision: u64,
    pub page: Result<PairsPage, Trouble>,
}

/// What a split would do, or did.
#[derive(Debug)]
pub struct Splitting {
    pub args: SplitArgs,
    /// Of the data that it was planned with.
    pub revision: u64,
    pub report: Result<SplitReport, Trouble>,
}

/// What mending leaks would do.
#[derive(Debug)]
pub struct Fixing {
    pub wanted: FixWanted,
    pub revision: u64,
    pub report: Result<FixReport, Trouble>,
}

/// What an export with these arguments would write, or why it is refused.
#[derive(Debug, Clone)]
pub struct Planned {
    pub args: ExportArgs,
    /// All checks are made; before that only the quick ones are, and more may be blocked.
    pub complete: bool,
    pub plan: Result<ExportPlan, Trouble>,
}

/// The last export of this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    pub target: String,
    pub digest: String,
    pub records: u64,
}

/// The files that would go, or why that cannot be said.
#[derive(Debug)]
pub struct Pruning {
    /// The revision of the data, and the value of [`Splits::prunes`].
    pub of: (u64, u64),
    pub plan: Result<Arc<PrunePlan>, Trouble>,
    /// Image roots with a trash folder.
    pub trash: Vec<String>,
}

/// What was done to files in this session.
#[derive(Debug, Clone)]
pub enum Pruned {
    Moved(PruneReport),
    Restored(RestoreReport),
}

/// What jobs answer.
#[derive(Debug)]
pub enum SplitNews {
    Loaded {
        overview: Overview,
        quick: CheckReport,
        revision: u64,
    },
    Checked {
        report: CheckReport,
        revision: u64,
    },
    Matrix(Arc<Measured>),
    Certificate(Arc<Certified>),
    Pairs(Arc<Page>),
    Planned(Arc<Splitting>),
    /// A split is on disk.
    Made {
        split: Arc<Splitting>,
        outcome: Outcome,
    },
    Fix(Arc<Fixing>),
    ExportPlan(Box<Planned>),
    /// An export is on disk.
    Exported(Box<ExportReport>),
    Prune(Arc<Pruning>),
    Pruned(Pruned),
}

impl SplitNews {
    /// For the status line, where something was done.
    pub fn words(&self) -> Option<String> {
        match self {
            SplitNews::Made { outcome, .. } => Some(outcome.words.clone()),
            SplitNews::Exported(report) => {
                let digest: String = report.digest.chars().take(12).collect();
                let records = counted(report.records(), "record");
                Some(format!("exported {records} to {} · sha256 {digest}…", report.target))
            }
            SplitNews::Pruned(pruned) => Some(pruned.words()),
            _ => None,
        }
    }
}

impl Pruned {
    pub fn words(&self) -> String {
        match self {
            Pruned::Moved(report) => {
                let stopped = if report.stopped { "stopped: " } else { "" };
                format!("{stopped}moved {} ({}) to the trash", counted(report.files, "file"), bytes(report.bytes))
            }
            Pruned::Restored(report) => {
                let stopped = if report.stopped { "stopped: " } else { "" };
                format!("{stopped}brought {} back", counted(report.files, "file"))
            }
        }
    }

    /// Files that were left as they are, by root, path and why.
    pub fn skipped(&self) -> Vec<String> {
        let said = |root: &str, path: &str, why: &str| format!("{root}: {path}: {why}");
        match self {
            Pruned::Moved(report) => {
                let roots = report.roots.iter();
                roots.flat_map(|r| r.skipped.iter().map(move |s| said(&r.root, &s.path, &s.why))).collect()
            }
            Pruned::Restored(report) => {
                let roots = report.roots.iter();
                roots.flat_map(|r| r.skipped.iter().map(move |s| said(&r.root, &s.path, &s.why))).collect()
            }
        }
    }
}

impl Splits {
    /// The rows of the checks there are answers of.
    pub fn checked(&self) -> &[CheckRow] {
        self.checks.as_ref().map_or(&[], |checks| checks.report.checks.as_slice())
    }

    pub fn sizes(&self) -> &[SplitSize] {
        self.overview.as_ref().map_or(&[], |overview| overview.sizes.as_slice())
    }

    pub fn recipe(&self) -> Option<&Recipe> {
        self.overview.as_ref().and_then(|overview| overview.recipe.as_ref())
    }
}

impl Data {
    /// Takes a job's answer in; what must be asked next because of it.
    pub(super) fn take_splits(&mut self, news: SplitNews) -> Vec<Effect> {
        let splits = &mut self.splits;
        match news {
            SplitNews::Loaded { overview, quick, revision } => {
                splits.overview = Some(overview);
                let is_better = splits.checks.as_ref().is_some_and(|known| known.complete && known.revision == revision);
                if !is_better {
                    splits.checks = Some(Checks { revision, report: quick, complete: false });
                }
            }
            SplitNews::Checked { report, revision } => splits.checks = Some(Checks { revision, report, complete: true }),
            SplitNews::Matrix(matrix) => splits.matrix = Some(matrix),
            SplitNews::Certificate(certificate) => splits.certificate = Some(certificate),
            SplitNews::Pairs(page) => splits.pairs = Some(page),
            SplitNews::Planned(split) => splits.split = Some(split),
            SplitNews::Made { split, outcome } => {
                splits.split = Some(split);
                return self.after(&outcome);
            }
            SplitNews::Fix(fix) => splits.fix = Some(fix),
            SplitNews::ExportPlan(plan) => splits.plan = Some(plan),
            SplitNews::Exported(report) => {
                let records = report.records();
                // What was planned is there now.
                splits.plan = None;
                splits.exported = Some(Exported { target: report.target, digest: report.digest, records });
            }
            SplitNews::Prune(prune) => splits.prune = Some(prune),
            SplitNews::Pruned(pruned) => {
                splits.prunes += 1;
                splits.pruned = Some(pruned);
            }
        }
        Vec::new()
    }
}
