//! Evidence files of a park: uploaded, listed, read, taken back; never erased.

pub(crate) mod content;
mod create;
mod delete;
mod file;
mod list;
pub mod types;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(create::with_large_body(routes!(create::create_evidence, list::list_evidence)))
        .routes(routes!(file::get_evidence_file))
        .routes(routes!(delete::delete_evidence))
}
