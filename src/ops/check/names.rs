//! Names: an export puts the images of all sources side by side, under the names that their records give them and the prefixes of their
//! sources. Two images under one name would be one too few.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::report::either;
use super::scope::Scope;
use super::{CheckRow, Name};
use crate::error::Result;
use crate::export::{place_of, plain_path};
use crate::model::RecordId;
use crate::ops::export::prefixed;
use crate::ops::images::{Images, Named};
use crate::progress::Progress;
use crate::query::Columns;

pub(super) fn names(scope: &Scope<'_>, progress: &Progress) -> Result<CheckRow> {
    let images = scope.images(progress)?;
    let has_splits = scope.kept.iter().any(|&p| scope.columns.split(p as usize).is_some());
    let same = clashes(images, scope.columns, has_splits, str::to_owned);
    if let Some((first, second)) = same.first {
        let count = same.records.len() as u64;
        let detail = format!(
            "{} under which two sources would write different images: {} and {} are both `{}`; give one of the sources a prefix: \
             `tamis import … --prefix P`",
            either(same.names, "name", "names"),
            spelled(images, &first),
            spelled(images, &second),
            placed(images, scope.columns, has_splits, &first)
        );
        return Ok(CheckRow::blocked(Name::Names, count, detail).behind(same.records));
    }
    let folded = clashes(images, scope.columns, has_splits, |path| path.to_lowercase());
    Ok(match folded.first {
        None => CheckRow::ready(Name::Names, "no two images would be written under one name"),
        Some((first, second)) => {
            let detail = format!(
                "{} that differ in case alone, which is one name where case does not count: {} and {}",
                either(folded.names, "pair of names", "pairs of names"),
                spelled(images, &first),
                spelled(images, &second)
            );
            CheckRow::attention(Name::Names, folded.records.len() as u64, detail).behind(folded.records)
        }
    })
}

/// Names that two images would have.
struct Clashes<'a> {
    names: u64,
    /// The records that come second.
    records: Vec<RecordId>,
    first: Option<(Named<'a>, Named<'a>)>,
}

/// Images that an export would write to one place, where `fold` says which names are one.
fn clashes<'a>(images: &'a Images, columns: &'a Columns, has_splits: bool, fold: impl Fn(&str) -> String) -> Clashes<'a> {
    let mut owners: FxHashMap<u128, (u128, Named<'a>, bool)> = FxHashMap::default();
    let mut found = Clashes { names: 0, records: Vec::new(), first: None };
    for named in images.iter(columns) {
        let place = xxh3_128(fold(&placed(images, columns, has_splits, &named)).as_bytes());
        let image = images.identity(&named);
        let (owner, first, clashes) = owners.entry(place).or_insert((image, named, false));
        if *owner == image {
            continue;
        }
        found.names += u64::from(!*clashes);
        *clashes = true;
        found.records.push(columns.id(named.position as usize));
        found.first.get_or_insert((*first, named));
    }
    found
}

/// Where an export would write the image: `train/dir/a_cat.jpg`.
fn placed(images: &Images, columns: &Columns, has_splits: bool, named: &Named<'_>) -> String {
    let prefix = images.sources.get(named.source).and_then(|place| place.prefix.as_deref());
    let plain = plain_path(named.name).unwrap_or_else(|_| named.name.to_owned());
    let name = prefixed(prefix, &plain);
    place_of(columns.split_name(named.position as usize), has_splits, &name)
}

fn spelled(images: &Images, named: &Named<'_>) -> String {
    let source = images.sources.get(named.source).map_or("", |place| &place.source);
    format!("{} of {source}", named.name)
}
