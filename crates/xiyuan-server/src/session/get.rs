//! Who am I?

use axum::extract::State;

use super::{Caller, me};
use crate::{error::ApiResult, http::extract::ApiJson, session::types::Me, state::AppState};

/// Who am I?
#[utoipa::path(
    get,
    path = "/session",
    operation_id = "get_session",
    tag = "会话",
    responses((status = 200, description = "OK", body = Me))
)]
pub(crate) async fn get_session(State(state): State<AppState>, caller: Caller) -> ApiResult<ApiJson<Me>> {
    Ok(ApiJson(me::me(&state, &caller.session).await?))
}
