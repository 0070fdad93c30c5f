//! A file opened as a workbook. Its kind is found from its content, never from its name.

use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::cell::Row;
use crate::error::SheetError;
use crate::source::{self, csv::CsvFormat};

/// What a file may at most be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes after unpacking.
    pub unpacked_bytes: u64,
    /// Rows of a sheet.
    pub rows: u32,
    /// Columns that are looked at.
    pub columns: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 200 << 20, unpacked_bytes: 4 << 30, rows: 1_048_576, columns: 1_000 }
    }
}

/// Whether a sheet is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Shown.
    Visible,
    /// Hidden by a person.
    Hidden,
    /// Hidden by a program.
    VeryHidden,
}

/// A sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetInfo {
    /// Name.
    pub name: String,
    /// Shown or not.
    pub visibility: Visibility,
}

/// Merged cells, 0-based and inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Top row.
    pub first_row: u32,
    /// Left column.
    pub first_column: u32,
    /// Bottom row.
    pub last_row: u32,
    /// Right column.
    pub last_column: u32,
}

impl Region {
    /// Whether it covers a cell.
    pub fn contains(&self, row: u32, column: u32) -> bool {
        (self.first_row..=self.last_row).contains(&row)
            && (self.first_column..=self.last_column).contains(&column)
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Xlsx,
    Xls,
    Csv(CsvFormat),
}

/// A workbook. Holds no open file: each pass reads it again.
#[derive(Clone, Debug)]
pub struct Workbook {
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
    pub(crate) limits: Limits,
    sheets: Vec<SheetInfo>,
    is_1904: bool,
}

impl Workbook {
    /// Opens a file.
    pub fn open(path: &Path, limits: Limits) -> Result<Self, SheetError> {
        let bytes = std::fs::metadata(path)?.len();
        if bytes > limits.file_bytes {
            return Err(SheetError::TooLarge { what: "文件字节数", limit: limits.file_bytes });
        }
        let mut start = Vec::new();
        File::open(path)?.take(8).read_to_end(&mut start)?;
        let path = path.to_owned();
        if start.starts_with(b"PK\x03\x04") {
            check_unpacked(&path, limits.unpacked_bytes)?;
            let (sheets, is_1904) = source::excel::xlsx_sheets(&path)?;
            return Ok(Self { path, kind: Kind::Xlsx, limits, sheets, is_1904 });
        }
        if start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) || is_bare_biff(&start) {
            let (sheets, is_1904) = source::excel::xls_sheets(&path)?;
            return Ok(Self { path, kind: Kind::Xls, limits, sheets, is_1904 });
        }
        let format = source::csv::detect(&path)?;
        let sheets = vec![SheetInfo { name: "CSV".to_owned(), visibility: Visibility::Visible }];
        Ok(Self { path, kind: Kind::Csv(format), limits, sheets, is_1904: false })
    }

    /// Sheets in order.
    pub fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// Whether serial days count from 1904.
    pub fn is_1904(&self) -> bool {
        self.is_1904
    }

    /// The first sheet that is shown, else the first.
    pub fn first_sheet(&self) -> Option<&str> {
        let shown = self.sheets.iter().find(|sheet| sheet.visibility == Visibility::Visible);
        shown.or(self.sheets.first()).map(|sheet| sheet.name.as_str())
    }

    /// Reads a sheet row by row; empty rows are left out (their numbers are skipped). Stops when told to.
    pub fn visit_rows(
        &self,
        sheet: &str,
        visit: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), SheetError> {
        if !self.sheets.iter().any(|s| s.name == sheet) {
            return Err(SheetError::NoSuchSheet(sheet.to_owned()));
        }
        let limits = self.limits;
        let mut is_over = false;
        let mut guarded = |row: Row| {
            if row.number > limits.rows {
                is_over = true;
                return ControlFlow::Break(());
            }
            visit(row)
        };
        match &self.kind {
            Kind::Xlsx => source::excel::visit_xlsx(&self.path, sheet, limits.columns, &mut guarded)?,
            Kind::Xls => source::excel::visit_xls(&self.path, sheet, limits.columns, &mut guarded)?,
            Kind::Csv(format) => source::csv::visit(&self.path, format, limits.columns, &mut guarded)?,
        }
        if is_over {
            return Err(SheetError::TooLarge { what: "行数", limit: u64::from(limits.rows) });
        }
        Ok(())
    }

    /// Merged cells of a sheet.
    pub fn merged(&self, sheet: &str) -> Result<Vec<Region>, SheetError> {
        match &self.kind {
            Kind::Xlsx => source::excel::xlsx_merged(&self.path, sheet),
            Kind::Xls => source::excel::xls_merged(&self.path, sheet),
            Kind::Csv(_) => Ok(Vec::new()),
        }
    }

    /// Key and value of a hidden sheet that [`crate::SheetWriter`] wrote, in order; empty when there is none.
    pub fn metadata(&self) -> Result<Vec<(String, String)>, SheetError> {
        let mut found = Vec::new();
        if self.sheets.iter().any(|sheet| sheet.name == crate::write::META_SHEET) {
            self.visit_rows(crate::write::META_SHEET, &mut |row| {
                found.push((row.cell(0).shown(), row.cell(1).shown()));
                ControlFlow::Continue(())
            })?;
        }
        Ok(found)
    }
}

/// Excel 95 and older may stand without a container: a BOF record at the start.
fn is_bare_biff(start: &[u8]) -> bool {
    matches!(start, [0x09, 0x00 | 0x02 | 0x04 | 0x08, 0x04..=0x10, 0x00, ..])
}

/// Refuses packed files that unpack to more than the limit (by the sizes they declare; readers stream, so a false
/// declaration only ends in an error later).
fn check_unpacked(path: &Path, limit: u64) -> Result<(), SheetError> {
    let file = BufReader::new(File::open(path)?);
    let mut archive = zip::ZipArchive::new(file).map_err(|error| SheetError::Damaged(error.to_string()))?;
    let mut total: u64 = 0;
    for position in 0..archive.len() {
        let entry = archive.by_index_raw(position).map_err(|error| SheetError::Damaged(error.to_string()))?;
        total = total.saturating_add(entry.size());
    }
    if total > limit {
        return Err(SheetError::TooLarge { what: "解压后字节数", limit });
    }
    Ok(())
}
