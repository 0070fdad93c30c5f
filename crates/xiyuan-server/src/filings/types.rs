//! Filings as the API shows them.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{http::types::Named, registry::types::HistoryChange};

/// One subject's figures for one form and period, with all revisions.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilingDetail {
    /// Id.
    pub id: Uuid,
    /// Whose figures.
    pub subject: FilingSubject,
    /// Form id.
    pub form: String,
    /// Form's title.
    pub form_name: String,
    /// `2025` or `2025-03`.
    pub period: String,
    /// Revisions, newest first.
    pub revisions: Vec<FilingRevision>,
}

/// The subject of a filing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FilingSubject {
    /// `enterprise` or `park`.
    pub kind: String,
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
}

/// One revision.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilingRevision {
    /// 1, 2, …
    pub revision: i64,
    /// Commit number (known time).
    pub commit: i64,
    /// When it was filed.
    #[schema(value_type = String, format = DateTime)]
    pub filed_at: Timestamp,
    /// By whom.
    pub filed_by: String,
    /// The import that brought it.
    pub import: Option<Named>,
    /// Why it was filed again.
    pub reason: Option<String>,
    /// This revision takes the filing back.
    pub is_withdrawn: bool,
    /// Values in form order.
    pub values: Vec<FilingValue>,
    /// What changed against the revision before.
    pub changes: Vec<HistoryChange>,
}

/// One filed value.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilingValue {
    /// Field key.
    pub field: String,
    /// Field name.
    pub name: String,
    /// Exact, as filed; `null` when missing or when the reader may not see it.
    pub value: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// Not filed.
    pub is_missing: bool,
    /// Not shown to this reader.
    pub is_hidden: bool,
}

/// A new filing or a new revision of one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateFilingRequest {
    /// Form id.
    pub form: String,
    /// `2025` or `2025-03`.
    pub period: String,
    /// Enterprise or park.
    pub subject: Uuid,
    /// By field key; decimals as strings in the field's unit, `null` for "not known".
    #[schema(value_type = std::collections::BTreeMap<String, Option<String>>)]
    pub values: IndexMap<String, Option<String>>,
    /// Why an earlier revision is replaced, or why an unusual value is right.
    #[serde(default)]
    pub reason: Option<String>,
}
