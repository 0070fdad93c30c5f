//! Spreadsheets in and out: xlsx, xls, csv in the encodings of Chinese offices; streaming, in bounded memory.
//!
//! Finds the table in a sheet (title, units, multi-level head, totals, notes) and reads cells by what is expected of
//! them. Must not know fields, policies or databases; what a value means in the domain is the caller's matter.

mod cell;
mod checksum;
mod decimal;
mod error;
mod head;
mod read;
mod source;
mod table;
mod totals;
mod workbook;
mod write;

pub use cell::{Cell, Row, column_letters};
pub use checksum::checksum;
pub use decimal::Decimal;
pub use error::SheetError;
pub use head::{ColumnHead, clean_head};
pub use read::{
    Finding, ReadDecimal, Reading, normalize_text, read_bool, read_choice, read_code, read_date,
    read_decimal, read_integer, read_text,
};
pub use table::{HeadRows, RowKind, Table, TableRow};
pub use totals::{TotalMismatch, Totals};
pub use workbook::{Limits, Region, SheetInfo, Visibility, Workbook};
pub use write::{CsvWriter, SheetWriter, WriteCell, WriteColumn, WriteKind};
