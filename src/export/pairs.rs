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

/// Rows of a group: little enough to hold, enough that groups cost nothing.
const GROUP: usize = 1 << 20;

const SCHEMA: &str = "message pairs { required int64 a; required int64 b; required float score; }";

/// Writes pairs into `W`. Memory: 20 bytes for each row of a group, and the group as it is encoded: some 40 MB.
pub struct PairsWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    /// Rows of a group.
    group: usize,
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
        Ok(PairsWriter { file, group: GROUP, a: Vec::new(), b: Vec::new(), scores: Vec::new() })
    }

    pub fn pair(&mut self, a: u32, b: u32, score: f32) -> Result<()> {
        self.a.push(a.into());
        self.b.push(b.into());
        self.scores.push(score);
        if self.scores.len() == self.group { self.end_group() } else { Ok(()) }
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

#[cfg(test)]
mod tests {
    use std::fs::File;

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    use super::*;

    fn read_back(rows: u32) -> (Vec<(i64, i64, f32)>, usize) {
        let path = tempfile::NamedTempFile::new().expect("a file").into_temp_path();
        let file = File::create(&path).expect("a file");
        let mut writer = PairsWriter { group: 4, ..PairsWriter::new(file, &[]).expect("a writer") };
        (0..rows).for_each(|n| writer.pair(n, u32::MAX - n, 1.0 / (n + 1) as f32).expect("written"));
        writer.finish().expect("a footer");
        let reader = SerializedFileReader::new(File::open(&path).expect("a file")).expect("parquet");
        let rows = reader.get_row_iter(None).expect("rows").map(|row| {
            let row = row.expect("a row");
            (row.get_long(0).expect("a"), row.get_long(1).expect("b"), row.get_float(2).expect("score"))
        });
        (rows.collect(), reader.num_row_groups())
    }

    #[test]
    fn rows_of_all_groups_are_there_and_no_group_is_empty() {
        for (rows, groups) in [(0, 0), (1, 1), (4, 1), (5, 2), (8, 2), (11, 3)] {
            let expected: Vec<_> = (0..rows).map(|n| (i64::from(n), i64::from(u32::MAX - n), 1.0 / (n + 1) as f32)).collect();
            assert_eq!(read_back(rows), (expected, groups), "{rows}");
        }
    }
}
