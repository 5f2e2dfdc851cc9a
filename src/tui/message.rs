//! What jobs answer.

use std::sync::Arc;

use regex::Regex;

use super::data::duplicates::DuplicateNews;
use super::data::rules::RuleNews;
use super::data::splits::SplitNews;
use super::data::versions::VersionNews;
use super::data::{Detail, FilterError, Folder, Likes, Peeked};
use crate::model::{Changed, Filter};
use crate::ops::sources::SourceDetail;
use crate::query::{Columns, Facets, Hits};
use crate::versions::Waterfall;

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
    Similar(Arc<Likes>),
    Rules(RuleNews),
    Duplicates(DuplicateNews),
    /// Something derived is stored; in words.
    Saved(String),
    Splits(SplitNews),
    Versions(VersionNews),
    /// A file is on disk; in words.
    Written(String),
    Waterfall(Box<Waterfall>),
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
