//! Mending: one side loses. Every record of it that resembles one of the other side is dropped, as one operation that names its witness.

use std::sync::Arc;

use serde::Serialize;

use super::groups::{Between, Groups};
use super::matrix::{Gaps, LeakRow, rows};
use super::pairs::numbered;
use crate::display::counted;
use crate::error::{Error, Result};
use crate::model::{Changed, DropBy, DropRecipe, DuplicateDrop, Lens, OpId, OpKind, Threshold};
use crate::ops::duplicates::{self, Drop, View};
use crate::ops::{CommandLine, query};
use crate::progress::Progress;
use crate::query::Columns;
use crate::splits::{self, Loss};
use crate::store::graphs::GraphInfo;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

#[derive(Debug, Clone, PartialEq)]
pub struct FixArgs {
    pub by: Between,
    /// Names of the splits or sources that lose to all others.
    pub losers: Vec<String>,
    pub threshold: Threshold,
    /// Says what it would do; changes nothing.
    pub dry_run: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FixReport {
    pub by: Between,
    pub losers: Vec<String>,
    pub lens: Lens,
    pub threshold: f32,
    pub dropped: u64,
    pub drops: Vec<Drop>,
    /// Records that leak but are not dropped: a person marked them keep or flag, or their source or split is protected.
    pub remaining: Vec<Drop>,
    #[serde(flatten)]
    pub gaps: Gaps,
    /// What leaks afterwards, between any two groups.
    pub leaks: Vec<LeakRow>,
    pub dry_run: bool,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// Drops every kept record of the losing groups with a near-copy in a group that does not lose.
///
/// By the splits, marks and judgements of now, whatever they were when `view` was made: between the question and the answer others may have
/// changed them. Errors: usage for a group that there is not, where all lose, and below the graph's floor; refused where the graph is of
/// older texts, or is not the stored one any more.
pub fn fix(workspace: &mut Workspace, view: &View, args: &FixArgs, progress: &Progress) -> Result<FixReport> {
    let columns = query::columns(workspace, progress)?;
    require_stored(workspace, view)?;
    let view = duplicates::renewed(workspace, &columns, Arc::clone(&view.base))?;
    let mut report = plan(&columns, &view, args, progress)?;
    if !args.dry_run {
        (report.operation, report.stale) = carry_out(workspace, &report.drops, view.lens(), args, progress)?;
    }
    Ok(report)
}

fn require_stored(workspace: &Workspace, view: &View) -> Result<()> {
    let graph = &view.base;
    let is_it = |info: &GraphInfo| {
        let stored = (&info.method, info.floor, info.nodes, info.edges, info.capped);
        stored == (&graph.method, graph.floor, graph.nodes() as u64, graph.edges.len() as u64, graph.capped)
    };
    match duplicates::info(workspace, view.lens())?.filter(is_it) {
        Some(_) => Ok(()),
        None => Err(Error::refused("the similarity graph was built anew meanwhile").hint("look at the leaks again")),
    }
}

/// What [`fix`](fn@fix) would do; nothing is done. `view` was made with these columns.
pub fn plan(columns: &Columns, view: &View, args: &FixArgs, progress: &Progress) -> Result<FixReport> {
    duplicates::consequences::require_in_range(view, args.threshold)?;
    view.require_fresh()?;
    let mut groups = Groups::new(args.by, columns, &view.graph);
    let loses = losing(&groups, args)?;
    progress.stage("looking for leaks", "", 0)?;
    let (remaining, losses): (Vec<Loss>, Vec<Loss>) = splits::losses(&view.graph, args.threshold, &groups.of, &loses)
        .into_iter()
        .partition(|loss| view.candidates[loss.record as usize].fixed);
    let drop = |loss: &Loss| Drop {
        id: view.graph.records[loss.record as usize],
        witness: view.graph.records[loss.witness as usize],
        score: loss.score,
    };
    let drops: Vec<Drop> = losses.iter().map(drop).collect();
    losses.iter().for_each(|loss| groups.of[loss.record as usize] = None);
    Ok(FixReport {
        by: args.by,
        losers: args.losers.clone(),
        lens: view.lens(),
        threshold: args.threshold.value(),
        dropped: drops.len() as u64,
        remaining: remaining.iter().map(drop).collect(),
        gaps: Gaps::of(view, &groups, args.threshold),
        leaks: rows(&view.graph, args.threshold, &groups),
        drops,
        dry_run: args.dry_run,
        operation: None,
        stale: Changed::default(),
    })
}

/// By number: who loses. Where all would, there is nobody left to lose to.
fn losing(groups: &Groups, args: &FixArgs) -> Result<Vec<bool>> {
    let mut loses = vec![false; groups.groups.len()];
    for name in &args.losers {
        loses[usize::from(numbered(groups, args.by, name)?)] = true;
    }
    let some_lose = loses.contains(&true);
    let some_stay = groups.groups.iter().zip(&loses).any(|(group, loses)| !loses && group.records > 0);
    if some_lose && some_stay {
        return Ok(loses);
    }
    let one = args.by.one();
    Err(match some_lose {
        true => Error::usage(format!("every {one} loses: nothing is left to resemble"))
            .hint(format!("leave out the {one} that stays")),
        false => Error::usage(format!("which {one} is to lose?")).hint("name one, as in --lose train"),
    })
}

fn carry_out(
    workspace: &mut Workspace,
    drops: &[Drop],
    lens: Lens,
    args: &FixArgs,
    progress: &Progress,
) -> Result<(Option<OpId>, Changed)> {
    let between = Some(args.by.word()).filter(|_| args.by != Between::default());
    let line = CommandLine::new("leakage", workspace)
        .maybe("--by", between)
        .option("--lens", lens.word())
        .option("--threshold", args.threshold);
    let command = args.losers.iter().fold(line, |line, loser| line.option("--lose", loser)).to_string();
    let recipe = Some(DropRecipe { lens, by: DropBy::Leakage, threshold: args.threshold });
    progress.stage("dropping", "records", drops.len() as u64)?;
    let done = workspace.transact(
        |tx| {
            for &Drop { id, witness, score } in drops {
                tx.set_duplicate(id, Some(DuplicateDrop { witness, score, recipe }))?;
                progress.add(1)?;
            }
            Ok(())
        },
        |()| OpInfo {
            kind: OpKind::FixLeakage,
            description: format!(
                "{} {} to the others at {:#} ({})",
                args.losers.join(", "),
                loses(drops.len() as u64, args.losers.len()),
                args.threshold,
                lens.word()
            ),
            command,
        },
    )?;
    Ok((done.operation, done.changed))
}

fn loses(records: u64, losers: usize) -> String {
    format!("{} {}", if losers == 1 { "loses" } else { "lose" }, counted(records, "record"))
}
