//! The checks before an export: what is blocked is not written, unless the curator says so by name.

use super::Selected;
use crate::error::{Error, Result};
use crate::export::Checked;
use crate::ops::check::{CheckRow, Verdict};
use crate::progress::Progress;
use crate::store::Store;

/// How the checks came out for an export.
#[derive(Debug, Default)]
pub struct Passage {
    pub checks: Vec<Checked>,
    /// Blocked, and not overridden.
    pub blocked: Vec<String>,
    /// Blocked, and overridden.
    pub overridden: Vec<String>,
}

/// Makes the checks. Errors: usage, where `despite` names a check that there is not.
pub fn before(_store: &Store, _selected: &Selected, despite: &[String], _progress: &Progress) -> Result<Passage> {
    passage(&[], despite)
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

fn passage(rows: &[CheckRow], despite: &[String]) -> Result<Passage> {
    if let Some(unknown) = despite.iter().find(|name| rows.iter().all(|row| row.check != **name)) {
        let names: Vec<&str> = rows.iter().map(|row| row.check.as_str()).collect();
        return Err(Error::usage(format!("--despite names no check: {unknown}")).hint(format!("there is {}", names.join(", "))));
    }
    let is_blocked = |row: &&CheckRow| row.verdict == Verdict::Blocked;
    let (overridden, blocked): (Vec<&CheckRow>, Vec<&CheckRow>) =
        rows.iter().filter(is_blocked).partition(|row| despite.contains(&row.check));
    let names = |rows: Vec<&CheckRow>| rows.into_iter().map(|row| row.check.clone()).collect();
    Ok(Passage { checks: rows.iter().map(checked).collect(), blocked: names(blocked), overridden: names(overridden) })
}

fn checked(row: &CheckRow) -> Checked {
    let verdict = match row.verdict {
        Verdict::Ready => "ready",
        Verdict::Attention => "attention",
        Verdict::Blocked => "blocked",
    };
    Checked { name: row.check.clone(), verdict: verdict.to_owned(), detail: row.detail.clone() }
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
            row("names", Verdict::Blocked),
            row("flags", Verdict::Attention),
        ]
    }

    fn despite(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_is_blocked_stops_an_export_unless_it_is_named() {
        let passed = passage(&rows(), &[]).expect("names that there are");
        assert_eq!((passed.blocked.len(), passed.overridden.len(), passed.checks.len()), (2, 0, 4));
        let refused = require(&passed.blocked, &[]).expect_err("blocked");
        assert_eq!(refused.kind, Kind::Blocked);
        assert!(refused.message.ends_with("leakage, names"), "{refused}");
        assert!(refused.hint.is_some_and(|hint| hint.contains("--despite leakage,names")));

        let some = despite(&["names", "flags"]);
        let passed = passage(&rows(), &some).expect("names that there are");
        assert_eq!(
            (passed.blocked.as_slice(), passed.overridden.as_slice()),
            (&["leakage".to_owned()][..], &["names".to_owned()][..])
        );
        let refused = require(&passed.blocked, &some).expect_err("one is left");
        assert!(refused.hint.is_some_and(|hint| hint.contains("--despite names,flags,leakage")));

        let passed = passage(&rows(), &despite(&["names", "leakage"])).expect("names that there are");
        assert!(require(&passed.blocked, &[]).is_ok());
    }

    #[test]
    fn a_mistyped_check_is_a_usage_error() {
        assert_eq!(passage(&rows(), &despite(&["leaks"])).expect_err("no such check").kind, Kind::Usage);
    }
}
