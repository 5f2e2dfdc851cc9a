//! Files held against the workspace before they are imported: how many of their prompts stand in it already.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;
use serde::Serialize;

use super::build::{Measure, Wish};
use super::standing::{mask, standing};
use super::view::Protected;
use crate::error::Result;
use crate::model::filter::CauseKind;
use crate::model::{Lens, RecordId, State, Threshold};
use crate::ops::overlap::{Close, as_floor, overlap};
use crate::ops::prompts::{self, Prompts, Reading};
use crate::ops::query;
use crate::progress::Progress;
use crate::query::Columns;
use crate::shelf::Folders;
use crate::similarity::mask::Mask;
use crate::workspace::Workspace;

/// Files with what of them stands in the workspace.
#[derive(Debug)]
pub struct Against {
    pub report: AgainstReport,
    pub files: Vec<Prompts>,
    /// Of each prompt, file by file, the closest record.
    found: Vec<Option<(RecordId, Close)>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgainstReport {
    pub lens: Lens,
    /// `words`, `grams`, or a model with its precision.
    pub method: String,
    pub threshold: f32,
    /// Which records the files were held against: `protected`, `all`, or a filter as it was typed.
    pub against: String,
    /// How many these are.
    pub records: u64,
    pub files: Vec<FileReport>,
}

/// What of one file stands in the workspace.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    pub file: String,
    pub prompts: u64,
    /// Those with a record at the threshold or above.
    pub found: u64,
    /// Those that are the text of a record; to the lexical lens, case and white space do not count.
    pub identical: u64,
    /// `found`, by the source of the closest record.
    pub by_source: BTreeMap<String, u64>,
    pub blank: u64,
    pub rejected: u64,
}

/// A prompt that stands in the workspace already.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stands {
    pub file: String,
    pub line: u64,
    pub text: String,
    /// The closest record.
    pub id: RecordId,
    pub source: String,
    pub record_text: String,
    pub score: f32,
    pub identical: bool,
}

/// Holds files against records of the workspace: those that `filter` matches; without one those of protected sources and splits,
/// or all where nothing is protected, but for records that were dropped by hand or by a rule. Changes nothing.
///
/// Both sides are compared without the masked phrases. Memory: all prompts of the files beside the workspace's.
pub fn against(
    workspace: &Workspace,
    columns: &Columns,
    paths: &[PathBuf],
    (reading, wish): (&Reading, &Wish),
    threshold: Threshold,
    folders: &Folders,
    progress: &Progress,
) -> Result<Against> {
    let floor = as_floor(threshold)?;
    let measure = Measure::open(wish, folders)?;
    let (against, positions) = records(workspace, columns, &wish.filter, progress)?;
    let files = prompts::read_all(paths, reading, progress)?;
    let mask = Mask::new(&mask(workspace)?)?;
    let inside: Vec<Cow<'_, str>> = positions.par_iter().map(|&p| mask.apply(columns.text(p as usize))).collect();
    let prompts: Vec<&str> = files.iter().flat_map(|file| &file.texts).map(String::as_str).collect();
    let of: Vec<Cow<'_, str>> = prompts.par_iter().map(|text| mask.apply(text)).collect();
    let [left, right] = [&inside, &of].map(|texts| texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>());
    let closest = overlap(&measure, &left, &right, floor, progress)?.closest;
    let id = |close: Close| columns.id(positions[close.place] as usize);
    let found: Vec<_> = closest.into_iter().map(|close| close.map(|close| (id(close), close))).collect();
    let report = AgainstReport {
        lens: wish.lens,
        method: measure.method(),
        threshold: threshold.value(),
        against,
        records: positions.len() as u64,
        files: reports(&files, &found, columns),
    };
    Ok(Against { report, files, found })
}

/// The records that count, and how they are called.
fn records(workspace: &Workspace, columns: &Columns, filter: &str, progress: &Progress) -> Result<(String, Vec<u32>)> {
    if !filter.trim().is_empty() {
        let mut positions =
            query::select(workspace, columns, &query::parse(columns, filter, None)?, progress)?.positions.to_vec();
        positions.sort_unstable();
        return Ok((filter.to_owned(), positions));
    }
    let protected = Protected::new(columns, &standing(workspace)?);
    let is_alive = |p: usize| columns.state(p) != State::Drop || columns.cause(p) == Some(CauseKind::Duplicate);
    let all: Vec<u32> = (0..columns.len() as u32).filter(|&p| is_alive(p as usize)).collect();
    let held: Vec<u32> = all.iter().copied().filter(|&p| protected.covers(columns, p as usize)).collect();
    Ok(if held.is_empty() { ("all".to_owned(), all) } else { ("protected".to_owned(), held) })
}

fn reports(files: &[Prompts], found: &[Option<(RecordId, Close)>], columns: &Columns) -> Vec<FileReport> {
    let mut rest = found;
    let mut reports = Vec::with_capacity(files.len());
    for file in files {
        let (mine, after) = rest.split_at(file.texts.len());
        rest = after;
        let mut by_source = BTreeMap::new();
        for (id, _) in mine.iter().flatten() {
            *by_source.entry(source_of(columns, *id)).or_default() += 1;
        }
        reports.push(FileReport {
            file: file.name(),
            prompts: mine.len() as u64,
            found: mine.iter().flatten().count() as u64,
            identical: mine.iter().flatten().filter(|(_, close)| close.same).count() as u64,
            by_source,
            blank: file.counts.blank,
            rejected: file.counts.rejected,
        });
    }
    reports
}

fn source_of(columns: &Columns, record: RecordId) -> String {
    columns.position(record).map_or("", |p| columns.source_name(p)).to_owned()
}

impl Against {
    /// Every prompt that stands in the workspace, with the closest record.
    pub fn stands<'a>(&'a self, columns: &'a Columns) -> impl Iterator<Item = Stands> + 'a {
        let prompts =
            self.files.iter().flat_map(|file| file.lines.iter().zip(&file.texts).map(move |(line, text)| (file, line, text)));
        prompts.zip(&self.found).filter_map(|((file, &line, text), found)| {
            let (id, close) = (*found)?;
            Some(Stands {
                file: file.name(),
                line,
                text: text.clone(),
                id,
                source: source_of(columns, id),
                record_text: columns.position(id).map_or("", |p| columns.text(p)).to_owned(),
                score: close.score,
                identical: close.same,
            })
        })
    }
}
