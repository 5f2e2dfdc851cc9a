//! What jobs answer.

use std::path::PathBuf;
use std::sync::Arc;

use regex::Regex;

use super::data::{AtThreshold, Detail, FilterError, RuleDetail, Splits, Trouble};
use super::widgets::picker;
use crate::clusters::Curve;
use crate::model::{Changed, Filter, Policy};
use crate::ops::duplicates::{Similar, View};
use crate::ops::export::ExportPlan;
use crate::ops::history::Entry;
use crate::ops::rules::Preview;
use crate::ops::sources::SourceDetail;
use crate::query::{Columns, Facets, Hits};
use crate::rules::Pipeline;
use crate::similarity::Graph;
use crate::sources::Peek;
use crate::store::graphs::GraphInfo;

#[derive(Debug)]
pub enum Message {
    /// All columns, read anew.
    Columns(Box<Columns>),
    /// The columns with some records brought up to date.
    Patched(Box<Columns>),
    Hits { filter: String, sort: Option<String>, hits: Hits, parsed: Filter, found: Vec<Regex> },
    Facets(Facets),
    FilterError(FilterError),
    Detail(Option<Arc<Detail>>),
    Similar(Arc<Similar>),
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
    ExportPlan(Result<Arc<ExportPlan>, Trouble>),
    History(Vec<Entry>),
    Sources(Vec<SourceDetail>),
    Folder(PathBuf, Result<Vec<picker::Entry>, Trouble>),
    Peek(Result<Arc<Peek>, Trouble>),
    /// An operation is on disk.
    Done(Outcome),
}

/// What an operation came to, in words, and what it made stale.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub words: String,
    pub changed: Changed,
}
