//! Long work as the API shows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One job.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobItem {
    /// Id.
    pub id: Uuid,
    /// Kind: `import`.
    pub kind: String,
    /// What it works on, e.g. the file's name.
    pub subject: Option<String>,
    /// `running`, `waiting` (for a person), `done`, `failed`, `cancelled`.
    pub status: String,
    /// What is being done, in Chinese.
    pub phase: String,
    /// Steps done.
    pub done: u64,
    /// Steps in all, once known.
    pub total: Option<u64>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}
