//! Filings: one subject's figures for one form and period, with revisions.

mod create;
mod get;
pub mod types;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create::create_filing)).routes(routes!(get::get_filing))
}
