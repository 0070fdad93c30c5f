//! Frozen and signed outcomes.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    checks::types::CheckAnswer,
    http::types::{Named, OutcomeName},
};

/// Freeze the self-check of a park.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateDecisionRequest {
    /// Policy package; the default one when absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// Assessment; the package's first when absent.
    #[serde(default)]
    pub assessment: Option<String>,
    /// Year.
    pub year: i16,
    /// Known time: commit number or instant.
    #[serde(default)]
    pub as_of: Option<String>,
    /// Remark that is signed with it.
    #[serde(default)]
    pub note: String,
}

/// A decision in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecisionItem {
    /// Id.
    pub id: Uuid,
    /// Park.
    pub park: Named,
    /// Assessment.
    pub assessment: String,
    /// Year.
    pub year: i16,
    /// Frozen outcome.
    pub outcome: OutcomeName,
    /// Remark.
    pub note: String,
    /// Commit number up to which everything was known.
    pub known_time: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// The decision that it replaces.
    pub supersedes: Option<Uuid>,
    /// The decision that replaced it.
    pub superseded_by: Option<Uuid>,
}

/// A decision with what was frozen and whether it still verifies.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecisionDetail {
    /// Id.
    pub id: Uuid,
    /// Park.
    pub park: Named,
    /// Assessment.
    pub assessment: String,
    /// Year.
    pub year: i16,
    /// Frozen outcome.
    pub outcome: OutcomeName,
    /// Remark.
    pub note: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// The decision that it replaces.
    pub supersedes: Option<Uuid>,
    /// The decision that replaced it.
    pub superseded_by: Option<Uuid>,
    /// Frozen result.
    pub check: CheckAnswer,
    /// Signature over the frozen result.
    pub signature: Signature,
    /// Does it still verify?
    pub verification: Verification,
}

/// A signature.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Signature {
    /// `SM2-SM3`.
    pub algorithm: String,
    /// Key.
    pub key_id: String,
    /// Hexadecimal.
    pub value: String,
}

/// Whether signature and figures still hold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The signature fits the frozen result.
    pub is_valid: bool,
    /// Computing again as of the same known time gave the same digest.
    pub reproduced: bool,
    /// Digest of the new computation.
    pub result_digest: String,
}

/// A decision computed again under its own package and known time.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecisionReplay {
    /// The same digest came out.
    pub matches: bool,
    /// Digest that was frozen.
    pub recorded_digest: String,
    /// Digest of the new computation.
    pub computed_digest: String,
    /// Version of the policy under which it was made and computed again.
    pub package_digest: String,
    /// Commit number up to which everything was known.
    pub known_time: i64,
    /// Title of that policy.
    pub policy_title: String,
    /// First day in force of that version.
    #[schema(value_type = String, format = Date)]
    pub effective_from: Date,
}
