//! Self-check of a park, outcomes of all parks, what-if, figures opened down to filings.
//!
//! [`check_park`], [`list_checks`], [`run_what_if`] and [`explain_figure`] are what the command line calls as well.

mod routes;
pub mod types;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(self::routes::get_park_check))
        .routes(routes!(self::routes::list_checks))
        .routes(routes!(self::routes::run_what_if))
        .routes(routes!(self::routes::get_figure))
}
