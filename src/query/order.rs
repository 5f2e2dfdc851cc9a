//! Sorting positions by a key. Ties go by id; records without a value come last, whichever way it is sorted.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::Columns;
use crate::error::Result;
use crate::model::SortKey;
use crate::model::filter::SortField;
use crate::progress::Progress;

/// The rank of a record that has no value.
const MISSING: u32 = u32::MAX;

/// Positions between two looks at whether the search was cancelled.
const CHUNK: usize = 1_024;

pub(super) fn sort(columns: &Columns, positions: Vec<u32>, key: &SortKey, progress: &Progress) -> Result<Vec<u32>> {
    progress.stage("sorting", "records", positions.len() as u64)?;
    let rank = |rank: fn(&Columns, usize) -> u32| by_rank(&positions, key.descending, progress, |p| rank(columns, p));
    match &key.field {
        SortField::Text => Ok(by_text(columns, positions, key.descending)),
        SortField::Id => rank(|_, position| position as u32 + 1),
        SortField::Chars => rank(|columns, position| columns.chars(position) + 1),
        SortField::Tokens => rank(|columns, position| u32::from(columns.tokens(position)) + 1),
        SortField::State => rank(|columns, position| columns.state(position) as u32 + 1),
        SortField::Source => {
            let ranks = name_ranks(&columns.names.sources);
            by_rank(&positions, key.descending, progress, |p| ranks[usize::from(columns.source(p))])
        }
        SortField::Split => {
            let ranks = name_ranks(&columns.names.splits);
            by_rank(&positions, key.descending, progress, |p| columns.split(p).map_or(MISSING, |s| ranks[usize::from(s)]))
        }
        SortField::Number(name) => {
            let column = columns.numbers(name).unwrap_or_default();
            by_rank(&positions, key.descending, progress, |p| column.get(p).map_or(MISSING, |&value| number_rank(value)))
        }
    }
}

/// Sorts by ranks in `1..MISSING`. Rank and position make one number, which is what is sorted.
fn by_rank(positions: &[u32], descending: bool, progress: &Progress, rank: impl Fn(usize) -> u32 + Sync) -> Result<Vec<u32>> {
    let turned = |rank: u32| if descending && rank != MISSING { !rank } else { rank };
    let key = |&position: &u32| u64::from(turned(rank(position as usize))) << 32 | u64::from(position);
    let keys = positions.par_chunks(CHUNK).map(|chunk| {
        progress.add(chunk.len() as u64)?;
        Ok(chunk.iter().map(key).collect())
    });
    let mut keys = keys.collect::<Result<Vec<Vec<u64>>>>()?.concat();
    keys.par_sort_unstable();
    progress.check()?;
    Ok(keys.into_par_iter().map(|key| key as u32).collect())
}

/// Sorts by code points. Most texts differ in their first eight bytes, which are kept beside the position.
fn by_text(columns: &Columns, positions: Vec<u32>, descending: bool) -> Vec<u32> {
    let compare = |a: &(u64, u32), b: &(u64, u32)| -> Ordering {
        let texts = || columns.text(a.1 as usize).cmp(columns.text(b.1 as usize));
        let order = a.0.cmp(&b.0).then_with(texts);
        if descending { order.reverse() } else { order }.then(a.1.cmp(&b.1))
    };
    let mut keys: Vec<(u64, u32)> =
        positions.into_par_iter().map(|position| (first_eight(columns.text(position as usize)), position)).collect();
    keys.par_sort_unstable_by(compare);
    keys.into_par_iter().map(|(_, position)| position).collect()
}

fn first_eight(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

/// From 1, in the order of the names; equal names are equal.
fn name_ranks(names: &[String]) -> Vec<u32> {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    names.iter().map(|name| sorted.partition_point(|other| *other < name) as u32 + 1).collect()
}

/// In the order of the numbers: positive ones after negative ones, whose bits run backwards. 0 and `u32::MAX` are only
/// reached by NaN, which is missing.
fn number_rank(value: f32) -> u32 {
    if value.is_nan() {
        return MISSING;
    }
    // Adding zero turns -0 into 0.
    let bits = (value + 0.0).to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}
