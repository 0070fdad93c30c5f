//! Decisions: a self-check frozen and signed; superseded by a later one, never erased.

mod create;
mod get;
mod list;
mod replay;
mod show;
pub mod types;

pub(crate) use show::item;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_decision, list::list_decisions))
        .routes(routes!(get::get_decision))
        .routes(routes!(replay::replay_decision))
}
