//! Imports: a file becomes checked, staged rows, and is published in one short step – or not at all.

mod routes;
mod running;
pub mod show;
pub mod types;

pub use running::{Running, Stage, Work};

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(self::routes::create_import, self::routes::list_imports))
        .routes(routes!(self::routes::get_import_template))
        .routes(routes!(self::routes::get_import))
        .routes(routes!(self::routes::update_import_mapping))
        .routes(routes!(self::routes::list_import_problems))
        .routes(routes!(self::routes::export_import_problems))
        .routes(routes!(self::routes::apply_import))
        .routes(routes!(self::routes::undo_import))
        .routes(routes!(self::routes::cancel_import))
        .routes(routes!(self::routes::watch_import))
}
