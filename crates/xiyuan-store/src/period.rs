//! Periods as stored text: `2025`, `2025-03`.

use jiff::civil::Date;
use xiyuan_policy::frame::Period;

use crate::error::{InvalidCode, Result, StoreError};

/// `2025` or `2025-03`.
pub fn format_period(period: Period) -> String {
    match period {
        Period::Year(year) => format!("{year:04}"),
        Period::Month(year, month) => format!("{year:04}-{month:02}"),
    }
}

/// Reads [`format_period`]'s text.
pub fn parse_period(text: &str) -> Result<Period> {
    let refused = || StoreError::invalid("period", InvalidCode::Malformed, Some(text.to_owned()));
    let year = |part: &str| {
        if part.len() == 4 { part.parse::<i16>().map_err(|_| refused()) } else { Err(refused()) }
    };
    match text.split_once('-') {
        None => Ok(Period::Year(year(text)?)),
        Some((y, m)) => match m.parse::<i8>() {
            Ok(month @ 1..=12) if m.len() == 2 => Ok(Period::Month(year(y)?, month)),
            _ => Err(refused()),
        },
    }
}

/// Last day of a period.
pub fn last_day(period: Period) -> Date {
    match period {
        Period::Year(year) => Date::constant(year, 12, 31),
        Period::Month(year, month) => Date::constant(year, month, 1).last_of_month(),
    }
}
