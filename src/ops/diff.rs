//! diff: what differs between two versions, in counts per source and cause, and record by record.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::filter_file::Target;
use super::version;
use crate::error::{Error, Result};
use crate::model::RecordId;
use crate::progress::Progress;
use crate::query::Columns;
use crate::versions::{self, Comparison, Difference, Entry, Group};
use crate::workspace::Workspace;

/// Two versions in memory with what differs between them.
#[derive(Debug, Clone)]
pub struct Diff {
    /// The earlier one.
    pub a: Columns,
    pub b: Columns,
    pub comparison: Comparison,
}

/// How much differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub kept_before: u64,
    pub kept: u64,
    pub added: u64,
    pub removed: u64,
    pub changed: u64,
    pub moved: u64,
    pub groups: Vec<GroupRow>,
}

/// Records of one source that differ in the same way, for the same reason, between the same splits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupRow {
    pub change: Difference,
    pub source: String,
    /// What `--cause` takes: see [`Comparison::cause`].
    pub cause: String,
    /// The cause for a person.
    pub words: String,
    pub split_before: Option<String>,
    pub split: Option<String>,
    pub records: u64,
}

/// Which records are to be listed.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub difference: Difference,
    /// Of this source only.
    pub source: Option<String>,
    /// For this reason only, as [`GroupRow::cause`] has it.
    pub cause: Option<String>,
    pub offset: usize,
    pub limit: Option<usize>,
}

/// One record that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiffRow {
    pub id: RecordId,
    pub source: String,
    pub line: u64,
    pub change: Difference,
    pub cause: String,
    #[serde(skip)]
    pub words: String,
    /// `None` where it was not kept.
    pub text_before: Option<String>,
    /// `None` where it is not kept.
    pub text: Option<String>,
    pub split_before: Option<String>,
    pub split: Option<String>,
}

/// Reads two versions by their names (a snapshot's, or [`NOW`](super::NOW)) at one moment and compares them. Errors: refused, when there is
/// no snapshot of that name.
pub fn compare(workspace: &mut Workspace, a: &str, b: &str, progress: &Progress) -> Result<Diff> {
    let (a, b) = workspace.read(|store| {
        let load = |version| store.load_columns_of(version, progress);
        let [a, b] = [a, b].map(|name| version::named(store, Some(name)));
        Ok((load(a?)?, load(b?)?))
    })?;
    Ok(Diff::of(a, b))
}

impl Diff {
    pub fn of(a: Columns, b: Columns) -> Diff {
        let comparison = versions::compare(&a, &b);
        Diff { a, b, comparison }
    }

    pub fn summary(&self) -> Summary {
        let comparison = &self.comparison;
        let count = |difference| comparison.count(difference);
        Summary {
            kept_before: kept(&self.a),
            kept: kept(&self.b),
            added: count(Difference::Added),
            removed: count(Difference::Removed),
            changed: count(Difference::Changed),
            moved: count(Difference::Moved),
            groups: self.groups(),
        }
    }

    /// By kind of difference, source, cause and splits; the sources in the order of their import.
    fn groups(&self) -> Vec<GroupRow> {
        let comparison = &self.comparison;
        let mut rows: Vec<(u16, GroupRow)> = comparison.groups().map(|(group, n)| (group.source, self.row(group, n))).collect();
        rows.sort_by(|(s, x), (t, y)| {
            let key = |row: &GroupRow| (row.cause.clone(), row.split_before.clone(), row.split.clone());
            x.change.cmp(&y.change).then(s.cmp(t)).then_with(|| key(x).cmp(&key(y)))
        });
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn row(&self, group: &Group, records: u64) -> GroupRow {
        let comparison = &self.comparison;
        GroupRow {
            change: group.difference,
            source: comparison.source(group).to_owned(),
            cause: comparison.cause(group),
            words: comparison.words(group),
            split_before: comparison.split_before(group).map(str::to_owned),
            split: comparison.split(group).map(str::to_owned),
            records,
        }
    }

    /// The records that are wanted, ids ascending. Errors: usage, when a source or a cause is asked for that there is none of.
    pub fn list(&self, wanted: &Wanted) -> Result<Vec<Entry>> {
        let (offset, limit) = (wanted.offset, wanted.limit.unwrap_or(usize::MAX));
        if wanted.source.is_none() && wanted.cause.is_none() {
            return Ok(self.comparison.page(wanted.difference, offset, limit).to_vec());
        }
        let comparison = &self.comparison;
        let is_wanted = |group: &Group| {
            wanted.source.as_deref().is_none_or(|source| comparison.source(group) == source)
                && wanted.cause.as_deref().is_none_or(|cause| comparison.cause(group) == cause)
        };
        if !comparison.groups().any(|(group, _)| is_wanted(group)) {
            return Err(Error::usage("nothing differs in that source for that cause")
                .hint("without --list the sources and causes there are stand in the summary"));
        }
        let found = comparison.select(wanted.difference, is_wanted);
        Ok(found.into_iter().skip(offset).take(limit).collect())
    }
}

fn kept(columns: &Columns) -> u64 {
    (0..columns.len()).filter(|&position| columns.is_kept(position)).count() as u64
}

/// Calls `row` for each of these records, in order.
pub fn rows(
    workspace: &Workspace,
    diff: &Diff,
    entries: &[Entry],
    progress: &Progress,
    mut row: impl FnMut(DiffRow) -> Result<()>,
) -> Result<()> {
    progress.stage("listing", "records", entries.len() as u64)?;
    for &entry in entries {
        if let Some(found) = diff_row(workspace, diff, entry)? {
            row(found)?;
        }
        progress.add(1)?;
    }
    Ok(())
}

fn diff_row(workspace: &Workspace, diff: &Diff, entry: Entry) -> Result<Option<DiffRow>> {
    let comparison = &diff.comparison;
    let group = comparison.group(entry);
    let id = entry.b().map(|position| diff.b.id(position)).or(entry.a().map(|position| diff.a.id(position)));
    let Some(id) = id else { return Ok(None) };
    let text = |columns: &Columns, position: Option<usize>| {
        position.filter(|&position| columns.is_kept(position)).map(|position| columns.text(position).to_owned())
    };
    Ok(Some(DiffRow {
        id,
        source: comparison.source(group).to_owned(),
        line: workspace.store().line_of(id)?,
        change: group.difference,
        cause: comparison.cause(group),
        words: comparison.words(group),
        text_before: text(&diff.a, entry.a()),
        text: text(&diff.b, entry.b()),
        split_before: comparison.split_before(group).map(str::to_owned),
        split: comparison.split(group).map(str::to_owned),
    }))
}

/// Writes these records to a new file, one JSON object a line; how many. Errors: refused where there is a file already.
pub fn write(workspace: &Workspace, diff: &Diff, entries: &[Entry], path: &Path, progress: &Progress) -> Result<u64> {
    let mut target = Target::create(path)?;
    let mut written = 0;
    rows(workspace, diff, entries, progress, |row| {
        serde_json::to_writer(&mut target, &row).map_err(|e| Error::io("JSON").caused_by(e))?;
        target.write_all(b"\n")?;
        written += 1;
        Ok(())
    })?;
    target.commit()?;
    Ok(written)
}
