//! What `update` wants done. Each effect on the workspace names one ops call, which [`super::lanes`] carries out; the others are for
//! the owner of the terminal.

use std::path::PathBuf;
use std::sync::Arc;

use super::jobs::JobId;
use super::widgets::selection::Selection;
use super::widgets::toast::Toast;
use crate::model::{Mark, Policy, RecordId, Threshold};
use crate::ops::duplicates::{Across, Made};
use crate::ops::export::ExportArgs;
use crate::ops::import::ImportArgs;
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

    /// The stored graph.
    LoadView,
    /// The same graph over changed columns.
    RefreshView,
    BuildGraph {
        floor: f32,
    },
    /// The second half of a build.
    SaveGraph(Arc<Made>),
    Curve(Policy),
    AtThreshold {
        threshold: Threshold,
        policy: Policy,
        across: Option<Across>,
    },
    /// What applying would do, exactly.
    PlanDuplicates {
        threshold: Threshold,
        policy: Policy,
    },
    ApplyDuplicates {
        threshold: Threshold,
        policy: Policy,
    },

    /// Sizes, leaks and checks.
    LoadSplits,
    Split(SplitArgs),
    PlanExport(ExportArgs),
    Export(ExportArgs),

    LoadHistory,
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
