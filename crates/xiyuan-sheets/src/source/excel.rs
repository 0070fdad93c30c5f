//! Rows out of xlsx (streaming) and xls (whole sheet: the format ends at 65,536 rows).

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{
    CellErrorType, Data, DataRef, Dimensions, ExcelDateTime, Reader, SheetVisible, Xls, XlsError, Xlsx,
    XlsxError, XlsxFormulaMetadata,
};
use jiff::civil::{Date, Time};

use crate::cell::{Cell, Row};
use crate::error::SheetError;
use crate::workbook::{Region, SheetInfo, Visibility};

type Visit<'v> = &'v mut dyn FnMut(Row) -> ControlFlow<()>;

/// The reading library can panic on damaged files; to the caller that is a damaged file like any other.
fn guarded<T>(work: impl FnOnce() -> Result<T, SheetError>) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(SheetError::Damaged("文件结构不完整".to_owned())))
}

fn open_xlsx(path: &Path) -> Result<Xlsx<BufReader<File>>, SheetError> {
    Xlsx::new(BufReader::new(File::open(path)?)).map_err(xlsx_error)
}

fn xlsx_error(error: XlsxError) -> SheetError {
    match error {
        XlsxError::Password => SheetError::PasswordProtected,
        other => SheetError::Damaged(other.to_string()),
    }
}

fn open_xls(path: &Path) -> Result<Xls<BufReader<File>>, SheetError> {
    match Xls::new(BufReader::new(File::open(path)?)) {
        Ok(book) => Ok(book),
        Err(XlsError::Password) => Err(SheetError::PasswordProtected),
        // An encrypted xlsx stands in the same container as an xls.
        Err(error) => match Xlsx::new(BufReader::new(File::open(path)?)) {
            Err(XlsxError::Password) => Err(SheetError::PasswordProtected),
            _ => Err(SheetError::Damaged(error.to_string())),
        },
    }
}

fn sheets<R: Reader<BufReader<File>>>(book: &R) -> Vec<SheetInfo> {
    book.sheets_metadata()
        .iter()
        .map(|sheet| SheetInfo {
            name: sheet.name.clone(),
            visibility: match sheet.visible {
                SheetVisible::Visible => Visibility::Visible,
                SheetVisible::Hidden => Visibility::Hidden,
                SheetVisible::VeryHidden => Visibility::VeryHidden,
            },
        })
        .collect()
}

pub(crate) fn xlsx_sheets(path: &Path) -> Result<(Vec<SheetInfo>, bool), SheetError> {
    guarded(|| {
        let book = open_xlsx(path)?;
        Ok((sheets(&book), book.has_1904_epoch()))
    })
}

pub(crate) fn xls_sheets(path: &Path) -> Result<(Vec<SheetInfo>, bool), SheetError> {
    guarded(|| {
        let book = open_xls(path)?;
        Ok((sheets(&book), book.has_1904_epoch()))
    })
}

fn regions(found: impl IntoIterator<Item = Dimensions>) -> Vec<Region> {
    found
        .into_iter()
        .map(|region| Region {
            first_row: region.start.0,
            first_column: region.start.1,
            last_row: region.end.0,
            last_column: region.end.1,
        })
        .collect()
}

pub(crate) fn xlsx_merged(path: &Path, sheet: &str) -> Result<Vec<Region>, SheetError> {
    guarded(|| {
        let found = open_xlsx(path)?.merge_cells_by_sheet_name(sheet).map_err(xlsx_error)?;
        Ok(regions(found))
    })
}

pub(crate) fn xls_merged(path: &Path, sheet: &str) -> Result<Vec<Region>, SheetError> {
    guarded(|| {
        // The reader knows merged cells of BIFF8 only; older files have none that matter to a head.
        Ok(open_xls(path)?.merge_cells_by_sheet_name(sheet).map(regions).unwrap_or_default())
    })
}

pub(crate) fn visit_xlsx(path: &Path, sheet: &str, columns: u32, visit: Visit<'_>) -> Result<(), SheetError> {
    guarded(|| stream_xlsx(path, sheet, columns, visit))
}

fn stream_xlsx(path: &Path, sheet: &str, columns: u32, visit: Visit<'_>) -> Result<(), SheetError> {
    let mut book = open_xlsx(path)?;
    let mut cells = book.worksheet_cells_reader(sheet).map_err(xlsx_error)?;
    let mut row = Row::default();
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(xlsx_error)? {
        let (number, column) = cell.pos;
        if column >= columns {
            continue;
        }
        if number + 1 != row.number {
            let done = std::mem::replace(&mut row, Row { number: number + 1, cells: Vec::new() });
            if !done.is_blank() && visit(done).is_break() {
                return Ok(());
            }
        }
        let value = match &cell.value {
            DataRef::Empty => match cell.formula.as_ref().and_then(formula_text) {
                Some(formula) => Cell::Formula(format!("={formula}")),
                None => continue,
            },
            DataRef::Int(value) => Cell::Number(value.to_string()),
            DataRef::Float(value) => number_cell(*value),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                Cell::Text(text.clone())
            }
            DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
            DataRef::Bool(yes) => Cell::Bool(*yes),
            DataRef::DateTime(moment) => date_cell(moment),
            DataRef::Error(error) => Cell::Error(error_text(error)),
        };
        put(&mut row, column, value);
    }
    if !row.is_blank() {
        let _ = visit(row);
    }
    Ok(())
}

pub(crate) fn visit_xls(path: &Path, sheet: &str, columns: u32, visit: Visit<'_>) -> Result<(), SheetError> {
    guarded(|| walk_xls(path, sheet, columns, visit))
}

fn walk_xls(path: &Path, sheet: &str, columns: u32, visit: Visit<'_>) -> Result<(), SheetError> {
    let range = open_xls(path)?.worksheet_range(sheet).map_err(|e| SheetError::Damaged(e.to_string()))?;
    let Some((first_row, first_column)) = range.start() else { return Ok(()) };
    for (offset, values) in (0..).zip(range.rows()) {
        let mut row = Row { number: first_row + offset + 1, cells: Vec::new() };
        for (column, value) in (first_column..columns).zip(values) {
            let cell = match value {
                Data::Empty => continue,
                Data::Int(value) => Cell::Number(value.to_string()),
                Data::Float(value) => number_cell(*value),
                Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                    Cell::Text(text.clone())
                }
                Data::Bool(yes) => Cell::Bool(*yes),
                Data::DateTime(moment) => date_cell(moment),
                Data::Error(error) => Cell::Error(error_text(error)),
            };
            put(&mut row, column, cell);
        }
        if !row.is_blank() && visit(row).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// What a formula says; of a shared one that hangs on another cell, only that there is one.
fn formula_text(formula: &XlsxFormulaMetadata) -> Option<&str> {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => {
            Some(formula)
        }
        XlsxFormulaMetadata::SharedDerived { .. } => Some("…"),
        _ => None,
    }
}

fn put(row: &mut Row, column: u32, cell: Cell) {
    let column = column as usize;
    if row.cells.len() <= column {
        row.cells.resize(column + 1, Cell::Empty);
    }
    row.cells[column] = cell;
}

/// The fewest digits that name the stored double: what the person typed, up to 15 significant digits. A computed
/// value can carry binary dust in the 16th and 17th digit; spreadsheet programs show 15, so do we.
fn number_cell(value: f64) -> Cell {
    let shortest = value.to_string();
    let digits = shortest.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 15 {
        return Cell::Number(shortest);
    }
    let rounded = format!("{value:.14e}");
    match crate::Decimal::parse(&rounded) {
        Some(decimal) => Cell::Number(decimal.normalized().to_string()),
        None => Cell::Number(shortest),
    }
}

fn date_cell(moment: &ExcelDateTime) -> Cell {
    if moment.is_duration() {
        return number_cell(moment.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let signed = |n: u8| i8::try_from(n).unwrap_or(-1);
    let date = i16::try_from(year).ok().and_then(|year| Date::new(year, signed(month), signed(day)).ok());
    let Some(date) = date else { return number_cell(moment.as_f64()) };
    let time = Time::new(signed(hour), signed(minute), signed(second), 0).ok();
    Cell::DateTime(date, time.filter(|time| *time != Time::midnight()))
}

fn error_text(error: &CellErrorType) -> String {
    error.to_string()
}
