//! Scored pairs as parquet: columns `a` and `b` (INT64) and `score` (FLOAT), zstd, a million rows a group, written as they come.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{FloatType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::error::{Error, Result};

/// Rows of a group.
const GROUP: usize = 1 << 20;

const SCHEMA: &str = "message pairs { required int64 a; required int64 b; required float score; }";

/// Writes pairs into `W`. Memory: 20 bytes for each row of a group, and the group as it is encoded: some 40 MB.
pub struct PairsWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    a: Vec<i64>,
    b: Vec<i64>,
    scores: Vec<f32>,
}

impl<W: Write + Send> PairsWriter<W> {
    /// `claims` go into the file's metadata, by key.
    pub fn new(out: W, claims: &[(&str, String)]) -> Result<PairsWriter<W>> {
        let claims = claims.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone())).collect();
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(claims))
            .build();
        let schema = parse_message_type(SCHEMA).map_err(failed)?;
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(failed)?;
        Ok(PairsWriter { file, a: Vec::new(), b: Vec::new(), scores: Vec::new() })
    }

    pub fn pair(&mut self, a: u32, b: u32, score: f32) -> Result<()> {
        self.a.push(a.into());
        self.b.push(b.into());
        self.scores.push(score);
        if self.scores.len() == GROUP { self.end_group() } else { Ok(()) }
    }

    /// Writes the footer and gives back what was written into.
    pub fn finish(mut self) -> Result<W> {
        if !self.scores.is_empty() {
            self.end_group()?;
        }
        self.file.into_inner().map_err(failed)
    }

    fn end_group(&mut self) -> Result<()> {
        self.write_group().map_err(failed)?;
        self.a.clear();
        self.b.clear();
        self.scores.clear();
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        integers(&mut group, &self.a)?;
        integers(&mut group, &self.b)?;
        let mut column = group.next_column()?.ok_or_else(no_column)?;
        column.typed::<FloatType>().write_batch(&self.scores, None, None)?;
        column.close()?;
        group.close()?;
        Ok(())
    }
}

fn integers<W: Write + Send>(group: &mut SerializedRowGroupWriter<'_, W>, values: &[i64]) -> Result<(), ParquetError> {
    let mut column = group.next_column()?.ok_or_else(no_column)?;
    column.typed::<Int64Type>().write_batch(values, None, None)?;
    column.close()
}

fn no_column() -> ParquetError {
    ParquetError::General("a group has fewer columns than the schema".into())
}

fn failed(error: ParquetError) -> Error {
    Error::io("the pairs could not be written").caused_by(error)
}
