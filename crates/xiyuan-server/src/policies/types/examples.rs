//! Worked examples and the thresholds that they show.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an example says and what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExampleFailure {
    /// Whose what: `甲园 / 条件 leading-revenue-share / 结论`.
    pub what: String,
    /// As written.
    pub expected: String,
    /// As computed.
    pub actual: String,
    /// Line of the expectation, 1-based.
    pub line: u32,
}

/// A worked example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExampleResult {
    /// Id.
    pub id: String,
    /// What it shows.
    pub name: String,
    /// File.
    pub file: String,
    /// Line, 1-based.
    pub line: u32,
    /// Everything came out as written.
    pub passed: bool,
    /// What did not.
    pub failures: Vec<ExampleFailure>,
    /// `2025` or `2025-03`.
    pub period: String,
    /// What is given, in words, a line for each subject.
    pub given: Vec<String>,
    /// What must come out, in words.
    pub expected: Vec<String>,
}

/// Which sides of a threshold the worked examples show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThresholdCoverage {
    /// Condition.
    pub criterion: String,
    /// Its name.
    pub name: String,
    /// Reading.
    pub reading: String,
    /// Indicator that is compared.
    pub indicator: String,
    /// Its name.
    pub indicator_name: String,
    /// The threshold in words.
    pub threshold: String,
    /// One below.
    pub below: bool,
    /// One exactly on it.
    pub at: bool,
    /// One above.
    pub above: bool,
    /// One with a missing figure.
    pub missing: bool,
}

/// Result of all worked examples.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PolicyTest {
    /// In order of the files.
    pub examples: Vec<ExampleResult>,
    /// How many hold.
    pub passed: u32,
    /// How many do not.
    pub failed: u32,
    /// Thresholds.
    pub thresholds: Vec<ThresholdCoverage>,
}
