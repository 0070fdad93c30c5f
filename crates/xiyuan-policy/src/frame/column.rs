//! One dense column: values by subject ordinal with a mark for what is missing.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{Cell, FrameError, Value};
use crate::evaluate::Rows;
use crate::number::Exact;
use crate::package::Field;

/// Stands for a missing text or an unset day.
const NO_TEXT: u32 = u32::MAX;
const NO_DATE: i32 = i32::MIN;
/// Marks a number that does not fit 64 bits and stands in `big`.
const BIG: i64 = i64::MAX;
/// Marks a missing number.
const NO_NUMBER: i64 = i64::MIN;

/// A column; ordinals past its end are missing.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    /// Scaled integers at the field's declared decimals.
    Numbers {
        /// Decimals.
        scale: u32,
        /// Mantissas, with two values kept as marks.
        values: Vec<i64>,
        /// The few that do not fit.
        big: HashMap<u32, i128>,
    },
    /// Numbers of interned texts.
    Texts(Vec<u32>),
    /// 0 missing, 1 no, 2 yes.
    Bools(Vec<u8>),
    /// Days packed as year·10000 + month·100 + day.
    Dates(Vec<i32>),
}

fn put<T: Clone>(values: &mut Vec<T>, ordinal: u32, value: T, missing: &T) {
    let position = ordinal as usize;
    if position >= values.len() {
        values.resize(position + 1, missing.clone());
    }
    values[position] = value;
}

impl Column {
    pub(crate) fn numbers(scale: u32) -> Self {
        Self::Numbers { scale, values: Vec::new(), big: HashMap::new() }
    }

    pub(crate) fn texts() -> Self {
        Self::Texts(Vec::new())
    }

    pub(crate) fn bools() -> Self {
        Self::Bools(Vec::new())
    }

    pub(crate) fn dates() -> Self {
        Self::Dates(Vec::new())
    }

    /// Sets a number in the field's own unit.
    pub(crate) fn set_number(
        &mut self,
        ordinal: u32,
        number: Exact,
        field: &Field,
    ) -> Result<(), FrameError> {
        let Self::Numbers { scale, values, big } = self else { return Err(wrong_shape(field)) };
        let mantissa = if number.scale == *scale {
            number.mantissa
        } else {
            let fits = number.rescale_exact(*scale);
            let refused = || FrameError::TooManyDecimals { field: field.id.clone(), declared: *scale };
            fits.ok_or_else(refused)?.mantissa
        };
        match i64::try_from(mantissa) {
            Ok(small) if small != BIG && small != NO_NUMBER => put(values, ordinal, small, &NO_NUMBER),
            _ => {
                put(values, ordinal, BIG, &NO_NUMBER);
                big.insert(ordinal, mantissa);
            }
        }
        Ok(())
    }

    /// Sets an interned text, a yes/no or a day.
    pub(crate) fn set_other(
        &mut self,
        ordinal: u32,
        value: &Value,
        text: Option<u32>,
        field: &Field,
    ) -> Result<(), FrameError> {
        match (self, value, text) {
            (Self::Texts(values), Value::Text(_), Some(number)) => put(values, ordinal, number, &NO_TEXT),
            (Self::Bools(values), Value::Bool(yes), _) => put(values, ordinal, 1 + u8::from(*yes), &0),
            (Self::Dates(values), Value::Date(day), _) => put(values, ordinal, pack(*day), &NO_DATE),
            _ => return Err(wrong_shape(field)),
        }
        Ok(())
    }

    /// Takes a value out.
    pub(crate) fn clear(&mut self, ordinal: u32) {
        fn take<T: Clone>(values: &mut [T], ordinal: u32, missing: &T) {
            if let Some(value) = values.get_mut(ordinal as usize) {
                *value = missing.clone();
            }
        }
        match self {
            Self::Numbers { values, .. } => take(values, ordinal, &NO_NUMBER),
            Self::Texts(values) => take(values, ordinal, &NO_TEXT),
            Self::Bools(values) => take(values, ordinal, &0),
            Self::Dates(values) => take(values, ordinal, &NO_DATE),
        }
    }

    pub(crate) fn scale(&self) -> u32 {
        if let Self::Numbers { scale, .. } = self { *scale } else { 0 }
    }

    /// Mantissa at the column's scale.
    pub(crate) fn mantissa(&self, ordinal: u32) -> Option<i128> {
        let Self::Numbers { values, big, .. } = self else { return None };
        match values.get(ordinal as usize).copied() {
            None | Some(NO_NUMBER) => None,
            Some(BIG) => big.get(&ordinal).copied(),
            Some(value) => Some(i128::from(value)),
        }
    }

    /// Mantissa at the column's scale where it fits 64 bits; the few larger ones are told by [`Self::mantissa`].
    pub(crate) fn narrow(&self, ordinal: u32) -> Option<i64> {
        let Self::Numbers { values, .. } = self else { return None };
        values.get(ordinal as usize).copied().filter(|value| *value != NO_NUMBER && *value != BIG)
    }

    /// Number of the interned text.
    pub(crate) fn text(&self, ordinal: u32) -> Option<u32> {
        let Self::Texts(values) = self else { return None };
        values.get(ordinal as usize).copied().filter(|number| *number != NO_TEXT)
    }

    /// Yes or no.
    pub(crate) fn bool(&self, ordinal: u32) -> Option<bool> {
        let Self::Bools(values) = self else { return None };
        match values.get(ordinal as usize) {
            Some(1) => Some(false),
            Some(2) => Some(true),
            _ => None,
        }
    }

    /// [`Self::add_narrow`] for several columns, four at a time where they reach that far: fewer ways to memory and back.
    pub(crate) fn add_all_narrow(
        columns: &[&Self],
        rows: Rows<'_>,
        sums: &mut [i64],
        counts: &mut [u32],
    ) -> bool {
        let slices = match rows {
            Rows::Range { first, len } => {
                columns.iter().map(|column| column.stretch(first as usize, len)).collect::<Option<Vec<_>>>()
            }
            Rows::List(_) => None,
        };
        let Some(slices) = slices else {
            return columns.iter().all(|column| column.add_narrow(rows, sums, counts));
        };
        let (fours, rest) = slices.as_chunks::<4>();
        let large = fours.iter().fold(0, |large, four| large | add_side_by_side(four, sums, counts));
        let large = rest.iter().fold(large, |large, one| large | add_side_by_side(&[*one], sums, counts));
        large < 1 << 52
    }

    /// Some rows of a column of numbers, when it reaches that far.
    fn stretch(&self, first: usize, len: usize) -> Option<&[i64]> {
        let Self::Numbers { values, .. } = self else { return None };
        values.get(first..first + len)
    }

    /// Adds what is there to sums and counts, row by row; false when a number is too large for that (what was added is
    /// then worthless).
    pub(crate) fn add_narrow(&self, rows: Rows<'_>, sums: &mut [i64], counts: &mut [u32]) -> bool {
        let Self::Numbers { values, .. } = self else { return false };
        let mut large = 0_i64;
        let mut add = |value: i64, sum: &mut i64, count: &mut u32| {
            let is_there = value != NO_NUMBER;
            let value = if is_there { value } else { 0 };
            large |= value ^ (value >> 63);
            *sum = sum.wrapping_add(value);
            *count += u32::from(is_there);
        };
        match rows {
            Rows::Range { first, len } => {
                let from = (first as usize).min(values.len());
                let to = (first as usize + len).min(values.len());
                for ((value, sum), count) in values[from..to].iter().zip(sums).zip(counts) {
                    add(*value, sum, count);
                }
            }
            Rows::List(list) => {
                for ((row, sum), count) in list.iter().zip(sums).zip(counts) {
                    add(values.get(*row as usize).copied().unwrap_or(NO_NUMBER), sum, count);
                }
            }
        }
        large < 1 << 52
    }

    /// The value as a number that is the same for equal values: mantissa, number of the text, 0 or 1, packed day.
    pub(crate) fn key(&self, ordinal: u32) -> Option<i128> {
        match self {
            Self::Numbers { .. } => self.mantissa(ordinal),
            Self::Texts(_) => self.text(ordinal).map(i128::from),
            Self::Bools(_) => self.bool(ordinal).map(i128::from),
            Self::Dates(values) => values
                .get(ordinal as usize)
                .filter(|packed| **packed != NO_DATE)
                .map(|packed| i128::from(*packed)),
        }
    }

    pub(crate) fn get<'a>(&self, ordinal: u32, texts: &'a [String]) -> Cell<'a> {
        match self {
            Self::Numbers { scale, .. } => self
                .mantissa(ordinal)
                .map_or(Cell::Missing, |mantissa| Cell::Number(Exact { mantissa, scale: *scale })),
            Self::Texts(_) => {
                self.text(ordinal).map_or(Cell::Missing, |number| Cell::Text(&texts[number as usize]))
            }
            Self::Bools(_) => self.bool(ordinal).map_or(Cell::Missing, Cell::Bool),
            Self::Dates(values) => values
                .get(ordinal as usize)
                .copied()
                .filter(|packed| *packed != NO_DATE)
                .and_then(unpack)
                .map_or(Cell::Missing, Cell::Date),
        }
    }

    /// The same column with subjects renumbered: `order[new] = old`.
    pub(crate) fn renumbered(&self, order: &[u32]) -> Self {
        fn pick<T: Clone>(values: &[T], order: &[u32], missing: &T) -> Vec<T> {
            order.iter().map(|old| values.get(*old as usize).unwrap_or(missing).clone()).collect()
        }
        match self {
            Self::Numbers { scale, values, big } => Self::Numbers {
                scale: *scale,
                values: pick(values, order, &NO_NUMBER),
                big: (0..)
                    .zip(order)
                    .filter_map(|(new, old)| big.get(old).map(|mantissa| (new, *mantissa)))
                    .collect(),
            },
            Self::Texts(values) => Self::Texts(pick(values, order, &NO_TEXT)),
            Self::Bools(values) => Self::Bools(pick(values, order, &0)),
            Self::Dates(values) => Self::Dates(pick(values, order, &NO_DATE)),
        }
    }
}

/// Adds the columns' rows to sums and counts; the answer has every bit that some magnitude has.
fn add_side_by_side<const N: usize>(columns: &[&[i64]; N], sums: &mut [i64], counts: &mut [u32]) -> i64 {
    let columns = columns.map(|column| &column[..sums.len()]);
    let mut large = 0_i64;
    for (row, (sum, count)) in sums.iter_mut().zip(counts).enumerate() {
        for column in &columns {
            let value = column[row];
            let is_there = value != NO_NUMBER;
            let value = if is_there { value } else { 0 };
            large |= value ^ (value >> 63);
            *sum = sum.wrapping_add(value);
            *count += u32::from(is_there);
        }
    }
    large
}

fn wrong_shape(field: &Field) -> FrameError {
    FrameError::WrongShape { field: field.id.clone() }
}

/// A day as a number in the order of days.
pub(crate) fn pack(day: Date) -> i32 {
    i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day())
}

/// The day of such a number.
pub(crate) fn unpack(packed: i32) -> Option<Date> {
    let year = i16::try_from(packed.div_euclid(10_000)).ok()?;
    let rest = packed.rem_euclid(10_000);
    Date::new(year, i8::try_from(rest / 100).ok()?, i8::try_from(rest % 100).ok()?).ok()
}
