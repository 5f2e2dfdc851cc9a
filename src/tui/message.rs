//! What jobs answer.

use std::sync::Arc;

use regex::Regex;

use super::data::rules::RuleNews;
use super::data::{Detail, FilterError, Folder, Peeked, Planned, PolicyCurve, Splits};
use crate::model::{Changed, Filter};
use crate::ops::duplicates::at::AtThreshold;
use crate::ops::duplicates::{Made, Plan, Recipe, Similar, View};
use crate::ops::export::ExportReport;
use crate::ops::history::Entry;
use crate::ops::sources::SourceDetail;
use crate::ops::stats::StatsReport;
use crate::query::{Columns, Facets, Hits};
use crate::store::graphs::GraphInfo;

#[derive(Debug)]
pub enum Message {
    /// All columns, read anew.
    Columns(Box<Columns>),
    /// The columns with some records brought up to date.
    Patched(Box<Columns>),
    Hits {
        filter: String,
        sort: Option<String>,
        hits: Hits,
        parsed: Filter,
        found: Vec<Regex>,
    },
    Facets(Facets),
    FilterError(FilterError),
    Detail(Option<Arc<Detail>>),
    Similar(Arc<Similar>),
    Rules(RuleNews),
    View {
        info: Option<GraphInfo>,
        view: Option<View>,
        applied: Option<Recipe>,
    },
    /// A graph that is not stored yet.
    Built(Arc<Made>),
    /// A graph is stored; in words.
    Saved(String),
    Curve(PolicyCurve),
    AtThreshold(Arc<AtThreshold>),
    /// With the view that it is of.
    DuplicatesPlan(View, Arc<Plan>),
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
