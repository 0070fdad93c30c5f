//! Targets and tasks of a policy as its page shows them, and the forms that feed a clause.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::types::CodeName;

/// A form that feeds the rules of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyClauseForm {
    /// Form by id.
    pub id: String,
    /// Its title.
    pub name: String,
    /// Names of the fields that the rules read.
    pub fields: Vec<String>,
}

/// Words of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyCited {
    /// Clause.
    pub clause: String,
    /// Its exact words.
    pub quote: String,
}

/// A target as the policy has it; how far it is, `/targets` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyTarget {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where the policy says it, its own clause first.
    pub cited: Vec<PolicyCited>,
    /// What is counted and how much is wanted.
    pub words: String,
    /// 责任单位
    pub duty_units: Vec<String>,
    /// Last day that counts.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// Why nothing can be counted, where that is so.
    pub uncounted: Option<String>,
    /// 争创 …: worth striving for, not owed.
    pub is_soft: bool,
    /// 待核, where what is counted is not firmly evidenced.
    pub basis: Option<String>,
    /// Source outside the policy.
    pub source: Option<String>,
    /// How it is counted.
    pub note: Option<String>,
}

/// A task of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyTask {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Clause.
    pub clause: String,
    /// Its exact words.
    pub quote: String,
    /// 牵头单位
    pub lead: Vec<String>,
    /// 配合单位
    pub support: Vec<String>,
    /// Kinds of evidence files that show it.
    pub evidence: Vec<CodeName>,
    /// What else shows it.
    pub proof: Vec<String>,
    /// Until when, in the policy's words; null where it says nothing.
    pub due: Option<String>,
    /// 待核, where lead, support or evidence are not firmly evidenced.
    pub basis: Option<String>,
    /// Source outside the policy.
    pub source: Option<String>,
}
