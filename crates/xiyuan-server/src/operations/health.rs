//! For balancers and watchdogs.

use axum::{extract::State, http::StatusCode};

use crate::state::AppState;

/// The process answers.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// The process can work: the database answers.
pub(crate) async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.db.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "database does not answer\n")
        }
    }
}
