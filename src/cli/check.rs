//! `check`: a line for each, with the command that lists the records behind it.

use super::Done;
use super::args;
use super::bar::with_progress;
use super::commands::threshold;
use super::folders::folders;
use super::out::Out;
use crate::error::Result;
use crate::model::Lens;
use crate::ops::CommandLine;
use crate::ops::check::{self, Asked, CheckReport, Depth, Name, Verdict};
use crate::workspace::Workspace;

/// Bytes of a filter that are shown.
const LONGEST: usize = 120;

pub fn run(args: args::Check, out: &mut Out) -> Result<Done> {
    let asked = Asked {
        only: args.only.iter().map(|word| Name::parse(word)).collect::<Result<_>>()?,
        depth: if args.quick { Depth::Quick } else { Depth::Full },
        threshold: args.threshold.as_deref().map(threshold).transpose()?,
        lens: args.lens.map(Lens::from),
        // Only the semantic lens misses them, and says so.
        folders: Some(folders().unwrap_or_default()),
        snapshot: args.snapshot,
        with_images: false,
        ..Asked::default()
    };
    let mut workspace = Workspace::open_to_read(&args.workspace)?;
    let report = with_progress(out, |progress| check::check_as(&mut workspace, &asked, progress))?;
    if out.json {
        out.json(&report)?;
    } else {
        print(&report, &workspace, asked.snapshot.as_deref(), out)?;
    }
    Ok(if report.verdict == Verdict::Blocked { Done::Blocked } else { Done::All })
}

fn print(report: &CheckReport, workspace: &Workspace, snapshot: Option<&str>, out: &mut Out) -> Result<()> {
    for row in &report.checks {
        out.line(format!("{:<9}  {}: {}", row.verdict.word(), row.check, row.detail))?;
        // A list is of the present state.
        if let Some(filter) = row.filter.as_ref().filter(|_| snapshot.is_none()) {
            let (shown, is_whole) = beginning(filter);
            let more = if is_whole { "" } else { "  # and more: --json has the first thousand" };
            out.line(format!("           {}{more}", CommandLine::new("list", workspace).arg(shown)))?;
        }
    }
    Ok(())
}

/// A filter, or as many of its ids as a line holds.
fn beginning(filter: &str) -> (&str, bool) {
    match filter.get(..LONGEST).and_then(|start| start.rsplit_once(',')) {
        Some((ids, _)) if filter.starts_with("id:") => (ids, false),
        _ => (filter, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_ids_is_cut_between_two_of_them() {
        let ids: Vec<String> = (1000..1100).step_by(3).map(|id| id.to_string()).collect();
        let filter = format!("id:{}", ids.join(","));
        let (shown, is_whole) = beginning(&filter);
        assert!(!is_whole && shown.len() < LONGEST && shown.ends_with(|c: char| c.is_ascii_digit()));
        assert!(filter.strip_prefix(shown).is_some_and(|rest| rest.starts_with(',')));
        for whole in ["id:1,2", "state:flag", "tokens:>75 state:kept"] {
            assert_eq!(beginning(whole), (whole, true));
        }
    }
}
