//! What the screens ask for. Each names one ops call (or one thing the terminal does); [`super::lanes`] carries it out.

use std::path::PathBuf;
use std::sync::Arc;

use super::jobs::JobId;
use crate::model::{Mark, Policy, RecordId, Threshold};
use crate::ops::export::ExportArgs;
use crate::ops::import::ImportArgs;
use crate::ops::split::SplitArgs;
use crate::similarity::Graph;
use crate::sources::Options;

#[derive(Debug, Clone)]
pub enum Effect {
    /// Read all columns.
    LoadColumns,
    /// Bring some records of the columns up to date.
    Patch(Vec<RecordId>),
    Search { filter: String, sort: Option<String> },
    CountFacets,
    /// The whole record, for the preview.
    Detail(RecordId),

    Mark { records: Vec<RecordId>, mark: Option<Mark>, reason: Option<String>, filter: Option<String> },
    Edit { id: RecordId, text: Option<String> },
    Undo,
    Redo,

    /// The pipeline in force, or the default one.
    LoadPipeline,
    /// Run the pipeline on the screen over the workspace.
    PreviewRules,
    /// One record through every rule.
    RuleDetail(RecordId),
    ApplyRules,
    ClearRules,

    /// The stored graph.
    LoadView,
    /// The same graph over changed columns.
    RefreshView,
    /// The view is another one: the Duplicates screen asks for what it shows.
    ViewChanged,
    BuildGraph { floor: f32 },
    /// The second half of a build.
    SaveGraph { graph: Arc<Graph>, digest: String },
    Curve(Policy),
    AtThreshold { threshold: Threshold, policy: Policy },
    ApplyDuplicates { threshold: Threshold, policy: Policy },

    /// Sizes, leaks and checks.
    LoadSplits,
    Split(SplitArgs),
    PlanExport(ExportArgs),
    Export(ExportArgs),

    LoadHistory,
    LoadSources,
    Peek { path: PathBuf, options: Options },
    Import(Box<ImportArgs>),
    Protect { name: String, protected: bool },

    Cancel(JobId),
    CancelLatest,
    Copy(String),
    /// Edit a text in `$EDITOR`.
    EditExternally { id: RecordId, text: String },
    SetPaste(bool),
    SetMouse(bool),
    Suspend,
    Redraw,
    Quit,
}
