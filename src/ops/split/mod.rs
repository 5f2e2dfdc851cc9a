//! split: every kept record gets a split, by share or count and seed, and no cluster crosses a border.
//!
//! | file | idea |
//! |---|---|
//! | [`plan`](mod@plan) | who stays where it is, and where all others go |
//! | [`strata`] | the groups that are kept in proportion |
//! | `graph` | the similarity graph that says what a cluster is |
//! | [`sizes`](mod@sizes) | how large the splits are beside what was asked for |
//! | [`recipe`](mod@recipe) | how the last split was made |

mod graph;
pub mod plan;
pub mod recipe;
pub mod sizes;
pub mod strata;

use std::collections::BTreeMap;

use serde::Serialize;

use super::leaks::{LeakRow, rows};
use super::{CommandLine, query};
use crate::display::counted;
use crate::error::{Error, Result};
use crate::model::{Assignment, Changed, Lens, OpId, OpKind, RecordId, Threshold};
use crate::progress::Progress;
use crate::query::Columns;
use crate::shelf::Folders;
use crate::splits::{Targets, Why};
use crate::store::settings;
use crate::workspace::Workspace;
use crate::workspace::transact::{OpInfo, Transaction};

pub use plan::Plan;
pub use recipe::{Recipe, measure_of, recipe, targets_of};
pub use sizes::{SplitSize, sizes};
pub use strata::{StrataReport, Stratum};

/// Where records count as copies of each other unless another threshold is named.
pub const DEFAULT_THRESHOLD: u16 = 700;

/// The seed unless another one is named.
pub const DEFAULT_SEED: u64 = 42;

#[derive(Debug, Clone, PartialEq)]
pub struct SplitArgs {
    pub targets: Targets,
    pub seed: u64,
    /// Kept in proportion, all at once.
    pub by: Vec<Stratum>,
    pub lens: Lens,
    pub threshold: Threshold,
    /// Every record that has a split stays in it; only those without one are assigned.
    pub extend: bool,
    /// Splits whose present records stay.
    pub keep: Vec<String>,
    /// Says what it would do; changes nothing.
    pub dry_run: bool,
}

impl SplitArgs {
    /// As a split is made where nothing else is asked for.
    pub fn of(targets: Targets) -> SplitArgs {
        SplitArgs {
            targets,
            seed: DEFAULT_SEED,
            by: Vec::new(),
            lens: Lens::Lexical,
            threshold: Threshold::from_thousandths(DEFAULT_THRESHOLD),
            extend: false,
            keep: Vec::new(),
            dry_run: false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SplitReport {
    pub seed: u64,
    pub lens: Lens,
    /// `words`, `grams`, or a model with its precision.
    pub method: String,
    pub threshold: f32,
    /// Kept records.
    pub records: u64,
    pub splits: Vec<SplitSize>,
    /// Records that stay where they are, by why: `declared`, `by hand`, `extended`, `kept`, `protected`, `marked`.
    pub stays: BTreeMap<&'static str, u64>,
    pub strata: StrataReport,
    /// Sizes that were missed by more than rounding, and why.
    pub unmet: Vec<UnmetRow>,
    /// Clusters that cross a border, because members that stay are in several splits.
    pub torn: u64,
    /// Kept records that changed place.
    pub moved: u64,
    /// Near-copies that still cross a border: only where records stay.
    pub leaks: Vec<LeakRow>,
    pub dry_run: bool,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// A split that is not as large as asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnmetRow {
    pub name: String,
    /// Records more than asked for; below 0: fewer.
    pub off: i64,
    #[serde(flatten)]
    pub why: WhyRow,
}

/// [`Why`], with the record by its id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyRow {
    Cluster { size: u32, record: RecordId },
    Held { records: u64 },
    HeldElsewhere { records: u64 },
}

/// Assigns splits. Builds the similarity graph when there is none that fits; `folders`: where the semantic lens finds its model.
///
/// Errors: usage where counts ask for more records than there are, for a stratum that is none, and for two names that differ in case only.
pub fn split(workspace: &mut Workspace, args: SplitArgs, folders: &Folders, progress: &Progress) -> Result<SplitReport> {
    let columns = query::columns(workspace, progress)?;
    let view = graph::fresh_view(workspace, &columns, &args, folders, progress)?;
    let plan = plan::plan(workspace, &columns, &view, &args, progress)?;
    let mut report = report(&columns, &view, &plan, &args);
    if !args.dry_run {
        let done = carry_out(workspace, &columns, &plan, &args, progress)?;
        (report.operation, report.stale) = done;
    }
    Ok(report)
}

fn report(columns: &Columns, view: &super::duplicates::View, plan: &Plan, args: &SplitArgs) -> SplitReport {
    let mut stays = BTreeMap::new();
    plan.stays.iter().flatten().for_each(|why| *stays.entry(why.word()).or_default() += 1);
    let unmet = plan.assigned.unmet.iter().map(|unmet| UnmetRow {
        name: plan.names[unmet.split].clone(),
        off: unmet.off.round() as i64,
        why: match unmet.why {
            Why::Cluster { size, member } => WhyRow::Cluster { size, record: columns.id(plan.kept[member as usize] as usize) },
            Why::Held { records } => WhyRow::Held { records },
            Why::HeldElsewhere { records } => WhyRow::HeldElsewhere { records },
        },
    });
    SplitReport {
        seed: args.seed,
        lens: args.lens,
        method: view.method().to_owned(),
        threshold: args.threshold.value(),
        records: plan.kept.len() as u64,
        splits: sizes::planned(plan, &args.targets),
        stays,
        strata: plan.strata.clone(),
        unmet: unmet.collect(),
        torn: plan.assigned.torn,
        moved: plan.moved(columns),
        leaks: rows(&view.graph, args.threshold, &plan.groups(columns, &view.graph)),
        dry_run: args.dry_run,
        operation: None,
        stale: Changed::default(),
    }
}

/// One operation: what stays is not touched, what no longer has a split loses it, all others get theirs.
fn carry_out(
    workspace: &mut Workspace,
    columns: &Columns,
    plan: &Plan,
    args: &SplitArgs,
    progress: &Progress,
) -> Result<(Option<OpId>, Changed)> {
    let recipe =
        serde_json::to_string(&Recipe::of(args)).map_err(|e| Error::io("the recipe could not be written").caused_by(e))?;
    let command = command_line(workspace, args);
    let earlier = workspace.store().assigned_records()?;
    progress.stage("assigning", "records", (earlier.len() + plan.kept.len()) as u64)?;
    let done = workspace.transact(
        |tx| {
            for record in earlier {
                if plan.loses_its_own(columns, record) && !is_by_hand(tx, record)? {
                    tx.set_split(record, None)?;
                }
                progress.add(1)?;
            }
            for (record, split) in plan.assignments(columns) {
                tx.set_split(record, split.map(Assignment::to))?;
                progress.add(1)?;
            }
            tx.set_setting(settings::SPLIT, Some(recipe))?;
            Ok(())
        },
        |()| OpInfo { kind: OpKind::Split, description: described(plan, args), command },
    )?;
    Ok((done.operation, done.changed))
}

fn is_by_hand(tx: &Transaction<'_>, record: RecordId) -> Result<bool> {
    Ok(tx.store().assignment(record)?.is_some_and(|assignment| assignment.by_hand))
}

fn described(plan: &Plan, args: &SplitArgs) -> String {
    let verb = if args.extend { "extend the split to" } else { "split" };
    format!("{verb} {}: {}, seed {}", counted(plan.kept.len() as u64, "record"), args.targets, args.seed)
}

fn command_line(workspace: &Workspace, args: &SplitArgs) -> String {
    let some = |typed: String| Some(typed).filter(|typed| !typed.is_empty());
    let line = CommandLine::new("split", workspace)
        .maybe("--share", some(args.targets.shares_typed()))
        .maybe("--count", some(args.targets.counts_typed()))
        .option("--seed", args.seed)
        .maybe("--by", some(strata::typed(&args.by)))
        .option("--lens", args.lens.word())
        .option("--threshold", args.threshold)
        .flag("--extend", args.extend);
    line.maybe("--keep", some(args.keep.join(","))).to_string()
}
