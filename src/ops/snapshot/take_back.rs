//! Going back to the older membership of some splits, with all others as they are today: the validation set of an older version, so that
//! a model can be compared with those that were trained before.
//!
//! Such a set is only worth something when it is the very same: its records are kept whatever dropped them since, with the texts of then. What
//! stands in these splits today and did not then is dropped, because today's other splits are to stay what they are.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::snapshot_named;
use crate::display::counted;
use crate::error::{Error, Result};
use crate::model::{Assignment, Changed, Mark, MarkValue, NO_SPLIT, OpId, OpKind, RecordId, Version};
use crate::ops::CommandLine;
use crate::progress::Progress;
use crate::query::Columns;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TakenBack {
    pub snapshot: String,
    pub splits: Vec<String>,
    /// Records of these splits then that are there again.
    pub records: u64,
    /// Of these, how many came from another split of today, by its name; `none` for those without one.
    pub from: BTreeMap<String, u64>,
    /// Of these, how many were dropped today and are kept again.
    pub kept_again: u64,
    /// Of these, how many have another text today and got the one of then.
    pub texts: u64,
    /// Records that stood in these splits today and are dropped.
    pub dropped: u64,
    /// Records of any split that are dropped as duplicates of these: only the policy, applied again, keeps one of them.
    pub unwitnessed: u64,
    /// Records of then whose source is no longer part of the workspace.
    pub absent: u64,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// What becomes of a record.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    record: RecordId,
    split: Option<Assignment>,
    mark: Option<MarkValue>,
    text: Option<String>,
}

impl Step {
    fn drops(&self) -> bool {
        self.mark.as_ref().is_some_and(|mark| mark.mark == Mark::Drop)
    }
}

/// Makes these splits be what they were in the snapshot, and leaves all others. One operation.
///
/// Errors: refused where there is no such snapshot, or no kept record in one of the splits then.
pub fn take_back(workspace: &mut Workspace, name: &str, splits: &[String], progress: &Progress) -> Result<TakenBack> {
    let (steps, report) = planned(workspace, name, splits, progress)?;
    let mut line = CommandLine::new("snapshot restore", workspace).arg(name);
    for split in splits {
        line = line.option("--split", split);
    }
    let command = line.to_string();
    progress.stage("restoring", "records", steps.len() as u64)?;
    let done = workspace.transact(
        |tx| {
            for Step { record, split, mark, text } in steps {
                if let Some(split) = split {
                    tx.set_split(record, Some(split))?;
                }
                if let Some(mark) = mark {
                    tx.set_mark(record, Some(mark))?;
                }
                if let Some(text) = text {
                    tx.set_edit(record, Some(text))?;
                }
                progress.add(1)?;
            }
            Ok(())
        },
        |()| OpInfo { kind: OpKind::Restore, description: describe(&report), command },
    )?;
    Ok(TakenBack { operation: done.operation, stale: done.changed, ..report })
}

/// What [`take_back`] would do; nothing is done.
pub fn plan_take_back(workspace: &mut Workspace, name: &str, splits: &[String], progress: &Progress) -> Result<TakenBack> {
    planned(workspace, name, splits, progress).map(|(_, report)| report)
}

fn planned(workspace: &mut Workspace, name: &str, splits: &[String], progress: &Progress) -> Result<(Vec<Step>, TakenBack)> {
    let snapshot = snapshot_named(workspace.store(), name)?;
    let (then, now) = workspace
        .read(|store| Ok((store.load_columns_of(Version::Snapshot(snapshot), progress)?, store.load_columns(progress)?)))?;
    require_splits(&then, name, splits)?;
    let mut report = TakenBack {
        snapshot: name.to_owned(),
        splits: splits.to_vec(),
        records: 0,
        from: BTreeMap::new(),
        kept_again: 0,
        texts: 0,
        dropped: 0,
        unwitnessed: 0,
        absent: 0,
        operation: None,
        stale: Changed::default(),
    };
    let steps = steps(&then, &now, &mut report);
    if report.records == 0 {
        return Err(Error::refused(format!("no record of {} in {name} is part of the workspace", splits.join(", ")))
            .hint("their sources were taken out; `tamis sources WORKSPACE --bring-back NAME` brings one back"));
    }
    let gone: FxHashSet<RecordId> = steps.iter().filter(|step| step.drops()).map(|step| step.record).collect();
    let drops = workspace.store().duplicates()?;
    report.unwitnessed = drops.iter().filter(|(record, witness)| gone.contains(witness) && !gone.contains(record)).count() as u64;
    Ok((steps, report))
}

fn describe(report: &TakenBack) -> String {
    let splits = report.splits.join(", ");
    let (back, gone) = (counted(report.records, "record"), counted(report.dropped, "record"));
    format!("restore {splits} of {}: {back} back, {gone} dropped", report.snapshot)
}

fn require_splits(then: &Columns, name: &str, splits: &[String]) -> Result<()> {
    for split in splits {
        if !(0..then.len()).any(|p| then.is_kept(p) && then.split_name(p) == Some(split)) {
            let names = then.names.splits.join(", ");
            return Err(Error::refused(format!("snapshot {name} has no kept record in split {split}"))
                .hint(if names.is_empty() { "it has no splits".to_owned() } else { format!("its splits are {names}") }));
        }
    }
    Ok(())
}

/// What is to be done, by record, counted into the report.
fn steps(then: &Columns, now: &Columns, report: &mut TakenBack) -> Vec<Step> {
    let splits = report.splits.clone();
    let wanted_of = |columns: &Columns, position: usize| -> Option<String> {
        let split = columns.split_name(position).filter(|_| columns.is_kept(position))?;
        splits.iter().find(|wanted| *wanted == split).cloned()
    };
    let mut steps = Vec::new();
    let back = format!("as in {}", report.snapshot);
    for position in 0..then.len() {
        let Some(split) = wanted_of(then, position) else { continue };
        let record = then.id(position);
        let Some(today) = now.position(record) else {
            report.absent += 1;
            continue;
        };
        report.records += 1;
        let moves = now.split_name(today) != Some(&split);
        if moves {
            *report.from.entry(now.split_name(today).unwrap_or(NO_SPLIT).to_owned()).or_default() += 1;
        }
        let dropped = !now.is_kept(today);
        report.kept_again += u64::from(dropped);
        let text = Some(then.text(position)).filter(|text| *text != now.text(today));
        report.texts += u64::from(text.is_some());
        steps.push(Step {
            record,
            // All of them, or the next split would deal out those anew that stood there already.
            split: (moves || !now.is_assigned_by_hand(today)).then_some(Assignment { split, by_hand: true }),
            mark: dropped.then(|| MarkValue { mark: Mark::Keep, reason: Some(back.clone()) }),
            text: text.map(str::to_owned),
        });
    }
    let left = format!("not in {}", report.snapshot);
    for position in 0..now.len() {
        let Some(split) = wanted_of(now, position) else { continue };
        let record = now.id(position);
        let was_there = then.position(record).is_some_and(|p| wanted_of(then, p).is_some());
        if !was_there {
            report.dropped += 1;
            let reason = Some(format!("{split} {left}"));
            steps.push(Step { record, split: None, mark: Some(MarkValue { mark: Mark::Drop, reason }), text: None });
        }
    }
    steps
}
