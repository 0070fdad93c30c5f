//! What what-if and levers ask and answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::types::{Named, OutcomeCounts, OutcomeName};

/// "What if the threshold, the filing, the order of the sources were …?" Nothing of it is stored.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunWhatIfRequest {
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Assessment; the package's first when absent.
    #[serde(default)]
    pub assessment: Option<String>,
    /// Year.
    pub year: i16,
    /// Known time: commit number or instant.
    #[serde(default)]
    pub as_of: Option<String>,
    /// Parameter id → value in the parameter's unit; the weights of scorecards are parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Condition id → reading id.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
    /// Supposed filings; of two about one figure the later one counts. At most 200.
    #[serde(default)]
    pub filings: Vec<SupposedFiling>,
    /// Field id → its sources in the order in which they count.
    #[serde(default)]
    pub precedence: BTreeMap<String, Vec<String>>,
    /// Scorecard whose ranks and grades are wanted before and after; only for readers who see all figures.
    #[serde(default)]
    pub scorecard: Option<String>,
}

/// A figure as it might be filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupposedFiling {
    /// Whose.
    pub subject: SupposedSubject,
    /// Key of the field (`revenue`); for the city the benchmark.
    pub field: String,
    /// `2025` or `2025-03`.
    pub period: String,
    /// In the field's own unit; `null`: not filed.
    pub value: Option<String>,
}

/// Whose figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SupposedSubject {
    /// Kind.
    pub kind: SubjectKind,
    /// Id; `null` for the city.
    #[serde(default)]
    pub id: Option<Uuid>,
}

/// Kinds of subjects that file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubjectKind {
    /// An enterprise.
    Enterprise,
    /// A park.
    Park,
    /// The city: benchmarks.
    City,
    /// A record of a register.
    Record,
}

/// Who flips.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhatIfAnswer {
    /// Time of the evaluation.
    pub milliseconds: u64,
    /// Commit number up to which everything was known.
    pub known_time: i64,
    /// Figures were supposed: the outcomes are no outcomes of filed figures, and there is no receipt for them.
    pub is_supposed: bool,
    /// Parks of the reader that are left out, as not every member of theirs may be seen.
    pub hidden: u32,
    /// Outcomes as they are.
    pub before: OutcomeCounts,
    /// Outcomes under the change.
    pub after: OutcomeCounts,
    /// Parks of which the outcome, or the outcome of a condition, changes.
    pub flips: Vec<Flip>,
    /// Distance of each park to each threshold under the change, in the figure's own unit.
    pub distances: Vec<Distance>,
    /// Ranks and grades before and after, where a scorecard was named.
    pub scorecard: Option<ScorecardChange>,
}

/// A park that changes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Flip {
    /// Park.
    pub park: Named,
    /// Outcome before.
    pub before: OutcomeName,
    /// Outcome after.
    pub after: OutcomeName,
    /// Conditions that change.
    pub criteria: Vec<FlipCriterion>,
}

/// A condition that changes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FlipCriterion {
    /// Id.
    pub id: String,
    /// Short name.
    pub name: String,
    /// Before.
    pub before: OutcomeName,
    /// After.
    pub after: OutcomeName,
    /// Value.
    pub value: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// Threshold under the change.
    pub threshold: Option<String>,
    /// Value minus threshold.
    pub distance: Option<String>,
}

/// How far a park is from a threshold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Distance {
    /// Park.
    pub park: Named,
    /// Condition id.
    pub criterion: String,
    /// Value.
    pub value: Option<String>,
    /// Value minus threshold.
    pub distance: Option<String>,
    /// Unit.
    pub unit: Option<String>,
}

/// A scorecard under the change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScorecardChange {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// How many have each grade, before and after, best first.
    pub grades: Vec<GradeCount>,
    /// Subjects whose rank or grade changes: changed grades first, then by rank; the first 200.
    pub changed: Vec<RankChange>,
    /// All whose rank or grade changes.
    pub changed_total: u32,
}

/// How many have a grade.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GradeCount {
    /// Grade.
    pub grade: String,
    /// Before.
    pub before: u32,
    /// After.
    pub after: u32,
}

/// A subject whose rank or grade changes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RankChange {
    /// Who.
    pub subject: Named,
    /// `enterprise` or `park`.
    pub kind: SubjectKind,
    /// Name of the group in which ranks are given.
    pub group: Option<String>,
    /// Before; `null`: not rated.
    pub before: Standing,
    /// After.
    pub after: Standing,
}

/// Where a subject stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Standing {
    /// Rank within the group; `null`: not rated.
    pub rank: Option<u32>,
    /// Grade; `null`: not rated.
    pub grade: Option<String>,
    /// Score in the indicator's unit.
    pub score: Option<String>,
}

/// What it would take for one park to meet one condition.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeversAnswer {
    /// Park.
    pub park: Named,
    /// Condition id.
    pub criterion: String,
    /// Its short name.
    pub criterion_name: String,
    /// Year.
    pub year: i16,
    /// Commit number up to which everything was known.
    pub known_time: i64,
    /// Outcome as it is; when it is met there are no levers.
    pub outcome: OutcomeName,
    /// One figure each: those that suffice by relative change, then those that do not.
    pub levers: Vec<LeverItem>,
}

/// Kinds of levers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LeverKind {
    /// A filed or registered figure, or a yes or no.
    Figure,
    /// A figure of the city.
    Benchmark,
    /// A judgement.
    Fact,
    /// A file.
    Evidence,
}

/// On which side the condition is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LeverSense {
    /// From this value on.
    AtLeast,
    /// Up to this value.
    AtMost,
    /// With any value of its range.
    Any,
    /// With this value.
    Exactly,
}

/// One figure, and the least change of it alone that makes the condition met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeverItem {
    /// Kind.
    pub kind: LeverKind,
    /// Field key, or id of the benchmark, fact or kind of evidence.
    pub field: String,
    /// Its name.
    pub field_name: String,
    /// Whose.
    pub subject: Option<LeverSubject>,
    /// `2025` or `2025-03`.
    pub period: Option<String>,
    /// Unit of current, needed and change.
    pub unit: Option<String>,
    /// As it is; `null`: missing.
    pub current: Option<String>,
    /// What it would have to be; `null`: no change of this figure alone suffices.
    pub needed: Option<String>,
    /// Needed less current, for numbers.
    pub change: Option<String>,
    /// Size of the change over the size of the current figure, in per cent.
    pub relative: Option<String>,
    /// On which side the condition is met.
    pub sense: Option<LeverSense>,
    /// No smaller change of this figure suffices.
    pub is_least: bool,
    /// Why no change of this figure alone suffices.
    pub reason: Option<String>,
}

/// Whose figure a lever moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeverSubject {
    /// Kind.
    pub kind: SubjectKind,
    /// Id; `null` for a record.
    pub id: Option<Uuid>,
    /// Name.
    pub name: String,
}
