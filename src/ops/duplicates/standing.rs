//! What decides who stands for a cluster and who never goes: keeper order, protected sources and splits. And what similarity does not
//! look at: masked phrases. Settings of the workspace, each change an operation.

use serde::Serialize;

use crate::clusters::{Criterion, keeper};
use crate::error::{Error, Result};
use crate::model::{Changed, OpId, OpKind};
use crate::ops::CommandLine;
use crate::store::settings;
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

/// A setting was changed, or was so already.
#[derive(Debug, Clone, Serialize)]
pub struct SetReport {
    /// What holds now.
    pub values: Vec<String>,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// What a view needs of the workspace beside graph and columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Standing {
    /// By source, in the order of `Names::sources`.
    pub protected_sources: Vec<bool>,
    pub protected_splits: Vec<String>,
    pub order: Vec<Criterion>,
}

pub fn standing(workspace: &Workspace) -> Result<Standing> {
    Ok(Standing {
        protected_sources: workspace.store().sources()?.iter().map(|s| s.protected).collect(),
        protected_splits: protected_splits(workspace)?,
        order: keeper_order(workspace)?,
    })
}

/// The criteria by which a cluster's keeper is chosen, the first that differs decides.
pub fn keeper_order(workspace: &Workspace) -> Result<Vec<Criterion>> {
    let words = list(workspace, settings::KEEPER_ORDER)?;
    let order: Vec<Criterion> = words.iter().filter_map(|word| word.parse().ok()).collect();
    Ok(if order.is_empty() { keeper::default_order() } else { order })
}

/// Sets the keeper order. Errors: usage for a criterion that stands there twice, and for two fields.
pub fn set_keeper_order(workspace: &mut Workspace, order: &[Criterion]) -> Result<SetReport> {
    for (at, criterion) in order.iter().enumerate() {
        if order[..at].iter().any(|before| std::mem::discriminant(before) == std::mem::discriminant(criterion)) {
            return Err(Error::usage(format!("{criterion} decides nothing: one of its kind stands before it"))
                .hint("each criterion once, and one field at most"));
        }
    }
    let words: Vec<String> = order.iter().map(Criterion::to_string).collect();
    let said = if words.is_empty() {
        "keeper order as it is by default".to_owned()
    } else {
        format!("keeper order {}", words.join(", "))
    };
    set(workspace, settings::KEEPER_ORDER, words, "duplicates order", said)
}

/// Phrases that similarity does not look at.
pub fn mask(workspace: &Workspace) -> Result<Vec<String>> {
    list(workspace, settings::MASK)
}

/// Sets the masked phrases; blank ones and repeats are left out.
pub fn set_mask(workspace: &mut Workspace, phrases: &[String]) -> Result<SetReport> {
    let mut kept: Vec<String> = Vec::new();
    for phrase in phrases.iter().map(|phrase| phrase.trim()).filter(|phrase| !phrase.is_empty()) {
        if !kept.iter().any(|known| known.eq_ignore_ascii_case(phrase)) {
            kept.push(phrase.to_owned());
        }
    }
    let said = match kept.len() {
        0 => "mask no phrase".to_owned(),
        1 => "mask 1 phrase".to_owned(),
        n => format!("mask {n} phrases"),
    };
    set(workspace, settings::MASK, kept, "duplicates mask", said)
}

/// A digest of the masked phrases: graphs of different masks are different graphs.
pub fn mask_digest(phrases: &[String]) -> String {
    // No phrase holds U+0000: none would come through a command line, and no text has one.
    let joined = phrases.join("\0").to_ascii_lowercase();
    if joined.is_empty() { String::new() } else { format!("{:016x}", xxhash_rust::xxh3::xxh3_64(joined.as_bytes())) }
}

/// Splits that never lose a record to another one.
pub fn protected_splits(workspace: &Workspace) -> Result<Vec<String>> {
    list(workspace, settings::PROTECTED_SPLITS)
}

/// Sets which splits are protected.
pub fn set_protected_splits(workspace: &mut Workspace, splits: &[String]) -> Result<SetReport> {
    let mut splits = splits.to_vec();
    splits.sort_unstable();
    splits.dedup();
    let said =
        if splits.is_empty() { "protect no split".to_owned() } else { format!("protect the splits {}", splits.join(", ")) };
    set(workspace, settings::PROTECTED_SPLITS, splits, "duplicates protect", said)
}

fn list(workspace: &Workspace, key: &str) -> Result<Vec<String>> {
    let json = workspace.store().setting(key)?;
    let damaged = |e| Error::refused(format!("the setting {key} is damaged")).caused_by(e);
    json.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json).map_err(damaged))
}

/// `--clear` stands for an empty list.
fn set(workspace: &mut Workspace, key: &str, values: Vec<String>, verb: &str, description: String) -> Result<SetReport> {
    let line = CommandLine::new(verb, workspace).flag("--clear", values.is_empty());
    let command = values.iter().fold(line, |line, value| line.option("--set", value)).to_string();
    let json = serde_json::to_string(&values).map_err(|e| Error::io("a setting could not be written").caused_by(e))?;
    let after = (!values.is_empty()).then_some(json);
    let done =
        workspace.transact(|tx| tx.set_setting(key, after), |_| OpInfo { kind: OpKind::SetDuplicates, description, command })?;
    Ok(SetReport { values, operation: done.operation, stale: done.changed })
}
