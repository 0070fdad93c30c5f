//! Organisations, parks, enterprises.

pub mod enterprises;
pub mod organisations;
pub mod parks;
pub mod show;
pub mod types;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(organisations::list_organisations))
        .routes(routes!(parks::list::list_parks, parks::create::create_park))
        .routes(routes!(parks::export::export_parks))
        .routes(routes!(parks::get::get_park, parks::update::update_park))
        .routes(routes!(parks::members::list_park_enterprises))
        .routes(routes!(enterprises::list::list_enterprises, enterprises::create::create_enterprise))
        .routes(routes!(enterprises::export::export_enterprises))
        .routes(routes!(enterprises::get::get_enterprise, enterprises::update::update_enterprise))
}
