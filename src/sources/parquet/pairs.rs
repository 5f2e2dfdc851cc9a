//! Parquet files of scored pairs, as another program writes them: columns `a` and `b` (ids) and `score`.
//!
//! Read under the same caps and behind the same guard as files of prompts. Unlike a row of prompts, a row that is wrong refuses the
//! file: a graph with a pair missing would say that two texts do not resemble each other.

use std::fs::File;
use std::path::Path;

use ::parquet::column::page::PageReader;
use ::parquet::column::reader::{ColumnReader, get_column_reader};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};

use super::cells::{Reading, values};
use super::pages::{Held, Pages};
use super::{COLUMN_LIMIT, EXPANSION_FREE, check_ends, damaged, guard};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::sources::input::RATIO_LIMIT;

/// Rows read at once.
const BATCH: u64 = 1 << 13;
/// Bytes that a row becomes.
const ROW: u64 = 20;
/// Cosines of equal vectors come out of a computation in `f32` a little above 1; so much is taken for 1.
const ABOVE_ONE: f64 = 1e-6;

/// A pair as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairRow {
    /// 1-based.
    pub row: u64,
    pub a: u32,
    pub b: u32,
    /// In 0..=1.
    pub score: f32,
}

/// A file of pairs with its columns found.
pub struct PairsFile {
    reader: SerializedFileReader<File>,
    file: File,
    size: u64,
    a: usize,
    b: usize,
    score: usize,
}

impl PairsFile {
    /// Errors: refused where it is no whole parquet file, or lacks one of the columns.
    pub fn open(path: &Path) -> Result<PairsFile> {
        let mut file = File::open(path).map_err(|e| Error::file(path, e))?;
        let size = check_ends(path, &mut file)?;
        let handle = file.try_clone().map_err(|e| Error::file(path, e))?;
        let reader = guard(|| SerializedFileReader::new(handle))?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let (a, b, score) = (column(schema, "a")?, column(schema, "b")?, column(schema, "score")?);
        Ok(PairsFile { reader, file, size, a, b, score })
    }

    /// What the file says of itself under a key of its metadata: words of a stranger.
    pub fn claim(&self, key: &str) -> Option<&str> {
        let entries = self.reader.metadata().file_metadata().key_value_metadata()?;
        entries.iter().find(|entry| entry.key == key)?.value.as_deref()
    }

    /// Hands every pair to `take`, in the order of the file. Memory: 20 bytes for each of 8,192 rows, and the pages at hand.
    ///
    /// Errors: refused for a row that is no pair (null, an id that no record can have, a score that is no number from 0 to 1), with its
    /// number; and for a file that is damaged, or becomes more than 1,000 times its size.
    pub fn read(&self, progress: &Progress, take: &mut dyn FnMut(PairRow) -> Result<()>) -> Result<()> {
        let claimed = self.reader.metadata().file_metadata().num_rows();
        progress.stage("reading", "pairs", u64::try_from(claimed).unwrap_or(0))?;
        let mut left = EXPANSION_FREE.saturating_add(self.size.saturating_mul(RATIO_LIMIT)) / ROW;
        let mut row = 0;
        for group in 0..self.reader.num_row_groups() {
            let [mut a, mut b, mut scores] = self.columns(group)?;
            let mut rows = u64::try_from(self.reader.metadata().row_group(group).num_rows()).map_err(|_| damaged())?;
            while rows > 0 {
                let batch = rows.min(BATCH);
                left = left.checked_sub(batch).ok_or_else(|| too_much_of_it(self.size))?;
                let (a, b, scores) = (a.integers(batch)?, b.integers(batch)?, scores.floats(batch)?);
                for ((a, b), score) in a.into_iter().zip(b).zip(scores) {
                    row += 1;
                    take(PairRow { row, a: id(row, "a", a)?, b: id(row, "b", b)?, score: score_of(row, score)? })?;
                }
                rows -= batch;
                progress.add(batch)?;
            }
        }
        Ok(())
    }

    fn columns(&self, group: usize) -> Result<[Numbers; 3]> {
        let held = Held::default();
        guard(|| {
            let group = self.reader.get_row_group(group)?;
            let open = |at: usize| {
                let meta = group.metadata().column(at);
                let pages = Pages::new(group.get_column_page_reader(at)?, &self.file, meta, held.clone())?;
                Ok::<_, ParquetError>(Numbers::new(meta.column_descr_ptr(), Box::new(pages)))
            };
            Ok([open(self.a)?, open(self.b)?, open(self.score)?])
        })
    }
}

/// The place of the one column with that name, if numbers of the right sort stand in it.
fn column(schema: &SchemaDescriptor, name: &str) -> Result<usize> {
    let hint = "columns a and b are integers, the ids of records; score is a float; none of them nested";
    if schema.num_columns() > COLUMN_LIMIT {
        return Err(Error::refused(format!("{} columns are too many (at most {COLUMN_LIMIT})", schema.num_columns())));
    }
    let mut found = (0..schema.num_columns()).filter(|&at| schema.column(at).path().string() == name);
    let at = match (found.next(), found.next()) {
        (Some(at), None) => at,
        (None, _) => return Err(Error::refused(format!("there is no column {name}")).hint(hint)),
        _ => return Err(Error::refused(format!("two columns are named {name}")).hint(hint)),
    };
    let fits = match Reading::of(&schema.column(at)) {
        Some(Reading::Int | Reading::Unsigned) => name != "score",
        Some(Reading::Float) => name == "score",
        _ => false,
    };
    if fits { Ok(at) } else { Err(Error::refused(format!("the column {name} holds something else")).hint(hint)) }
}

fn id(row: u64, column: &str, value: Option<i128>) -> Result<u32> {
    let hint = "a and b are ids of records, as `tamis list` shows them";
    let value = value.ok_or_else(|| Error::refused(format!("row {row}: {column} is null")).hint(hint))?;
    u32::try_from(value).map_err(|_| Error::refused(format!("row {row}: {column} is {value}, which no record is")).hint(hint))
}

fn score_of(row: u64, value: Option<f64>) -> Result<f32> {
    match value {
        Some(value) if (0.0..=1.0 + ABOVE_ONE).contains(&value) => Ok((value as f32).min(1.0)),
        Some(value) => Err(Error::refused(format!("row {row}: the score {value} is not from 0 to 1")).hint(
            "scores are similarities: 1 for the same; of distances write 1 minus the distance, and leave out negative ones",
        )),
        None => Err(Error::refused(format!("row {row}: the score is null")).hint("leave the row out")),
    }
}

fn too_much_of_it(size: u64) -> Error {
    Error::refused(format!("the parquet file of {size} bytes grows more than {RATIO_LIMIT}:1"))
        .hint("if you trust it, write it again without compression")
}

/// Reads a column chunk of numbers batch by batch.
struct Numbers {
    reader: ColumnReader,
    unsigned: bool,
    max_definition: i16,
}

impl Numbers {
    fn new(column: ColumnDescPtr, pages: Box<dyn PageReader>) -> Numbers {
        let (unsigned, max_definition) = (Reading::of(&column) == Some(Reading::Unsigned), column.max_def_level());
        Numbers { reader: get_column_reader(column, pages), unsigned, max_definition }
    }

    fn integers(&mut self, rows: u64) -> Result<Vec<Option<i128>>> {
        let (unsigned, max, rows) = (self.unsigned, self.max_definition, rows as usize);
        let narrow = |v: i32| if unsigned { i128::from(v.cast_unsigned()) } else { i128::from(v) };
        let wide = |v: i64| if unsigned { i128::from(v.cast_unsigned()) } else { i128::from(v) };
        whole(rows, || match &mut self.reader {
            ColumnReader::Int32ColumnReader(r) => Ok(values(r, rows, max)?.into_iter().map(|v| v.map(narrow)).collect()),
            ColumnReader::Int64ColumnReader(r) => Ok(values(r, rows, max)?.into_iter().map(|v| v.map(wide)).collect()),
            _ => Err(changed()),
        })
    }

    fn floats(&mut self, rows: u64) -> Result<Vec<Option<f64>>> {
        let (max, rows) = (self.max_definition, rows as usize);
        whole(rows, || match &mut self.reader {
            ColumnReader::FloatColumnReader(r) => Ok(values(r, rows, max)?.into_iter().map(|v| v.map(f64::from)).collect()),
            ColumnReader::DoubleColumnReader(r) => values(r, rows, max),
            _ => Err(changed()),
        })
    }
}

/// A step of the decoder that must give exactly `rows` values.
fn whole<T>(rows: usize, step: impl FnOnce() -> Result<Vec<T>, ParquetError>) -> Result<Vec<T>> {
    let values = guard(step)?;
    if values.len() == rows { Ok(values) } else { Err(damaged()) }
}

fn changed() -> ParquetError {
    ParquetError::General("a column changed its type".into())
}
