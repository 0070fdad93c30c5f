//! What changed between two known times: figures, outcomes, and the signed decisions that rested on them.
//!
//! The engine says which figures and outcomes differ; here they are put beside each other for the parks whose figures the
//! reader sees. Nothing is written.

mod decisions;
mod export;
mod find;
mod list;
mod shown;
pub mod types;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list::list_changes)).routes(routes!(export::export_changes))
}
