//! Undo and redo: operations that apply the inverse changes of another one, or its changes again.
//!
//! ```text
//! mark 1 ── edit 2 ── undo 3 (of 2) ── undo 4 (of 1) ── redo 5 (of 1)      next redo: 2, next undo: 1
//! mark 1 ── undo 2 (of 1) ── edit 3                                        next redo: none, next undo: 3
//! ```
//!
//! Undo goes back through everything that is in force, newest first. Redo goes forward again until something new was done. An operation in
//! the middle can be undone where nothing later builds on it (see [`dependents`]), or together with all that does: then there is a step
//! for each, newest first, in one transaction, and redo brings them back one by one, the named one first.

use super::Workspace;
use super::dependents::dependents;
use super::transact::apply;
use crate::error::{Error, Result};
use crate::model::{Changed, OpId, OpKind, RecordId};
use crate::progress::Progress;
use crate::store::Store;
use crate::store::oplog::{NewOperation, Operation};

/// What an undo takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The newest operation in force.
    Newest,
    /// This one, if nothing later builds on it.
    Named(OpId),
    /// This one and everything later that builds on it.
    WithLater(OpId),
}

/// What was stepped over.
#[derive(Debug, Clone)]
pub struct Step {
    /// The operation that was undone or redone.
    pub operation: Operation,
    /// Those that build on it and were undone before it, newest first.
    pub later: Vec<Operation>,
    pub changed: Changed,
}

/// Changes read at once; bounds the memory of undoing an operation on millions of records.
const BATCH: usize = 10_000;

impl Workspace {
    /// Takes operations back. `command` is the equivalent command line of each step; `follow` brings derived state up to date, in the same
    /// transaction.
    ///
    /// Errors: refused when there is nothing to undo, or when later operations build on the one that is named.
    pub fn undo(
        &mut self,
        which: Which,
        command: impl Fn(OpId) -> String,
        progress: &Progress,
        follow: impl FnOnce(&Store) -> Result<Vec<RecordId>>,
    ) -> Result<Step> {
        self.require_writer()?;
        let at = self.clock.now();
        self.store.write(|store| {
            let (target, later) = targets(store, which)?;
            let mut changed = Changed::default();
            for operation in later.iter().chain([&target]) {
                let way = Direction { kind: OpKind::Undo, command: &command(operation.id), at };
                step(store, operation, way, &mut changed, progress)?;
            }
            follow(store)?.into_iter().for_each(|record| changed.touch(record));
            Ok(Step { operation: Operation { undone: true, ..target }, later, changed: in_order(changed) })
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
            let mut changed = Changed::default();
            step(store, &target, Direction { kind: OpKind::Redo, command, at }, &mut changed, progress)?;
            follow(store)?.into_iter().for_each(|record| changed.touch(record));
            Ok(Step { operation: Operation { undone: false, ..target }, later: Vec::new(), changed: in_order(changed) })
        })
    }
}

/// The operation to undo, and what must be undone before it.
fn targets(store: &Store, which: Which) -> Result<(Operation, Vec<Operation>)> {
    match which {
        Which::Newest => {
            let newest = store.undo_candidate()?.ok_or_else(|| Error::refused("there is nothing to undo"))?;
            Ok((newest, Vec::new()))
        }
        Which::Named(id) => {
            let target = undoable(store, id)?;
            let later = dependents(store, id)?;
            if later.is_empty() { Ok((target, later)) } else { Err(is_built_on(id, &later)) }
        }
        Which::WithLater(id) => Ok((undoable(store, id)?, dependents(store, id)?)),
    }
}

/// A named operation, if it is in force.
pub fn undoable(store: &Store, id: OpId) -> Result<Operation> {
    let operation = store.operation(id)?.filter(|o| !o.is_step()).ok_or_else(|| {
        Error::refused(format!("there is no operation {id} to undo")).hint("`tamis history WORKSPACE` lists them")
    })?;
    if operation.undone {
        return Err(Error::refused(format!("operation {id} is undone already"))
            .hint("`tamis redo WORKSPACE` does the last undone one again"));
    }
    Ok(operation)
}

/// Later operations that are spelled out in a refusal.
const SHOWN: usize = 8;

fn is_built_on(id: OpId, later: &[Operation]) -> Error {
    let named: Vec<String> = later.iter().take(SHOWN).map(|o| format!("{} ({})", o.id, o.description)).collect();
    let more = later.len().checked_sub(SHOWN).filter(|n| *n > 0).map(|n| format!(" and {n} more")).unwrap_or_default();
    Error::refused(format!("later operations build on operation {id}: {}{more}", named.join(", ")))
        .hint(format!("`tamis undo WORKSPACE --op {id} --with-later` undoes these too, newest first"))
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

/// Applies the changes of `target` (inverted and backwards for an undo), notes them and logs the step.
fn step(store: &Store, target: &Operation, direction: Direction<'_>, changed: &mut Changed, progress: &Progress) -> Result<()> {
    let Direction { kind, command, at } = direction;
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
    Ok(())
}

fn in_order(mut changed: Changed) -> Changed {
    changed.records.sort_unstable();
    changed.records.dedup();
    changed
}
