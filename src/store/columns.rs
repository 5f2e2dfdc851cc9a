//! The columns of the workspace, read in one pass over each table.

use std::collections::HashMap;

use rusqlite::params;

use super::frozen::FrozenLayers;
use super::live::LayerStatements;
use super::{Store, numbers};
use crate::error::{Error, Result};
use crate::model::filter::CauseKind;
use crate::model::{DropRecipe, Layers, RecordId, Source, SourceId, State, Version};
use crate::progress::Progress;
use crate::query::columns::Builder;
use crate::query::{self, Columns, Names};

/// Records between two looks at the cancel flag.
const STRIDE: u64 = 4096;

impl Store {
    /// Reads all columns: what every screen and filter works on. Call inside [`Store::read`].
    pub fn load_columns(&self, progress: &Progress) -> Result<Columns> {
        self.load_columns_of(Version::Now, progress)
    }

    /// [`Store::load_columns`], as the workspace was then.
    pub fn load_columns_of(&self, version: Version, progress: &Progress) -> Result<Columns> {
        let sources = self.sources_of(version)?;
        progress.stage("loading", "records", sources.iter().map(|source| source.counts.accepted).sum())?;
        std::thread::scope(|scope| {
            let (mut fields, batches) = numbers::channel();
            let numbers = scope.spawn(move || numbers::columns_of(batches));
            let filled = match version {
                Version::Now => {
                    let mut layers = LayerStatements::prepare(self)?;
                    let mut layers = layers.open(self)?;
                    self.fill_columns(&sources, |id| layers.at(id), &mut fields, progress)
                }
                Version::Snapshot(snapshot) => {
                    let mut layers = FrozenLayers::open(self, snapshot)?;
                    self.fill_columns(&sources, |id| layers.at(id), &mut fields, progress)
                }
            };
            fields.finish();
            let numbers = numbers.join().map_err(|_| Error::io("the imported fields could not be read"))?;
            let (builder, names) = filled?;
            Ok(builder.with_numbers(numbers).finish(names))
        })
    }

    /// All columns but the numeric ones, whose JSON goes to `fields`.
    fn fill_columns(
        &self,
        sources: &[Source],
        mut layers_of: impl FnMut(u32) -> Result<Layers>,
        fields: &mut numbers::Fields,
        progress: &Progress,
    ) -> Result<(Builder, Names)> {
        let mut words = Words::new(sources);
        let ranges = self.ranges_of(sources)?;
        // Those of the first records of each source, and all that rules set.
        let mut names = self.imported_field_names(&ranges)?;
        let bytes = self.bytes_of(sources)?;
        let records = sources.iter().map(|source| source.counts.accepted as usize).sum();
        let mut builder = Builder::with_capacity(records, bytes.clamp(0, 1 << 33) as usize);
        let mut records = self
            .conn
            .prepare("SELECT id, raw_text, fields, file_name IS NOT NULL FROM records WHERE id >= ?1 AND id < ?2 ORDER BY id")?;
        for (source, first, end) in ranges {
            let mut rows = records.query(params![first, end])?;
            let mut read = 0;
            while let Some(row) = rows.next()? {
                let id: u32 = row.get(0)?;
                let raw = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
                let at = layers_of(id)?;
                builder.push(&words.row(RecordId(id), source, at.text(raw), row.get(3)?, &at));
                match at.outcome.as_ref().map(|o| o.fields.as_slice()) {
                    None | Some([]) => fields.push(row.get_ref(2)?.as_str_or_null().map_err(rusqlite::Error::from)?),
                    Some(set) => {
                        names.extend(
                            set.iter()
                                .filter(|(name, _)| !names.contains(name))
                                .map(|(name, _)| name.clone())
                                .collect::<Vec<_>>(),
                        );
                        fields.push(super::fields::merged(row.get(2)?, set).as_deref());
                    }
                }
                read += 1;
                if read % STRIDE == 0 {
                    progress.add(STRIDE)?;
                }
            }
            progress.add(read % STRIDE)?;
        }
        words.names.fields = names.into_iter().collect();
        Ok((builder, words.names))
    }

    /// The splits that records are in or their sources declare, also those of sources that are taken out.
    pub fn split_names(&self) -> Result<Vec<String>> {
        let names = "SELECT split FROM sources WHERE split IS NOT NULL UNION SELECT split FROM assignments ORDER BY split";
        let mut names = self.conn.prepare(names)?;
        let rows = names.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Brings some records of the columns up to date. Returns false when they need to be loaded again as a whole
    /// (a record or a word that the columns do not know).
    pub fn patch_columns(&self, columns: &mut Columns, records: &[RecordId]) -> Result<bool> {
        let mut words = Words { names: (*columns.names).clone(), ..Words::new(&self.sources()?) };
        words.index();
        let known = words.names.clone();
        for record in self.records(records)? {
            let layers = Layers::from(&record);
            let row = words.row(record.id, record.source, record.text(), record.file_name.is_some(), &layers);
            if !columns.put(&row) {
                return Ok(false);
            }
        }
        if words.names != known {
            columns.names = std::sync::Arc::new(words.names);
        }
        Ok(true)
    }
}

/// Words ↔ the small numbers that stand for them in the columns.
#[derive(Default)]
struct Words {
    names: Names,
    source_of: HashMap<SourceId, (u16, Option<String>)>,
    splits: HashMap<String, u8>,
    rules: HashMap<String, u16>,
    fired: HashMap<Vec<String>, u16>,
    recipes: HashMap<DropRecipe, u8>,
}

impl Words {
    fn new(sources: &[Source]) -> Words {
        let numbered = sources.iter().zip(0..);
        let source_of = numbered.map(|(source, number)| (source.id, (number, source.split.clone()))).collect();
        let names = Names { sources: sources.iter().map(|source| source.name.clone()).collect(), ..Names::default() };
        Words { names, source_of, ..Words::default() }
    }

    fn index(&mut self) {
        self.splits = self.names.splits.iter().cloned().zip(0..).collect();
        self.rules = self.names.rules.iter().cloned().zip(0..).collect();
        self.fired = self.names.fired.iter().cloned().zip(0..).collect();
        self.recipes = self.names.recipes.iter().copied().zip(0..).collect();
    }

    fn row<'a>(&mut self, id: RecordId, source: SourceId, text: &'a str, has_image: bool, layers: &Layers) -> query::Row<'a> {
        let (state, cause) = State::of(layers.mark.as_ref(), layers.outcome.as_ref(), layers.duplicate.as_ref());
        let (source, source_split) = self.source_of.get(&source).cloned().unwrap_or_default();
        let cause = cause.map(|cause| cause.kind());
        let recipe = layers.duplicate.and_then(|drop| drop.recipe).filter(|_| cause == Some(CauseKind::Duplicate));
        let own = layers.assignment.as_ref();
        let split = own.map(|assignment| assignment.split.clone()).or(source_split);
        query::Row {
            id,
            source,
            text,
            state,
            cause,
            dropped_by: layers
                .outcome
                .as_ref()
                .and_then(|o| o.dropped_by.as_ref())
                .map(|r| number(&mut self.rules, &mut self.names.rules, r)),
            fired: layers
                .outcome
                .as_ref()
                .filter(|o| !o.fired.is_empty())
                .map(|o| number(&mut self.fired, &mut self.names.fired, &o.fired)),
            recipe: recipe.map(|recipe| number(&mut self.recipes, &mut self.names.recipes, &recipe)),
            split: split.map(|s| number(&mut self.splits, &mut self.names.splits, &s)),
            by_hand: own.is_some_and(|assignment| assignment.by_hand),
            edited: layers.edit.is_some(),
            has_image,
        }
    }
}

/// The number of a word; a new word is appended. Where all numbers are given out, which only a workspace that somebody made up or many
/// years of work can have, the last word stands for the rest: the greatest number of a type says that there is none.
fn number<W: Clone + Eq + std::hash::Hash, N: Number>(known: &mut HashMap<W, N>, words: &mut Vec<W>, word: &W) -> N {
    if let Some(&n) = known.get(word) {
        return n;
    }
    let n = match N::try_from(words.len()) {
        Ok(n) if n < N::LAST => n,
        _ => N::LAST,
    };
    if words.len() <= N::LAST.into() {
        words.push(word.clone());
    }
    known.insert(word.clone(), n);
    n
}

/// What a word is numbered by.
trait Number: Copy + Ord + TryFrom<usize> + Into<usize> {
    /// The greatest that a word may have.
    const LAST: Self;
}

impl Number for u8 {
    const LAST: u8 = u8::MAX - 1;
}

impl Number for u16 {
    const LAST: u16 = u16::MAX - 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_words_than_numbers_are_no_end_of_it() {
        let (mut known, mut words) = (HashMap::<u32, u8>::new(), Vec::new());
        let numbers: Vec<u8> = (0..600).map(|word| number(&mut known, &mut words, &word)).collect();
        let expected: Vec<u8> = (0..600).map(|n: u32| n.min(254) as u8).collect();
        assert_eq!(numbers, expected, "255 says that there is none");
        assert_eq!(words, (0..255).collect::<Vec<u32>>(), "a word for each number, and no more");
        assert_eq!(number(&mut known, &mut words, &3), 3);
    }
}
