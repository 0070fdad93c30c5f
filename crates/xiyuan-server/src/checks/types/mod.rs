//! What the self-check, the lists of outcomes, what-if and figures answer. `check-park` prints the same JSON.

mod figure;
mod what_if;

pub use figure::{
    Counted, FigureAnswer, FigureCell, FigureColumn, FigureFiling, FigureHidden, FigureIndicator,
    FigureMember, FigurePart,
};
pub use what_if::{
    Distance, Flip, FlipCriterion, GradeCount, LeverItem, LeverKind, LeverSense, LeverSubject, LeversAnswer,
    RankChange, RunWhatIfRequest, ScorecardChange, Standing, SubjectKind, SupposedFiling, SupposedSubject,
    WhatIfAnswer,
};

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    http::types::{Named, OutcomeName},
    rulings::types::RulingBrief,
};

/// The self-check of one park, condition by condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckAnswer {
    /// Park.
    pub park: Named,
    /// Year.
    pub year: i16,
    /// Policy package.
    pub policy: String,
    /// Assessment of the package.
    pub assessment: String,
    /// SM3 digest of the package.
    pub package_digest: String,
    /// Commit number up to which everything was known.
    pub known_time: i64,
    /// Instant of that commit.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub known_instant: Option<Timestamp>,
    /// All conditions together.
    pub outcome: OutcomeName,
    /// Conditions in order.
    pub criteria: Vec<CriterionAnswer>,
    /// What it takes to compute the same again.
    pub receipt: Receipt,
}

/// What it takes to compute the same again, bit for bit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Park; absent in receipts of decisions signed before receipts named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub park: Option<Uuid>,
    /// Assessment of the package; absent where the park is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<String>,
    /// SM3 digest of the package.
    pub package_digest: String,
    /// Commit number.
    pub known_time: i64,
    /// `2025` or `2025-03`.
    pub period: String,
    /// Parameters and readings that were set.
    pub overrides: BTreeMap<String, String>,
    /// Number of the engine's semantics.
    pub semantics: u32,
    /// SM3 digest of the results.
    pub result_digest: String,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CriterionAnswer {
    /// Id.
    pub id: String,
    /// Short name.
    pub name: String,
    /// Clause.
    pub clause: String,
    /// Its exact words.
    pub quote: String,
    /// The reading in words.
    pub reading: String,
    /// The reading that was taken.
    pub reading_id: String,
    /// Other readings.
    pub alternatives: Vec<ReadingName>,
    /// The rule in words.
    pub words: String,
    /// 一般: an approved exception can stand.
    pub is_soft: bool,
    /// 待核, where not firmly evidenced.
    pub basis: Option<String>,
    /// Who judges what no formula decides.
    pub judged_by: Option<RoleName>,
    /// The exception of the park by which a soft norm counts as met although the figures do not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<RulingBrief>,
    /// The decision by which the reading was taken; absent: the default, or one asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<RulingBrief>,
    /// The test: what the figures say.
    #[serde(flatten)]
    pub test: TestAnswer,
}

/// A reading by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadingName {
    /// Id.
    pub id: String,
    /// In words.
    pub text: String,
}

/// A role by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleName {
    /// Role id.
    pub role: String,
    /// Chinese name.
    pub name: String,
}

/// What a test asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TestKind {
    /// An indicator against a threshold.
    Indicator,
    /// A judged fact.
    Fact,
    /// A file of a kind.
    Evidence,
    /// All parts hold.
    All,
    /// One part holds.
    Any,
}

/// One test with its outcome; `all` and `any` have parts of the same shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestAnswer {
    /// What it asks.
    pub kind: TestKind,
    /// Outcome.
    pub outcome: OutcomeName,
    /// Indicator id.
    pub indicator: Option<String>,
    /// Value shown, rounded to the indicator's decimals; the comparison used the exact one.
    pub value: Option<String>,
    /// Least and greatest value that the missing figures still allow.
    pub bounds: Option<Bounds>,
    /// Unit of value, threshold and distance.
    pub unit: Option<String>,
    /// Threshold.
    pub threshold: Option<String>,
    /// `>=`, `>`, `<=`, `<`, `=`, `<>`.
    pub op: Option<String>,
    /// Value minus threshold.
    pub distance: Option<String>,
    /// Subjects that filed what the indicator reads, of those expected to.
    pub coverage: Option<Coverage>,
    /// Could what is missing still change the outcome?
    pub could_change: bool,
    /// Why there is no value, or a note.
    pub reason: Option<String>,
    /// What is missing, who owes it, since when.
    pub missing: Vec<MissingItem>,
    /// Missing items that the reader may not see.
    pub missing_hidden: u32,
    /// The fact, for tests of facts.
    pub fact: Option<FactAnswer>,
    /// The files, for tests of evidence.
    pub evidence: Option<EvidenceAnswer>,
    /// Parts of `all` and `any`.
    #[schema(no_recursion)]
    pub parts: Vec<TestAnswer>,
}

/// Bounds of a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bounds {
    /// Least; `null`: open.
    pub low: Option<String>,
    /// Greatest; `null`: open.
    pub high: Option<String>,
    /// From interval arithmetic: may be wider than what is possible.
    pub is_wide: bool,
}

/// How many filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Coverage {
    /// Filed.
    pub reported: u32,
    /// Expected to.
    pub expected: u32,
}

/// Kinds of missing things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MissingKind {
    /// A field of a form.
    Figure,
    /// A figure of the city.
    Benchmark,
    /// A judgement.
    Fact,
    /// A file.
    Evidence,
}

/// One missing thing and who owes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MissingItem {
    /// Kind.
    pub kind: MissingKind,
    /// Whose.
    pub subject: Option<Named>,
    /// Field key, benchmark, fact or evidence id.
    pub field: String,
    /// Its name.
    pub field_name: String,
    /// Form to file it on.
    pub form: Option<String>,
    /// `2025` or `2025-03`.
    pub period: Option<String>,
    /// Who owes it.
    pub owed_by: String,
    /// Day on which it was due.
    pub since: Option<String>,
}

/// A judged fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FactAnswer {
    /// Id.
    pub id: String,
    /// What is asserted.
    pub name: String,
    /// Judgement; `null`: none yet.
    pub value: Option<bool>,
    /// Reason given.
    pub reason: Option<String>,
    /// By whom.
    pub by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

/// Evidence of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceAnswer {
    /// Kind id.
    pub kind: String,
    /// Kind's name.
    pub name: String,
    /// Files.
    pub files: Vec<EvidenceFile>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceFile {
    /// Id.
    pub id: Uuid,
    /// File name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// Outcomes of all parks of the reader.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChecksAnswer {
    /// Year.
    pub year: i16,
    /// Policy package.
    pub policy: String,
    /// Commit number up to which everything was known.
    pub known_time: i64,
    /// Parks by name.
    pub items: Vec<ParkOutcome>,
    /// Conditions in order, each over these parks.
    pub criteria: Vec<CriterionCounts>,
}

/// One park's outcome.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParkOutcome {
    /// Park.
    pub park: Named,
    /// District.
    pub district: Named,
    /// All conditions together.
    pub outcome: OutcomeName,
    /// Conditions met.
    pub met: u32,
    /// Conditions not met.
    pub not_met: u32,
    /// Conditions that cannot be decided yet.
    pub undecided: u32,
}

/// One condition over many parks.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CriterionCounts {
    /// Id.
    pub id: String,
    /// Short name.
    pub name: String,
    /// Clause.
    pub clause: String,
    /// Parks that meet it.
    pub met: u32,
    /// Parks that do not.
    pub not_met: u32,
    /// Parks for which it cannot be decided yet.
    pub undecided: u32,
}
