//! What the targets of a policy answer: how far, until when, who answers for it, what is missing.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    checks::types::{Bounds, Counted, MissingItem},
    http::types::{Named, OutcomeCounts, OutcomeName},
};

/// What a target counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// A figure of the whole city, or of each group of a grouping.
    Figure,
    /// Parks that meet a condition: every one should.
    Every,
    /// Nothing that the platform holds.
    Open,
}

/// A target with its progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetItem {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Group of which the figure is, where the target is not one of the whole city alone.
    pub group: Option<String>,
    /// What is counted.
    pub kind: TargetKind,
    /// Clause.
    pub clause: String,
    /// Its exact words.
    pub quote: String,
    /// Rule in words.
    pub words: String,
    /// 责任单位
    pub duty_units: Vec<String>,
    /// Last day that counts.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// Year of the figures: none after the one in which the target is due.
    pub year: i16,
    /// Reached so far; `null`: not known.
    pub value: Option<String>,
    /// How much is wanted; `null`: not known.
    pub goal: Option<String>,
    /// Comparison as a sign.
    pub op: String,
    /// Unit of value, goal and bounds.
    pub unit: String,
    /// Least and greatest value that the missing figures still allow.
    pub bounds: Option<Bounds>,
    /// Whether it is reached; `null` where nothing is counted or shown.
    pub outcome: Option<OutcomeName>,
    /// Parks by outcome, where every park should meet a condition.
    pub parks: Option<OutcomeCounts>,
    /// That condition.
    pub criterion: Option<String>,
    /// Why there is no value.
    pub reason: Option<String>,
    /// First missing figures; all of them when one target is asked for.
    pub missing: Vec<MissingItem>,
    /// How many are missing.
    pub missing_total: u32,
    /// 争创 …: worth striving for, not owed.
    pub is_soft: bool,
    /// 待核, where what is counted is not firmly evidenced.
    pub basis: Option<String>,
    /// Source outside the policy.
    pub source: Option<String>,
    /// How it is counted.
    pub note: Option<String>,
}

/// A target opened to the parks that are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetDetail {
    /// The target; one of each group where there are several.
    pub items: Vec<TargetItem>,
    /// Policy package.
    pub policy: String,
    /// Commit number up to which everything was known.
    pub known_time: i64,
    /// Parts of the figure: columns of the parks' table.
    pub parts: Vec<TargetPart>,
    /// Parks that the reader may see.
    pub parks: Vec<TargetPark>,
}

/// A part of a target's figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetPart {
    /// In words.
    pub words: String,
    /// A short label.
    pub label: String,
    /// Year or month of its figures.
    pub period: String,
    /// It counts parks; otherwise it adds up what they filed.
    pub is_count: bool,
    /// Its value in the target's unit; `null` when something is missing.
    pub value: Option<String>,
}

/// A park of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetPark {
    /// Park.
    pub park: Named,
    /// District.
    pub district: Named,
    /// Whether it meets the condition, where every park should.
    pub outcome: Option<OutcomeName>,
    /// What it adds to each part.
    pub parts: Vec<TargetShare>,
}

/// What a park adds to a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TargetShare {
    /// Whether it counts.
    pub counted: Counted,
    /// What it adds in the target's unit; `null` when it is missing or does not count.
    pub value: Option<String>,
}
