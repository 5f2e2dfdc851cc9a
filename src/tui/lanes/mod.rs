//! Effects → jobs. Changes go to the store lane, which owns the workspace; questions go to slots of the compute lane, on the columns in
//! memory or on a reading connection of their own, so that they are answered while an import writes.

mod duplicates;
mod rules;
mod splits;
mod versions;

pub use splits::PAGE;

use std::path::PathBuf;
use std::sync::Arc;

use super::data::{Data, Detail, FilterError, Folder, Likes, Peeked, Trouble};
use super::effect::{Effect, VersionWork};
use super::jobs::{JobId, Jobs, Slot};
use super::message::{Message, Outcome};
use super::widgets::picker;
use super::widgets::selection::Selection;
use crate::display::grouped;
use crate::error::Result;
use crate::model::op::PATCH_LIMIT;
use crate::model::{Changed, RecordId};
use crate::ops::duplicates::View;
use crate::ops::mark::MarkArgs;
use crate::ops::{self, query};
use crate::progress::Progress;
use crate::shelf::Folders;
use crate::sources;
use crate::workspace::Workspace;

/// Operations that the history shows at once.
const HISTORY: usize = 1000;
/// Rejected lines that the sources screen shows of each source.
const REJECTS: usize = 1000;
/// The most similar records that the preview shows.
const SIMILAR: usize = 100;
/// Marks that the next key waits for.
const AT_ONCE: usize = 2000;
/// Rows of a file that the import dialog looks at.
const PEEK: usize = 20;

/// The two lanes of a session on one workspace.
pub struct Lanes {
    pub jobs: Jobs<Workspace, Message>,
    path: PathBuf,
    folders: Folders,
}

impl Lanes {
    pub fn new(jobs: Jobs<Workspace, Message>, path: PathBuf, folders: Folders) -> Self {
        Lanes { jobs, path, folders }
    }

    /// Starts the job of an effect; those of the terminal are none of its business. The job's id if it is a short change: the next key
    /// waits for it.
    pub fn run(&mut self, effect: Effect, data: &Data) -> Option<JobId> {
        match effect {
            Effect::Refresh => self.refresh(data),
            Effect::Search { filter, sort } => self.search(filter, sort, data),
            Effect::CountFacets => self.facets(data),
            Effect::Similar(id) => self.similar(id, data),
            Effect::Detail(id) => {
                self.read(Slot::Detail, "reading a record", move |workspace, _| Ok(Message::Detail(detail(workspace, id)?)))
            }

            Effect::Mark { records, mark, reason, filter } => {
                let args = MarkArgs { records, mark, reason, filter };
                return Some(self.change("marking", move |workspace, progress| marked(workspace, args, progress)));
            }
            Effect::MarkRows { rows, mark, reason, filter } => {
                return self.mark_rows(&rows, MarkArgs { records: Vec::new(), mark, reason, filter }, data);
            }
            Effect::Edit { id, text } => {
                return Some(self.change("editing", move |workspace, _| {
                    let report = ops::edit::edit(workspace, id, text)?;
                    let words = if report.operation.is_some() { format!("edited record {id}") } else { "nothing changed".into() };
                    Ok(outcome(words, report.stale))
                }));
            }
            Effect::Undo => self.step("undo", |workspace, progress| ops::undo::undo(workspace, None, progress)),
            Effect::Redo => self.step("redo", ops::undo::redo),

            Effect::Rules(work) => return self.rules(work, data),

            Effect::Duplicates(work) => return self.duplicates(work, data),

            Effect::Splits(work) => return self.splits(work, data),

            Effect::Versions(work) => self.versions(work, data),
            Effect::LoadStats => self.load_stats(data),
            Effect::LoadSources => self.read(Slot::Sources, "reading the sources", |workspace, _| {
                Ok(Message::Sources(ops::sources::sources(workspace, REJECTS)?))
            }),
            Effect::Peek { path, options } => {
                self.jobs.compute(Slot::Peek, "looking into the file", move |_| {
                    let peek = answered(sources::peek(&path, &options, PEEK))?;
                    Ok(Message::Peek(Arc::new(Peeked { path, options, peek })))
                });
            }
            Effect::Import(args) => {
                self.jobs.store("importing", move |workspace, progress| {
                    let report = ops::import::import(workspace, *args, progress)?;
                    let accepted: u64 = report.sources.iter().map(|s| s.counts.accepted).sum();
                    let words = format!("imported {} records, {} lines rejected", grouped(accepted), grouped(report.rejected()));
                    Ok(Message::Done(outcome(words, report.stale)))
                });
            }
            Effect::Protect { name, protected } => {
                self.change("protecting", move |workspace, _| {
                    let changed = ops::sources::protect(workspace, &name, protected)?;
                    Ok(outcome(format!("{name} is {}", if protected { "protected" } else { "not protected" }), changed))
                });
            }

            Effect::ListFolder(path) => {
                self.jobs.compute(Slot::Folder, "reading a folder", move |_| {
                    let entries = answered(picker::read_folder(&path))?;
                    Ok(Message::Folder(Arc::new(Folder { path, entries })))
                });
            }
            Effect::Cancel(id) => self.jobs.cancel(id),
            Effect::Terminal(_)
            | Effect::Say(_)
            | Effect::ToggleTheme
            | Effect::CancelJob
            | Effect::GoBrowse(_)
            | Effect::GoDuplicates { .. }
            | Effect::ChooseLens(_) => {}
        }
        None
    }

    /// A question to the file, on a connection of its own.
    fn read(&mut self, slot: Slot, title: &str, job: impl FnOnce(&mut Workspace, &Progress) -> Result<Message> + Send + 'static) {
        let path = self.path.clone();
        self.jobs.compute(slot, title, move |progress| job(&mut Workspace::open_beside(&path)?, progress));
    }

    /// A change that always runs.
    fn change(&mut self, title: &str, job: impl FnOnce(&mut Workspace, &Progress) -> Result<Outcome> + Send + 'static) -> JobId {
        self.jobs.write(title, move |workspace| job(workspace, &Progress::none()).map(Message::Done))
    }

    fn step(
        &mut self,
        title: &'static str,
        job: impl FnOnce(&mut Workspace, &Progress) -> Result<ops::undo::StepReport> + Send + 'static,
    ) {
        self.jobs.store(title, move |workspace, progress| {
            let report = job(workspace, progress)?;
            Ok(Message::Done(outcome(format!("{title}: {}", report.description), report.stale)))
        });
    }

    /// Patches the columns, or reads them all where there are none or too much changed.
    fn refresh(&mut self, data: &Data) {
        let records: Vec<RecordId> = data.pending.records.iter().copied().collect();
        let columns = data.columns.clone().filter(|_| !data.pending.everything && records.len() < PATCH_LIMIT);
        self.read(Slot::Columns, "reading the records", move |workspace, progress| {
            if let Some(mut columns) = columns
                && query::patch(workspace, &mut columns, &records)?
            {
                return Ok(Message::Patched(Box::new(columns)));
            }
            Ok(Message::Columns(Box::new(query::columns(workspace, progress)?)))
        });
    }

    /// The ids are looked up beside the screen; more than a few thousand records are marked with progress and can be cancelled.
    fn mark_rows(&mut self, rows: &Selection, args: MarkArgs, data: &Data) -> Option<JobId> {
        let few = rows.len() <= AT_ONCE;
        let records = records_of(rows, data)?;
        let job = move |workspace: &mut Workspace, progress: &Progress| {
            marked(workspace, MarkArgs { records: records(), ..args }, progress)
        };
        if few {
            return Some(self.change("marking", job));
        }
        self.jobs.store("marking", move |workspace, progress| job(workspace, progress).map(Message::Done));
        None
    }

    fn similar(&mut self, id: RecordId, data: &Data) {
        let Some(view) = data.duplicates.view().cloned() else { return };
        let other = data.duplicates.of(view.lens().other()).view.clone();
        self.jobs.compute(Slot::Similar, "finding similar records", move |_| {
            let similar = ops::duplicates::similar(&view, id, SIMILAR);
            let by_other = |other: View| {
                let index = |record: RecordId| other.graph.index_of(record).map(|index| index as u32);
                let score = |&(record, _): &(RecordId, f32)| index(id).zip(index(record)).and_then(|(a, b)| other.score(a, b));
                let records = similar.records.iter().flatten();
                (other.lens(), records.map(|record| score(record).ok_or(other.floor().value())).collect())
            };
            let other = other.map(by_other);
            Ok(Message::Similar(Arc::new(Likes { similar, other })))
        });
    }

    /// Hits that are the same as before are handed back as the very same, so that cursor and selection stay.
    fn search(&mut self, filter: String, sort: Option<String>, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        let before = data.browse.hits.positions.clone();
        self.read(Slot::Rows, "searching", move |workspace, progress| {
            let parsed = match query::parse_filter(&columns, &filter) {
                Err(error) => return Ok(Message::FilterError(FilterError { at: error.at, message: error.message, filter })),
                Ok(parsed) => parsed,
            };
            let query = query::with_sort(&columns, parsed, sort.as_deref())?;
            let mut hits = query::select(workspace, &columns, &query, progress)?;
            if hits.positions == before {
                hits.positions = before;
            }
            let found = query::found_by(&query.filter);
            Ok(Message::Hits { filter, sort, hits, parsed: query.filter, found })
        });
    }

    fn facets(&mut self, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        let positions = data.browse.hits.positions.clone();
        self.jobs
            .compute(Slot::Facets, "counting facets", move |_| Ok(Message::Facets(crate::query::facets(&columns, &positions))));
    }

    fn load_stats(&mut self, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        self.read(Slot::Stats, "counting", move |workspace, _| {
            Ok(Message::Waterfall(Box::new(ops::stats::waterfall(workspace.store(), &columns)?)))
        });
    }
}

/// The ids of rows of the present hits, to be looked up beside the screen.
fn records_of(rows: &Selection, data: &Data) -> Option<impl Fn() -> Vec<RecordId> + Send + use<>> {
    let (columns, positions) = (data.columns.clone()?, data.browse.hits.positions.clone());
    let rows = rows.clone();
    Some(move || {
        let positions = rows.keys().filter_map(|row| positions.get(row as usize)).map(|&position| position as usize);
        positions.filter(|&position| position < columns.len()).map(|position| columns.id(position)).collect()
    })
}

/// One record's new mark is seen where it stands; more are said.
fn marked(workspace: &mut Workspace, args: MarkArgs, progress: &Progress) -> Result<Outcome> {
    let (one, word) = (args.records.len() == 1, args.mark.map_or("cleared", |m| m.word()));
    let report = ops::mark::mark(workspace, args, progress)?;
    let words = if one { String::new() } else { format!("{word}: {} records changed", grouped(report.changed)) };
    Ok(outcome(words, report.stale))
}

/// A refusal is an answer, to be shown where the question was asked; a job that was cancelled has none.
fn answered<T>(result: Result<T>) -> Result<std::result::Result<T, Trouble>> {
    match result {
        Err(error) if error.is_interrupted() => Err(error),
        result => Ok(result.map_err(|e| Trouble::from(&e))),
    }
}

fn outcome(words: String, changed: Changed) -> Outcome {
    Outcome { words, changed }
}

fn detail(workspace: &Workspace, id: RecordId) -> Result<Option<Arc<Detail>>> {
    let Some(record) = query::record(workspace, id)? else { return Ok(None) };
    let sources = workspace.store().sources()?;
    let source = sources.into_iter().find(|s| s.id == record.source).map(|s| s.name).unwrap_or_default();
    let changed = record.raw_text != record.text();
    let diff = if changed { crate::rules::word_diff(&record.raw_text, record.text()) } else { Vec::new() };
    let (fields, events) = (query::fields(&record), ops::history::history_of(workspace, id)?);
    Ok(Some(Arc::new(Detail { record, source, diff, fields, events })))
}

/// Everything that a session reads at its start.
pub fn first_effects() -> Vec<Effect> {
    vec![Effect::Refresh, Effect::LoadSources, Effect::Versions(VersionWork::TimeLine)]
}

/// What can be shown before the columns are read.
pub fn first_data(workspace: &Workspace, folder: Option<PathBuf>, home: Option<PathBuf>) -> Result<Data> {
    let mut data = Data { first_page: query::first_page(workspace, 200)?, ..Data::default() };
    data.workspace.path = workspace.path().display().to_string();
    data.workspace.read_only = workspace.other_writer().map(ToString::to_string);
    data.workspace.records = query::record_count(workspace)?;
    data.workspace.folder = folder.or_else(|| workspace.path().parent().map(Into::into)).unwrap_or_default();
    data.workspace.home = home;
    Ok(data)
}
