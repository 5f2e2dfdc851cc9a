//! What `update` wants done. Each effect on the workspace names one ops call, which [`super::lanes`] carries out; the others are for
//! the owner of the terminal.

use std::path::PathBuf;
use std::sync::Arc;

use super::data::duplicates::Cut;
use super::data::versions::{Compared, Extent};
use super::jobs::JobId;
use super::widgets::selection::Selection;
use super::widgets::toast::Toast;
use crate::clusters::{ClusterOrder, Criterion};
use crate::model::{Judgement, Lens, Mark, OpId, Policy, RecordId, Threshold};
use crate::ops::duplicates::{Across, Made, Wish};
use crate::ops::export::ExportArgs;
use crate::ops::import::ImportArgs;
use crate::ops::leaks::Between;
use crate::ops::prune::PrunePlan;
use crate::ops::rules::Which;
use crate::ops::rules::library::Edit;
use crate::ops::rules::refuse::What;
use crate::ops::split::SplitArgs;
use crate::sources::Options;

#[derive(Debug, Clone)]
pub enum Effect {
    Terminal(Request),
    /// A word in the status line.
    Say(Toast),
    ToggleTheme,
    /// Stop the job that began last.
    CancelJob,
    Cancel(JobId),
    /// Show the records of this filter on the browse screen.
    GoBrowse(String),
    /// Show the clusters of this filter on the duplicates screen.
    GoDuplicates {
        lens: Lens,
        threshold: Threshold,
        filter: String,
        /// The one that the cursor goes to.
        record: RecordId,
    },

    /// Bring the columns up to date with what changed ([`super::data::Pending`]).
    Refresh,
    Search {
        filter: String,
        sort: Option<String>,
    },
    CountFacets,
    /// The whole record, for the preview.
    Detail(RecordId),
    /// Who resembles the record.
    Similar(RecordId),

    Mark {
        records: Vec<RecordId>,
        mark: Option<Mark>,
        reason: Option<String>,
        filter: Option<String>,
    },
    /// As `Mark`, for rows of the present hits.
    MarkRows {
        rows: Selection,
        mark: Option<Mark>,
        reason: Option<String>,
        filter: Option<String>,
    },
    /// `None` takes the edit back.
    Edit {
        id: RecordId,
        text: Option<String>,
    },
    Undo,
    Redo,

    Rules(RuleWork),

    Duplicates(DuplicateWork),
    /// Use this lens from now on.
    ChooseLens(Lens),

    Splits(SplitWork),

    Versions(VersionWork),
    /// The figures of the waterfall.
    LoadStats,
    LoadSources,
    ListFolder(PathBuf),
    Peek {
        path: PathBuf,
        options: Options,
    },
    Import(Box<ImportArgs>),
    Protect {
        name: String,
        protected: bool,
    },
}

/// What the rules screen wants done.
#[derive(Debug, Clone)]
pub enum RuleWork {
    /// What is in force, what can be named, and the pipeline to show.
    Load,
    /// Show a pipeline instead: one that can be named, or a TOML file.
    Choose(String),
    /// Read the pipeline with an edit that is still being typed.
    Draft(Edit),
    /// Forget what was typed.
    Discard,
    /// Run the pipeline on the screen over the workspace.
    Preview,
    /// Find these among the previewed records.
    Rows(Which),
    /// One record through every rule.
    Detail(RecordId),
    /// Change the pipeline.
    Edit(Edit),
    /// Keep it under another name.
    New { name: String },
    /// Refuse or accept what it proposes for a record.
    Refuse { record: RecordId, what: What, refuse: bool },
    /// Put it in force.
    Apply,
    /// Take the one in force back.
    Clear,
}

/// What the duplicates screen wants done.
#[derive(Debug, Clone)]
pub enum DuplicateWork {
    /// The stored graphs of both lenses, with what is said and set about pairs.
    LoadView,
    /// The same graphs over changed columns.
    RefreshView,
    BuildGraph(Wish),
    /// The second half of a build.
    SaveGraph(Arc<Made>),
    /// The clusters of every threshold as one tree.
    Tree(Lens),
    /// What every threshold would do.
    Curve {
        lens: Lens,
        policy: Policy,
    },
    /// Which records this filter finds.
    Filter(String),
    /// One threshold in full.
    AtThreshold(Wanted),
    /// A cluster's members in both lenses.
    Scores {
        at: Arc<Cut>,
        cluster: usize,
    },
    /// What another threshold would drop, and what no longer.
    Moves {
        from: Arc<Cut>,
        to: Arc<Cut>,
    },
    /// What applying would do, exactly.
    Plan(Wanted),
    ApplyDuplicates(Wanted),
    /// `None` takes back what was said.
    Judge {
        pair: (RecordId, RecordId),
        judgement: Option<Judgement>,
    },
    /// What cutting the cluster of a record would come to.
    PlanCut {
        at: Arc<Cut>,
        cluster: usize,
    },
    CutWeakest {
        lens: Lens,
        threshold: Threshold,
        member: RecordId,
    },
    SetMask(Vec<String>),
    SetKeeperOrder(Vec<Criterion>),
    /// Where the slider rests.
    Remember {
        lens: Lens,
        method: String,
        threshold: Threshold,
        policy: Policy,
    },
    /// The next pair to be judged, and what was learned so far.
    Triage {
        lens: Lens,
        threshold: Threshold,
        skipped: Vec<(RecordId, RecordId)>,
    },
    /// All pairs by both lenses.
    Map,
    /// Whether texts can be embedded here.
    LookForModels,
}

/// What the versions screen wants done.
#[derive(Debug, Clone)]
pub enum VersionWork {
    /// Operations and snapshots.
    TimeLine,
    /// Freeze the present state under a name.
    Create(String),
    /// Let the name of a snapshot go.
    Forget(String),
    /// Two versions by their names; `now` is the present one.
    Compare {
        a: String,
        b: String,
    },
    /// The records of a group of what is compared.
    Rows {
        of: Arc<Compared>,
        group: usize,
    },
    /// These records as JSON lines.
    WriteRows {
        of: Arc<Compared>,
        group: usize,
        path: PathBuf,
    },
    /// The report of a snapshot, or of the present state, as Markdown.
    WriteReport {
        name: Option<String>,
        path: PathBuf,
    },
    /// What became of all that was read, in a snapshot.
    Waterfall(String),
    /// What going back would do.
    PlanRestore {
        name: String,
        extent: Extent,
    },
    Restore {
        name: String,
        extent: Extent,
    },
    /// What builds on an operation.
    Dependents(OpId),
    /// Take an operation back together with what builds on it.
    UndoWithLater(OpId),
}

/// What the splits screen wants done, and what is done about splits elsewhere.
#[derive(Debug, Clone)]
pub enum SplitWork {
    /// Sizes, and the checks that are quick.
    LoadSplits,
    /// All checks.
    CheckAll,
    /// What leaks, and what is proven.
    Leaks(Border),
    /// Some pairs of a cell, from this one on.
    Pairs {
        cell: Cell,
        offset: u64,
    },
    /// What a split would do.
    PlanSplit(SplitArgs),
    Split(SplitArgs),
    /// Moves records by hand; `None`: to no split of their own.
    Assign {
        records: Vec<RecordId>,
        split: Option<String>,
        filter: Option<String>,
    },
    /// As `Assign`, for rows of the present hits.
    AssignRows {
        rows: Selection,
        split: Option<String>,
        filter: Option<String>,
    },
    /// What mending leaks would do.
    PlanFix(FixWanted),
    FixLeaks(FixWanted),
    PlanExport(ExportArgs),
    Export(ExportArgs),
    /// Image files that no kept record names.
    PlanPrune,
    Prune(Arc<PrunePlan>),
    RestorePruned,
}

/// What leakage is looked for between, and from where on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Border {
    pub lens: Lens,
    pub by: Between,
    pub threshold: Threshold,
}

/// A cell of the matrix: what of one group stands in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub border: Border,
    pub of: String,
    pub inside: String,
}

/// Who is to lose what leaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixWanted {
    pub border: Border,
    pub losers: Vec<String>,
}

/// What the duplicates screen is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub lens: Lens,
    pub threshold: Threshold,
    pub policy: Policy,
    pub across: Option<Across>,
    pub order: ClusterOrder,
    /// The list upside down.
    pub reversed: bool,
    /// In the filter language; empty: all clusters.
    pub filter: String,
}

impl Wanted {
    /// The same clusters in the same order, whatever happens to their members.
    pub fn lists_as(&self, other: &Wanted) -> bool {
        *self == Wanted { policy: self.policy, ..other.clone() }
    }
}

/// What only the owner of the terminal can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    Suspend,
    /// Draw from scratch.
    Redraw,
    Copy(String),
    /// Open a text in `$EDITOR`; it comes back as [`super::intent::Intent::Edited`].
    Edit(String),
    Mouse(bool),
}
