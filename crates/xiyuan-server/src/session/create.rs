//! Log in.

use axum::extract::State;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiJson;
use crate::session::types::CreateSessionRequest;
use crate::session::types::Me;
use crate::state::AppState;

/// Log in.
#[utoipa::path(
    post,
    path = "/session",
    operation_id = "create_session",
    tag = "会话",
    request_body = CreateSessionRequest,
    responses((status = 200, description = "OK", body = Me))
)]
pub(crate) async fn create_session(
    State(_state): State<AppState>,
    ApiJson(_request): ApiJson<CreateSessionRequest>,
) -> ApiResult<ApiJson<Me>> {
    Err(ApiError::internal("not wired yet"))
}
