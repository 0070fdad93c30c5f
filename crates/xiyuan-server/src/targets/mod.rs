//! Targets of a policy: how far the city is, who answers for it, and the parks behind each number.
//!
//! Figures of the whole city are shown to those who see the whole city: others could subtract their own parks.

mod get;
mod list;
mod show;
pub mod types;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

pub(crate) use show::all;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list::list_targets)).routes(routes!(get::get_target))
}
