//! `rules check`: whether a pipeline comes to rest, and what it still does in each round.

use std::path::Path;

use super::super::{Done, bar::with_progress, out::Out};
use crate::display::grouped;
use crate::error::Result;
use crate::ops::rules::check::{self, CheckReport, Round};
use crate::ops::rules::find;
use crate::workspace::Workspace;

pub fn check(path: &Path, named: Option<&str>, out: &mut Out) -> Result<Done> {
    let workspace = Workspace::open_to_read(path)?;
    let pipeline = find(Some(&workspace), named)?;
    let report = with_progress(out, |progress| check::check(&workspace, &pipeline, progress))?;
    if out.json {
        out.json(&report)?;
    } else {
        for (n, round) in (1..).zip(&report.rounds) {
            print_round(n, round, out)?;
        }
        print_end(&report, out)?;
    }
    Ok(if report.restless > 0 { Done::Blocked } else { Done::All })
}

fn print_round(n: usize, round: &Round, out: &mut Out) -> Result<()> {
    out.line(format!("round {n}: changes {} and drops {}", grouped(round.changed), grouped(round.dropped)))?;
    for rule in &round.rules {
        out.line(format!("{:>10}  {}", grouped(rule.records), rule.rule))?;
    }
    Ok(())
}

fn print_end(report: &CheckReport, out: &mut Out) -> Result<()> {
    let CheckReport { pipeline, rounds, restless, .. } = report;
    if *restless > 0 {
        const SHOWN: usize = 10;
        let ids: Vec<String> = report.restless_records.iter().take(SHOWN).map(ToString::to_string).collect();
        let more = if *restless as usize > ids.len() { ", …" } else { "" };
        out.line(format!("{} records never come to rest: {}{more}", grouped(*restless), ids.join(", ")))?;
        return Ok(());
    }
    let records = grouped(report.records);
    if report.failed > 0 {
        out.line(format!("on {} records a rule gave up: they rest only because of that", grouped(report.failed)))?;
    }
    out.line(match rounds.len() {
        0 => format!("{pipeline} does nothing to {records} records"),
        1 => format!("{pipeline} comes to rest after 1 round over {records} records"),
        n => format!("{pipeline} comes to rest after {n} rounds over {records} records"),
    })?;
    if rounds.len() > 1 {
        out.note("hint: `tamis rules apply WORKSPACE --fixpoint` runs all of them")?;
    }
    Ok(())
}
