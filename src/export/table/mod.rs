//! Records as a parquet table: zstd, a column per field, row groups of bounded memory.
//!
//! A field becomes INT64, DOUBLE or BOOLEAN where every value of it comes back as the number or truth it was (see [`kind`]), else a string.
//! A record without the field and one whose value is `null` are both null.

pub mod kind;

use std::collections::BTreeMap;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use self::kind::{Kind, as_bool, as_double, as_int};
use super::ExportRecord;
use super::disk::{Digest, Digested};
use super::fields::{Extra, Field};
use super::rows::{changed_since_plan, plain, split_name};
use crate::error::{Error, Result};

/// As many as the importer reads.
pub const COLUMN_LIMIT: usize = 4096;
/// Bytes that the row groups of all files of an export hold.
const HELD: usize = 64 << 20;
/// Bytes of one row group: below what the importer takes for a page, whatever the values are.
const LARGEST_GROUP: usize = 16 << 20;
const SMALLEST_GROUP: usize = 1 << 20;
/// Values between two looks at the size of a page; a value may have a megabyte.
const VALUES_AT_ONCE: usize = 64;
/// What a cell costs besides its bytes.
const CELL: usize = 32;

/// A column, and where its values come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub holds: Holds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    FileName,
    Text,
    Field,
    Extra(Extra),
}

impl Column {
    pub fn file_name() -> Column {
        Column { name: "file_name".to_owned(), kind: Kind::Text, holds: Holds::FileName }
    }

    pub fn text() -> Column {
        Column { name: "text".to_owned(), kind: Kind::Text, holds: Holds::Text }
    }

    pub fn field(name: &str, kind: Kind) -> Column {
        Column { name: name.to_owned(), kind, holds: Holds::Field }
    }

    pub fn extra(extra: Extra) -> Column {
        let kind = if matches!(extra, Extra::Id | Extra::Line) { Kind::Int } else { Kind::Text };
        Column { name: extra.word().to_owned(), kind, holds: Holds::Extra(extra) }
    }

    fn may_be_null(&self) -> bool {
        matches!(self.holds, Holds::FileName | Holds::Field)
    }

    fn schema(&self) -> Result<TypePtr, ParquetError> {
        let (physical, logical) = match self.kind {
            Kind::Bool => (Physical::BOOLEAN, None),
            Kind::Int => (Physical::INT64, None),
            Kind::Double => (Physical::DOUBLE, None),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let repetition = if self.may_be_null() { Repetition::OPTIONAL } else { Repetition::REQUIRED };
        let column = Type::primitive_type_builder(&self.name, physical).with_repetition(repetition).with_logical_type(logical);
        Ok(Arc::new(column.build()?))
    }
}

/// The values of a column in the row group at hand.
struct Cells {
    /// 1 where a value is, 0 where null is.
    levels: Vec<i16>,
    values: Values,
}

enum Values {
    Bool(Vec<bool>),
    Int(Vec<i64>),
    Double(Vec<f64>),
    Text(Vec<ByteArray>),
}

impl Cells {
    fn new(kind: Kind) -> Cells {
        let values = match kind {
            Kind::Bool => Values::Bool(Vec::new()),
            Kind::Int => Values::Int(Vec::new()),
            Kind::Double => Values::Double(Vec::new()),
            Kind::Text => Values::Text(Vec::new()),
        };
        Cells { levels: Vec::new(), values }
    }

    fn null(&mut self) {
        self.levels.push(0);
    }

    fn text(&mut self, text: &str) -> Result<()> {
        let Values::Text(values) = &mut self.values else { return Err(changed_since_plan()) };
        values.push(ByteArray::from(text.as_bytes().to_vec()));
        self.levels.push(1);
        Ok(())
    }

    /// A value as it stands in JSON.
    fn json(&mut self, json: &str) -> Result<()> {
        if json == "null" {
            self.null();
            return Ok(());
        }
        match &mut self.values {
            Values::Bool(values) => values.push(as_bool(json).ok_or_else(changed_since_plan)?),
            Values::Int(values) => values.push(as_int(json).ok_or_else(changed_since_plan)?),
            Values::Double(values) => values.push(as_double(json).ok_or_else(changed_since_plan)?),
            Values::Text(_) => return self.text(&plain(json)),
        }
        self.levels.push(1);
        Ok(())
    }

    fn write(&self, group: &mut SerializedRowGroupWriter<'_, Digested>, may_be_null: bool) -> Result<(), ParquetError> {
        let levels = may_be_null.then_some(self.levels.as_slice());
        let few = || ParquetError::General("a group has fewer columns than the schema".into());
        let mut column = group.next_column()?.ok_or_else(few)?;
        match &self.values {
            Values::Bool(values) => column.typed::<BoolType>().write_batch(values, levels, None)?,
            Values::Int(values) => column.typed::<Int64Type>().write_batch(values, levels, None)?,
            Values::Double(values) => column.typed::<DoubleType>().write_batch(values, levels, None)?,
            Values::Text(values) => column.typed::<ByteArrayType>().write_batch(values, levels, None)?,
        };
        column.close()
    }

    fn clear(&mut self) {
        self.levels.clear();
        match &mut self.values {
            Values::Bool(values) => values.clear(),
            Values::Int(values) => values.clear(),
            Values::Double(values) => values.clear(),
            Values::Text(values) => values.clear(),
        }
    }
}

/// A table that is being written.
pub struct Table<'a> {
    file: SerializedFileWriter<Digested>,
    columns: &'a [Column],
    /// Where the column of a field is.
    fields: BTreeMap<&'a str, usize>,
    cells: Vec<Cells>,
    /// Bytes held, and how many at most.
    held: usize,
    room: usize,
}

impl<'a> Table<'a> {
    /// One of `files` tables that are written at once.
    pub fn new(out: Digested, columns: &'a [Column], files: usize) -> Result<Table<'a>> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_write_batch_size(VALUES_AT_ONCE)
            // Of texts and their like they help nobody, and a long value would stand there twice.
            .set_statistics_enabled(EnabledStatistics::None)
            .set_created_by("tamis".to_owned())
            .build();
        let schema = columns.iter().map(Column::schema).collect::<Result<Vec<_>, _>>();
        let schema = schema.and_then(|fields| Type::group_type_builder("prompts").with_fields(fields).build()).map_err(failed)?;
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(failed)?;
        let is_field = |column: &Column| column.holds == Holds::Field;
        let fields = columns.iter().enumerate().filter(|(_, c)| is_field(c)).map(|(at, c)| (c.name.as_str(), at)).collect();
        let cells = columns.iter().map(|column| Cells::new(column.kind)).collect();
        let room = (HELD / files.max(1)).clamp(SMALLEST_GROUP, LARGEST_GROUP);
        Ok(Table { file, columns, fields, cells, held: 0, room })
    }

    /// `fields` are those of the record, under the names they are written by.
    pub fn row(&mut self, record: &ExportRecord, fields: &[Field<'_>]) -> Result<()> {
        let mut json: Vec<Option<&str>> = vec![None; self.columns.len()];
        for (name, value) in fields {
            let at = *self.fields.get(name.as_str()).ok_or_else(changed_since_plan)?;
            json[at] = Some(value.get());
            self.held += value.get().len();
        }
        for ((column, cells), json) in self.columns.iter().zip(&mut self.cells).zip(json) {
            match column.holds {
                Holds::Text => cells.text(&record.text)?,
                Holds::FileName => match &record.file_name {
                    Some(name) => cells.text(name)?,
                    None => cells.null(),
                },
                Holds::Field => cells.json(json.unwrap_or("null"))?,
                Holds::Extra(Extra::OrigText) => cells.text(&record.raw_text)?,
                Holds::Extra(Extra::Id) => cells.json(&record.id.to_string())?,
                Holds::Extra(Extra::Source) => cells.text(&record.source)?,
                Holds::Extra(Extra::Line) => cells.json(&record.line.to_string())?,
                Holds::Extra(Extra::Split) => cells.text(split_name(record))?,
            }
        }
        self.held += record.text.len() + record.raw_text.len() + CELL * self.columns.len();
        if self.held >= self.room { self.end_group() } else { Ok(()) }
    }

    /// Writes the footer; everything is on the disk when this returns.
    pub fn finish(mut self) -> Result<Digest> {
        self.end_group()?;
        let out = self.file.into_inner().map_err(failed)?;
        out.finish().map_err(Error::from)
    }

    fn end_group(&mut self) -> Result<()> {
        if self.held > 0 {
            self.write_group().map_err(failed)?;
            self.cells.iter_mut().for_each(Cells::clear);
            self.held = 0;
        }
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for (column, cells) in self.columns.iter().zip(&self.cells) {
            cells.write(&mut group, column.may_be_null())?;
        }
        group.close()?;
        Ok(())
    }
}

fn failed(error: ParquetError) -> Error {
    Error::io("the table could not be written").caused_by(error)
}
