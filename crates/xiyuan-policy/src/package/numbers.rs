//! Numbers of the policy and figures of a wider subject.

use jiff::civil::Date;
use serde::Serialize;

use super::Range;
use crate::number::Exact;

/// A dated value.
#[derive(Clone, Debug, Serialize)]
pub struct DatedValue {
    /// First day.
    pub from: Date,
    /// Value in the parameter's unit.
    pub value: Exact,
}

/// A parameter: every number of the policy.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit name.
    pub unit: String,
    /// Values, ascending by date.
    pub values: Vec<DatedValue>,
    /// Clause it comes from.
    pub clause: Option<String>,
    /// Source where it is not the policy's own number.
    pub source: Option<String>,
    /// `Some("待核")` when not firmly evidenced.
    pub basis: Option<String>,
}

/// A figure of a wider subject, e.g. the city's value-added rate: values come by version, each with its source.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Benchmark {
    /// `city.value_added_rate`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit name.
    pub unit: String,
    /// Decimals for display.
    pub decimals: u32,
    /// Who owes it.
    pub owed_by: String,
    /// Definition in words.
    pub definition: String,
    /// Known published values that come with the package: (year, value in unit, source).
    pub published: Vec<(i16, Exact, String)>,
    /// Bounds a missing value.
    pub admissible: Range,
}
