//! The jobs of the versions screen.

use std::path::Path;
use std::sync::Arc;

use super::{HISTORY, Lanes, answered, outcome};
use crate::display::{counted, grouped};
use crate::error::Result;
use crate::model::OpId;
use crate::ops::diff::GroupRow;
use crate::ops::{diff, history, report, snapshot, undo};
use crate::progress::Progress;
use crate::tui::data::Data;
use crate::tui::data::versions::{Compared, Dependents, Extent, Plan, Rows, VersionNews, WayBack};
use crate::tui::effect::VersionWork;
use crate::tui::jobs::Slot;
use crate::tui::message::{Message, Outcome};
use crate::versions::Group;
use crate::workspace::Workspace;

impl Lanes {
    pub(super) fn versions(&mut self, work: VersionWork, data: &Data) {
        match work {
            VersionWork::TimeLine => self.read(Slot::History, "reading the history", |workspace, _| time_line(workspace)),
            VersionWork::Create(name) => {
                let folders = self.folders.clone();
                self.store("freezing the state", move |workspace, progress| {
                    let created = snapshot::create(workspace, &name, &folders, progress)?;
                    let same = match created.same_as.as_slice() {
                        [] => String::new(),
                        names => format!(", the very same as {}", names.join(", ")),
                    };
                    let kept = grouped(created.snapshot.summary.kept);
                    Ok(outcome(format!("snapshot {name}: {kept} kept{same}"), created.stale))
                });
            }
            VersionWork::Forget(name) => self.store("forgetting a snapshot", move |workspace, _| {
                let forgotten = snapshot::delete(workspace, &name)?;
                Ok(outcome(format!("{name} has no name any more; u gives it back"), forgotten.stale))
            }),
            VersionWork::Compare { a, b } => {
                let revision = data.revision;
                self.read(Slot::Compared, "comparing", move |workspace, progress| {
                    let diff = diff::compare(workspace, &a, &b, progress)?;
                    let summary = diff.summary();
                    Ok(Message::Versions(VersionNews::Compared(Arc::new(Compared { a, b, diff, summary, revision }))))
                });
            }
            VersionWork::Rows { of, group } => {
                self.jobs.compute(Slot::ComparedRows, "finding records", move |_| {
                    let entries = Arc::new(of.summary.groups.get(group).map(|row| entries(&of, row)).unwrap_or_default());
                    Ok(Message::Versions(VersionNews::Rows(Rows { of, group, entries })))
                });
            }
            VersionWork::WriteRows { of, group, path } => {
                self.read(Slot::Written, "writing records", move |workspace, progress| {
                    let written = write_rows(workspace, &of, group, &path, progress)?;
                    Ok(Message::Written(format!("wrote {} to {}", counted(written, "record"), path.display())))
                })
            }
            VersionWork::WriteReport { name, path } => {
                let folders = self.folders.clone();
                self.read(Slot::Report, "writing the report", move |workspace, progress| {
                    let report = report::report(workspace, name.as_deref(), &folders, progress)?;
                    report::write(&report, &path)?;
                    Ok(Message::Written(format!("wrote the report to {}", path.display())))
                })
            }
            VersionWork::Waterfall(name) => self.read(Slot::FrozenStats, "counting", move |workspace, progress| {
                let waterfall = report::waterfall_of(workspace, &name, progress)?;
                Ok(Message::Versions(VersionNews::Waterfall(name, waterfall)))
            }),
            VersionWork::PlanRestore { name, extent } => {
                self.read(Slot::WayBack, "looking at the way back", move |workspace, progress| {
                    let plan = answered(plan(workspace, &name, &extent, progress))?;
                    Ok(Message::Versions(VersionNews::WayBack(Box::new(WayBack { name, extent, plan }))))
                })
            }
            VersionWork::Restore { name, extent } => {
                self.store("restoring", move |workspace, progress| restore(workspace, &name, &extent, progress))
            }
            VersionWork::Dependents(of) => self.read(Slot::Dependents, "reading what builds on it", move |workspace, _| {
                let later = answered(undo::dependents(workspace, of))?;
                Ok(Message::Versions(VersionNews::Dependents(Dependents { of, later })))
            }),
            VersionWork::UndoWithLater(id) => self.store("undoing", move |workspace, progress| undone(workspace, id, progress)),
        }
    }

    /// A change with progress, that can be cancelled.
    fn store(&mut self, title: &str, job: impl FnOnce(&mut Workspace, &Progress) -> Result<Outcome> + Send + 'static) {
        self.jobs.store(title, move |workspace, progress| job(workspace, progress).map(Message::Done));
    }
}

fn time_line(workspace: &Workspace) -> Result<Message> {
    let (history, snapshots) = (history::history(workspace, HISTORY)?, snapshot::list(workspace)?);
    let suggested = snapshot::suggested(&snapshots);
    Ok(Message::Versions(VersionNews::TimeLine { history, snapshots, suggested }))
}

/// The records of a group, ids ascending.
fn entries(of: &Compared, row: &GroupRow) -> Vec<crate::versions::Entry> {
    let comparison = &of.diff.comparison;
    comparison.select(row.change, |group: &Group| {
        comparison.source(group) == row.source
            && comparison.cause(group) == row.cause
            && comparison.split_before(group) == row.split_before.as_deref()
            && comparison.split(group) == row.split.as_deref()
    })
}

fn write_rows(workspace: &Workspace, of: &Compared, group: usize, path: &Path, progress: &Progress) -> Result<u64> {
    let entries = of.summary.groups.get(group).map(|row| entries(of, row)).unwrap_or_default();
    diff::write(workspace, &of.diff, &entries, path, progress)
}

fn plan(workspace: &mut Workspace, name: &str, extent: &Extent, progress: &Progress) -> Result<Plan> {
    Ok(match extent {
        Extent::Without(sources) => Plan::Everything(snapshot::plan_restore(workspace, name, sources, progress)?),
        Extent::Splits(splits) => Plan::Splits(snapshot::plan_take_back(workspace, name, splits, progress)?),
    })
}

fn restore(workspace: &mut Workspace, name: &str, extent: &Extent, progress: &Progress) -> Result<Outcome> {
    match extent {
        Extent::Without(sources) => {
            let restored = snapshot::restore(workspace, name, sources, progress)?;
            let words = match (restored.operation, restored.released) {
                (None, _) => format!("everything is as in {name} already"),
                (_, 0) => format!("everything is as in {name}: {} changed", counted(restored.records, "record")),
                (_, n) => format!("as in {name}; {} kept again: apply the policy on screen 3", counted(n, "record")),
            };
            Ok(outcome(words, restored.stale))
        }
        Extent::Splits(splits) => {
            let taken = snapshot::take_back(workspace, name, splits, progress)?;
            let (back, gone) = (counted(taken.records, "record"), grouped(taken.dropped));
            Ok(outcome(format!("{} is as in {name}: {back}, {gone} of today's dropped", splits.join(", ")), taken.stale))
        }
    }
}

fn undone(workspace: &mut Workspace, id: OpId, progress: &Progress) -> Result<Outcome> {
    let report = undo::undo_with_later(workspace, id, progress)?;
    let with = match report.later.len() as u64 {
        0 => String::new(),
        n => format!(", and {} that built on it", counted(n, "operation")),
    };
    Ok(outcome(format!("undo: {}{with}", report.description), report.stale))
}
