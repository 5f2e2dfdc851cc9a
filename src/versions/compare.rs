//! Two versions side by side: one pass over the ids of both, in parallel stretches.
//!
//! A difference is kept as two positions and the number of its group, so that any page of any list is a slice.

use std::cmp::Ordering;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::difference::{Difference, Group, Why};
use super::names::{Names, Numbers};
use crate::model::RecordId;
use crate::model::filter::CauseKind;
use crate::query::Columns;

/// Records of the longer version in one stretch.
const STRETCH: usize = 1 << 14;

/// What differs between version `a`, the earlier one in all words, and version `b`.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    pub names: Names,
    groups: Vec<(Group, u64)>,
    /// By [`Difference`], ids ascending.
    lists: [Vec<Entry>; 4],
}

/// A record that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    a: u32,
    b: u32,
    group: u32,
}

const NOWHERE: u32 = u32::MAX;

impl Entry {
    /// Its position in the first version, if it is there at all, kept or not.
    pub fn a(self) -> Option<usize> {
        Some(self.a as usize).filter(|_| self.a != NOWHERE)
    }

    /// Its position in the second version.
    pub fn b(self) -> Option<usize> {
        Some(self.b as usize).filter(|_| self.b != NOWHERE)
    }
}

/// What differs between `a` and `b`, by record id, among the kept.
pub fn compare(a: &Columns, b: &Columns) -> Comparison {
    let (names, numbers_a, numbers_b) = Names::of(&a.names, &b.names);
    let sides = [Side { columns: a, numbers: numbers_a }, Side { columns: b, numbers: numbers_b }];
    let parts: Vec<Part> = borders(a, b).par_windows(2).map(|ends| Part::of(&sides, ends)).collect();
    Comparison::joined(names, parts)
}

impl Comparison {
    pub fn list(&self, difference: Difference) -> &[Entry] {
        &self.lists[difference as usize]
    }

    /// At most `limit` records from `offset` on.
    pub fn page(&self, difference: Difference, offset: usize, limit: usize) -> &[Entry] {
        let rest = self.list(difference).get(offset..).unwrap_or_default();
        &rest[..limit.min(rest.len())]
    }

    /// The records whose group is wanted.
    pub fn select(&self, difference: Difference, wanted: impl Fn(&Group) -> bool) -> Vec<Entry> {
        let wanted: Vec<bool> = self.groups.iter().map(|(group, _)| wanted(group)).collect();
        self.list(difference).iter().filter(|entry| wanted[entry.group as usize]).copied().collect()
    }

    pub fn group(&self, entry: Entry) -> &Group {
        &self.groups[entry.group as usize].0
    }

    /// Every group with how many records it has, in the order in which their first ones stand.
    pub fn groups(&self) -> impl Iterator<Item = (&Group, u64)> {
        self.groups.iter().map(|(group, records)| (group, *records))
    }

    pub fn count(&self, difference: Difference) -> u64 {
        self.list(difference).len() as u64
    }

    /// The word for a group's reason that scripts can match: `source`, `rule: urls`, `duplicate: lexical cover 0.70`, `hand`, `rules`, `split`.
    pub fn cause(&self, group: &Group) -> String {
        match group.why {
            Why::Source => "source".to_owned(),
            Why::Rule(rule) => format!("rule: {}", self.names.rules[usize::from(rule)]),
            Why::Duplicate(Some(recipe)) => format!("duplicate: {recipe}"),
            Why::Duplicate(None) => "duplicate".to_owned(),
            Why::Hand => "hand".to_owned(),
            Why::Rules => "rules".to_owned(),
            Why::Split => "split".to_owned(),
        }
    }

    /// A group's reason for a person.
    pub fn words(&self, group: &Group) -> String {
        let cause = match group.why {
            Why::Rule(rule) => format!("by rule {}", self.names.rules[usize::from(rule)]),
            Why::Duplicate(Some(recipe)) => format!("as a duplicate ({recipe})"),
            Why::Duplicate(None) => "as a duplicate".to_owned(),
            Why::Hand => "by hand".to_owned(),
            Why::Rules => "by rules".to_owned(),
            Why::Split => "by a split".to_owned(),
            Why::Source if group.difference == Difference::Added => return "new source".to_owned(),
            Why::Source => return "source taken out".to_owned(),
        };
        match group.difference {
            Difference::Added => format!("no longer dropped {cause}"),
            Difference::Removed => format!("dropped {cause}"),
            Difference::Changed | Difference::Moved => cause,
        }
    }

    pub fn source(&self, group: &Group) -> &str {
        &self.names.sources[usize::from(group.source)]
    }

    /// Where the group's records were.
    pub fn split_before(&self, group: &Group) -> Option<&str> {
        group.split_before.map(|split| self.names.splits[usize::from(split)].as_str())
    }

    /// Where the group's records are.
    pub fn split(&self, group: &Group) -> Option<&str> {
        group.split.map(|split| self.names.splits[usize::from(split)].as_str())
    }

    fn joined(names: Names, parts: Vec<Part>) -> Comparison {
        let mut comparison = Comparison { names, ..Comparison::default() };
        let mut known: FxHashMap<Group, u32> = FxHashMap::default();
        for part in parts {
            let mut groups = Vec::with_capacity(part.groups.len());
            for group in part.groups {
                groups.push(number(&mut known, &group));
                if comparison.groups.len() < known.len() {
                    comparison.groups.push((group, 0));
                }
            }
            for (list, found) in comparison.lists.iter_mut().zip(part.lists) {
                for entry in found {
                    let group = groups[entry.group as usize];
                    comparison.groups[group as usize].1 += 1;
                    list.push(Entry { group, ..entry });
                }
            }
        }
        comparison
    }
}

/// The number of a group; a new one gets the next.
fn number(known: &mut FxHashMap<Group, u32>, group: &Group) -> u32 {
    let next = known.len() as u32;
    *known.entry(*group).or_insert(next)
}

/// Positions in both versions at which stretches begin and the last one ends.
fn borders(a: &Columns, b: &Columns) -> Vec<[usize; 2]> {
    let longer = if a.len() > b.len() { a } else { b };
    let starts = (0..longer.len()).step_by(STRETCH).skip(1).map(|position| longer.id(position));
    let mut borders = vec![[0, 0]];
    borders.extend(starts.map(|id| [a.first_from(id), b.first_from(id)]));
    borders.push([a.len(), b.len()]);
    borders
}

/// One of the two versions.
struct Side<'c> {
    columns: &'c Columns,
    numbers: Numbers,
}

impl Side<'_> {
    fn is_kept(&self, position: usize) -> bool {
        self.columns.is_kept(position)
    }

    fn source(&self, position: usize) -> u16 {
        self.numbers.sources[usize::from(self.columns.source(position))]
    }

    fn split(&self, position: usize) -> Option<u16> {
        self.columns.split(position).map(|split| self.numbers.splits[usize::from(split)])
    }

    /// Why a dropped record is dropped.
    fn dropped(&self, position: usize) -> Why {
        match self.columns.cause(position) {
            Some(CauseKind::Rule) => {
                self.columns.dropped_by(position).map_or(Why::Rules, |rule| Why::Rule(self.numbers.rules[usize::from(rule)]))
            }
            Some(CauseKind::Duplicate) => Why::Duplicate(self.columns.drop_recipe(position)),
            Some(CauseKind::Hand) | None => Why::Hand,
        }
    }
}

/// The differences of one stretch.
#[derive(Default)]
struct Part {
    groups: Vec<Group>,
    known: FxHashMap<Group, u32>,
    lists: [Vec<Entry>; 4],
}

impl Part {
    fn of(sides: &[Side<'_>; 2], ends: &[[usize; 2]]) -> Part {
        let mut part = Part::default();
        let ([mut i, mut j], [end_a, end_b]) = (ends[0], ends[1]);
        let id = |side: usize, position: usize, end: usize| -> Option<RecordId> {
            (position < end).then(|| sides[side].columns.id(position))
        };
        loop {
            let order = match (id(0, i, end_a), id(1, j, end_b)) {
                (None, None) => return part,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.cmp(&b),
            };
            part.see(sides, Some(i).filter(|_| order.is_le()), Some(j).filter(|_| order.is_ge()));
            i += usize::from(order.is_le());
            j += usize::from(order.is_ge());
        }
    }

    /// One record, where it stands in each of the two.
    fn see(&mut self, sides: &[Side<'_>; 2], i: Option<usize>, j: Option<usize>) {
        let [a, b] = sides;
        let kept = (i.filter(|&i| a.is_kept(i)), j.filter(|&j| b.is_kept(j)));
        match kept {
            (None, None) => {}
            (None, Some(now)) => {
                let why = i.map_or(Why::Source, |i| a.dropped(i));
                let group =
                    Group { difference: Difference::Added, source: b.source(now), why, split_before: None, split: b.split(now) };
                self.push(group, i, j);
            }
            (Some(then), None) => {
                let why = j.map_or(Why::Source, |j| b.dropped(j));
                let group = Group {
                    difference: Difference::Removed,
                    source: a.source(then),
                    why,
                    split_before: a.split(then),
                    split: None,
                };
                self.push(group, i, j);
            }
            (Some(then), Some(now)) => self.see_kept(sides, then, now),
        }
    }

    fn see_kept(&mut self, [a, b]: &[Side<'_>; 2], then: usize, now: usize) {
        let (split_before, split) = (a.split(then), b.split(now));
        let mut push = |difference, why| {
            self.push(Group { difference, source: b.source(now), why, split_before, split }, Some(then), Some(now));
        };
        if a.columns.text(then) != b.columns.text(now) {
            let by_hand = a.columns.is_edited(then) || b.columns.is_edited(now);
            push(Difference::Changed, if by_hand { Why::Hand } else { Why::Rules });
        }
        if split_before != split {
            let by_hand = b.columns.is_assigned_by_hand(now);
            push(Difference::Moved, if by_hand { Why::Hand } else { Why::Split });
        }
    }

    fn push(&mut self, group: Group, i: Option<usize>, j: Option<usize>) {
        let at = number(&mut self.known, &group);
        if self.groups.len() < self.known.len() {
            self.groups.push(group);
        }
        let place = |position: Option<usize>| position.map_or(NOWHERE, |position| position as u32);
        self.lists[group.difference as usize].push(Entry { a: place(i), b: place(j), group: at });
    }
}
