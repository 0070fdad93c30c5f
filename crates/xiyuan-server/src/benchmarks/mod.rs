//! Benchmarks: figures of the whole city that conditions compare with. Each has versions: published elsewhere and entered
//! here with their source, or computed by the platform for a group of enterprises and frozen by a city officer.
//!
//! Must not give a value where none was entered or computed.

mod candidates;
mod compute;
mod create;
mod find;
mod freeze;
pub mod types;
mod versions;

pub(crate) use versions::read_by;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes of this feature.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create_benchmark_version))
        .routes(routes!(versions::list_benchmark_versions))
        .routes(routes!(candidates::list_benchmark_candidates))
        .routes(routes!(freeze::freeze_benchmark))
}
