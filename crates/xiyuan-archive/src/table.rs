//! Tables of named columns as Parquet files and back. Knows nothing of frames.

use std::sync::Arc;

use bytes::Bytes;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType, Int32Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

/// Digits of a Parquet decimal of 16 bytes.
const DIGITS: i32 = 38;
/// Named in each file instead of the library's version, so that equal tables are equal bytes.
const WRITER: &str = "xiyuan-archive format 1";

/// Cells of a column; `None` is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cells {
    /// Texts.
    Text(Vec<Option<String>>),
    /// Scaled integers of at most 38 digits.
    Number { scale: u32, values: Vec<Option<i128>> },
    /// Yes or no.
    Bool(Vec<Option<bool>>),
    /// Days.
    Date(Vec<Option<Date>>),
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Columns by name, all of one length.
    pub columns: Vec<(String, Cells)>,
}

impl Cells {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Number { values, .. } => values.len(),
            Self::Bool(values) => values.len(),
            Self::Date(values) => values.len(),
        }
    }
}

impl Table {
    pub(crate) fn with(mut self, name: &str, cells: Cells) -> Self {
        self.columns.push((name.to_owned(), cells));
        self
    }

    /// A column of texts that are all there.
    pub(crate) fn texts(self, name: &str, values: impl IntoIterator<Item = String>) -> Self {
        self.with(name, Cells::Text(values.into_iter().map(Some).collect()))
    }

    pub(crate) fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| cells.len())
    }

    /// As a Parquet file; equal tables give equal bytes.
    pub(crate) fn to_parquet(&self) -> Result<Vec<u8>, ParquetError> {
        let fields = self.columns.iter().map(|(name, cells)| column_type(name, cells));
        let fields = fields.collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
        let properties = WriterProperties::builder()
            .set_created_by(WRITER.to_owned())
            .set_compression(Compression::SNAPPY)
            .build();
        let mut bytes = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
        if self.rows() > 0 {
            let mut rows = writer.next_row_group()?;
            for (_, cells) in &self.columns {
                write_cells(&mut rows, cells)?;
            }
            rows.close()?;
        }
        writer.close()?;
        Ok(bytes)
    }

    /// Reads what [`Self::to_parquet`] wrote.
    pub(crate) fn from_parquet(bytes: Bytes) -> Result<Self, ParquetError> {
        let reader = SerializedFileReader::new(bytes)?;
        let schema = reader.metadata().file_metadata().schema().get_fields().to_vec();
        let mut table = Self::default();
        for (position, column) in schema.iter().enumerate() {
            let mut cells = empty(column)?;
            for group in 0..reader.num_row_groups() {
                let group = reader.get_row_group(group)?;
                let rows = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
                read_cells(group.get_column_reader(position)?, rows, &mut cells)?;
            }
            table.columns.push((column.name().to_owned(), cells));
        }
        let rows = table.rows();
        if table.columns.iter().any(|(_, cells)| cells.len() != rows) {
            return Err(ParquetError::General("columns differ in length".to_owned()));
        }
        Ok(table)
    }
}

fn column_type(name: &str, cells: &Cells) -> Result<TypePtr, ParquetError> {
    let of = |physical| Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    let built = match cells {
        Cells::Text(_) => of(Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String)),
        Cells::Number { scale, .. } => {
            let scale = i32::try_from(*scale).map_err(|error| ParquetError::General(error.to_string()))?;
            of(Physical::FIXED_LEN_BYTE_ARRAY)
                .with_length(16)
                .with_logical_type(Some(LogicalType::decimal(scale, DIGITS)))
                .with_precision(DIGITS)
                .with_scale(scale)
        }
        Cells::Bool(_) => of(Physical::BOOLEAN),
        Cells::Date(_) => of(Physical::INT32).with_logical_type(Some(LogicalType::Date)),
    };
    Ok(Arc::new(built.build()?))
}

fn empty(column: &Type) -> Result<Cells, ParquetError> {
    match column.get_physical_type() {
        Physical::BYTE_ARRAY => Ok(Cells::Text(Vec::new())),
        Physical::FIXED_LEN_BYTE_ARRAY => {
            Ok(Cells::Number { scale: column.get_scale().unsigned_abs(), values: Vec::new() })
        }
        Physical::BOOLEAN => Ok(Cells::Bool(Vec::new())),
        Physical::INT32 => Ok(Cells::Date(Vec::new())),
        other => Err(ParquetError::General(format!("column {} is a {other}", column.name()))),
    }
}

fn write_cells<W: std::io::Write + Send>(
    rows: &mut SerializedRowGroupWriter<'_, W>,
    cells: &Cells,
) -> Result<(), ParquetError> {
    match cells {
        Cells::Text(values) => {
            write::<ByteArrayType, _, _>(rows, values, |text: &String| ByteArray::from(text.as_str()))
        }
        Cells::Number { values, .. } => {
            write::<FixedLenByteArrayType, _, _>(rows, values, |number: &i128| {
                FixedLenByteArray::from(number.to_be_bytes().to_vec())
            })
        }
        Cells::Bool(values) => write::<BoolType, _, _>(rows, values, |yes: &bool| *yes),
        Cells::Date(values) => write::<Int32Type, _, _>(rows, values, |day: &Date| days(*day)),
    }
}

fn write<T: DataType, V, W: std::io::Write + Send>(
    rows: &mut SerializedRowGroupWriter<'_, W>,
    values: &[Option<V>],
    as_stored: impl Fn(&V) -> T::T,
) -> Result<(), ParquetError> {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let there: Vec<T::T> = values.iter().flatten().map(as_stored).collect();
    let Some(mut column) = rows.next_column()? else {
        return Err(ParquetError::General("more columns than the schema has".to_owned()));
    };
    column.typed::<T>().write_batch(&there, Some(&levels), None)?;
    column.close()
}

fn read_cells(column: ColumnReader, rows: usize, cells: &mut Cells) -> Result<(), ParquetError> {
    let wrong = || ParquetError::General("a column is not of the type it says".to_owned());
    match (column, cells) {
        (ColumnReader::ByteArrayColumnReader(column), Cells::Text(values)) => {
            read(column, rows, values, |bytes| String::from_utf8(bytes.data().to_vec()).ok())
        }
        (ColumnReader::FixedLenByteArrayColumnReader(column), Cells::Number { values, .. }) => {
            read(column, rows, values, |bytes| Some(i128::from_be_bytes(bytes.data().try_into().ok()?)))
        }
        (ColumnReader::BoolColumnReader(column), Cells::Bool(values)) => {
            read(column, rows, values, |yes| Some(*yes))
        }
        (ColumnReader::Int32ColumnReader(column), Cells::Date(values)) => {
            read(column, rows, values, |days| day(*days))
        }
        _ => Err(wrong()),
    }
}

fn read<T: DataType, V>(
    mut column: ColumnReaderImpl<T>,
    rows: usize,
    into: &mut Vec<Option<V>>,
    as_meant: impl Fn(&T::T) -> Option<V>,
) -> Result<(), ParquetError> {
    let (mut levels, mut there) = (Vec::new(), Vec::new());
    while levels.len() < rows {
        let (read, _, _) = column.read_records(rows - levels.len(), Some(&mut levels), None, &mut there)?;
        if read == 0 {
            return Err(ParquetError::General("a column ends early".to_owned()));
        }
    }
    let mut there = there.iter();
    for level in levels {
        let value = if level == 0 {
            None
        } else {
            let bad = || ParquetError::General("a value cannot be read".to_owned());
            Some(there.next().and_then(&as_meant).ok_or_else(bad)?)
        };
        into.push(value);
    }
    Ok(())
}

const EPOCH: Date = date(1970, 1, 1);

fn days(day: Date) -> i32 {
    (day - EPOCH).get_days()
}

fn day(days: i32) -> Option<Date> {
    EPOCH.checked_add(days.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_shapes() -> Table {
        Table::default()
            .with("文字", Cells::Text(vec![Some("集成电路".to_owned()), None, Some(String::new())]))
            .with(
                "number",
                Cells::Number { scale: 4, values: vec![Some(-1), None, Some(10_i128.pow(38) - 1)] },
            )
            .with("yes", Cells::Bool(vec![None, Some(false), Some(true)]))
            .with("day", Cells::Date(vec![Some(date(1969, 12, 31)), Some(Date::MIN), None]))
    }

    #[test]
    fn every_shape_and_what_is_missing_comes_back() {
        let bytes = all_shapes().to_parquet().expect("written");
        assert_eq!(Table::from_parquet(bytes.into()).expect("read"), all_shapes());
    }

    #[test]
    fn a_table_without_rows_keeps_its_columns() {
        let table = Table::default().texts("id", []).with("day", Cells::Date(Vec::new()));
        let bytes = table.to_parquet().expect("written");
        assert_eq!(Table::from_parquet(bytes.into()).expect("read"), table);
    }

    #[test]
    fn equal_tables_are_equal_bytes() {
        assert_eq!(all_shapes().to_parquet().expect("written"), all_shapes().to_parquet().expect("written"));
    }
}
