//! Change the own password; every other session of the person ends.

use axum::extract::State;
use axum::http::StatusCode;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiJson;
use crate::session::Caller;
use crate::session::types::UpdatePasswordRequest;
use crate::state::AppState;

/// Change the own password; every other session of the person ends.
#[utoipa::path(
    put,
    path = "/session/password",
    operation_id = "update_password",
    tag = "会话",
    request_body = UpdatePasswordRequest,
    responses((status = 204, description = "Done"))
)]
pub(crate) async fn update_password(
    State(_state): State<AppState>,
    _caller: Caller,
    ApiJson(_request): ApiJson<UpdatePasswordRequest>,
) -> ApiResult<StatusCode> {
    Err(ApiError::internal("not wired yet"))
}
