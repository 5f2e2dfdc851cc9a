//! sources: where the records came from, what was rejected, and who is protected.

use serde::Serialize;

use super::CommandLine;
use crate::error::{Error, Result};
use crate::model::{Changed, OpKind, Reject, Source};
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceDetail {
    #[serde(flatten)]
    pub source: Source,
    /// The first rejected lines.
    pub rejects: Vec<Reject>,
}

/// The sources, each with at most `rejects` of its rejected lines.
pub fn sources(workspace: &Workspace, rejects: usize) -> Result<Vec<SourceDetail>> {
    let store = workspace.store();
    store.sources()?.into_iter().map(|source| Ok(SourceDetail { rejects: store.rejects(source.id, rejects)?, source })).collect()
}

/// Protects a source, or lifts the protection: a protected one never loses a record to another.
pub fn protect(workspace: &mut Workspace, name: &str, protected: bool) -> Result<Changed> {
    let Some(source) = workspace.store().sources()?.into_iter().find(|s| s.name == name) else {
        return Err(Error::refused(format!("there is no source {name}")).hint("`tamis sources WORKSPACE` lists them"));
    };
    let word = if protected { "protect" } else { "unprotect" };
    let command = CommandLine::new("sources", workspace).option(&format!("--{word}"), name).to_string();
    let done = workspace.transact(
        |tx| tx.set_protected(source.id, protected),
        |_| OpInfo { kind: OpKind::Protect, description: format!("{word} source {name}"), command },
    )?;
    Ok(done.changed)
}
