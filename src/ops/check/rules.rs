//! Rules: one pipeline is in force, it saw every record, and the kept texts are at rest: run again on what they are now, it neither changes
//! nor drops one.
//!
//! What a person wanted otherwise (an edit, a refused change, a mark over a drop) is no fault; it is said beside.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::report::{either, records};
use super::scope::Scope;
use super::{CheckRow, Name};
use crate::display::grouped;
use crate::error::Result;
use crate::model::{Record, RecordId, Version};
use crate::ops::rules::{self, ruling::Refusals};
use crate::progress::Progress;
use crate::rules::{Pipeline, Subject};

/// Records whose fields are read, and which are ruled, at once.
const BATCH: usize = 16_384;

pub(super) fn rules(scope: &Scope<'_>, progress: &Progress) -> Result<CheckRow> {
    let store = scope.workspace.store();
    let (source, refusals) = in_force(scope)?;
    let Some(source) = source else {
        return Ok(CheckRow::attention(Name::Rules, 0, "no rules are applied: texts are as they were imported"));
    };
    let pipeline = Pipeline::parse(&source)?;
    if scope.version == Version::Now && !rules::are_outcomes_current(scope.workspace)? {
        let detail = format!("{} was not applied to all records: `tamis rules apply`", pipeline.name());
        return Ok(CheckRow::attention(Name::Rules, 0, detail));
    }
    progress.stage("running the rules again", "records", scope.kept.len() as u64)?;
    let sources: Vec<_> = store.sources_of(scope.version)?.into_iter().map(|source| (source.name, source.split)).collect();
    let again = Again { scope, pipeline: &pipeline, sources };
    let mut restless = Vec::new();
    for batch in scope.kept.chunks(BATCH) {
        restless.extend(again.restless(batch, progress)?);
        progress.add(batch.len() as u64)?;
    }
    let (restless, willed) = sift(scope, restless, &refusals)?;
    let applied = format!("{}: applied to all {} records", pipeline.name(), grouped(scope.columns.len() as u64));
    let by_will = match willed {
        0 => String::new(),
        n => format!("; {} otherwise because a person said so", either(n, "is", "are")),
    };
    let count = restless.len() as u64;
    if count == 0 {
        return Ok(CheckRow::ready(Name::Rules, format!("{applied}, and running them again changes no kept text{by_will}")));
    }
    let dropped = restless.iter().filter(|again| again.dropped).count() as u64;
    let detail = format!(
        "{applied}; running them again would change {} and drop {}: `tamis rules apply --fixpoint`{by_will}",
        records(count - dropped),
        grouped(dropped)
    );
    Ok(CheckRow::attention(Name::Rules, count, detail).behind(restless.into_iter().map(|again| again.record)))
}

/// The rules of the version, as TOML, and what was refused of them.
fn in_force(scope: &Scope<'_>) -> Result<(Option<String>, Refusals)> {
    let store = scope.workspace.store();
    Ok(match scope.version {
        Version::Now => (store.pipeline()?.map(|saved| saved.source), Refusals::read(store)?),
        Version::Snapshot(snapshot) => {
            let rest = store.frozen_rest(snapshot)?;
            (rest.rules, Refusals::of_texts(rest.refusals))
        }
    })
}

/// A record that the rules would not leave as it is.
struct Restless {
    record: RecordId,
    dropped: bool,
}

/// The rules, on texts as they are now.
struct Again<'a> {
    scope: &'a Scope<'a>,
    pipeline: &'a Pipeline,
    /// Name and declared split, in the order of `Names::sources`.
    sources: Vec<(String, Option<String>)>,
}

impl Again<'_> {
    /// Those of a batch (positions, ascending) that the rules would not leave as they are.
    fn restless(&self, batch: &[u32], progress: &Progress) -> Result<Vec<Restless>> {
        let fields = self.fields(batch)?;
        // The scope itself holds a connection, which stays on its thread.
        let (columns, pipeline, sources) = (self.scope.columns, self.pipeline, &self.sources);
        let look = |&position: &u32| -> Result<Option<Restless>> {
            progress.check()?;
            let record = columns.id(position as usize);
            let source = sources.get(usize::from(columns.source(position as usize)));
            let subject = Subject {
                source: source.map_or("", |(name, _)| name),
                split: source.and_then(|(_, split)| split.as_deref()),
                fields: fields.get(&record).and_then(|fields| fields.as_deref()),
                set: &[],
            };
            let applied = pipeline.apply(columns.text(position as usize), &subject);
            let dropped = applied.dropped_by.is_some();
            Ok((dropped || applied.text.is_some()).then_some(Restless { record, dropped }))
        };
        batch.par_iter().filter_map(|position| look(position).transpose()).collect()
    }

    /// The imported fields, where a rule looks at them.
    fn fields(&self, batch: &[u32]) -> Result<FxHashMap<RecordId, Option<String>>> {
        let mut fields = FxHashMap::default();
        let (Some(&first), Some(&last), true) = (batch.first(), batch.last(), self.pipeline.reads_fields()) else {
            return Ok(fields);
        };
        let (mut after, last) = (RecordId(self.scope.id(first).0 - 1), self.scope.id(last));
        while after < last {
            let limit = ((last.0 - after.0) as usize).min(BATCH);
            let records = self.scope.workspace.store().raw_records_after(after, limit, true)?;
            let Some(end) = records.last() else { break };
            after = end.id;
            fields.extend(records.into_iter().map(|record| (record.id, record.fields)));
        }
        Ok(fields)
    }
}

/// Those that rest nowhere by themselves, and how many are as a person wants them.
fn sift(scope: &Scope<'_>, restless: Vec<Restless>, refusals: &Refusals) -> Result<(Vec<Restless>, u64)> {
    let all = restless.len() as u64;
    let mut left = Vec::new();
    for batch in restless.chunks(BATCH) {
        let ids: Vec<RecordId> = batch.iter().map(|again| again.record).collect();
        let read = scope.workspace.store().records_of(scope.version, &ids)?;
        let willed: FxHashMap<RecordId, bool> = read.iter().map(|record| (record.id, is_willed(record, refusals))).collect();
        let stays = |again: &&Restless| !willed.get(&again.record).copied().unwrap_or(false);
        left.extend(batch.iter().filter(stays).map(|again| Restless { ..*again }));
    }
    let willed = all - left.len() as u64;
    Ok((left, willed))
}

/// Whether a person wanted something else of the record than the rules.
fn is_willed(record: &Record, refusals: &Refusals) -> bool {
    let overruled = record.mark.is_some() && record.outcome.as_ref().is_some_and(|outcome| outcome.dropped_by.is_some());
    record.edit.is_some() || overruled || refusals.of(&record.raw_text).is_some()
}
