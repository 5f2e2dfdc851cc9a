//! The jobs of the rules screen.

use std::sync::Arc;

use super::{Lanes, answered, outcome};
use crate::display::grouped;
use crate::model::RecordId;
use crate::ops::rules::library::{self, Edit};
use crate::ops::rules::{self, Which};
use crate::tui::data::rules::{RuleDetail, RuleNews};
use crate::tui::data::{Data, Trouble};
use crate::tui::effect::RuleWork;
use crate::tui::jobs::{JobId, Slot};
use crate::tui::message::Message;
use crate::workspace::Workspace;

impl Lanes {
    /// As [`Lanes::run`].
    pub(super) fn rules(&mut self, work: RuleWork, data: &Data) -> Option<JobId> {
        match work {
            RuleWork::Load => self.load_rules(data),
            RuleWork::Choose(named) => self.read(Slot::Pipeline, "reading the rules", move |workspace, _| {
                let pipeline = rules::find(Some(workspace), Some(&named)).map(Arc::new).map_err(|e| Trouble::from(&e));
                Ok(Message::Rules(RuleNews::Chosen { named, pipeline }))
            }),
            RuleWork::Draft(edit) => self.draft(edit, data),
            RuleWork::Discard => {
                self.jobs.compute(Slot::Draft, "closing the editor", |_| Ok(Message::Rules(RuleNews::Discarded)));
            }
            RuleWork::Preview => self.preview(data),
            RuleWork::Rows(which) => self.rule_rows(which, data),
            RuleWork::Detail(id) => self.rule_detail(id, data),
            RuleWork::Edit(edit) => return self.edit_rules(edit, data),
            RuleWork::New { name } => return self.new_rules(name, data),
            RuleWork::Refuse { record, what, refuse } => return self.refuse(record, what, refuse, data),
            RuleWork::Apply => self.apply_rules(data),
            RuleWork::Clear => {
                self.change("taking the rules back", |workspace, _| {
                    Ok(outcome("the rules are taken back".into(), rules::clear(workspace)?))
                });
            }
        }
        None
    }

    fn load_rules(&mut self, data: &Data) {
        let chosen = data.rules.chosen.clone();
        let shown = data.rules.pipeline.clone();
        self.read(Slot::Pipeline, "reading the rules", move |workspace, _| {
            let in_force = rules::in_force(workspace)?.map(|saved| (saved.name, saved.digest));
            let library = library::list(Some(workspace))?;
            let is_known = |name: &str| library.iter().any(|listed| listed.name == name);
            let (chosen, pipeline) = match (chosen, shown) {
                // A file was read once; what it holds now may be half written. What was edited is the workspace's own by then.
                (Some(file), Some(shown)) if !is_known(&file) && !is_known(shown.name()) => (Some(file), shown),
                (Some(file), Some(shown)) if !is_known(&file) => {
                    (Some(shown.name().to_owned()), Arc::new(rules::find(Some(workspace), Some(shown.name()))?))
                }
                (chosen, _) => {
                    let pipeline = rules::find(Some(workspace), chosen.as_deref())?;
                    (chosen, Arc::new(pipeline))
                }
            };
            Ok(Message::Rules(RuleNews::Library { chosen, pipeline, in_force, library }))
        });
    }

    fn draft(&mut self, edit: Edit, data: &Data) {
        let Some(pipeline) = data.rules.pipeline.clone() else { return };
        let revision = data.rules.revision;
        self.jobs.compute(Slot::Draft, "reading what is typed", move |_| {
            let pipeline = answered(library::edited(&pipeline, &edit))?.map(Arc::new);
            Ok(Message::Rules(RuleNews::Draft { revision, pipeline }))
        });
    }

    fn preview(&mut self, data: &Data) {
        let Some(pipeline) = data.rules.shown().cloned() else { return };
        let revision = data.rules.revision;
        let path = self.path.clone();
        self.jobs.stream(Slot::Preview, "previewing the rules", move |progress, tell| {
            let workspace = Workspace::open_beside(&path)?;
            let message = |part| Message::Rules(RuleNews::Part { revision, part });
            let mut last = None;
            rules::preview(&workspace, &pipeline, progress, |part| match part.last {
                true => last = Some(part),
                false => tell(message(part)),
            })?;
            last.map(message).ok_or_else(crate::error::Error::interrupted)
        });
    }

    fn rule_rows(&mut self, which: Which, data: &Data) {
        let Some(preview) = data.rules.preview.clone() else { return };
        let revision = data.rules.revision;
        self.jobs.compute(Slot::RuleRows, "finding records", move |_| {
            let (items, rows) = (preview.items.len(), Arc::new(preview.rows(which)));
            Ok(Message::Rules(RuleNews::Rows { revision, which, items, rows }))
        });
    }

    fn rule_detail(&mut self, record: RecordId, data: &Data) {
        let Some(pipeline) = data.rules.shown().cloned() else { return };
        let revision = data.rules.revision;
        self.read(Slot::RuleDetail, "reading a record", move |workspace, _| {
            let trace = rules::trace(workspace, &pipeline, record)?;
            let detail = trace.map(|trace| Arc::new(RuleDetail { record, trace }));
            Ok(Message::Rules(RuleNews::Detail { revision, detail }))
        });
    }

    fn edit_rules(&mut self, edit: Edit, data: &Data) -> Option<JobId> {
        let pipeline = data.rules.pipeline.clone()?;
        Some(self.change("editing the rules", move |workspace, _| {
            let report = library::edit(workspace, &pipeline, &edit)?;
            let words =
                if report.operation.is_some() { format!("saved rules {}", report.name) } else { "nothing changed".into() };
            Ok(outcome(words, report.stale))
        }))
    }

    fn new_rules(&mut self, name: String, data: &Data) -> Option<JobId> {
        let pipeline = data.rules.pipeline.clone()?;
        Some(self.change("copying the rules", move |workspace, _| {
            let report = library::import(workspace, &pipeline, Some(&name), pipeline.name())?;
            Ok(outcome(format!("new rules {}", report.name), report.stale))
        }))
    }

    fn refuse(&mut self, record: RecordId, what: rules::refuse::What, refuse: bool, data: &Data) -> Option<JobId> {
        let pipeline = data.rules.pipeline.clone()?;
        Some(self.change("refusing", move |workspace, _| {
            let report = rules::refuse::refuse(workspace, &pipeline, record, &what, refuse)?;
            let words = if refuse {
                format!("refused: {}", report.refused.join(", "))
            } else {
                format!("accepted: {}", report.accepted.join(", "))
            };
            Ok(outcome(words, report.stale))
        }))
    }

    fn apply_rules(&mut self, data: &Data) {
        let Some(pipeline) = data.rules.pipeline.clone() else { return };
        let named = data.rules.chosen.clone().unwrap_or_else(|| pipeline.name().to_owned());
        self.jobs.store("applying the rules", move |workspace, progress| {
            let report = rules::apply(workspace, &pipeline, Some(&named), progress)?;
            let words = match report.operation {
                None => "these rules are in force already".to_owned(),
                Some(_) => format!("rules applied: {} changed, {} dropped", grouped(report.changed), grouped(report.dropped)),
            };
            Ok(Message::Done(outcome(words, report.stale)))
        });
    }
}
