//! Facets: how the matching records spread over sources, splits, states, causes, lengths and numeric fields.
//!
//! Each value carries the term that finds exactly the records it counts. A facet is one parallel pass over one column.

use rayon::prelude::*;

use super::Columns;
use crate::error::Result;
use crate::model::filter::{CauseKind, Compare};
use crate::model::{Filter, NO_SPLIT, State};
use crate::progress::Progress;

/// One value of a facet with its count, and the filter term that narrows to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    pub label: String,
    /// Never 0: values that no record has are left out.
    pub count: usize,
    /// e.g. `source:pickapic`, `chars:>=64 chars:<=127`. A query joins it with a blank, having put brackets around itself where
    /// it has an OR; [`Filter::all_of`] does so.
    pub term: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// `source`, `split`, `state`, `cause`, `rule`, `length`, `image`, or a field's name.
    pub name: String,
    pub values: Vec<FacetValue>,
}

pub type Facets = Vec<Facet>;

/// Counts the facets over `positions`. Those that none of the records has a value for are left out.
pub fn facets(columns: &Columns, positions: &[u32]) -> Facets {
    let fixed = [
        source(columns, positions),
        split(columns, positions),
        state(columns, positions),
        cause(columns, positions),
        rule(columns, positions),
        length(columns, positions),
        image(columns, positions),
    ];
    let numbers = columns.number_names().map(|name| number(columns, positions, name));
    fixed.into_iter().chain(numbers).filter(|facet| !facet.values.is_empty()).collect()
}

/// How many fit the 77 places of a CLIP encoder, two of which are taken by the markers. Apart from [`facets`] since tokens are
/// counted when first asked for: about a second for a million records. Fails with `Interrupted` when cancelled.
pub fn token_facet(columns: &Columns, positions: &[u32], progress: &Progress) -> Result<Facet> {
    progress.stage("counting tokens", "records", positions.len() as u64)?;
    positions.par_chunks(256).try_for_each(|chunk| {
        chunk.iter().for_each(|&position| {
            columns.tokens(position as usize);
        });
        progress.add(chunk.len() as u64)
    })?;
    let bands = vec![
        ("≤ 75 (fits CLIP)".to_owned(), Filter::Tokens(Compare::AtMost, 75.0)),
        ("> 75 (cut off by CLIP)".to_owned(), Filter::Tokens(Compare::More, 75.0)),
    ];
    Ok(facet("tokens", positions, bands, |position| usize::from(columns.tokens(position) > 75)))
}

/// Labels and their terms, in the order of the slots that count them.
type Slots = Vec<(String, Filter)>;

/// Counts `positions` by their slot; a slot past the last stands for no value.
fn facet(name: &str, positions: &[u32], slots: Slots, slot: impl Fn(usize) -> usize + Sync) -> Facet {
    let counts = tally(positions, slots.len(), slot);
    let counted = slots.into_iter().zip(counts).filter(|&(_, count)| count > 0);
    let values = counted.map(|((label, term), count)| FacetValue { label, count, term: term.to_string() }).collect();
    Facet { name: name.to_owned(), values }
}

fn tally(positions: &[u32], slots: usize, slot: impl Fn(usize) -> usize + Sync) -> Vec<usize> {
    let zeros = || vec![0usize; slots + 1];
    let count = |mut counts: Vec<usize>, chunk: &[u32]| {
        for &position in chunk {
            counts[slot(position as usize).min(slots)] += 1;
        }
        counts
    };
    let add = |mut left: Vec<usize>, right: Vec<usize>| {
        left.iter_mut().zip(right).for_each(|(l, r)| *l += r);
        left
    };
    positions.par_chunks(1 << 14).fold(zeros, count).reduce(zeros, add)
}

fn source(columns: &Columns, positions: &[u32]) -> Facet {
    let (slots, slot_of) = named(&columns.names.sources, Filter::Source);
    facet("source", positions, slots, |position| slot_of[usize::from(columns.source(position))])
}

fn split(columns: &Columns, positions: &[u32]) -> Facet {
    let (mut slots, slot_of) = named(&columns.names.splits, |name| Filter::Split(Some(name)));
    let none = slots.len();
    slots.push((NO_SPLIT.to_owned(), Filter::Split(None)));
    facet("split", positions, slots, |position| columns.split(position).map_or(none, |split| slot_of[usize::from(split)]))
}

fn rule(columns: &Columns, positions: &[u32]) -> Facet {
    let (slots, slot_of) = named(&columns.names.rules, Filter::DroppedBy);
    let none = slots.len();
    facet("rule", positions, slots, |position| columns.dropped_by(position).map_or(none, |rule| slot_of[usize::from(rule)]))
}

/// A slot for each distinct name, and the slot of each index into `names`.
fn named(names: &[String], term: impl Fn(String) -> Filter) -> (Slots, Vec<usize>) {
    let mut slots = Slots::new();
    let mut slot_of = Vec::with_capacity(names.len());
    for name in names {
        let known = slots.iter().position(|(label, _)| label == name);
        slot_of.push(known.unwrap_or(slots.len()));
        if known.is_none() {
            slots.push((name.clone(), term(name.clone())));
        }
    }
    (slots, slot_of)
}

fn state(columns: &Columns, positions: &[u32]) -> Facet {
    let slots = State::ALL.map(|state| (state.word().to_owned(), Filter::State(state))).to_vec();
    facet("state", positions, slots, |position| columns.state(position) as usize)
}

fn cause(columns: &Columns, positions: &[u32]) -> Facet {
    let mut slots = vec![("none".to_owned(), Filter::Cause(None))];
    slots.extend(CauseKind::ALL.map(|cause| (cause.word().to_owned(), Filter::Cause(Some(cause)))));
    facet("cause", positions, slots, |position| columns.cause(position).map_or(0, |cause| cause as usize))
}

fn image(columns: &Columns, positions: &[u32]) -> Facet {
    let with = ("yes".to_owned(), Filter::HasImage);
    let without = ("no".to_owned(), Filter::Not(Box::new(Filter::HasImage)));
    facet("image", positions, vec![with, without], |position| usize::from(!columns.has_image(position)))
}

/// Bands that double: up to 15 characters, 16 to 31, …, from 512.
fn length(columns: &Columns, positions: &[u32]) -> Facet {
    let at_least = |n: u32| Filter::Chars(Compare::AtLeast, n.into());
    let at_most = |n: u32| Filter::Chars(Compare::AtMost, n.into());
    let mut slots = vec![("≤ 15".to_owned(), at_most(15))];
    for low in (4..9).map(|power| 1u32 << power) {
        let high = 2 * low - 1;
        slots.push((format!("{low} – {high}"), Filter::all_of([at_least(low), at_most(high)])));
    }
    slots.push(("≥ 512".to_owned(), at_least(512)));
    facet("length", positions, slots, |position| match columns.chars(position) {
        0..16 => 0,
        chars => (chars.ilog2() as usize - 3).min(6),
    })
}

/// Up to five bands with about as many records each.
fn number(columns: &Columns, positions: &[u32], name: &str) -> Facet {
    let column = columns.numbers(name).unwrap_or_default();
    let edges = edges(column, positions);
    let bound = |compare, edge: f32| Filter::Number(name.to_owned(), compare, decimal(edge));
    let mut slots = Slots::new();
    if let (Some(&first), Some(&last)) = (edges.first(), edges.last()) {
        slots.push((format!("< {first}"), bound(Compare::Less, first)));
        for pair in edges.windows(2) {
            let term = Filter::all_of([bound(Compare::AtLeast, pair[0]), bound(Compare::Less, pair[1])]);
            slots.push((format!("{} – {}", pair[0], pair[1]), term));
        }
        slots.push((format!("≥ {last}"), bound(Compare::AtLeast, last)));
    }
    let none = slots.len();
    facet(name, positions, slots, |position| match column[position] {
        value if value.is_nan() => none,
        value => edges.iter().filter(|&&edge| value >= edge).count(),
    })
}

/// The fifths of a sample at even steps, with three significant digits, ascending and distinct.
fn edges(column: &[f32], positions: &[u32]) -> Vec<f32> {
    const SAMPLE: usize = 1_000;
    let step = (positions.len() / SAMPLE).max(1);
    let values = positions.iter().step_by(step).filter_map(|&position| column.get(position as usize).copied());
    let mut sample: Vec<f32> = values.filter(|value| value.is_finite()).collect();
    sample.sort_unstable_by(f32::total_cmp);
    let fifth = |n: usize| sample.get(n * sample.len() / 5).copied();
    let mut edges: Vec<f32> = (1..5).filter_map(fifth).map(three_digits).collect();
    edges.dedup();
    edges
}

fn three_digits(value: f32) -> f32 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// The number as it is written: 0.3 rather than the 0.30000001192… that 32 bits hold.
fn decimal(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(value.into())
}
