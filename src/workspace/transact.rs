//! The one door for change.

use super::Workspace;
use crate::error::Result;
use crate::model::{
    Assignment, Change, Changed, DuplicateDrop, Judgement, MarkValue, OpId, OpKind, RecordId, Refusal, Reject, SnapshotId,
    Source, SourceId, TextDigest, TextPair,
};
use crate::store::Store;
use crate::store::oplog::NewOperation;
use crate::store::records::NewRecord;
use crate::store::snapshots::Frozen;

/// What an operation is, besides its changes.
#[derive(Debug, Clone)]
pub struct OpInfo {
    pub kind: OpKind,
    /// For History, e.g. `drop 12 records`.
    pub description: String,
    /// The equivalent command line.
    pub command: String,
}

/// What a transaction came to.
#[derive(Debug, Clone)]
pub struct Done<T> {
    pub value: T,
    /// `None` when nothing changed: then there is nothing to undo either.
    pub operation: Option<OpId>,
    pub changed: Changed,
}

/// Inside [`Workspace::transact`]: typed setters, each of which logs what was and what is.
pub struct Transaction<'a> {
    store: &'a Store,
    next_change: i64,
    changed: Changed,
    /// When the operation happens, in milliseconds since 1970, UTC.
    at: i64,
}

impl Workspace {
    /// Runs `f`; its changes, their inverses and the operation's row are committed together, or nothing is.
    ///
    /// `describe` makes the operation's words from what `f` returned, so that they can count what really changed.
    pub fn transact<T>(
        &mut self,
        f: impl FnOnce(&mut Transaction<'_>) -> Result<T>,
        describe: impl FnOnce(&T) -> OpInfo,
    ) -> Result<Done<T>> {
        self.require_writer()?;
        let at = self.clock.now();
        self.store.write(|store| {
            let first_change = store.next_change()?;
            let mut transaction = Transaction { store, next_change: first_change, changed: Changed::default(), at };
            let value = f(&mut transaction)?;
            let Transaction { next_change, mut changed, .. } = transaction;
            changed.records.sort_unstable();
            changed.records.dedup();
            let changes = (next_change - first_change) as u64;
            if changes == 0 {
                return Ok(Done { value, operation: None, changed });
            }
            let OpInfo { kind, description, command } = describe(&value);
            let operation =
                NewOperation { kind, description: &description, command: &command, at, first_change, changes, target: None };
            let operation = Some(store.insert_operation(&operation)?);
            Ok(Done { value, operation, changed })
        })
    }
}

impl Transaction<'_> {
    /// The store, for reading what the transaction sees.
    pub fn store(&self) -> &Store {
        self.store
    }

    pub fn set_mark(&mut self, record: RecordId, after: Option<MarkValue>) -> Result<bool> {
        let before = self.store.mark(record)?;
        self.change_if(before != after, Change::Mark { record, before, after })
    }

    pub fn set_edit(&mut self, record: RecordId, after: Option<String>) -> Result<bool> {
        let before = self.store.edit(record)?;
        self.change_if(before != after, Change::Edit { record, before, after })
    }

    pub fn set_duplicate(&mut self, record: RecordId, after: Option<DuplicateDrop>) -> Result<bool> {
        let before = self.store.duplicate(record)?;
        self.change_if(before != after, Change::Duplicate { record, before, after })
    }

    pub fn set_split(&mut self, record: RecordId, after: Option<Assignment>) -> Result<bool> {
        let before = self.store.assignment(record)?;
        self.change_if(before != after, Change::Split { record, before, after })
    }

    pub fn set_setting(&mut self, key: &str, after: Option<String>) -> Result<bool> {
        let before = self.store.setting(key)?;
        self.change_if(before != after, Change::Setting { key: key.to_owned(), before, after })
    }

    /// A pipeline of the curator's own, as TOML.
    pub fn set_named_pipeline(&mut self, name: &str, after: Option<String>) -> Result<bool> {
        let before = self.store.named_pipeline(name)?;
        self.change_if(before != after, Change::Pipeline { name: name.to_owned(), before, after })
    }

    /// What rules may not do to a text; an empty list is none at all.
    pub fn set_refusals(&mut self, text: &TextDigest, after: Vec<Refusal>) -> Result<bool> {
        let before = self.store.refusals(text)?;
        let some = |refusals: Vec<Refusal>| Some(refusals).filter(|refusals| !refusals.is_empty());
        let (before, after) = (some(before), some(after));
        self.change_if(before != after, Change::Refusals { text: text.clone(), before, after })
    }

    /// What a person says of two texts.
    pub fn set_judgement(&mut self, pair: TextPair, after: Option<Judgement>) -> Result<bool> {
        let before = self.store.judgement(pair)?;
        self.change_if(before != after, Change::Judgement { pair, before, after })
    }

    /// Derived state of these records followed the change.
    pub fn touched(&mut self, records: impl IntoIterator<Item = RecordId>) {
        records.into_iter().for_each(|record| self.changed.touch(record));
    }

    pub fn set_protected(&mut self, source: SourceId, after: bool) -> Result<bool> {
        let before = self.store.source_flags(source)?.is_some_and(|(protected, _)| protected);
        self.change_if(before != after, Change::Protected { source, before, after })
    }

    pub fn set_active(&mut self, source: SourceId, after: bool) -> Result<bool> {
        let before = self.store.source_flags(source)?.is_some_and(|(_, active)| active);
        self.change_if(before != after, Change::Active { source, before, after })
    }

    /// Keeps a frozen state under a name that stands for none yet, or for another one.
    pub fn keep_snapshot(&mut self, name: &str, frozen: &Frozen) -> Result<SnapshotId> {
        let snapshot = self.store.insert_snapshot(frozen, self.at)?;
        self.set_snapshot(name, Some(snapshot))?;
        Ok(snapshot)
    }

    /// Lets a name stand for a snapshot, or for none.
    pub fn set_snapshot(&mut self, name: &str, after: Option<SnapshotId>) -> Result<bool> {
        let before = self.store.snapshot_named(name)?;
        self.change_if(before != after, Change::Snapshot { name: name.to_owned(), before, after })
    }

    /// Writes imported records; they count only once their source is added.
    pub fn insert_records<'r>(
        &mut self,
        source: SourceId,
        first: RecordId,
        records: impl IntoIterator<Item = NewRecord<'r>>,
    ) -> Result<()> {
        self.store.insert_records(source, first, records)
    }

    pub fn insert_reject(&mut self, source: SourceId, reject: &Reject) -> Result<()> {
        self.store.insert_reject(source, reject)
    }

    /// Adds a source whose records are in, and makes it active.
    pub fn add_source(&mut self, source: &Source, bytes: u64, first_record: RecordId) -> Result<()> {
        self.store.insert_source(source, bytes, first_record)?;
        self.change_if(true, Change::Active { source: source.id, before: false, after: true })?;
        Ok(())
    }

    fn change_if(&mut self, differs: bool, change: Change) -> Result<bool> {
        if differs {
            apply(self.store, &change)?;
            self.store.insert_change(self.next_change, &change)?;
            self.next_change += 1;
            self.changed.note(&change);
        }
        Ok(differs)
    }
}

/// Makes the store be as the change says it is after it.
pub(super) fn apply(store: &Store, change: &Change) -> Result<()> {
    match change {
        Change::Mark { record, after, .. } => store.set_mark(*record, after.as_ref()),
        Change::Edit { record, after, .. } => store.set_edit(*record, after.as_deref()),
        Change::Duplicate { record, after, .. } => store.set_duplicate(*record, after.as_ref()),
        Change::Split { record, after, .. } => store.set_assignment(*record, after.as_ref()),
        Change::Active { source, after, .. } => store.set_active(*source, *after),
        Change::Protected { source, after, .. } => store.set_protected(*source, *after),
        Change::Setting { key, after, .. } => store.set_setting(key, after.as_deref()),
        Change::Pipeline { name, after, .. } => store.set_named_pipeline(name, after.as_deref()),
        Change::Refusals { text, after, .. } => store.set_refusals(text, after.as_deref()),
        Change::Judgement { pair, after, .. } => store.set_judgement(*pair, *after),
        Change::Snapshot { name, after, .. } => store.set_snapshot_name(name, *after),
    }
}
