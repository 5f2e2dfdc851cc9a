//! A filter and a sort over all columns, in parallel, cancellable.

use std::sync::Arc;

use rayon::prelude::*;

use super::fuzzy::{Ranker, Subsequence};
use super::matcher::{FieldsOf, Matcher};
use super::{Columns, order};
use crate::error::Result;
use crate::model::{Filter, SortKey};
use crate::progress::Progress;

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub filter: Filter,
    /// `None`: by id, or by score where the filter has a `~fuzzy`.
    pub sort: Option<SortKey>,
}

/// The positions that match, in the order asked for.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    pub positions: Arc<Vec<u32>>,
    /// How many of them are kept.
    pub kept: usize,
}

/// Records between two looks at whether the search was cancelled: half a millisecond of a fuzzy search.
const CHUNK: usize = 256;

/// Finds what matches. `fields_of(position)` gives the raw JSON fields where a filter asks for a text field; without it such a
/// filter is refused. Fails with `Interrupted` when cancelled.
pub fn search(columns: &Columns, query: &Query, fields_of: Option<FieldsOf<'_>>, progress: &Progress) -> Result<Hits> {
    Search { columns, query, fields_of, progress }.among(Candidates::All(columns.len()))
}

/// Like [`search`], among `positions` only, in whatever order they come. Where the query [narrows](Query::narrows) the one
/// that found them in the same columns, the outcome is that of [`search`].
pub fn search_within(
    columns: &Columns,
    positions: &[u32],
    query: &Query,
    fields_of: Option<FieldsOf<'_>>,
    progress: &Progress,
) -> Result<Hits> {
    Search { columns, query, fields_of, progress }.among(Candidates::Some(positions))
}

impl Query {
    /// Whether all that this finds, `other` finds as well: as when a further letter is typed.
    pub fn narrows(&self, other: &Query) -> bool {
        let ours = self.filter.conjuncts();
        other.filter.conjuncts().iter().all(|theirs| ours.iter().any(|our| implies(our, theirs)))
    }
}

/// Sound, not complete: only what typing brings about.
fn implies(our: &Filter, their: &Filter) -> bool {
    match (our, their) {
        (Filter::Contains(long), Filter::Contains(short)) => long.to_ascii_lowercase().contains(&short.to_ascii_lowercase()),
        (Filter::Fuzzy(long), Filter::Fuzzy(short)) => Subsequence::new(short).is_in(long),
        _ => our == their,
    }
}

enum Candidates<'a> {
    /// All positions below this.
    All(usize),
    Some(&'a [u32]),
}

impl Candidates<'_> {
    fn len(&self) -> usize {
        match self {
            Candidates::All(len) => *len,
            Candidates::Some(positions) => positions.len(),
        }
    }

    fn get(&self, i: usize) -> u32 {
        match self {
            Candidates::All(_) => i as u32,
            Candidates::Some(positions) => positions[i],
        }
    }
}

struct Search<'a> {
    columns: &'a Columns,
    query: &'a Query,
    fields_of: Option<FieldsOf<'a>>,
    progress: &'a Progress,
}

impl Search<'_> {
    fn among(&self, candidates: Candidates<'_>) -> Result<Hits> {
        self.progress.stage("searching", "records", candidates.len() as u64)?;
        let positions = match &self.query.sort {
            Some(key) => order::sort(self.columns, self.matching(&candidates)?, key, self.progress)?,
            None => {
                let patterns = fuzzy_patterns(&self.query.filter);
                if patterns.is_empty() { self.by_id(&candidates)? } else { self.by_score(&candidates, &patterns)? }
            }
        };
        let kept = positions.par_iter().filter(|&&position| self.columns.is_kept(position as usize)).count();
        Ok(Hits { positions: Arc::new(positions), kept })
    }

    fn by_id(&self, candidates: &Candidates<'_>) -> Result<Vec<u32>> {
        let mut positions = self.matching(candidates)?;
        if !positions.is_sorted() {
            positions.par_sort_unstable();
        }
        Ok(positions)
    }

    /// Best first. Score and position make one number, which is what is sorted.
    fn by_score(&self, candidates: &Candidates<'_>, patterns: &[Subsequence]) -> Result<Vec<u32>> {
        let mut keys = self.scan(
            candidates,
            || Ranker::new(patterns.to_vec()),
            |ranker, position| {
                let score = ranker.score(self.columns.text(position as usize)).clamp(0, u32::MAX.into()) as u32;
                u64::from(!score) << 32 | u64::from(position)
            },
        )?;
        keys.par_sort_unstable();
        Ok(keys.into_par_iter().map(|key| key as u32).collect())
    }

    fn matching(&self, candidates: &Candidates<'_>) -> Result<Vec<u32>> {
        self.scan(candidates, || (), |_, position| position)
    }

    /// What `hit` makes of each position that matches, in the candidates' order. `helper` is made once for each thread's share.
    fn scan<T: Send, H>(
        &self,
        candidates: &Candidates<'_>,
        helper: impl Fn() -> H + Sync,
        hit: impl Fn(&H, u32) -> T + Sync,
    ) -> Result<Vec<T>> {
        let matcher = Matcher::new(self.columns, &self.query.filter, self.fields_of)?;
        let chunks = (0..candidates.len().div_ceil(CHUNK)).into_par_iter();
        let found = chunks.map_init(
            || (matcher.clone(), helper()),
            |(matcher, helper), chunk| {
                let places = chunk * CHUNK..candidates.len().min((chunk + 1) * CHUNK);
                self.progress.add(places.len() as u64)?;
                let positions = places.map(|i| candidates.get(i));
                Ok(positions.filter(|&position| matcher.matches(position as usize)).map(|p| hit(helper, p)).collect())
            },
        );
        Ok(found.collect::<Result<Vec<Vec<T>>>>()?.into_iter().flatten().collect())
    }
}

/// The fuzzy terms that can make a record match: those outside of any NOT.
fn fuzzy_patterns(filter: &Filter) -> Vec<Subsequence> {
    match filter {
        Filter::Fuzzy(pattern) => vec![Subsequence::new(pattern)],
        Filter::And(terms) | Filter::Or(terms) => terms.iter().flat_map(fuzzy_patterns).collect(),
        _ => Vec::new(),
    }
}
