//! Who am I?

use axum::extract::State;

use crate::error::{ApiError, ApiResult};
use crate::http::extract::ApiJson;
use crate::session::Caller;
use crate::session::types::Me;
use crate::state::AppState;

/// Who am I?
#[utoipa::path(
    get,
    path = "/session",
    operation_id = "get_session",
    tag = "会话",
    responses((status = 200, description = "OK", body = Me))
)]
pub(crate) async fn get_session(State(_state): State<AppState>, _caller: Caller) -> ApiResult<ApiJson<Me>> {
    Err(ApiError::internal("not wired yet"))
}
