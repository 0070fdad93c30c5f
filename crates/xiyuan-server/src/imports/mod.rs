//! Imports: a file becomes checked, staged rows, and is published in one short step – or not at all.
//!
//! `create` keeps the file, `work` reads and publishes, `steps` are what a person decides in between. The command line
//! calls the same functions without HTTP.

pub mod create;
mod events;
mod file;
mod matching;
mod problems;
mod resolve;
mod routes;
mod rows;
pub mod show;
pub mod steps;
mod targets;
pub mod template;
pub mod types;
mod units;
pub mod work;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    let (schemas, paths, upload) = routes!(self::routes::create_import, self::routes::list_imports);
    OpenApiRouter::new()
        .routes((schemas, paths, upload.layer(DefaultBodyLimit::disable())))
        .routes(routes!(self::routes::get_import_template))
        .routes(routes!(self::routes::get_import))
        .routes(routes!(self::routes::update_import_mapping))
        .routes(routes!(problems::list_import_problems))
        .routes(routes!(problems::export_import_problems))
        .routes(routes!(self::routes::apply_import))
        .routes(routes!(self::routes::undo_import))
        .routes(routes!(self::routes::cancel_import))
        .routes(routes!(events::watch_import))
}
