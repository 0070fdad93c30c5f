//! Judged facts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A judgement by the role that the fact names.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PutFactRequest {
    /// `true` holds, `false` does not, `null` takes the judgement back.
    #[schema(required = true)]
    pub value: Option<bool>,
    /// Why.
    pub reason: String,
}
