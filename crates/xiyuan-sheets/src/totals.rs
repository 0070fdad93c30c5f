//! Holds a table's total row against the sum of its rows.

use crate::decimal::Decimal;

/// Sums by column while rows stream by.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    sums: Vec<Option<Decimal>>,
}

/// A total that does not add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalMismatch {
    /// 0-based column.
    pub column: usize,
    /// Sum of the rows.
    pub sum: Decimal,
    /// What the total row says.
    pub stated: Decimal,
}

impl Totals {
    /// Adds a record's value.
    pub fn add(&mut self, column: usize, value: Decimal) {
        if self.sums.len() <= column {
            self.sums.resize(column + 1, Some(Decimal::default()));
        }
        // A sum that overflows is dropped: nothing is said about that column.
        self.sums[column] = self.sums[column].and_then(|sum| sum.checked_add(value));
    }

    /// Sum so far.
    pub fn sum(&self, column: usize) -> Option<Decimal> {
        self.sums.get(column).copied().flatten()
    }

    /// Compares a total row's value with the sum.
    pub fn check(&self, column: usize, stated: Decimal) -> Option<TotalMismatch> {
        let sum = self.sum(column)?;
        (sum != stated).then_some(TotalMismatch { column, sum, stated })
    }
}
