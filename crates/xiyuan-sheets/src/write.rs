//! Spreadsheets out: row by row, in constant memory. What starts like a formula stays text.

use std::io::Write;
use std::path::Path;

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::decimal::Decimal;
use crate::error::SheetError;

/// Hidden sheet with keys and values.
pub(crate) const META_SHEET: &str = "_xiyuan";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// Text.
    Text,
    /// Numbers with so many decimals.
    Number(u32),
    /// Days.
    Date,
}

/// A column to write.
#[derive(Clone, Debug)]
pub struct WriteColumn {
    /// Head, with its unit.
    pub head: String,
    /// What it holds.
    pub kind: WriteKind,
    /// Width in characters.
    pub width: u32,
}

/// A cell to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteCell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// An exact number.
    Number(Decimal),
    /// A day.
    Date(Date),
}

impl From<&str> for WriteCell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for WriteCell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn failed(error: XlsxError) -> SheetError {
    SheetError::Write(error.to_string())
}

/// Writes a workbook with one sheet and, if asked, a hidden one with keys and values.
pub struct SheetWriter {
    book: Workbook,
    columns: Vec<WriteColumn>,
    text: Format,
    dates: Format,
    numbers: Vec<Format>,
    next: u32,
}

impl SheetWriter {
    /// Starts a workbook; `title` stands above the head when given, `meta` in the hidden sheet.
    pub fn new(
        sheet: &str,
        columns: Vec<WriteColumn>,
        meta: &[(String, String)],
    ) -> Result<Self, SheetError> {
        let mut book = Workbook::new();
        if !meta.is_empty() {
            // Written first, because rows of the main sheet are flushed as they come; shown last and hidden.
            let hidden = book.add_worksheet();
            hidden.set_name(META_SHEET).map_err(failed)?;
            for (row, (key, value)) in (0..).zip(meta) {
                hidden.write_string(row, 0, key).map_err(failed)?;
                hidden.write_string(row, 1, value).map_err(failed)?;
            }
            hidden.set_hidden(true);
        }
        let head = Format::new()
            .set_bold()
            .set_background_color(Color::RGB(0x00EE_F2F6))
            .set_border_bottom(FormatBorder::Thin)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap();
        let page = book.add_worksheet_with_constant_memory().map_err(failed)?;
        page.set_name(clean_sheet_name(sheet)).map_err(failed)?;
        page.set_active(true).set_first_tab(true);
        page.set_freeze_panes(1, 0).map_err(failed)?;
        for (position, column) in (0..).zip(&columns) {
            page.set_column_width(position, column.width).map_err(failed)?;
            page.write_string_with_format(0, position, &column.head, &head).map_err(failed)?;
        }
        let numbers = columns
            .iter()
            .map(|column| match column.kind {
                WriteKind::Number(0) => Format::new().set_num_format("#,##0"),
                WriteKind::Number(decimals) => {
                    Format::new().set_num_format(format!("#,##0.{}", "0".repeat(decimals as usize)))
                }
                _ => Format::new(),
            })
            .collect();
        Ok(Self {
            book,
            columns,
            text: Format::new().set_num_format("@"),
            dates: Format::new().set_num_format("yyyy-mm-dd"),
            numbers,
            next: 1,
        })
    }

    /// Writes the next row.
    pub fn row(&mut self, cells: &[WriteCell]) -> Result<(), SheetError> {
        let row = self.next;
        self.next += 1;
        let last = self.book.worksheets().len() - 1;
        let page = self.book.worksheet_from_index(last).map_err(failed)?;
        for (position, cell) in (0_u16..).zip(cells.iter().take(self.columns.len())) {
            let number = &self.numbers[usize::from(position)];
            write_cell(page, row, position, cell, &self.text, &self.dates, number)?;
        }
        Ok(())
    }

    /// Closes the workbook into a file.
    pub fn save(mut self, path: &Path) -> Result<(), SheetError> {
        self.book.save(path).map_err(failed)
    }

    /// Closes the workbook into memory.
    pub fn into_bytes(mut self) -> Result<Vec<u8>, SheetError> {
        self.book.save_to_buffer().map_err(failed)
    }
}

fn write_cell(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &WriteCell,
    text: &Format,
    dates: &Format,
    number: &Format,
) -> Result<(), SheetError> {
    match cell {
        WriteCell::Empty => return Ok(()),
        WriteCell::Text(value) => page.write_string_with_format(row, column, value, text),
        WriteCell::Number(value) => match as_double(*value) {
            Some(double) => page.write_number_with_format(row, column, double, number),
            None => page.write_string_with_format(row, column, value.to_string(), text),
        },
        WriteCell::Date(day) => {
            let year = u16::try_from(day.year()).unwrap_or_default();
            let part = |n: i8| u8::try_from(n).unwrap_or_default();
            match ExcelDateTime::from_ymd(year, part(day.month()), part(day.day())) {
                Ok(date) => page.write_datetime_with_format(row, column, &date, dates),
                Err(_) => page.write_string_with_format(row, column, day.to_string(), text),
            }
        }
    }
    .map_err(failed)?;
    Ok(())
}

/// A number that a double names exactly up to 15 significant digits; others are written as text.
fn as_double(value: Decimal) -> Option<f64> {
    let value = value.normalized();
    let digits = value.mantissa.unsigned_abs().to_string().len();
    if digits > 15 { None } else { value.to_string().parse().ok() }
}

/// At most 31 characters and none that a sheet's name must not have.
fn clean_sheet_name(name: &str) -> String {
    name.chars().filter(|c| !"[]:*?/\\".contains(*c)).take(31).collect()
}

/// Writes UTF-8 text tables with a byte order mark, as spreadsheet programs want them.
pub struct CsvWriter<W: Write> {
    inner: csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    /// Starts with a head.
    pub fn new(mut out: W, heads: &[&str]) -> Result<Self, SheetError> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut inner = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        inner.write_record(heads.iter().map(|head| guarded(head))).map_err(csv_failed)?;
        Ok(Self { inner })
    }

    /// Writes a row.
    pub fn row(&mut self, cells: &[WriteCell]) -> Result<(), SheetError> {
        let fields = cells.iter().map(|cell| match cell {
            WriteCell::Empty => String::new(),
            WriteCell::Text(text) => guarded(text),
            WriteCell::Number(value) => value.to_string(),
            WriteCell::Date(day) => day.to_string(),
        });
        self.inner.write_record(fields).map_err(csv_failed)
    }

    /// Flushes and gives the writer back.
    pub fn finish(self) -> Result<W, SheetError> {
        self.inner.into_inner().map_err(|error| SheetError::Write(error.to_string()))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn csv_failed(error: csv::Error) -> SheetError {
    SheetError::Write(error.to_string())
}

/// Text that a spreadsheet program would run as a formula gets an apostrophe in front.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
