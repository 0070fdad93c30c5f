//! What is asked and answered about rulings.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::types::Named;

/// Kinds of rulings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RulingKind {
    /// 读法：a reading of a condition counts.
    Reading,
    /// 例外：a park may stand below a soft norm.
    Exception,
    /// 裁量：something else that the text leaves open.
    Discretion,
}

/// Where a ruling stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RulingStatus {
    /// 有效
    InForce,
    /// 未生效：its first day is yet to come.
    NotYet,
    /// 已到期
    Ended,
    /// 已撤销
    Revoked,
    /// 不再适用：the policy in force has no such condition, reading or words any more; its default counts.
    Obsolete,
}

impl RulingStatus {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::InForce => "有效",
            Self::NotYet => "未生效",
            Self::Ended => "已到期",
            Self::Revoked => "已撤销",
            Self::Obsolete => "不再适用",
        }
    }
}

/// Which rulings.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListRulingsQuery {
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Of one kind.
    #[serde(default)]
    pub kind: Option<RulingKind>,
    /// About a condition.
    #[serde(default)]
    pub criterion: Option<String>,
    /// About a clause.
    #[serde(default)]
    pub clause: Option<String>,
    /// About a park.
    #[serde(default)]
    pub park: Option<Uuid>,
    /// Known time: commit number or instant; now when absent.
    #[serde(default)]
    pub as_of: Option<String>,
}

/// A ruling to make. Which parts are needed follows from the kind.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateRulingRequest {
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Kind.
    pub kind: RulingKind,
    /// Condition, of a reading or an exception.
    #[serde(default)]
    pub criterion: Option<String>,
    /// Reading of the condition.
    #[serde(default)]
    pub reading: Option<String>,
    /// Clause, of a discretion.
    #[serde(default)]
    pub clause: Option<String>,
    /// The words of the clause that leave it open.
    #[serde(default)]
    pub quote: Option<String>,
    /// What was decided, of a discretion.
    #[serde(default)]
    pub decision: Option<String>,
    /// Park, of an exception; of a discretion when it is about one park.
    #[serde(default)]
    pub park: Option<Uuid>,
    /// First day, ISO 8601. It counts for the periods whose last day is not before it.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day; without end when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// Number of the approval, minutes of a meeting …; an exception needs one.
    #[serde(default)]
    pub basis: Option<String>,
}

/// A ruling to take back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeRulingRequest {
    /// Why.
    pub reason: String,
}

/// Something of the policy by its id, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RulingTerm {
    /// Id in the policy.
    pub id: String,
    /// In words; the id where the policy has no such thing any more.
    pub text: String,
}

/// A ruling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RulingItem {
    /// Id.
    pub id: Uuid,
    /// Kind.
    pub kind: RulingKind,
    /// Policy package.
    pub policy: String,
    /// Condition.
    pub criterion: Option<RulingTerm>,
    /// Reading.
    pub reading: Option<RulingTerm>,
    /// Clause.
    pub clause: Option<RulingTerm>,
    /// The words of the clause that leave it open.
    pub quote: Option<String>,
    /// What was decided.
    pub decision: Option<String>,
    /// Park.
    pub park: Option<Named>,
    /// Its district.
    pub district: Option<Named>,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day; `null`: without end.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// Number of the approval, minutes of a meeting …
    pub basis: Option<String>,
    /// Where it stands today.
    pub status: RulingStatus,
    /// Its commit.
    pub known_time: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// As which role.
    pub by_role: String,
    /// When, by whom and why it was taken back.
    pub revoked: Option<RulingRevocation>,
    /// Whether the reader may take it back.
    pub may_revoke: bool,
}

/// A ruling was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RulingRevocation {
    /// Why.
    pub reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// A ruling as an outcome names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RulingBrief {
    /// Id.
    pub id: Uuid,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day; `null`: without end.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// Number of the approval, minutes of a meeting …
    pub basis: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}
