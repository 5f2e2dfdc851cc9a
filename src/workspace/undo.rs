//! Undo and redo: operations that apply the inverse changes of another one, or its changes again.
//!
//! ```text
//! mark 1 ── edit 2 ── undo 3 (of 2) ── undo 4 (of 1) ── redo 5 (of 1)      next redo: 2, next undo: 1
//! mark 1 ── undo 2 (of 1) ── edit 3                                        next redo: none, next undo: 3
//! ```
//!
//! Undo goes back through everything that is in force, newest first. Redo goes forward again until something new was done.

use super::Workspace;
use super::transact::apply;
use crate::error::{Error, Result};
use crate::model::{Changed, OpId, OpKind, RecordId};
use crate::progress::Progress;
use crate::store::Store;
use crate::store::oplog::{NewOperation, Operation};

/// What was stepped over.
#[derive(Debug, Clone)]
pub struct Step {
    /// The operation that was undone or redone.
    pub operation: Operation,
    pub changed: Changed,
}

/// Changes read at once; bounds the memory of undoing an operation on millions of records.
const BATCH: usize = 10_000;

impl Workspace {
    /// Takes the newest operation back, or the one that is named if nothing later builds on it. `command` is the equivalent command line; `follow` brings derived state up to date,
    /// in the same transaction.
    ///
    /// Errors: refused when there is nothing to undo, or when later operations changed the same things, or records that it imported.
    pub fn undo(
        &mut self,
        operation: Option<OpId>,
        command: &str,
        progress: &Progress,
        follow: impl FnOnce(&Store) -> Result<Vec<RecordId>>,
    ) -> Result<Step> {
        self.require_writer()?;
        let at = self.clock.now();
        self.store.write(|store| {
            let target = match operation {
                None => store.undo_candidate()?.ok_or_else(|| Error::refused("there is nothing to undo"))?,
                Some(id) => undoable(store, id)?,
            };
            let mut done = step(store, target, Direction { kind: OpKind::Undo, command, at }, progress)?;
            follow(store)?.into_iter().for_each(|record| done.changed.touch(record));
            Ok(done)
        })
    }

    /// Does again what was undone last; `command` and `follow` as in [`Workspace::undo`]. Errors: refused when there is nothing to redo.
    pub fn redo(
        &mut self,
        command: &str,
        progress: &Progress,
        follow: impl FnOnce(&Store) -> Result<Vec<RecordId>>,
    ) -> Result<Step> {
        self.require_writer()?;
        let at = self.clock.now();
        self.store.write(|store| {
            let target = redo_candidate(store)?.ok_or_else(|| {
                Error::refused("there is nothing to redo").hint("redo works until something new is done after an undo")
            })?;
            let mut done = step(store, target, Direction { kind: OpKind::Redo, command, at }, progress)?;
            follow(store)?.into_iter().for_each(|record| done.changed.touch(record));
            Ok(done)
        })
    }
}

/// A named operation, if it can be undone now.
fn undoable(store: &Store, id: OpId) -> Result<Operation> {
    let operation = store.operation(id)?.filter(|o| !o.is_step()).ok_or_else(|| {
        Error::refused(format!("there is no operation {id} to undo")).hint("`tamis history WORKSPACE` lists them")
    })?;
    if operation.undone {
        return Err(Error::refused(format!("operation {id} is undone already"))
            .hint("`tamis redo WORKSPACE` does the last undone one again"));
    }
    let later = store.later_on_the_same(id)?;
    if !later.is_empty() {
        let ids: Vec<String> = later.iter().map(|o| o.id.to_string()).collect();
        return Err(Error::refused(format!("later operations changed the same things as operation {id}: {}", ids.join(", ")))
            .hint("undo these first, newest first"));
    }
    Ok(operation)
}

/// The target of the newest undo that was not redone, if nothing new was done since.
fn redo_candidate(store: &Store) -> Result<Option<Operation>> {
    let mut redone = 0usize;
    let mut limit = 64;
    loop {
        let operations = store.operations(limit)?;
        for operation in &operations {
            match operation.op_kind() {
                Some(OpKind::Redo) => redone += 1,
                Some(OpKind::Undo) if redone > 0 => redone -= 1,
                Some(OpKind::Undo) => return operation.target.map_or(Ok(None), |id| store.operation(id)),
                _ => return Ok(None),
            }
        }
        if operations.len() < limit {
            return Ok(None);
        }
        limit *= 8;
        redone = 0;
    }
}

/// Which way a step goes, and how it is logged.
struct Direction<'a> {
    kind: OpKind,
    command: &'a str,
    at: i64,
}

/// Applies the changes of `target` (inverted and backwards for an undo) and logs the step.
fn step(store: &Store, target: Operation, direction: Direction<'_>, progress: &Progress) -> Result<Step> {
    let Direction { kind, command, at } = direction;
    let mut changed = Changed::default();
    let total = target.changes;
    progress.stage(kind.word(), "changes", total)?;
    let mut done = 0;
    while done < total {
        let batch = (total - done).min(BATCH as u64);
        let from = if kind == OpKind::Undo { total - done - batch } else { done };
        let mut changes = store.changes(target.id, from, batch as usize)?;
        if kind == OpKind::Undo {
            changes.reverse();
        }
        for change in changes {
            let change = if kind == OpKind::Undo { change.inverse() } else { change };
            apply(store, &change)?;
            changed.note(&change);
        }
        done += batch;
        progress.add(batch)?;
    }
    changed.records.sort_unstable();
    changed.records.dedup();
    store.set_undone(target.id, kind == OpKind::Undo)?;
    let description = format!("{} of {}: {}", kind.word(), target.id, target.description);
    let first_change = store.next_change()?;
    store.insert_operation(&NewOperation {
        kind,
        description: &description,
        command,
        at,
        first_change,
        changes: 0,
        target: Some(target.id),
    })?;
    Ok(Step { operation: Operation { undone: kind == OpKind::Undo, ..target }, changed })
}
