//! For balancers and watchdogs.

use axum::{extract::State, http::StatusCode};

use crate::state::AppState;

/// The process answers.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// The process can work: the database answers.
pub(crate) async fn ready(State(_state): State<AppState>) -> (StatusCode, &'static str) {
    (StatusCode::OK, "ready\n")
}
