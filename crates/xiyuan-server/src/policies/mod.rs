//! Published policy packages: text by clause, rules in words.

mod get;
mod list;
mod show;
pub mod types;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list::list_policies)).routes(routes!(get::get_policy))
}
