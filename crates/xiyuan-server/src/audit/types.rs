//! The audit trail as the API shows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One entry.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditItem {
    /// Id.
    pub id: Uuid,
    /// Position in its chain.
    pub sequence: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// From where.
    pub address: Option<String>,
    /// What, e.g. `park.update`.
    pub action: String,
    /// In Chinese.
    pub action_name: String,
    /// On what.
    pub subject: Option<String>,
    /// `ok` or the code of the refusal.
    pub result: String,
    /// Hash of the entry and of all before it (SM3).
    pub hash: String,
}

/// Whether the chain is whole.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditVerification {
    /// Entries looked at.
    pub entries: u64,
    /// Every link holds.
    pub is_intact: bool,
    /// First entry whose link does not hold.
    pub first_broken: Option<String>,
}
