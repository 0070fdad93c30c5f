//! Log out.

use axum::extract::State;
use axum::http::StatusCode;

use crate::error::{ApiError, ApiResult};
use crate::session::Caller;
use crate::state::AppState;

/// Log out.
#[utoipa::path(
    delete,
    path = "/session",
    operation_id = "delete_session",
    tag = "会话",
    responses((status = 204, description = "Done"))
)]
pub(crate) async fn delete_session(State(_state): State<AppState>, _caller: Caller) -> ApiResult<StatusCode> {
    Err(ApiError::internal("not wired yet"))
}
