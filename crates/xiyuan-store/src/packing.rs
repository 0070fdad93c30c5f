//! The values of one filing revision in one binary row: versioned, compact, exact.

use std::collections::BTreeMap;

use jiff::civil::Date;
use xiyuan_policy::number::Exact;

/// A filed value. `Missing` was said to be missing; a field that is not in the map was never answered.
#[derive(Clone, Debug)]
pub enum Value {
    /// Number in the field's own unit, with the decimals as filed.
    Number(Exact),
    /// Text.
    Text(String),
    /// Day.
    Date(Date),
    /// Yes or no.
    Bool(bool),
    /// Code of a catalogue.
    Code(String),
    /// Answered with "missing".
    Missing,
}

impl PartialEq for Value {
    /// Same kind, same digits (1.0 and 1.00 differ: what was typed is never lost).
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => (a.mantissa, a.scale) == (b.mantissa, b.scale),
            (Self::Text(a), Self::Text(b)) | (Self::Code(a), Self::Code(b)) => a == b,
            (Self::Date(a), Self::Date(b)) => a == b,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Missing, Self::Missing) => true,
            _ => false,
        }
    }
}

impl Eq for Value {}

/// Values by field id (`enterprise.revenue`).
pub type Values = BTreeMap<String, Value>;
