//! Health, metrics, the API's own description.

mod docs;
mod health;
mod metrics;

pub(crate) use docs::Docs;
pub(crate) use metrics::count;

use axum::{Router, routing::get};

use crate::state::AppState;

/// Routes of this feature; they are not part of the documented API.
pub(crate) fn router(docs: &'static Docs) -> Router<AppState> {
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics::metrics))
        .merge(docs.routes())
}
