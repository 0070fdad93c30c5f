//! The cockpit: one page, one request.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::types::{Named, OutcomeCounts},
    targets::types::TargetItem,
};

/// The whole page.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    /// Year.
    pub year: i16,
    /// Commit number up to which everything was known.
    pub known_time: i64,
    /// Parks by outcome.
    pub parks: DashboardParks,
    /// Who filed; `null` when the policy has no yearly form of enterprises.
    pub completeness: Option<DashboardCompleteness>,
    /// Leading industries by number of parks.
    pub industries: Vec<DashboardIndustry>,
    /// Conditions over all parks.
    pub criteria: Vec<DashboardCriterion>,
    /// Exceptions of soft norms that hold at the end of the year, by district.
    pub exceptions: Vec<DashboardExceptions>,
    /// Targets of the policy with their progress.
    pub targets: Vec<TargetItem>,
    /// Latest changes that the reader may see.
    pub changes: Vec<DashboardChange>,
}

/// Exceptions in one district.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DashboardExceptions {
    /// District, county or 经开区.
    pub district: Named,
    /// Exceptions.
    pub count: u32,
}

/// Parks by outcome.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DashboardParks {
    /// All parks of the reader.
    pub total: u32,
    /// By outcome.
    pub by_outcome: OutcomeCounts,
    /// By district.
    pub by_district: Vec<DashboardDistrict>,
}

/// One district.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DashboardDistrict {
    /// District, county or 经开区.
    pub district: Named,
    /// Parks.
    pub total: u32,
    /// 满足
    pub met: u32,
    /// 不满足
    pub not_met: u32,
    /// 暂不能判定
    pub undecided: u32,
}

/// Who filed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DashboardCompleteness {
    /// Form id.
    pub form: String,
    /// Form's title.
    pub form_name: String,
    /// Period.
    pub period: String,
    /// Filed.
    pub reported: u32,
    /// Expected to.
    pub expected: u32,
    /// By district.
    pub by_district: Vec<DashboardReported>,
}

/// Who filed, one district.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DashboardReported {
    /// District, county or 经开区.
    pub district: Named,
    /// Filed.
    pub reported: u32,
    /// Expected to.
    pub expected: u32,
}

/// A leading industry.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DashboardIndustry {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Parks that lead with it.
    pub parks: u32,
    /// Enterprises in these parks.
    pub enterprises: u32,
}

/// A condition over all parks.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DashboardCriterion {
    /// Id.
    pub id: String,
    /// Short name.
    pub name: String,
    /// Clause.
    pub clause: String,
    /// 满足
    pub met: u32,
    /// 不满足
    pub not_met: u32,
    /// 暂不能判定
    pub undecided: u32,
}

/// A change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DashboardChange {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What happened, in Chinese.
    pub what: String,
    /// To what.
    pub subject: Option<String>,
}
