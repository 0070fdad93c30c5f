//! What is asked and answered about benchmarks.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Of which year, in which policy, known when.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BenchmarkQuery {
    /// Year; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Known time: commit number or instant; now when absent.
    #[serde(default)]
    pub as_of: Option<String>,
}

/// A benchmark in one period with all that was entered for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BenchmarkDetail {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Unit of the policy.
    pub unit: String,
    /// Decimals shown.
    pub decimals: u32,
    /// Definition in words.
    pub definition: String,
    /// Who owes it.
    pub owed_by: String,
    /// `2025`.
    pub period: String,
    /// The value that counts, exactly; `null`: there is none.
    pub value: Option<String>,
    /// What the policy package brings itself; counts while no version has a value.
    pub published: Option<PublishedBenchmark>,
    /// Versions, the newest first; the first one counts.
    pub versions: Vec<BenchmarkVersion>,
}

/// A value that came with the policy package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublishedBenchmark {
    /// Value.
    pub value: String,
    /// Where it was published.
    pub source: String,
}

/// One version of a benchmark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BenchmarkVersion {
    /// 1, 2, 3 …
    pub revision: i64,
    /// Exact value; `null`: taken back.
    pub value: Option<String>,
    /// Its unit.
    pub unit: String,
    /// Where it comes from, in words.
    pub source: String,
    /// What it covers, in words.
    pub coverage: Option<String>,
    /// Day from which on it is no longer changed.
    pub frozen_on: Option<String>,
    /// What a frozen figure was computed from.
    pub computed: Option<BenchmarkComputation>,
    /// Its commit.
    pub known_time: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// The computed figure that a version was frozen from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BenchmarkComputation {
    /// SM3 digest of the package whose indicator it is.
    pub package_digest: String,
    /// Indicator.
    pub indicator: String,
    /// Its name.
    pub indicator_name: String,
    /// Group.
    pub group: String,
    /// Its name.
    pub group_name: String,
    /// Enterprises of the group.
    pub members: i64,
    /// Subjects that filed what the indicator reads.
    pub reported: Option<i64>,
    /// Of so many expected to.
    pub expected: Option<i64>,
    /// Commit number up to which everything was included.
    pub known_time: i64,
}

/// A value to enter.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateBenchmarkVersionRequest {
    /// Year.
    pub year: i16,
    /// Value in the benchmark's unit; `null` takes the value back.
    #[schema(required = true)]
    pub value: Option<String>,
    /// Where it was published.
    pub source: String,
    /// What it covers, in words.
    #[serde(default)]
    pub coverage: Option<String>,
    /// Day from which on it is no longer changed, ISO 8601.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub frozen_on: Option<jiff::civil::Date>,
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
}

/// A computed figure to freeze.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FreezeBenchmarkRequest {
    /// Year.
    pub year: i16,
    /// Indicator of groups.
    pub indicator: String,
    /// Group; may be left out where the indicator's grouping has one group alone.
    #[serde(default)]
    pub group: Option<String>,
    /// Why, or on which ground; becomes part of the source.
    #[serde(default)]
    pub note: String,
    /// Policy package whose indicator it is; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
}

/// Computed figures that could be frozen.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BenchmarkCandidates {
    /// By indicator and group.
    pub items: Vec<BenchmarkCandidate>,
}

/// A computed figure of a group: with its value, or why it cannot be frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BenchmarkCandidate {
    /// Indicator.
    pub indicator: String,
    /// Its name.
    pub indicator_name: String,
    /// Group.
    pub group: String,
    /// Its name.
    pub group_name: String,
    /// Enterprises of the group.
    pub members: i64,
    /// Subjects that filed what the indicator reads.
    pub reported: Option<i64>,
    /// Of so many expected to.
    pub expected: Option<i64>,
    /// Exact value in the benchmark's unit.
    pub value: Option<String>,
    /// Why it cannot be frozen.
    pub reason: Option<String>,
}
