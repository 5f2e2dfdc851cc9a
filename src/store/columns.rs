//! The columns of the workspace, read in one pass over each table.

use std::collections::HashMap;

use rusqlite::{Row, Rows, params};

use super::records::fired_from_json;
use super::{Store, numbers};
use crate::error::{Error, Result};
use crate::model::{DuplicateDrop, Mark, MarkValue, Outcome, Record, RecordId, SourceId, State};
use crate::progress::Progress;
use crate::query::columns::Builder;
use crate::query::{self, Columns, Names};

/// Records between two looks at the cancel flag.
const STRIDE: u64 = 4096;

impl Store {
    /// Reads all columns: what every screen and filter works on. Call inside [`Store::read`].
    pub fn load_columns(&self, progress: &Progress) -> Result<Columns> {
        progress.stage("loading", "records", self.record_count()?)?;
        std::thread::scope(|scope| {
            let (mut fields, batches) = numbers::channel();
            let numbers = scope.spawn(move || numbers::columns_of(batches));
            let filled = self.fill_columns(&mut fields, progress);
            fields.finish();
            let numbers = numbers.join().map_err(|_| Error::io("the imported fields could not be read"))?;
            let (builder, names) = filled?;
            Ok(builder.with_numbers(numbers).finish(names))
        })
    }

    /// All columns but the numeric ones, whose JSON goes to `fields`.
    fn fill_columns(&self, fields: &mut numbers::Fields, progress: &Progress) -> Result<(Builder, Names)> {
        let mut words = Words::new(self)?;
        words.names.fields = self.field_names()?;
        let bytes: i64 =
            self.conn.query_row("SELECT coalesce(sum(bytes), 0) FROM sources WHERE active = 1", [], |row| row.get(0))?;
        let mut builder = Builder::with_capacity(self.record_count()? as usize, bytes.clamp(0, 1 << 33) as usize);
        let mut layers = LayerStatements::prepare(self)?;
        let mut layers = layers.open(self)?;
        let mut records = self
            .conn
            .prepare("SELECT id, raw_text, fields, file_name IS NOT NULL FROM records WHERE id >= ?1 AND id < ?2 ORDER BY id")?;
        for (source, first, end) in self.source_ranges()? {
            let mut rows = records.query(params![first, end])?;
            let mut read = 0;
            while let Some(row) = rows.next()? {
                let id: u32 = row.get(0)?;
                let raw = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
                let at = layers.at(id)?;
                let text = at.edit.as_deref().or(at.outcome.as_ref().and_then(|o| o.text.as_deref())).unwrap_or(raw);
                builder.push(&words.row(RecordId(id), source, text, row.get(3)?, &at));
                match at.outcome.as_ref().map(|o| o.fields.as_slice()) {
                    None | Some([]) => fields.push(row.get_ref(2)?.as_str_or_null().map_err(rusqlite::Error::from)?),
                    Some(set) => fields.push(super::fields::merged(row.get(2)?, set).as_deref()),
                }
                read += 1;
                if read % STRIDE == 0 {
                    progress.add(STRIDE)?;
                }
            }
            progress.add(read % STRIDE)?;
        }
        Ok((builder, words.names))
    }

    /// Brings some records of the columns up to date. Returns false when they need to be loaded again as a whole
    /// (a record or a word that the columns do not know).
    pub fn patch_columns(&self, columns: &mut Columns, records: &[RecordId]) -> Result<bool> {
        let mut words = Words { names: (*columns.names).clone(), ..Words::new(self)? };
        words.index();
        let known = words.names.clone();
        for record in self.records(records)? {
            let layers = Layers::of(&record);
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

/// The layers of one record that columns are made of.
#[derive(Default)]
struct Layers {
    mark: Option<MarkValue>,
    edit: Option<String>,
    outcome: Option<Outcome>,
    duplicate: Option<DuplicateDrop>,
    split: Option<String>,
}

impl Layers {
    fn of(record: &Record) -> Layers {
        Layers {
            mark: record.mark.clone(),
            edit: record.edit.clone(),
            outcome: record.outcome.clone(),
            duplicate: record.duplicate,
            split: record.assignment.as_ref().map(|a| a.0.clone()),
        }
    }
}

/// Words ↔ the small numbers that stand for them in the columns.
struct Words {
    names: Names,
    source_of: HashMap<SourceId, (u16, Option<String>)>,
    splits: HashMap<String, u8>,
    rules: HashMap<String, u16>,
    fired: HashMap<Vec<String>, u16>,
}

impl Words {
    fn new(store: &Store) -> Result<Words> {
        let mut names = Names::default();
        let mut source_of = HashMap::new();
        for source in store.sources()? {
            source_of.insert(source.id, (names.sources.len() as u16, source.split));
            names.sources.push(source.name);
        }
        Ok(Words { names, source_of, splits: HashMap::new(), rules: HashMap::new(), fired: HashMap::new() })
    }

    fn index(&mut self) {
        self.splits = self.names.splits.iter().cloned().zip(0..).collect();
        self.rules = self.names.rules.iter().cloned().zip(0..).collect();
        self.fired = self.names.fired.iter().cloned().zip(0..).collect();
    }

    fn row<'a>(&mut self, id: RecordId, source: SourceId, text: &'a str, has_image: bool, layers: &Layers) -> query::Row<'a> {
        let (state, cause) = State::of(layers.mark.as_ref(), layers.outcome.as_ref(), layers.duplicate.as_ref());
        let (source, source_split) = self.source_of.get(&source).cloned().unwrap_or_default();
        let split = layers.split.clone().or(source_split);
        query::Row {
            id,
            source,
            text,
            state,
            cause: cause.map(|c| c.kind()),
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
            split: split.map(|s| number(&mut self.splits, &mut self.names.splits, &s)),
            has_image,
        }
    }
}

/// The number of a word; a new word is appended.
fn number<W: Clone + Eq + std::hash::Hash, N: Copy + TryFrom<usize>>(
    known: &mut HashMap<W, N>,
    words: &mut Vec<W>,
    word: &W,
) -> N {
    if let Some(&n) = known.get(word) {
        return n;
    }
    // The number types hold far more words than a person gives; beyond that the last one stands for the rest.
    let n = N::try_from(words.len()).or_else(|_| N::try_from(words.len() - 1)).unwrap_or_else(|_| unreachable!());
    words.push(word.clone());
    known.insert(word.clone(), n);
    n
}

/// One statement per layer table, each in order of record, read side by side.
struct LayerStatements<'s> {
    marks: rusqlite::Statement<'s>,
    edits: rusqlite::Statement<'s>,
    outcomes: rusqlite::Statement<'s>,
    duplicates: rusqlite::Statement<'s>,
    assignments: rusqlite::Statement<'s>,
}

impl<'s> LayerStatements<'s> {
    fn prepare(store: &'s Store) -> Result<Self> {
        Ok(LayerStatements {
            marks: store.conn.prepare("SELECT record, mark, reason FROM marks ORDER BY record")?,
            edits: store.conn.prepare("SELECT record, text FROM edits ORDER BY record")?,
            outcomes: store
                .conn
                .prepare("SELECT record, text, dropped_by, fired, fields FROM outcomes WHERE pipeline = ?1 ORDER BY record")?,
            duplicates: store.conn.prepare("SELECT record, witness, score FROM duplicates ORDER BY record")?,
            assignments: store.conn.prepare("SELECT record, split FROM assignments ORDER BY record")?,
        })
    }

    fn open(&mut self, store: &Store) -> Result<LayerRows<'_>> {
        Ok(LayerRows {
            marks: Ordered::new(self.marks.query([])?),
            edits: Ordered::new(self.edits.query([])?),
            outcomes: Ordered::new(self.outcomes.query([store.pipeline_in_force()?])?),
            duplicates: Ordered::new(self.duplicates.query([])?),
            assignments: Ordered::new(self.assignments.query([])?),
        })
    }
}

struct LayerRows<'r> {
    marks: Ordered<'r, MarkValue>,
    edits: Ordered<'r, String>,
    outcomes: Ordered<'r, Outcome>,
    duplicates: Ordered<'r, DuplicateDrop>,
    assignments: Ordered<'r, String>,
}

impl LayerRows<'_> {
    /// The layers of record `id`; ids must ascend.
    fn at(&mut self, id: u32) -> Result<Layers> {
        Ok(Layers {
            mark: self.marks.take(id, |row| {
                let word: String = row.get(1)?;
                Ok(MarkValue { mark: word.parse().unwrap_or(Mark::Flag), reason: row.get(2)? })
            })?,
            edit: self.edits.take(id, |row| row.get(1))?,
            outcome: self.outcomes.take(id, |row| {
                Ok(Outcome {
                    text: row.get(1)?,
                    dropped_by: row.get(2)?,
                    fired: fired_from_json(row.get::<_, Option<String>>(3)?.as_deref()),
                    fields: super::fields::from_json(row.get::<_, Option<String>>(4)?.as_deref()),
                })
            })?,
            duplicate: self
                .duplicates
                .take(id, |row| Ok(DuplicateDrop { witness: RecordId(row.get(1)?), score: row.get::<_, f64>(2)? as f32 }))?,
            split: self.assignments.take(id, |row| row.get(1))?,
        })
    }
}

/// Rows in order of record, one step ahead.
struct Ordered<'r, T> {
    rows: Rows<'r>,
    next: Option<(u32, T)>,
    started: bool,
}

impl<'r, T> Ordered<'r, T> {
    fn new(rows: Rows<'r>) -> Self {
        Ordered { rows, next: None, started: false }
    }

    fn take(&mut self, id: u32, read: impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Option<T>> {
        if !self.started {
            self.started = true;
            self.advance(&read)?;
        }
        while self.next.as_ref().is_some_and(|(next, _)| *next < id) {
            self.advance(&read)?;
        }
        if self.next.as_ref().is_some_and(|(next, _)| *next == id) {
            let found = self.next.take().map(|(_, value)| value);
            self.advance(&read)?;
            return Ok(found);
        }
        Ok(None)
    }

    fn advance(&mut self, read: &impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<()> {
        self.next = match self.rows.next()? {
            Some(row) => Some((row.get(0)?, read(row)?)),
            None => None,
        };
        Ok(())
    }
}
