//! Prometheus text.

use axum::extract::State;

use crate::state::AppState;

/// The metrics page.
pub(crate) async fn metrics(State(_state): State<AppState>) -> String {
    String::new()
}
