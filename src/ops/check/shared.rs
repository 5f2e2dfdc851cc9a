//! Images in two splits: a trainer that saw the picture is not tested by it, whatever the two captions say.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::report::records;
use super::scope::Scope;
use super::{CheckRow, Name};
use crate::display::counted;
use crate::error::Result;
use crate::model::RecordId;
use crate::progress::Progress;

pub(super) fn shared(scope: &Scope<'_>, progress: &Progress) -> Result<CheckRow> {
    let images = scope.images(progress)?;
    // Of each image the split that it was met in first, and whether there is another one.
    let mut seen: FxHashMap<u128, (Option<u8>, bool)> = FxHashMap::default();
    for named in images.iter(scope.columns) {
        let split = scope.columns.split(named.position as usize);
        match seen.entry(images.identity(&named)) {
            Entry::Occupied(mut entry) => entry.get_mut().1 |= entry.get().0 != split,
            Entry::Vacant(entry) => _ = entry.insert((split, false)),
        }
    }
    let count = seen.values().filter(|(_, shared)| *shared).count() as u64;
    if count == 0 {
        return Ok(CheckRow::ready(Name::Shared, "no image stands in two splits"));
    }
    let is_shared = |named: &crate::ops::images::Named<'_>| seen.get(&images.identity(named)).is_some_and(|(_, shared)| *shared);
    let behind: Vec<RecordId> = images.iter(scope.columns).filter(is_shared).map(|named| scope.id(named.position)).collect();
    let (records, images) = (records(behind.len() as u64), counted(count, "image"));
    let detail = format!("{images} of {records} in more than one split; `tamis split` keeps the records of an image together");
    Ok(CheckRow::blocked(Name::Shared, count, detail).behind(behind))
}
