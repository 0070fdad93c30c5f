//! Organisations, parks and enterprises as the API shows them.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::types::{CodeName, Named, OutcomeName};

/// A node of the governing tree.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganisationItem {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// `city`, `department`, `district`, `operator`, `bank`.
    pub kind: String,
    /// The one above.
    pub parent: Option<Named>,
    /// 演示数据
    pub is_demo: bool,
}

/// A park in a list, with its outcome for the asked year.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParkItem {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// District, county or 经开区.
    pub district: Named,
    /// 运营管理主体
    pub operator: Option<Named>,
    /// 主导产业
    pub leading_industry: Option<CodeName>,
    /// Enterprises in the park today.
    pub enterprises: u32,
    /// Outcome of the self-check for the year.
    pub outcome: Option<OutcomeName>,
    /// Conditions met.
    pub met: u32,
    /// Conditions not met.
    pub not_met: u32,
    /// Conditions that cannot be decided yet.
    pub undecided: u32,
    /// 演示数据
    pub is_demo: bool,
    /// Revision, for `If-Match`.
    pub revision: i64,
}

/// A park with its master data and history.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParkDetail {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Short code.
    pub code: String,
    /// District, county or 经开区.
    pub district: Named,
    /// 运营管理主体
    pub operator: Option<Named>,
    /// 主导产业
    pub leading_industry: Option<CodeName>,
    /// Enterprises in the park today.
    pub enterprises: u32,
    /// Address.
    pub address: Option<String>,
    /// 四至范围
    pub four_sides: Option<String>,
    /// Day of recognition.
    #[schema(value_type = Option<String>, format = Date)]
    pub recognised_on: Option<Date>,
    /// 演示数据
    pub is_demo: bool,
    /// Revision, for `If-Match`.
    pub revision: i64,
    /// May the reader change it?
    pub can_edit: bool,
    /// Revisions, newest first.
    pub history: Vec<HistoryEntry>,
}

/// One revision of a row: who changed what, when.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Revision.
    pub revision: i64,
    /// Commit number (known time).
    pub commit: i64,
    /// When it became known.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What changed against the revision before.
    pub changes: Vec<HistoryChange>,
}

/// One changed property.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HistoryChange {
    /// Property.
    pub field: String,
    /// Chinese name of the property.
    pub name: String,
    /// Before, as shown.
    pub before: Option<String>,
    /// After, as shown.
    pub after: Option<String>,
}

/// A new park.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateParkRequest {
    /// Name.
    pub name: String,
    /// Short code; unique in the city.
    pub code: String,
    /// District, county or 经开区.
    pub district: Uuid,
    /// 运营管理主体
    #[serde(default)]
    pub operator: Option<Uuid>,
    /// Code of the leading industry.
    #[serde(default)]
    pub leading_industry: Option<String>,
    /// Address.
    #[serde(default)]
    pub address: Option<String>,
    /// 四至范围
    #[serde(default)]
    pub four_sides: Option<String>,
    /// Day of recognition.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub recognised_on: Option<Date>,
    /// First day of the leading industry; the day of recognition, else today, when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<Date>,
}

/// Changes of a park; a key that is absent stays as it is, `null` empties.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateParkRequest {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 运营管理主体
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub operator: Option<Option<Uuid>>,
    /// Code of the leading industry.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub leading_industry: Option<Option<String>>,
    /// Address.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub address: Option<Option<String>>,
    /// 四至范围
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub four_sides: Option<Option<String>>,
    /// Day of recognition.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub recognised_on: Option<Option<Date>>,
    /// First day of a changed leading industry; today when absent.
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<Date>,
}

/// Tells an absent key from `null`.
#[expect(clippy::option_option, reason = "absent, null and a value are three things in a merge patch")]
fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

/// An enterprise in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnterpriseItem {
    /// Id.
    pub id: Uuid,
    /// 统一社会信用代码
    pub uscc: String,
    /// Name.
    pub name: String,
    /// District, county or 经开区.
    pub district: Named,
    /// Park today.
    pub park: Option<Named>,
    /// Industry today.
    pub leading_industry: Option<CodeName>,
    /// 演示数据
    pub is_demo: bool,
    /// Revision, for `If-Match`.
    pub revision: i64,
}

/// An enterprise in a park on a day.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParkEnterpriseItem {
    /// Id.
    pub id: Uuid,
    /// 统一社会信用代码
    pub uscc: String,
    /// Name.
    pub name: String,
    /// District, county or 经开区.
    pub district: Named,
    /// Industry on the day.
    pub leading_industry: Option<CodeName>,
    /// First day in the park.
    #[schema(value_type = String, format = Date)]
    pub member_from: Date,
    /// Last day in the park.
    #[schema(value_type = Option<String>, format = Date)]
    pub member_to: Option<Date>,
    /// Filed the yearly form of the asked year.
    pub filed: bool,
    /// 演示数据
    pub is_demo: bool,
    /// Revision, for `If-Match`.
    pub revision: i64,
}

/// An enterprise with its dated facts, filings and history.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnterpriseDetail {
    /// Id.
    pub id: Uuid,
    /// 统一社会信用代码
    pub uscc: String,
    /// Name.
    pub name: String,
    /// District, county or 经开区.
    pub district: Named,
    /// Park today.
    pub park: Option<Named>,
    /// Industry today.
    pub leading_industry: Option<CodeName>,
    /// 演示数据
    pub is_demo: bool,
    /// Revision, for `If-Match`.
    pub revision: i64,
    /// May the reader change it?
    pub can_edit: bool,
    /// Parks over time.
    pub memberships: Vec<MembershipItem>,
    /// Industries over time.
    pub industries: Vec<IndustryItem>,
    /// Filings, newest period first.
    pub filings: Vec<FilingItem>,
    /// Revisions of the master data, newest first.
    pub history: Vec<HistoryEntry>,
}

/// A stay in a park.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MembershipItem {
    /// Park.
    pub park: Named,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day.
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// An industry with its dates.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct IndustryItem {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day.
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// A filing in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilingItem {
    /// Id.
    pub id: Uuid,
    /// Form id.
    pub form: String,
    /// Form's title.
    pub form_name: String,
    /// `2025` or `2025-03`.
    pub period: String,
    /// Latest revision.
    pub revision: i64,
    /// When it was filed.
    #[schema(value_type = String, format = DateTime)]
    pub filed_at: Timestamp,
    /// By whom.
    pub filed_by: String,
    /// Stands; `false` when it was withdrawn.
    pub is_current: bool,
}

/// A new enterprise.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateEnterpriseRequest {
    /// 统一社会信用代码
    pub uscc: String,
    /// Name.
    pub name: String,
    /// District, county or 经开区.
    pub district: Uuid,
    /// Park from `since`.
    #[serde(default)]
    pub park: Option<Uuid>,
    /// Industry code from `since`.
    #[serde(default)]
    pub leading_industry: Option<String>,
    /// First day of park and industry; today when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<Date>,
    /// Somebody looked at the licence: the check digit is as printed although it does not fit GB 32100.
    #[serde(default)]
    pub confirm_check_digit: bool,
}

/// Changes of an enterprise; a key that is absent stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateEnterpriseRequest {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 统一社会信用代码
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uscc: Option<String>,
    /// See `CreateEnterpriseRequest`.
    pub confirm_check_digit: bool,
    /// Move to this park from `since`; `null`: leave the park.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub park: Option<Option<Uuid>>,
    /// Industry code from `since`.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub leading_industry: Option<Option<String>>,
    /// First day of the new park or industry; today when absent.
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<Date>,
}
