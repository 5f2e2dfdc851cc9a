//! edit: a text typed by a person, over what the rules made of it.

use serde::Serialize;

use super::CommandLine;
use crate::error::{Error, Result};
use crate::model::{Changed, MAX_TEXT, OpId, OpKind, RecordId};
use crate::workspace::Workspace;
use crate::workspace::transact::OpInfo;

#[derive(Debug, Clone, Serialize)]
pub struct EditReport {
    pub id: RecordId,
    pub operation: Option<OpId>,
    #[serde(skip)]
    pub stale: Changed,
}

/// Replaces the effective text of a record; `None` takes the edit back. The raw text stays.
///
/// Errors: refused when the record is not there, or the text is blank, holds U+0000 or is over 1 MiB.
pub fn edit(workspace: &mut Workspace, id: RecordId, text: Option<String>) -> Result<EditReport> {
    if let Some(text) = &text {
        if text.trim().is_empty() {
            return Err(Error::refused("a text cannot be blank")
                .hint("to leave the record out of the set, drop it: `tamis mark WORKSPACE drop --id N`"));
        }
        if text.contains('\0') {
            return Err(Error::refused("a text cannot hold U+0000"));
        }
        if text.len() > MAX_TEXT {
            return Err(Error::refused(format!("a text is at most 1 MiB; this one has {} bytes", text.len())));
        }
    }
    let Some(record) = workspace.store().records(&[id])?.pop() else {
        return Err(Error::refused(format!("there is no record {id}")).hint("`tamis list WORKSPACE` shows the ids there are"));
    };
    // Typing the very text that the rules give is no edit.
    let ruled = record.outcome.as_ref().and_then(|o| o.text.as_deref()).unwrap_or(&record.raw_text);
    let text = text.filter(|text| text != ruled);
    let command = match &text {
        Some(text) => CommandLine::new("edit", workspace).option("--id", id).option("--text", text).to_string(),
        None => CommandLine::new("edit", workspace).option("--id", id).flag("--clear", true).to_string(),
    };
    let description = if text.is_some() { format!("edit record {id}") } else { format!("take back the edit of record {id}") };
    let done = workspace.transact(|tx| tx.set_edit(id, text), |_| OpInfo { kind: OpKind::Edit, description, command })?;
    Ok(EditReport { id, operation: done.operation, stale: done.changed })
}
