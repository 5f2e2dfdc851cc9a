//! How an export came to be: the counts on the way to it and the recipe, of the version that is exported.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::checks::Passage;
use super::{ExportArgs, Selected, command_line};
use crate::error::Result;
use crate::export::{Content, Provenance};
use crate::model::Version;
use crate::ops::stats;
use crate::rules::Pipeline;
use crate::store::{Store, settings};

pub fn of(store: &Store, selected: &Selected, args: &ExportArgs, passage: Passage) -> Result<Provenance> {
    Ok(Provenance {
        created_by: command_line(args),
        counts: counts(store, selected)?,
        recipe: recipe(store, selected, &args.filter)?,
        content: content(store, args)?,
        lineage: None,
        certificate: None,
        checks: passage.checks,
        overridden: passage.overridden,
    })
}

fn counts(store: &Store, selected: &Selected) -> Result<BTreeMap<String, Value>> {
    let stats = stats::of_version(store, selected.version, &selected.columns)?;
    let sum = |of: fn(&stats::SourceStats) -> u64| -> Value { stats.sources.iter().map(of).sum::<u64>().into() };
    Ok(BTreeMap::from([
        ("read".to_owned(), sum(|s| s.counts.read)),
        ("accepted".to_owned(), sum(|s| s.counts.accepted)),
        ("blank".to_owned(), sum(|s| s.counts.blank)),
        ("rejected".to_owned(), sum(|s| s.counts.rejected)),
        ("kept".to_owned(), stats.kept.into()),
        ("dropped".to_owned(), json!(stats.causes)),
    ]))
}

fn recipe(store: &Store, selected: &Selected, filter: &str) -> Result<Value> {
    let setting = |key: &str| -> Result<Value> {
        let value = store.setting_of(selected.version, key)?;
        Ok(value.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null))
    };
    Ok(json!({
        "filter": filter,
        "pipeline": pipeline(store, selected.version)?,
        "duplicates": setting(settings::DUPLICATES)?,
        "split": setting(settings::SPLIT)?,
        "sources": selected.sources.iter().map(|s| json!({"name": s.name, "sha256": s.digest})).collect::<Vec<_>>(),
    }))
}

/// Name and digest of the pipeline in force.
fn pipeline(store: &Store, version: Version) -> Result<Option<Value>> {
    Ok(match version {
        Version::Now => store.pipeline()?.map(|p| json!({"name": p.name, "digest": p.digest})),
        Version::Snapshot(snapshot) => {
            let rules = store.frozen_rest(snapshot)?.rules;
            let pipeline = rules.as_deref().map(Pipeline::parse).transpose()?;
            pipeline.map(|p| json!({"name": p.name(), "digest": p.digest()}))
        }
    })
}

fn content(store: &Store, args: &ExportArgs) -> Result<Option<Content>> {
    let snapshots = store.snapshots()?;
    let found = snapshots.into_iter().find(|snapshot| Some(&snapshot.name) == args.snapshot.as_ref());
    Ok(found.map(|snapshot| Content { snapshot: snapshot.name, digest: snapshot.digest }))
}
