//! How an export came to be: the counts on the way to it and the recipe, of the version that is exported.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::checks::Passage;
use super::{ExportArgs, Selected, command_line};
use crate::error::{Error, Result};
use crate::export::{Content, Provenance, Section};
use crate::model::Version;
use crate::ops::leaks::Certificate;
use crate::rules::Pipeline;
use crate::store::{Store, settings};
use crate::versions::{Waterfall, waterfall};

pub fn of(
    store: &Store,
    selected: &Selected,
    args: &ExportArgs,
    passage: Passage,
    certificate: Option<Certificate>,
) -> Result<Provenance> {
    let waterfall = waterfall(&selected.columns, &selected.sources);
    Ok(Provenance {
        created_by: command_line(args),
        counts: counts(&waterfall),
        recipe: recipe(store, selected, &args.filter)?,
        content: content(store, args)?,
        lineage: Some(lineage(waterfall.with_exported(&selected.columns, &selected.positions))?),
        certificate: certificate.as_ref().map(|certificate| proof(certificate, is_part(selected, args))).transpose()?,
        checks: passage.checks,
        overridden: passage.overridden,
    })
}

fn lineage(waterfall: Waterfall) -> Result<Section> {
    Ok(Section { value: value_of(&waterfall)?, markdown: waterfall.markdown() })
}

/// Of a snapshot the certificate is of the whole, whatever is exported of it.
fn is_part(selected: &Selected, args: &ExportArgs) -> bool {
    selected.version != Version::Now && !args.filter.trim().is_empty()
}

fn proof(certificate: &Certificate, is_part: bool) -> Result<Section> {
    let of_whole = if is_part { "\nThis is said of the whole snapshot, of which only a part was exported.\n" } else { "" };
    Ok(Section { value: value_of(certificate)?, markdown: certificate.markdown() + of_whole })
}

fn value_of(data: &impl Serialize) -> Result<Value> {
    // Through text, where 0.7 is written as 0.7: a value would hold the f32 as the f64 that it is not.
    let text = serde_json::to_string(data).and_then(|text| serde_json::from_str(&text));
    text.map_err(|e| Error::io("writing JSON failed").caused_by(e))
}

fn counts(Waterfall { total, .. }: &Waterfall) -> BTreeMap<String, Value> {
    BTreeMap::from([
        ("read".to_owned(), total.counts.read.into()),
        ("accepted".to_owned(), total.counts.accepted.into()),
        ("blank".to_owned(), total.counts.blank.into()),
        ("rejected".to_owned(), total.counts.rejected.into()),
        ("kept".to_owned(), total.kept.into()),
        ("dropped".to_owned(), json!(total.causes())),
    ])
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
