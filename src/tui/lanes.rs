//! Effects → jobs. Changes go to the store lane, which owns the workspace; questions go to slots of the compute lane, on the columns in
//! memory or on a reading connection of their own, so that they are answered while an import writes.

use std::path::PathBuf;
use std::sync::Arc;

use super::data::{AtThreshold, Data, Detail, FilterError, RuleDetail, Splits, Trouble};
use super::effect::Effect;
use super::jobs::{JobId, Jobs, Slot};
use super::message::{Message, Outcome};
use super::widgets::picker;
use crate::display::grouped;
use crate::error::Result;
use crate::model::op::PATCH_LIMIT;
use crate::model::{Changed, Lens, Policy, RecordId, Threshold};
use crate::ops::{self, duplicates, query, rules, split};
use crate::progress::Progress;
use crate::query::{KnownFields, Query};
use crate::rules::Pipeline;
use crate::sources;
use crate::workspace::Workspace;

/// Operations that the history shows at once.
const HISTORY: usize = 1000;
/// Rejected lines that the sources screen shows of each source.
const REJECTS: usize = 1000;

/// The two lanes of a session on one workspace.
pub struct Lanes {
    pub jobs: Jobs<Workspace, Message>,
    path: PathBuf,
}

impl Lanes {
    pub fn new(jobs: Jobs<Workspace, Message>, path: PathBuf) -> Self {
        Lanes { jobs, path }
    }

    /// Starts the job of an effect; those of the terminal are none of its business. The job's id if it is a short change: the next key
    /// waits for it.
    pub fn run(&mut self, effect: Effect, data: &Data) -> Option<JobId> {
        match effect {
            Effect::Refresh => self.refresh(data),
            Effect::Search { filter, sort } => self.search(filter, sort, data),
            Effect::CountFacets => self.facets(data),
            Effect::Detail(id) => self.read(Slot::Detail, "reading a record", move |workspace, _| Ok(Message::Detail(detail(workspace, id)?))),

            Effect::Mark { records, mark, reason, filter } => {
                return Some(self.change("marking", move |workspace, progress| {
                    let args = ops::mark::MarkArgs { records, mark, reason, filter };
                    let report = ops::mark::mark(workspace, args, progress)?;
                    let word = mark.map_or("cleared", |m| m.word());
                    Ok(outcome(format!("{word}: {} records", grouped(report.changed)), report.stale))
                }));
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

            Effect::LoadPipeline => self.read(Slot::Pipeline, "reading the rules", |workspace, _| pipeline(workspace)),
            Effect::PreviewRules => self.preview(data),
            Effect::RuleDetail(id) => self.rule_detail(id, data),
            Effect::ApplyRules => self.apply_rules(data),
            Effect::ClearRules => {
                self.change("taking the rules back", |workspace, _| Ok(outcome("the rules are taken back".into(), rules::clear(workspace)?)));
            }

            Effect::LoadView => self.load_view(data),
            Effect::RefreshView => self.refresh_view(data),
            Effect::BuildGraph { floor } => self.build(floor, data),
            Effect::SaveGraph { graph, digest } => self.save_graph(graph, digest),
            Effect::Curve(policy) => self.curve(policy, data),
            Effect::AtThreshold { threshold, policy } => self.at_threshold(threshold, policy, data),
            Effect::ApplyDuplicates { threshold, policy } => self.apply_duplicates(threshold, policy, data),

            Effect::LoadSplits => self.load_splits(data),
            Effect::Split(args) => {
                self.jobs.store("assigning splits", move |workspace, progress| {
                    let report = split::split(workspace, args, progress)?;
                    let sizes: Vec<String> = report.splits.iter().map(|s| format!("{} {}", s.name, grouped(s.records))).collect();
                    Ok(Message::Done(outcome(sizes.join(" · "), report.stale)))
                });
            }
            Effect::PlanExport(args) => self.read(Slot::Plan, "planning the export", move |workspace, progress| {
                let plan = ops::export::plan(workspace, &args, progress);
                Ok(Message::ExportPlan(plan.map(Arc::new).map_err(|e| Trouble::from(&e))))
            }),
            Effect::Export(args) => self.read(Slot::Export, "exporting", move |workspace, progress| {
                let report = ops::export::export(workspace, &args, progress)?;
                let words = format!("exported {} records to {}", grouped(report.records()), args.target.display());
                Ok(Message::Done(outcome(words, Changed::default())))
            }),

            Effect::LoadHistory => self.read(Slot::History, "reading the history", |workspace, _| {
                Ok(Message::History(ops::history::history(workspace, HISTORY)?))
            }),
            Effect::LoadSources => self.read(Slot::Sources, "reading the sources", |workspace, _| {
                Ok(Message::Sources(ops::sources::sources(workspace, REJECTS)?))
            }),
            Effect::Peek { path, options } => {
                self.jobs.compute(Slot::Peek, "looking into the file", move |_| {
                    let peek = sources::peek(&path, &options, 20);
                    Ok(Message::Peek(peek.map(Arc::new).map_err(|e| Trouble::from(&e))))
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
                    let entries = picker::read_folder(&path).map_err(|e| Trouble::from(&e));
                    Ok(Message::Folder(path, entries))
                });
            }
            Effect::Cancel(id) => self.jobs.cancel(id),
            Effect::Terminal(_) | Effect::ToggleTheme | Effect::CancelJob => {}
        }
        None
    }

    /// A question to the file, on a connection of its own.
    fn read(&mut self, slot: Slot, title: &str, job: impl FnOnce(&mut Workspace, &Progress) -> Result<Message> + Send + 'static) {
        let path = self.path.clone();
        self.jobs.compute(slot, title, move |progress| job(&mut Workspace::open_to_read(&path)?, progress));
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

    fn search(&mut self, filter: String, sort: Option<String>, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        self.read(Slot::Rows, "searching", move |workspace, progress| {
            let known = KnownFields::of(&columns, columns.names.fields.iter().cloned());
            let parsed = match crate::query::parse(&filter, &known) {
                Err(error) => return Ok(Message::FilterError(FilterError { at: error.at, message: error.message, filter })),
                Ok(parsed) => parsed,
            };
            let key = sort.as_deref().map(|key| crate::query::parse_sort(key, &known).map_err(|e| e.into_error(key))).transpose()?;
            let query = Query { filter: parsed, sort: key };
            let hits = query::select(workspace, &columns, &query, progress)?;
            Ok(Message::Hits { filter, sort, hits })
        });
    }

    fn facets(&mut self, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        let positions = data.browse.hits.positions.clone();
        self.jobs.compute(Slot::Facets, "counting facets", move |_| Ok(Message::Facets(crate::query::facets(&columns, &positions))));
    }

    fn preview(&mut self, data: &Data) {
        let Some(pipeline) = data.rules.pipeline.clone() else { return };
        self.read(Slot::Preview, "previewing the rules", move |workspace, progress| {
            Ok(Message::Preview(Arc::new(rules::preview(workspace, &pipeline, progress)?)))
        });
    }

    fn rule_detail(&mut self, id: RecordId, data: &Data) {
        let Some(pipeline) = data.rules.pipeline.clone() else { return };
        self.read(Slot::RuleDetail, "reading a record", move |workspace, _| {
            let detail = query::record(workspace, id)?
                .map(|record| RuleDetail { record: id, steps: pipeline.steps(&record.raw_text), raw: record.raw_text });
            Ok(Message::RuleDetail(detail.map(Arc::new)))
        });
    }

    fn apply_rules(&mut self, data: &Data) {
        let Some(pipeline) = data.rules.pipeline.clone() else { return };
        self.jobs.store("applying the rules", move |workspace, progress| {
            let report = rules::apply(workspace, &pipeline, Some(pipeline.name()), progress)?;
            let words = match report.operation {
                None => "these rules are in force already".to_owned(),
                Some(_) => format!("rules applied: {} changed, {} dropped", grouped(report.changed), grouped(report.dropped)),
            };
            Ok(Message::Done(outcome(words, report.stale)))
        });
    }

    fn load_view(&mut self, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        self.read(Slot::View, "reading the similarity graph", move |workspace, _| {
            let info = duplicates::info(workspace, Lens::Lexical)?;
            let view = info.as_ref().map(|_| duplicates::view(workspace, &columns, Lens::Lexical)).transpose()?;
            Ok(Message::View { info, view })
        });
    }

    /// Marks and edits change who takes part, not the graph.
    fn refresh_view(&mut self, data: &Data) {
        let (Some(columns), Some(view), Some(info)) = (data.columns.clone(), data.duplicates.view.clone(), data.duplicates.info.clone())
        else {
            return;
        };
        self.read(Slot::View, "reading who takes part", move |workspace, _| {
            let stale = info.digest != columns.text_digest();
            let protected = duplicates::protected(workspace)?;
            let view = duplicates::View::new(view.graph, view.forest, &columns, &protected, stale);
            Ok(Message::View { info: Some(info), view: Some(view) })
        });
    }

    fn build(&mut self, floor: f32, data: &Data) {
        let Some(columns) = data.columns.clone() else { return };
        self.jobs.compute(Slot::Build, "finding pairs", move |progress| {
            let positions: Vec<u32> = (0..columns.len() as u32).collect();
            let graph = duplicates::compute(&columns, &positions, Lens::Lexical, floor, progress)?;
            let digest = columns.text_digest();
            Ok(Message::Built { graph: Arc::new(graph), digest })
        });
    }

    /// The second half of a build: only the store lane writes.
    fn save_graph(&mut self, graph: Arc<crate::similarity::Graph>, digest: String) {
        self.jobs.write("storing the similarity graph", move |workspace| {
            let report = duplicates::save(workspace, &graph, &digest)?;
            Ok(Message::Saved(format!("similarity graph: {} pairs at {:.2} or above", grouped(report.edges), report.floor)))
        });
    }

    fn curve(&mut self, policy: Policy, data: &Data) {
        let Some(view) = data.duplicates.view.clone() else { return };
        self.jobs.compute(Slot::Curve, "trying every threshold", move |progress| {
            Ok(Message::Curve(policy, Arc::new(view.curve(policy, progress)?)))
        });
    }

    fn at_threshold(&mut self, threshold: Threshold, policy: Policy, data: &Data) {
        let (Some(view), Some(columns)) = (data.duplicates.view.clone(), data.columns.clone()) else { return };
        self.jobs.compute(Slot::Clusters, "cutting clusters", move |progress| {
            let clusters = view.clusters(threshold);
            progress.check()?;
            let proposals = view.propose(threshold, policy);
            progress.check()?;
            let (by_source, by_split) = duplicates::spread(&view, &columns, &proposals);
            let (by_source, by_split) = (by_source.into_iter().collect(), by_split.into_iter().collect());
            Ok(Message::AtThreshold(Arc::new(AtThreshold { threshold, policy, clusters, proposals, by_source, by_split })))
        });
    }

    fn apply_duplicates(&mut self, threshold: Threshold, policy: Policy, data: &Data) {
        let Some(view) = data.duplicates.view.clone() else { return };
        self.jobs.store("applying the policy", move |workspace, progress| {
            let report = duplicates::apply(workspace, &view, threshold, policy, progress)?;
            let words = format!("dropped {} duplicates, each with its kept witness", grouped(report.dropped));
            Ok(Message::Done(outcome(words, report.stale)))
        });
    }

    fn load_splits(&mut self, data: &Data) {
        let (Some(columns), view) = (data.columns.clone(), data.duplicates.view.clone()) else { return };
        self.read(Slot::Checks, "checking", move |workspace, progress| {
            let recipe = split::recipe(workspace)?;
            let leaks_at = view.as_ref().map(|view| split::threshold_of(recipe.as_deref()).max(view.floor()));
            let leaks = view.as_ref().zip(leaks_at).map(|(view, at)| split::leaks(&columns, view, at)).unwrap_or_default();
            let sizes = split::sizes(&columns, &split::shares_of(recipe.as_deref()));
            let checks = Some(ops::check::check_with(workspace, &columns, progress)?);
            Ok(Message::Splits(Box::new(Splits { sizes, leaks, leaks_at, checks, recipe, plan: None })))
        });
    }
}

fn outcome(words: String, changed: Changed) -> Outcome {
    Outcome { words, changed }
}

fn detail(workspace: &Workspace, id: RecordId) -> Result<Option<Arc<Detail>>> {
    let Some(record) = query::record(workspace, id)? else { return Ok(None) };
    let sources = workspace.store().sources()?;
    let source = sources.into_iter().find(|s| s.id == record.source).map(|s| s.name).unwrap_or_default();
    Ok(Some(Arc::new(Detail { record, source, events: ops::history::history_of(workspace, id)? })))
}

fn pipeline(workspace: &Workspace) -> Result<Message> {
    let in_force = rules::in_force(workspace)?.map(|saved| saved.digest);
    let pipeline: Pipeline = rules::find(Some(workspace), None)?;
    Ok(Message::Pipeline { pipeline: Arc::new(pipeline), in_force })
}

/// Everything that a session reads at its start.
pub fn first_effects() -> Vec<Effect> {
    vec![Effect::Refresh, Effect::LoadPipeline, Effect::LoadSources, Effect::LoadHistory]
}

/// What can be shown before the columns are read.
pub fn first_data(workspace: &Workspace) -> Result<Data> {
    let mut data = Data { first_page: query::first_page(workspace, 200)?, ..Data::default() };
    data.workspace.path = workspace.path().display().to_string();
    data.workspace.read_only = workspace.other_writer().map(ToString::to_string);
    data.workspace.records = query::record_count(workspace)?;
    Ok(data)
}
