//! What jobs answer.

use std::sync::Arc;

use super::data::{AtThreshold, Detail, FilterError, Folder, Peeked, Planned, RuleDetail, Splits};
use crate::clusters::Curve;
use crate::model::{Changed, Policy};
use crate::ops::duplicates::View;
use crate::ops::export::ExportReport;
use crate::ops::history::Entry;
use crate::ops::rules::Preview;
use crate::ops::sources::SourceDetail;
use crate::ops::stats::StatsReport;
use crate::query::{Columns, Facets, Hits};
use crate::rules::Pipeline;
use crate::similarity::Graph;
use crate::store::graphs::GraphInfo;

#[derive(Debug)]
pub enum Message {
    /// All columns, read anew.
    Columns(Box<Columns>),
    /// The columns with some records brought up to date.
    Patched(Box<Columns>),
    Hits { filter: String, sort: Option<String>, hits: Hits },
    Facets(Facets),
    FilterError(FilterError),
    Detail(Option<Arc<Detail>>),
    Pipeline { pipeline: Arc<Pipeline>, in_force: Option<String> },
    Preview(Arc<Preview>),
    RuleDetail(Option<Arc<RuleDetail>>),
    View { info: Option<GraphInfo>, view: Option<View> },
    /// A graph that is not stored yet.
    Built { graph: Arc<Graph>, digest: String },
    /// A graph is stored; in words.
    Saved(String),
    Curve(Policy, Arc<Curve>),
    AtThreshold(Arc<AtThreshold>),
    Splits(Box<Splits>),
    ExportPlan(Box<Planned>),
    /// An export is on disk.
    Exported(Box<ExportReport>),
    History(Vec<Entry>),
    Stats(Box<StatsReport>),
    Sources(Vec<SourceDetail>),
    Folder(Arc<Folder>),
    Peek(Arc<Peeked>),
    /// An operation is on disk.
    Done(Outcome),
}

/// What an operation came to, in words, and what it made stale.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub words: String,
    pub changed: Changed,
}
