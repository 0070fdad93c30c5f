//! The audit trail: search it, verify its chain.

mod list;
pub mod types;
mod verify;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list::list_audit)).routes(routes!(verify::get_audit_verification))
}
