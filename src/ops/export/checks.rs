//! The checks before an export: what is blocked is not written, unless the curator says so by name.

use super::{ExportArgs, Selected};
use crate::error::{Error, Result};
use crate::export::Checked;
use crate::model::Version;
use crate::ops::check::{self, Asked, CheckRow, Depth, Name, Verdict};
use crate::ops::leaks::Certificate;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// How the checks came out for an export. Names have `-` for blanks, as they are typed.
#[derive(Debug, Default)]
pub struct Passage {
    pub checks: Vec<Checked>,
    /// Blocked, and not overridden.
    pub blocked: Vec<String>,
    /// Blocked, and overridden; of a snapshot all that would be.
    pub overridden: Vec<String>,
}

/// Makes the checks that concern the export, of the records that it takes. Errors: usage, where `despite` names a check that there is not.
pub fn before(
    workspace: &Workspace,
    selected: &Selected,
    args: &ExportArgs,
    depth: Depth,
    certificate: Option<&Certificate>,
    progress: &Progress,
) -> Result<Passage> {
    let despite = args.despite.iter().map(|word| Name::parse(word)).collect::<Result<Vec<Name>>>()?;
    let with_images = selected.places_images();
    let concerns = |name: &Name| match name {
        Name::Files | Name::Shared => with_images,
        // With the names of the sources before them, no two names are alike; if two are all the same, the plan says so.
        Name::Names => with_images && !args.prefix_sources,
        _ => true,
    };
    let only = Name::ALL.into_iter().filter(|name| name.depth() <= depth).filter(concerns).collect();
    // What a dialog shows while one types must not wait for a graph to be built.
    let folders = (depth == Depth::Full).then(|| args.folders.clone());
    let certificate = certificate.cloned();
    let asked = Asked { only, depth, with_images, folders, certificate, tolerant: true, ..Asked::default() };
    let report = check::before_export(workspace, selected.version, &selected.columns, &selected.positions, &asked, progress)?;
    let mut passage = passage(&report.checks, &despite);
    if selected.version != Version::Now {
        // They look at the disk and the graphs of today, and what a snapshot exports has the same bytes every day.
        passage.checks.clear();
        passage.overridden = named(&despite);
    }
    Ok(passage)
}

/// Refuses (exit 4) where a check is blocked.
pub fn require(blocked: &[String], despite: &[String]) -> Result<()> {
    if blocked.is_empty() {
        return Ok(());
    }
    let all: Vec<&str> = despite.iter().chain(blocked).map(String::as_str).collect();
    let what = if blocked.len() == 1 { "a check is blocked" } else { "checks are blocked" };
    Err(Error::blocked(format!("{what}: {}", blocked.join(", "))).hint(format!(
        "`tamis check WORKSPACE {}` says why; --despite {} exports all the same, and the manifest records it",
        blocked.join(" "),
        all.join(",")
    )))
}

fn passage(rows: &[CheckRow], despite: &[Name]) -> Passage {
    let is_blocked = |row: &&CheckRow| row.verdict == Verdict::Blocked;
    let (overridden, blocked): (Vec<&CheckRow>, Vec<&CheckRow>) =
        rows.iter().filter(is_blocked).partition(|row| despite.iter().any(|name| name.word() == row.check));
    let names = |rows: Vec<&CheckRow>| rows.into_iter().map(typed).collect();
    Passage { checks: rows.iter().map(checked).collect(), blocked: names(blocked), overridden: names(overridden) }
}

fn typed(row: &CheckRow) -> String {
    as_typed(&row.check)
}

fn as_typed(check: &str) -> String {
    check.replace(' ', "-")
}

/// As they were typed, each once.
fn named(despite: &[Name]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in despite.iter().map(|name| as_typed(name.word())) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn checked(row: &CheckRow) -> Checked {
    Checked { name: typed(row), verdict: row.verdict.word().to_owned(), detail: row.detail.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn rows() -> Vec<CheckRow> {
        let row = |check: &str, verdict| CheckRow { check: check.into(), verdict, detail: "…".into(), count: 0, filter: None };
        vec![
            row("file", Verdict::Ready),
            row("leakage", Verdict::Blocked),
            row("similarity graph", Verdict::Blocked),
            row("flags", Verdict::Attention),
        ]
    }

    #[test]
    fn overridden_checks_are_named_once_as_they_were_typed() {
        assert_eq!(named(&[Name::Graph, Name::Leakage, Name::Graph]), ["similarity-graph", "leakage"]);
    }

    #[test]
    fn what_is_blocked_stops_an_export_unless_it_is_named() {
        let passed = passage(&rows(), &[]);
        assert_eq!((passed.blocked.len(), passed.overridden.len(), passed.checks.len()), (2, 0, 4));
        let refused = require(&passed.blocked, &[]).expect_err("blocked");
        assert_eq!(refused.kind, Kind::Blocked);
        assert!(refused.message.ends_with("leakage, similarity-graph"), "{refused}");
        assert!(refused.hint.is_some_and(|hint| hint.contains("--despite leakage,similarity-graph")));

        let passed = passage(&rows(), &[Name::Graph, Name::Flags]);
        assert_eq!((passed.blocked.concat(), passed.overridden.concat()), ("leakage".to_owned(), "similarity-graph".to_owned()));
        let typed = ["similarity-graph".to_owned(), "flags".to_owned()];
        let refused = require(&passed.blocked, &typed).expect_err("one is left");
        assert!(refused.hint.is_some_and(|hint| hint.contains("--despite similarity-graph,flags,leakage")));

        assert!(require(&passage(&rows(), &[Name::Leakage, Name::Graph]).blocked, &[]).is_ok());
    }
}
