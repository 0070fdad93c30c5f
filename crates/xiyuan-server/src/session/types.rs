//! What the session endpoints take and answer.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Who is logged in and what the pages should offer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The person.
    pub user: MeUser,
    /// Roles, each over one organisation and what is below it.
    pub grants: Vec<MeGrant>,
    /// Rooms to show, in order.
    pub menu: Vec<Room>,
    /// Room to land on.
    pub landing: Room,
    /// The database is a demo city.
    pub is_demo: bool,
    /// Server's instant.
    #[schema(value_type = String, format = DateTime)]
    pub now: Timestamp,
    /// Business day in Asia/Shanghai.
    #[schema(value_type = String, format = Date)]
    pub today: Date,
    /// Latest year for which anything was filed; the pages start there.
    pub latest_year: i16,
}

/// The person of a session.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeUser {
    /// Id.
    pub id: Uuid,
    /// Login name.
    pub username: String,
    /// Name.
    pub name: String,
}

/// One role over one organisation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeGrant {
    /// Role id.
    pub role: String,
    /// Chinese name of the role.
    pub role_name: String,
    /// Where it counts.
    pub organisation: MeOrganisation,
}

/// An organisation by id, name and kind.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeOrganisation {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: String,
}

/// Rooms of the web app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Room {
    /// 驾驶舱
    Dashboard,
    /// 园区
    Parks,
    /// 企业
    Enterprises,
    /// 导入
    Imports,
    /// 政策
    Policies,
    /// 审计
    Audit,
}

/// Login.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
pub struct CreateSessionRequest {
    /// Login name.
    pub username: String,
    /// Password.
    pub password: String,
}

/// Change of the own password.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
pub struct UpdatePasswordRequest {
    /// The present one.
    pub current: String,
    /// The new one: at least ten characters, three of lower case, upper case, digits, others.
    pub next: String,
}

/// One account of the demo city, shown on the login page of a demo database only.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DemoAccount {
    /// Login name.
    pub username: String,
    /// Password; demo accounts guard nothing.
    pub password: String,
    /// Name.
    pub name: String,
    /// Role id.
    pub role: String,
    /// Chinese name of the role.
    pub role_name: String,
    /// Organisation.
    pub organisation: String,
}

/// Demo accounts; empty unless the database is a demo city.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DemoAccounts {
    /// Accounts in the order of the page.
    pub items: Vec<DemoAccount>,
}
