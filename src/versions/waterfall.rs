//! The waterfall: per source, what was read, what was lost at each step and to what, what is kept and in which split, what was exported.
//!
//! ```text
//! read ─ blank ─ rejected = records ─ by rules ─ as duplicates ─ by hand = kept ─ left out by the filter = exported
//! ```
//!
//! This is the one place where these are counted.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::model::filter::CauseKind;
use crate::model::{Counts, NO_SPLIT, Source};
use crate::query::Columns;

/// What drops are counted under that were made before recipes were remembered.
pub const UNKNOWN_RECIPE: &str = "unknown recipe";
/// What drops by rules are counted under whose rule is not known.
pub const UNKNOWN_RULE: &str = "unknown rule";

/// What became of all that was read, per source and in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waterfall {
    /// In the order of [`query::Names::sources`](crate::query::Names::sources).
    pub sources: Vec<Course>,
    pub total: Course,
}

/// What became of one source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Course {
    pub name: String,
    pub protected: bool,
    /// `accepted` are its records.
    #[serde(flatten)]
    pub counts: Counts,
    /// Records dropped by rules, by rule.
    pub rules: BTreeMap<String, u64>,
    /// Records dropped as duplicates, by lens, policy and threshold.
    pub duplicates: BTreeMap<String, u64>,
    pub by_hand: u64,
    pub kept: u64,
    /// Kept records by split.
    pub splits: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exported: Option<Exported>,
}

/// What an export took of the kept records.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Exported {
    /// Kept records that its filter left out.
    pub left_out: u64,
    pub records: u64,
    /// Exported records by split.
    pub splits: BTreeMap<String, u64>,
}

impl Course {
    pub fn by_rules(&self) -> u64 {
        self.rules.values().sum()
    }

    pub fn as_duplicates(&self) -> u64 {
        self.duplicates.values().sum()
    }

    pub fn dropped(&self) -> u64 {
        self.by_rules() + self.as_duplicates() + self.by_hand
    }

    /// Dropped records by the word of their cause, those causes that there are.
    pub fn causes(&self) -> BTreeMap<&'static str, u64> {
        let causes =
            [(CauseKind::Hand, self.by_hand), (CauseKind::Rule, self.by_rules()), (CauseKind::Duplicate, self.as_duplicates())];
        causes.into_iter().filter(|(_, n)| *n > 0).map(|(cause, n)| (cause.word(), n)).collect()
    }

    /// Whether nothing came from nowhere and nothing went unaccounted for, at any step.
    pub fn adds_up(&self) -> bool {
        let Counts { read, accepted, blank, rejected } = self.counts;
        let sum = |splits: &BTreeMap<String, u64>| splits.values().sum::<u64>();
        let exported = self.exported.as_ref().is_none_or(|exported| {
            exported.left_out + exported.records == self.kept && sum(&exported.splits) == exported.records
        });
        read == accepted + blank + rejected
            && accepted == self.dropped() + self.kept
            && self.kept == sum(&self.splits)
            && exported
    }

    fn add(&mut self, other: &Course) {
        self.counts.read += other.counts.read;
        self.counts.accepted += other.counts.accepted;
        self.counts.blank += other.counts.blank;
        self.counts.rejected += other.counts.rejected;
        add_all(&mut self.rules, &other.rules);
        add_all(&mut self.duplicates, &other.duplicates);
        self.by_hand += other.by_hand;
        self.kept += other.kept;
        add_all(&mut self.splits, &other.splits);
        if let Some(theirs) = &other.exported {
            let ours = self.exported.get_or_insert_default();
            ours.left_out += theirs.left_out;
            ours.records += theirs.records;
            add_all(&mut ours.splits, &theirs.splits);
        }
    }
}

fn add_all(sums: &mut BTreeMap<String, u64>, counts: &BTreeMap<String, u64>) {
    counts.iter().for_each(|(name, n)| add(sums, name, *n));
}

fn add(sums: &mut BTreeMap<String, u64>, name: &str, n: u64) {
    match sums.get_mut(name) {
        Some(sum) => *sum += n,
        None => _ = sums.insert(name.to_owned(), n),
    }
}

/// Counts the columns. `sources` are those that the columns are of: what each of them read.
pub fn waterfall(columns: &Columns, sources: &[Source]) -> Waterfall {
    let steps = Steps::of(columns);
    let counts = steps.count(columns);
    let course = |(number, name): (usize, &String)| {
        let source = sources.iter().find(|source| source.name == *name);
        let course = Course {
            name: name.clone(),
            protected: source.is_some_and(|source| source.protected),
            counts: source.map(|source| source.counts).unwrap_or_default(),
            ..Course::default()
        };
        steps.poured(course, &counts[number * steps.width()..][..steps.width()], columns)
    };
    Waterfall::of(columns.names.sources.iter().enumerate().map(course).collect())
}

impl Waterfall {
    fn of(sources: Vec<Course>) -> Waterfall {
        let mut total = Course { name: "all".to_owned(), ..Course::default() };
        sources.iter().for_each(|course| total.add(course));
        Waterfall { sources, total }
    }

    /// The same with the last step: `exported` are positions of kept records in the columns that it was counted from.
    pub fn with_exported(self, columns: &Columns, exported: &[u32]) -> Waterfall {
        let mut sources = self.sources;
        for course in &mut sources {
            course.exported = Some(Exported { left_out: course.kept, ..Exported::default() });
        }
        for &position in exported {
            let position = position as usize;
            let Some(exported) = sources.get_mut(usize::from(columns.source(position))).and_then(|c| c.exported.as_mut()) else {
                continue;
            };
            exported.left_out = exported.left_out.saturating_sub(1);
            exported.records += 1;
            add(&mut exported.splits, columns.split_name(position).unwrap_or(NO_SPLIT), 1);
        }
        Waterfall::of(sources)
    }

    pub fn adds_up(&self) -> bool {
        let again = Waterfall::of(self.sources.clone());
        self.sources.iter().chain([&self.total]).all(Course::adds_up) && again.total == self.total
    }
}

/// Where a record ends, as a number: by hand, then each rule, each recipe, each split, the last of each "unknown" or "none".
struct Steps {
    rules: usize,
    recipes: usize,
    splits: usize,
}

impl Steps {
    fn of(columns: &Columns) -> Steps {
        let names = &columns.names;
        Steps { rules: names.rules.len() + 1, recipes: names.recipes.len() + 1, splits: names.splits.len() + 1 }
    }

    fn width(&self) -> usize {
        1 + self.rules + self.recipes + self.splits
    }

    fn step(&self, columns: &Columns, position: usize) -> usize {
        if columns.is_kept(position) {
            let split = columns.split(position).map_or(self.splits - 1, usize::from);
            return 1 + self.rules + self.recipes + split;
        }
        match columns.cause(position) {
            Some(CauseKind::Rule) => 1 + columns.dropped_by(position).map_or(self.rules - 1, usize::from),
            Some(CauseKind::Duplicate) => {
                let recipe = columns.drop_recipe(position);
                let known = recipe.and_then(|recipe| columns.names.recipes.iter().position(|r| *r == recipe));
                1 + self.rules + known.unwrap_or(self.recipes - 1)
            }
            Some(CauseKind::Hand) | None => 0,
        }
    }

    /// Records by source and step, one row of [`Steps::width`] numbers a source.
    fn count(&self, columns: &Columns) -> Vec<u64> {
        const STRETCH: usize = 1 << 14;
        let none = || vec![0; columns.names.sources.len() * self.width()];
        let count = |mut counts: Vec<u64>, start: usize| {
            for position in start..columns.len().min(start + STRETCH) {
                counts[usize::from(columns.source(position)) * self.width() + self.step(columns, position)] += 1;
            }
            counts
        };
        let sum = |mut a: Vec<u64>, b: Vec<u64>| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        };
        (0..columns.len()).into_par_iter().step_by(STRETCH).fold(none, count).reduce(none, sum)
    }

    /// A source with its numbers under their names; those of nothing are left out.
    fn poured(&self, course: Course, counts: &[u64], columns: &Columns) -> Course {
        let names = &columns.names;
        let (by_hand, rest) = counts.split_at(1);
        let (rules, rest) = rest.split_at(self.rules);
        let (recipes, splits) = rest.split_at(self.recipes);
        Course {
            by_hand: by_hand.iter().sum(),
            rules: named(names.rules.iter().cloned(), UNKNOWN_RULE, rules),
            duplicates: named(names.recipes.iter().map(ToString::to_string), UNKNOWN_RECIPE, recipes),
            kept: splits.iter().sum(),
            splits: named(names.splits.iter().cloned(), NO_SPLIT, splits),
            ..course
        }
    }
}

fn named(names: impl Iterator<Item = String>, last: &str, counts: &[u64]) -> BTreeMap<String, u64> {
    let mut named = BTreeMap::new();
    for (name, &n) in names.chain([last.to_owned()]).zip(counts).filter(|(_, n)| **n > 0) {
        add(&mut named, &name, n);
    }
    named
}
