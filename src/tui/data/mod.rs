//! What the workspace last told the screens: their only source. Screens read it; only [`Data::take`] changes it.

pub mod duplicates;
pub mod rules;
pub mod splits;
pub mod versions;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use regex::Regex;

use super::effect::{DuplicateWork, Effect, RuleWork, VersionWork};
use super::message::{Message, Outcome};
use super::widgets::picker::Entry;
use crate::model::{Changed, DiffOp, Filter, Lens, Record, RecordId};
use crate::ops::duplicates::Similar;
use crate::ops::history::{self, RecordEvent};
use crate::ops::sources::SourceDetail;
use crate::query::{Columns, Facets, Hits};
use crate::sources::{Options, Peek};
use crate::versions::Waterfall;
pub use duplicates::Duplicates;
pub use rules::{RuleDetail, Rules};
pub use splits::Splits;
pub use versions::Versions;

/// All that the screens may show.
#[derive(Debug, Default)]
pub struct Data {
    pub workspace: Info,
    /// Whether there is a model to embed texts with; `None` until somebody looked.
    pub has_model: Option<bool>,
    /// `None` until they are read for the first time.
    pub columns: Option<Columns>,
    /// What changed since `columns` were read.
    pub pending: Pending,
    /// Grows whenever records or the graph are other ones: what a screen asked at another revision it asks again.
    pub revision: u64,
    /// The first records of the workspace, to show before the columns are there.
    pub first_page: Vec<Record>,
    pub browse: Browse,
    pub detail: Option<Arc<Detail>>,
    pub similar: Option<Arc<Likes>>,
    pub rules: Rules,
    pub duplicates: Duplicates,
    pub splits: Splits,
    /// Newest first.
    pub history: Vec<history::Entry>,
    pub versions: Versions,
    /// Of the present state.
    pub waterfall: Option<Box<Waterfall>>,
    pub sources: Vec<SourceDetail>,
    /// The import dialog's look into a file.
    pub peek: Option<Arc<Peeked>>,
    /// The folder that the file picker shows.
    pub folder: Option<Arc<Folder>>,
}

/// Who resembles a record by the lens in use, and how much by the other one.
#[derive(Debug, Clone, PartialEq)]
pub struct Likes {
    pub similar: Similar,
    /// In the order of the records, where the other lens is built; `Err` is the floor that a score is below.
    pub other: Option<(Lens, Vec<Result<f32, f32>>)>,
}

/// What a folder holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    pub path: PathBuf,
    pub entries: Result<Vec<Entry>, Trouble>,
}

/// The beginning of a file, read with these options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peeked {
    pub path: PathBuf,
    pub options: Options,
    pub peek: Result<Peek, Trouble>,
}

/// What the columns do not show yet. A refresh takes all of it in, so that one that was overtaken is not missed.
#[derive(Debug, Clone, Default)]
pub struct Pending {
    pub everything: bool,
    pub records: BTreeSet<RecordId>,
}

impl Pending {
    /// The columns show everything.
    pub fn is_empty(&self) -> bool {
        !self.everything && self.records.is_empty()
    }
}

#[derive(Debug, Clone, Default)]
pub struct Info {
    /// As given.
    pub path: String,
    /// Who writes, when this tamis only reads.
    pub read_only: Option<String>,
    pub records: u64,
    /// Where the file picker begins, and what `~` stands for.
    pub folder: PathBuf,
    pub home: Option<PathBuf>,
}

/// What the filter found.
#[derive(Debug, Clone, Default)]
pub struct Browse {
    /// The filter and sort that `hits` answer.
    pub filter: String,
    pub sort: Option<String>,
    pub hits: Hits,
    pub parsed: Filter,
    /// What the filter finds in texts, to be shown there.
    pub found: Arc<Vec<Regex>>,
    /// How many searches were answered.
    pub answers: u64,
    pub facets: Facets,
    /// Why the filter that is being typed does not parse, with the byte where.
    pub error: Option<FilterError>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError {
    pub filter: String,
    pub at: usize,
    pub message: String,
}

/// The record under the cursor, whole.
#[derive(Debug, Clone)]
pub struct Detail {
    pub record: Record,
    pub source: String,
    /// From the raw text to the present one; empty where they are the same.
    pub diff: Vec<DiffOp>,
    /// The imported ones.
    pub fields: Vec<(String, String)>,
    /// Oldest first.
    pub events: Vec<RecordEvent>,
}

/// An error as data, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub message: String,
    pub hint: Option<String>,
}

impl From<&crate::error::Error> for Trouble {
    fn from(error: &crate::error::Error) -> Self {
        Trouble { message: error.to_string(), hint: error.hint.clone() }
    }
}

impl Data {
    /// Takes a job's answer in; what must be asked next because of it.
    pub fn take(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Columns(columns) => {
                self.workspace.records = columns.len() as u64;
                self.columns = Some(*columns);
                self.pending = Pending::default();
                self.duplicates.graphs += 1;
                self.revise();
                vec![self.search_again(), Effect::Duplicates(DuplicateWork::LoadView)]
            }
            Message::Patched(columns) => {
                self.columns = Some(*columns);
                self.pending = Pending::default();
                self.revise();
                vec![self.search_again(), Effect::Duplicates(DuplicateWork::RefreshView)]
            }
            Message::Hits { filter, sort, hits, parsed, found } => {
                let (facets, answers) = (std::mem::take(&mut self.browse.facets), self.browse.answers + 1);
                self.browse = Browse { filter, sort, hits, parsed, found: Arc::new(found), answers, facets, error: None };
                vec![Effect::CountFacets]
            }
            Message::Facets(facets) => {
                self.browse.facets = facets;
                Vec::new()
            }
            Message::FilterError(error) => {
                self.browse.error = Some(error);
                Vec::new()
            }
            Message::Detail(detail) => {
                self.detail = detail;
                Vec::new()
            }
            Message::Similar(similar) => {
                self.similar = Some(similar);
                Vec::new()
            }
            Message::Rules(news) => {
                self.rules.take(news);
                Vec::new()
            }
            Message::Duplicates(news) => self.take_duplicates(news),
            Message::Saved(_) => {
                self.duplicates.graphs += 1;
                vec![Effect::Duplicates(DuplicateWork::LoadView)]
            }
            Message::Splits(news) => self.take_splits(news),
            Message::Waterfall(waterfall) => {
                self.waterfall = Some(waterfall);
                Vec::new()
            }
            Message::Versions(news) => self.take_versions(news),
            Message::Written(_) => Vec::new(),
            Message::Sources(sources) => {
                self.sources = sources;
                Vec::new()
            }
            Message::Folder(folder) => {
                self.folder = Some(folder);
                Vec::new()
            }
            Message::Peek(peek) => {
                self.peek = Some(peek);
                Vec::new()
            }
            Message::Done(outcome) => self.after(&outcome),
        }
    }

    /// What was counted, checked or planned before is of older records.
    fn revise(&mut self) {
        self.revision = self.revision.wrapping_add(1);
        self.splits.plan = None;
    }

    /// What an operation made stale.
    fn after(&mut self, outcome: &Outcome) -> Vec<Effect> {
        let Changed { records, everything, sources, settings, rules, pairs, snapshots: _ } = &outcome.changed;
        let mut next = vec![Effect::Versions(VersionWork::TimeLine)];
        self.pending.everything |= *everything;
        self.pending.records.extend(records);
        if *everything || !records.is_empty() {
            next.push(Effect::Refresh);
        }
        if *sources || *everything {
            next.push(Effect::LoadSources);
        }
        if *settings || *everything || *rules {
            next.push(Effect::Rules(RuleWork::Load));
        }
        if *pairs {
            self.duplicates.pairs += 1;
        }
        if let Some(detail) = &self.detail {
            next.push(Effect::Detail(detail.record.id));
        }
        next
    }

    fn search_again(&self) -> Effect {
        Effect::Search { filter: self.browse.filter.clone(), sort: self.browse.sort.clone() }
    }
}
