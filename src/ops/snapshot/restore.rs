//! Going back to a snapshot: everything is as it was then, by one operation that can be undone.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::snapshot_named;
use crate::display::counted;
use crate::error::{Error, Result};
use crate::model::{Changed, Layers, OpId, OpKind, RecordId, SourceId};
use crate::ops::{CommandLine, rules, sources};
use crate::progress::Progress;
use crate::store::Store;
use crate::store::snapshots::Rest;
use crate::workspace::Workspace;
use crate::workspace::transact::{OpInfo, Transaction};

#[derive(Debug, Clone, Serialize)]
pub struct Restored {
    pub snapshot: String,
    /// Sources that were left out of it.
    pub without: Vec<String>,
    /// Records over which a person's work is another one now.
    pub records: u64,
    /// Sources that are part of the workspace again, and that no longer are.
    pub sources_back: Vec<String>,
    pub sources_gone: Vec<String>,
    /// Settings, pipelines, refusals and judged pairs that are other ones now.
    pub others: u64,
    /// Records that are kept again because what they were duplicates of was left out.
    pub released: u64,
    /// Records of which the rules make something else than they made then, because this tamis' rules work otherwise.
    pub ruled_otherwise: u64,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// Makes everything be as it was, but for the sources `without`. Snapshots keep their names, later ones too.
///
/// Errors: refused where there is no such snapshot, or no such source in it.
pub fn restore(workspace: &mut Workspace, name: &str, without: &[String], progress: &Progress) -> Result<Restored> {
    let snapshot = snapshot_named(workspace.store(), name)?;
    let rest = workspace.store().frozen_rest(snapshot)?;
    let left_out = left_out(workspace.store(), &rest, name, without)?;
    let mut restored = Restored::nothing(name, without);
    let mut line = CommandLine::new("snapshot restore", workspace).arg(name);
    for source in without {
        line = line.option("--without", source);
    }
    let command = line.to_string();
    // Compared before the file is locked for writing.
    let (known, layers) = workspace.read(|store| Ok((store.last_operation()?, store.layers_to_restore(snapshot, progress)?)))?;
    let done = workspace.transact(
        |tx| {
            let unchanged = tx.store().last_operation()? == known;
            let layers = if unchanged { layers } else { tx.store().layers_to_restore(snapshot, progress)? };
            restore_sources(tx, &rest, &left_out, &mut restored)?;
            restored.records = restore_layers(tx, layers, progress)?;
            restored.others = restore_rest(tx, &rest)?;
            restored.released = sources::release(tx, &left_out)?;
            let followed = rules::bring_up_to_date(tx.store(), progress)?;
            tx.touched(followed);
            Ok(restored)
        },
        |restored| OpInfo { kind: OpKind::Restore, description: describe(restored), command },
    )?;
    // The rules of another tamis may make something else of the same texts.
    let ruled_otherwise = workspace.read(|store| store.outcomes_that_differ(snapshot, progress))?;
    Ok(Restored { ruled_otherwise, operation: done.operation, stale: done.changed, ..done.value })
}

/// What [`restore`] would do; nothing is done. What the rules would make otherwise is not known before.
pub fn plan_restore(workspace: &mut Workspace, name: &str, without: &[String], progress: &Progress) -> Result<Restored> {
    let snapshot = snapshot_named(workspace.store(), name)?;
    workspace.read(|store| {
        let rest = store.frozen_rest(snapshot)?;
        let left_out = left_out(store, &rest, name, without)?;
        let mut restored = Restored::nothing(name, without);
        for source in store.all_sources()? {
            let active = rest.sources.iter().any(|frozen| frozen.id == source.id) && !left_out.contains(&source.id);
            match (source.active, active) {
                (false, true) => restored.sources_back.push(source.name),
                (true, false) => restored.sources_gone.push(source.name),
                _ => {}
            }
        }
        restored.records = store.layers_to_restore(snapshot, progress)?.len() as u64;
        restored.others = others(&store.present_rest()?, &rest);
        restored.released = store.drops_then_because_of(snapshot, &left_out)?;
        Ok(restored)
    })
}

impl Restored {
    fn nothing(name: &str, without: &[String]) -> Restored {
        Restored {
            snapshot: name.to_owned(),
            without: without.to_vec(),
            records: 0,
            sources_back: Vec::new(),
            sources_gone: Vec::new(),
            others: 0,
            released: 0,
            ruled_otherwise: 0,
            operation: None,
            stale: Changed::default(),
        }
    }
}

/// Settings, pipelines, refusals and judgements that are not the same in both.
fn others(now: &Rest, then: &Rest) -> u64 {
    fn differ<K: Ord, V: PartialEq>(now: &BTreeMap<K, V>, then: &BTreeMap<K, V>) -> u64 {
        keys(now, then).into_iter().filter(|key| now.get(key) != then.get(key)).count() as u64
    }
    let refusals = |rest: &Rest| rest.refusals.iter().cloned().collect();
    let judgements = |rest: &Rest| rest.judgements.iter().copied().collect();
    differ(&now.settings, &then.settings)
        + differ(&now.pipelines, &then.pipelines)
        + differ::<_, _>(&refusals(now), &refusals(then))
        + differ::<_, _>(&judgements(now), &judgements(then))
}

fn describe(restored: &Restored) -> String {
    let without = match restored.without.as_slice() {
        [] => String::new(),
        names => format!(" without {}", names.join(", ")),
    };
    let sources = match restored.sources_back.len() + restored.sources_gone.len() {
        0 => String::new(),
        n => format!(", {} taken in or out", counted(n as u64, "source")),
    };
    format!("restore {}{without}: {} changed{sources}", restored.snapshot, counted(restored.records, "record"))
}

/// The sources with these names in the snapshot.
fn left_out(store: &Store, rest: &Rest, name: &str, without: &[String]) -> Result<Vec<SourceId>> {
    let all = store.all_sources()?;
    let then: Vec<_> = rest.sources.iter().filter_map(|frozen| all.iter().find(|source| source.id == frozen.id)).collect();
    let id = |wanted: &String| {
        then.iter().find(|source| source.name == *wanted).map(|source| source.id).ok_or_else(|| {
            let names: Vec<&str> = then.iter().map(|source| source.name.as_str()).collect();
            Error::refused(format!("snapshot {name} has no source {wanted}")).hint(format!("it has {}", names.join(", ")))
        })
    };
    without.iter().map(id).collect()
}

fn restore_sources(tx: &mut Transaction<'_>, rest: &Rest, left_out: &[SourceId], restored: &mut Restored) -> Result<()> {
    for source in tx.store().all_sources()? {
        let then = rest.sources.iter().find(|frozen| frozen.id == source.id);
        let active = then.is_some() && !left_out.contains(&source.id);
        if tx.set_active(source.id, active)? {
            let names = if active { &mut restored.sources_back } else { &mut restored.sources_gone };
            names.push(source.name);
        }
        if let Some(then) = then {
            tx.set_protected(source.id, then.protected)?;
        }
    }
    Ok(())
}

fn restore_layers(tx: &mut Transaction<'_>, layers: Vec<(RecordId, Layers)>, progress: &Progress) -> Result<u64> {
    progress.stage("restoring", "records", layers.len() as u64)?;
    let records = layers.len() as u64;
    for (record, Layers { mark, edit, duplicate, assignment, .. }) in layers {
        tx.set_mark(record, mark)?;
        tx.set_edit(record, edit)?;
        tx.set_duplicate(record, duplicate)?;
        tx.set_split(record, assignment)?;
        progress.add(1)?;
    }
    Ok(records)
}

/// Settings, pipelines, refusals and judgements; how many became other ones.
fn restore_rest(tx: &mut Transaction<'_>, rest: &Rest) -> Result<u64> {
    let mut others = 0;
    let now = tx.store().present_rest()?;
    for key in keys(&now.settings, &rest.settings) {
        others += u64::from(tx.set_setting(key, rest.settings.get(key).cloned())?);
    }
    for name in keys(&now.pipelines, &rest.pipelines) {
        others += u64::from(tx.set_named_pipeline(name, rest.pipelines.get(name).cloned())?);
    }
    let refusals = |rest: &Rest| rest.refusals.iter().cloned().collect::<BTreeMap<_, _>>();
    let then = refusals(rest);
    for text in keys(&refusals(&now), &then) {
        others += u64::from(tx.set_refusals(text, then.get(text).cloned().unwrap_or_default())?);
    }
    let judgements = |rest: &Rest| rest.judgements.iter().copied().collect::<BTreeMap<_, _>>();
    let then = judgements(rest);
    for pair in keys(&judgements(&now), &then) {
        others += u64::from(tx.set_judgement(*pair, then.get(pair).copied())?);
    }
    Ok(others)
}

/// The keys of both.
fn keys<'m, K: Ord, V>(now: &'m BTreeMap<K, V>, then: &'m BTreeMap<K, V>) -> BTreeSet<&'m K> {
    now.keys().chain(then.keys()).collect()
}
