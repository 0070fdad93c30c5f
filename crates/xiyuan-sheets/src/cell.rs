//! Cells and rows as they stand in the file.

use jiff::civil::{Date, Time};

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text as it stands.
    Text(String),
    /// A number, in the fewest decimal digits that name the stored value.
    Number(String),
    /// True or false.
    Bool(bool),
    /// An error value such as `#DIV/0!`.
    Error(String),
    /// A formula whose result the file does not hold (written by a program that does not calculate); with its `=`.
    Formula(String),
    /// A day, perhaps with a time, that the file marks as such.
    DateTime(Date, Option<Time>),
}

impl Cell {
    /// Nothing, or only blanks.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(|c| c.is_whitespace() || c == '\u{3000}'),
            _ => false,
        }
    }

    /// As a person reads it.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Number(text) | Self::Error(text) | Self::Formula(text) => text.clone(),
            Self::Bool(true) => "TRUE".to_owned(),
            Self::Bool(false) => "FALSE".to_owned(),
            Self::DateTime(date, None) => date.to_string(),
            Self::DateTime(date, Some(time)) => format!("{date} {time}"),
        }
    }
}

/// A row; cells past its end are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Number as the spreadsheet program shows it, from 1.
    pub number: u32,
    /// Cells from column A on.
    pub cells: Vec<Cell>,
}

impl Row {
    /// A cell by its 0-based column.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }

    /// Whether every cell is blank.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }

    /// Number of cells that are not blank.
    pub fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_blank()).count()
    }
}

/// Letters of a 0-based column: 0 is A, 26 is AA.
pub fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).expect("below 26");
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}
