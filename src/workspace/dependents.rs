//! What builds on an operation: the later ones that could not stay as they are if it were taken back.
//!
//! An operation in force builds on an earlier one when it
//!
//! - changed the same thing: the same layer of the same record (mark, edit, duplicate, split), the same setting, pipeline, source, judged
//!   pair. It began from what the earlier one had left;
//! - changed any layer of a record, or protected a source, that the earlier one brought in or took out;
//! - names such a record as the one that a duplicate resembles: without it the copy would be lost as a copy of nothing;
//! - brought in a source under the name of one that the earlier one took out: both would have it.
//!
//! and, step by step, when it builds on one that does. All else is independent. The layers of a record are: a mark stays when the rules
//! that were applied before it are taken back. So is what was computed from something: a policy or a split that was applied stays as it
//! was applied when a setting that it read is taken back, for it is a person's work, and `tamis check` says that it is stale.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::Result;
use crate::model::{OpId, SourceId};
use crate::store::Store;
use crate::store::oplog::Operation;
use crate::store::touched::Touched;

/// The later operations in force that build on `operation`, or on one that does; newest first, the order to undo them in.
///
/// One pass over the later changes: whatever an operation builds on is older than itself.
pub fn dependents(store: &Store, operation: OpId) -> Result<Vec<Operation>> {
    let mut reach = Reach::default();
    reach.extend(store, operation)?;
    let mut found = Vec::new();
    for later in store.operations_in_force_after(operation)? {
        if reach.meets(store, later.id)? {
            reach.extend(store, later.id)?;
            found.push(later);
        }
    }
    found.reverse();
    Ok(found)
}

/// The layers over a record.
const LAYERS: [&str; 4] = ["mark", "edit", "duplicate", "split"];

/// Everything that an operation and those that build on it touched.
#[derive(Default)]
struct Reach {
    /// Records and sources, by part.
    numbered: FxHashMap<String, FxHashSet<u32>>,
    /// Settings and the like, by part.
    named: FxHashMap<String, FxHashSet<String>>,
    /// Sources that came or went: their names, and their records.
    sources: FxHashSet<String>,
    records: Vec<Range<u32>>,
}

impl Reach {
    fn extend(&mut self, store: &Store, operation: OpId) -> Result<()> {
        let mut sources = Vec::new();
        store.for_each_touched(operation, |touched| {
            if touched.part == "active" {
                sources.push(SourceId(touched.key));
            }
            self.add(touched);
            Ok(())
        })?;
        for source in sources {
            if let Some((name, records)) = store.name_and_records(source)? {
                self.sources.insert(name);
                self.records.push(records);
            }
        }
        Ok(())
    }

    fn add(&mut self, touched: Touched<'_>) {
        match touched.name {
            Some(name) => _ = of_part(&mut self.named, touched.part).insert(name.to_owned()),
            None => _ = of_part(&mut self.numbered, touched.part).insert(touched.key),
        }
    }

    /// Whether anything that `operation` touched builds on this.
    fn meets(&self, store: &Store, operation: OpId) -> Result<bool> {
        let mut meets = false;
        store.for_each_touched(operation, |touched| {
            meets |= self.holds(&touched) || (touched.part == "active" && self.has_name(store, SourceId(touched.key))?);
            Ok(())
        })?;
        Ok(meets)
    }

    fn holds(&self, touched: &Touched<'_>) -> bool {
        let same = match touched.name {
            Some(name) => self.named.get(touched.part).is_some_and(|names| names.contains(name)),
            None => self.has(touched.part, touched.key),
        };
        same || (LAYERS.contains(&touched.part) && self.has_record(touched.key))
            || touched.witness.is_some_and(|witness| self.has_record(witness.0))
            || (touched.part == "protected" && self.has("active", touched.key))
    }

    fn has(&self, part: &str, key: u32) -> bool {
        self.numbered.get(part).is_some_and(|keys| keys.contains(&key))
    }

    fn has_record(&self, record: u32) -> bool {
        self.records.iter().any(|records| records.contains(&record))
    }

    fn has_name(&self, store: &Store, source: SourceId) -> Result<bool> {
        Ok(store.name_and_records(source)?.is_some_and(|(name, _)| self.sources.contains(&name)))
    }
}

fn of_part<'m, T>(parts: &'m mut FxHashMap<String, FxHashSet<T>>, part: &str) -> &'m mut FxHashSet<T> {
    parts.entry(part.to_owned()).or_default()
}
