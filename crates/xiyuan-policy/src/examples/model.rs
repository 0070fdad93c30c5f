//! Worked examples as read from `tests/*.toml`: resolved against the package, not yet run.
//!
//! Built by the compiler; the runner turns them into a frame and compares. Must not evaluate anything.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::frame::{Period, Term};
use crate::number::Exact;
use crate::outcome::Outcome;
use crate::package::Place;
use crate::plan::{
    AssessmentIx, BenchmarkIx, CriterionIx, EvidenceIx, FactIx, FieldIx, IndicatorIx, ParameterIx, RecordIx,
};

/// One worked example.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Example {
    /// Id, unique in the package.
    pub id: String,
    /// What it shows, in words.
    pub name: String,
    /// The period that is evaluated.
    pub period: Period,
    /// Parks.
    pub parks: Vec<ExampleSubject>,
    /// Enterprises.
    pub enterprises: Vec<ExampleSubject>,
    /// Memberships with dates.
    pub members: Vec<ExampleMember>,
    /// Records of registers.
    pub records: Vec<ExampleRecord>,
    /// Groups of which something is asserted, by their ids: `district/320205`.
    pub groups: Vec<String>,
    /// Benchmarks.
    pub benchmarks: Vec<ExampleBenchmark>,
    /// Judged facts.
    pub facts: Vec<ExampleFact>,
    /// Evidence files: (index into `parks`, kind).
    pub evidence: Vec<(usize, EvidenceIx)>,
    /// Parameters moved, in the parameter's own unit.
    pub set: Vec<(ParameterIx, Exact)>,
    /// Readings chosen: criterion → reading id.
    pub readings: BTreeMap<CriterionIx, String>,
    /// Sources that count in another order than declared: field → positions of its sources, first first.
    pub precedence: Vec<(FieldIx, Vec<u32>)>,
    /// Readings that officers decided on, in the order in which they did.
    pub chosen: Vec<ExampleChoice>,
    /// Exceptions that were approved.
    pub exceptions: Vec<ExampleException>,
    /// What must come out.
    pub expect: Vec<Expectation>,
    /// Where it stands.
    pub place: Place,
}

/// A park or an enterprise of an example.
#[derive(Clone, Debug, Serialize)]
pub struct ExampleSubject {
    /// Name, unique among its kind in the example.
    pub name: String,
    /// What is known of it; a cell that is not here was not filed.
    pub cells: Vec<ExampleCell>,
}

/// One known value.
#[derive(Clone, Debug, Serialize)]
pub struct ExampleCell {
    /// Which field (registry or filed, never derived).
    pub field: FieldIx,
    /// Which period. What the registry keeps holds in the whole year that is named here, and what stands at the
    /// example's own period holds in every period of which nothing else is said.
    pub period: Period,
    /// Which of the field's sources says it; `None` = the value that counts, whoever said it.
    pub source: Option<u32>,
    /// Value in the field's own unit.
    pub value: ExampleValue,
}

/// A value as written.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExampleValue {
    /// In the field's own unit.
    Number(Exact),
    /// Text or catalogue code.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// Day.
    Date(Date),
}

/// An enterprise counts for a park from the first to the last day.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ExampleMember {
    /// Index into `enterprises`.
    pub enterprise: usize,
    /// Index into `parks`.
    pub park: usize,
    /// First day; `None` = since ever.
    pub from: Option<Date>,
    /// Last day; `None` = still.
    pub to: Option<Date>,
}

/// A record of an enterprise or a park, there from the first to the last day.
#[derive(Clone, Debug, Serialize)]
pub struct ExampleRecord {
    /// Of which register.
    pub kind: RecordIx,
    /// Whose.
    pub owner: ExpectedOf,
    /// First day; `None` = since ever.
    pub from: Option<Date>,
    /// Last day; `None` = still.
    pub to: Option<Date>,
    /// Name and what is known of it.
    pub subject: ExampleSubject,
}

/// A benchmark value.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ExampleBenchmark {
    /// Which.
    pub benchmark: BenchmarkIx,
    /// Which year.
    pub year: i16,
    /// In the benchmark's unit.
    pub value: Exact,
}

/// A fact judged for a park.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ExampleFact {
    /// Index into `parks`.
    pub park: usize,
    /// Which.
    pub fact: FactIx,
    /// The judgement.
    pub value: bool,
}

/// A reading that officers decided on.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ExampleChoice {
    /// Of which criterion.
    pub criterion: CriterionIx,
    /// Position in its readings.
    pub reading: usize,
    /// From when until when.
    pub term: Term,
}

/// An approved exception of a soft norm.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ExampleException {
    /// Index into `parks`.
    pub park: usize,
    /// Of which criterion.
    pub criterion: CriterionIx,
    /// From when until when.
    pub term: Term,
}

/// Whose result is asserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExpectedOf {
    /// Index into `parks`.
    Park(usize),
    /// Index into `enterprises`.
    Enterprise(usize),
    /// Index into `groups`.
    Group(usize),
}

/// What is asserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ExpectedWhat {
    /// An indicator's figure.
    Indicator(IndicatorIx),
    /// A criterion's outcome.
    Criterion(CriterionIx),
    /// A whole assessment's outcome.
    Assessment(AssessmentIx),
}

/// One assertion; parts that are `None` are not asserted.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Expectation {
    /// Whose.
    pub of: ExpectedOf,
    /// What.
    pub what: ExpectedWhat,
    /// Reading for a criterion; `None` = as chosen by `Example::readings`, else the default.
    pub reading: Option<String>,
    /// Outcome.
    pub outcome: Option<Outcome>,
    /// Figure in the indicator's unit; the computed one is rounded (half away from zero) to the scale written here.
    pub value: Option<Exact>,
    /// The figure has no value (e.g. division by zero).
    pub is_undefined: bool,
    /// Exactly these cells are missing.
    pub missing: Option<Vec<ExpectedMissing>>,
    /// Whether an admissible value could still change the outcome.
    pub could_change: Option<bool>,
    /// Whether it counts as met by an approved exception alone.
    pub by_exception: Option<bool>,
    /// Where it stands.
    pub place: Place,
}

/// A missing cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpectedMissing {
    /// Name of the park, enterprise or record; `city` for a benchmark.
    pub subject: String,
    /// Field key, benchmark key, or id of a fact or kind of evidence.
    pub field: String,
    /// Period.
    pub period: Period,
}
