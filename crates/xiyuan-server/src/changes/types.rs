//! What a comparison of two known times asks and answers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    checks::types::{Bounds, Coverage},
    decisions::types::DecisionItem,
    http::types::{Named, OutcomeCounts, OutcomeName},
};

/// Between which known times.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListChangesQuery {
    /// Earlier known time: commit number or instant.
    pub from: String,
    /// Later known time: commit number or instant; now when absent.
    #[serde(default)]
    pub to: Option<String>,
    /// Year; the latest filed one when absent.
    #[serde(default)]
    pub year: Option<i16>,
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Assessment; the package's first when absent.
    #[serde(default)]
    pub assessment: Option<String>,
    /// One park only.
    #[serde(default)]
    pub park: Option<Uuid>,
}

/// What changed between two known times, under one version of a policy.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangesAnswer {
    /// Year.
    pub year: i16,
    /// Policy package.
    pub policy: String,
    /// Assessment of the package.
    pub assessment: String,
    /// Earlier known time.
    pub from: Moment,
    /// Later known time.
    pub to: Moment,
    /// Outcomes of the parks that the reader sees, as of the earlier time.
    pub before: OutcomeCounts,
    /// As of the later time.
    pub after: OutcomeCounts,
    /// Parks of which anything differs: other outcomes first, then other conditions, then other figures.
    pub items: Vec<ParkChange>,
}

/// A known time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// Commit number.
    pub known_time: i64,
    /// Instant of that commit; `null` before the first one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub instant: Option<Timestamp>,
}

/// A park of which something differs.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ParkChange {
    /// Park.
    pub park: Named,
    /// Its district.
    pub district: Named,
    /// Outcome as of the earlier time; `null`: the park was not registered.
    pub before: Option<OutcomeName>,
    /// As of the later time.
    pub after: Option<OutcomeName>,
    /// Conditions of which anything differs: outcome, figure, what is missing.
    pub criteria: Vec<CriterionChange>,
    /// Figures of the park that differ.
    pub figures: Vec<FigureChange>,
    /// Standing decisions about the park that are no longer what the figures give.
    pub decisions: Vec<TouchedDecision>,
}

/// A condition of which something differs.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CriterionChange {
    /// Id.
    pub id: String,
    /// Short name.
    pub name: String,
    /// Outcome before; `null`: the park was not registered.
    pub before: Option<OutcomeName>,
    /// After.
    pub after: Option<OutcomeName>,
    /// How many figures, judgements and files it lacked before.
    pub missing_before: u32,
    /// How many it lacks after.
    pub missing_after: u32,
}

/// A figure that differs.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FigureChange {
    /// Indicator.
    pub indicator: String,
    /// Its name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Before; `null`: the park was not registered, or the reader may not see it.
    pub before: Option<FigureState>,
    /// After; `null`: the reader may not see it.
    pub after: Option<FigureState>,
    /// Why the figures are not shown.
    pub hidden: Option<String>,
}

/// A figure as of one known time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureState {
    /// Value.
    pub value: Option<String>,
    /// Where it must lie, when parts are missing.
    pub bounds: Option<Bounds>,
    /// Why it has no value.
    pub reason: Option<String>,
    /// Of how many members it is known.
    pub coverage: Option<Coverage>,
    /// How many parts are missing.
    pub missing: u32,
}

/// A decision to look at again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TouchedDecision {
    /// The decision.
    pub decision: DecisionItem,
    /// Outcome of the park as of the later time, under the decision's own version of the policy; `null`: it does not
    /// know the park any more.
    pub now: Option<OutcomeName>,
}
