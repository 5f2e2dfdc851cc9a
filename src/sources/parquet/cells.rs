//! One flat column: which types are read, and a batch of its values.

use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::column::page::PageReader;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};

use crate::sources::json::push_string;

/// How the values of a column become text or JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Text,
    /// Bytes that nothing says are text: read as text where the column is the text or file column, else left out.
    Bytes,
    Bool,
    Int,
    Unsigned,
    Float,
}

impl Reading {
    /// `None` for what is left out: nested columns, dates, times, decimals, fixed-length bytes.
    pub(super) fn of(column: &ColumnDescriptor) -> Option<Reading> {
        if column.path().parts().len() != 1 || column.max_rep_level() != 0 || column.max_def_level() > 1 {
            return None;
        }
        let plain = column.logical_type_ref().is_none() && column.converted_type() == ConvertedType::NONE;
        match column.physical_type() {
            Physical::BYTE_ARRAY if is_text(column) => Some(Reading::Text),
            Physical::BYTE_ARRAY if plain => Some(Reading::Bytes),
            Physical::BOOLEAN if plain => Some(Reading::Bool),
            Physical::FLOAT | Physical::DOUBLE if plain => Some(Reading::Float),
            Physical::INT32 | Physical::INT64 => integer(column, plain),
            _ => None,
        }
    }
}

fn is_text(column: &ColumnDescriptor) -> bool {
    matches!(column.logical_type_ref(), Some(LogicalType::String | LogicalType::Json | LogicalType::Enum))
        || matches!(column.converted_type(), ConvertedType::UTF8 | ConvertedType::JSON | ConvertedType::ENUM)
}

fn integer(column: &ColumnDescriptor, plain: bool) -> Option<Reading> {
    use ConvertedType::{INT_8, INT_16, INT_32, INT_64, UINT_8, UINT_16, UINT_32, UINT_64};
    match (column.logical_type_ref(), column.converted_type()) {
        _ if plain => Some(Reading::Int),
        (Some(LogicalType::Integer(kind)), _) => Some(if kind.is_signed { Reading::Int } else { Reading::Unsigned }),
        (None, INT_8 | INT_16 | INT_32 | INT_64) => Some(Reading::Int),
        (None, UINT_8 | UINT_16 | UINT_32 | UINT_64) => Some(Reading::Unsigned),
        _ => None,
    }
}

/// The values of some rows, `None` where null.
pub(super) enum Values {
    Text(Vec<Option<ByteArray>>),
    /// As JSON.
    Json(Vec<Option<String>>),
}

impl Values {
    pub(super) fn len(&self) -> usize {
        match self {
            Values::Text(values) => values.len(),
            Values::Json(values) => values.len(),
        }
    }
}

/// Reads a column chunk batch by batch.
pub(super) struct Cells {
    reader: ColumnReader,
    reading: Reading,
    max_definition: i16,
}

impl Cells {
    pub(super) fn new(column: ColumnDescPtr, reading: Reading, pages: Box<dyn PageReader>) -> Self {
        let max_definition = column.max_def_level();
        Cells { reader: get_column_reader(column, pages), reading, max_definition }
    }

    /// The next `rows` values; fewer at the end.
    pub(super) fn batch(&mut self, rows: usize) -> Result<Values> {
        let max = self.max_definition;
        let unsigned = self.reading == Reading::Unsigned;
        let json = match &mut self.reader {
            ColumnReader::ByteArrayColumnReader(r) => return Ok(Values::Text(values(r, rows, max)?)),
            ColumnReader::BoolColumnReader(r) => to_json(values(r, rows, max)?, |v: bool| v.to_string()),
            ColumnReader::Int32ColumnReader(r) if unsigned => {
                to_json(values(r, rows, max)?, |v: i32| v.cast_unsigned().to_string())
            }
            ColumnReader::Int32ColumnReader(r) => to_json(values(r, rows, max)?, |v: i32| v.to_string()),
            ColumnReader::Int64ColumnReader(r) if unsigned => {
                to_json(values(r, rows, max)?, |v: i64| v.cast_unsigned().to_string())
            }
            ColumnReader::Int64ColumnReader(r) => to_json(values(r, rows, max)?, |v: i64| v.to_string()),
            ColumnReader::FloatColumnReader(r) => to_json(values(r, rows, max)?, |v: f32| float(f64::from(v), v.to_string())),
            ColumnReader::DoubleColumnReader(r) => to_json(values(r, rows, max)?, |v: f64| float(v, v.to_string())),
            _ => return Err(ParquetError::General("a column changed its type".into())),
        };
        Ok(Values::Json(json))
    }
}

/// The shortest digits that read back as the same number; what JSON has no number for is its name as text.
fn float(value: f64, digits: String) -> String {
    if value.is_finite() {
        return digits;
    }
    let name = if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    };
    let mut json = String::new();
    push_string(&mut json, name);
    json
}

fn to_json<T>(values: Vec<Option<T>>, write: impl Fn(T) -> String) -> Vec<Option<String>> {
    values.into_iter().map(|value| value.map(&write)).collect()
}

/// Reads `rows` values with their nulls.
pub(super) fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    max_definition: i16,
) -> Result<Vec<Option<T::T>>> {
    let (mut present, mut levels) = (Vec::with_capacity(rows), Vec::new());
    let mut records = 0;
    while records < rows {
        let wanted = (max_definition > 0).then_some(&mut levels);
        let (got, _, _) = reader.read_records(rows - records, wanted, None, &mut present)?;
        if got == 0 {
            break;
        }
        records += got;
    }
    if max_definition == 0 {
        return Ok(present.into_iter().map(Some).collect());
    }
    let mut present = present.into_iter();
    let all: Vec<_> = levels.iter().map(|level| if *level == max_definition { present.next() } else { None }).collect();
    if all.len() == records { Ok(all) } else { Err(ParquetError::General("a page has not the levels it says".into())) }
}
