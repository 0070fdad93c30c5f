//! The audit trail as the API shows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One entry.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditItem {
    /// Chain of the server that wrote it.
    pub chain: String,
    /// Position in its chain.
    pub sequence: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// From where.
    pub address: Option<String>,
    /// What, e.g. `update_park`.
    pub action: String,
    /// In Chinese.
    pub action_name: String,
    /// On what.
    pub subject: Option<String>,
    /// `done`, `refused`, `failed`.
    pub result: String,
    /// Reason given, or other words.
    pub detail: Option<String>,
    /// Request, as in the log.
    pub request_id: String,
    /// Hash of the entry, which the next one of its chain covers (SM3).
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
    /// First entry whose link does not hold, as `chain:sequence`.
    pub first_broken: Option<String>,
}
