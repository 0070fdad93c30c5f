//! Log out.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};

use super::{Caller, caller};
use crate::{error::ApiResult, state::AppState};

/// Log out.
#[utoipa::path(
    delete,
    path = "/session",
    operation_id = "delete_session",
    tag = "会话",
    responses((status = 204, description = "Done"))
)]
pub(crate) async fn delete_session(
    State(state): State<AppState>,
    who: Caller,
    headers: HeaderMap,
) -> ApiResult<Response> {
    if let Some(token) = caller::cookie(&headers) {
        xiyuan_store::users::end_session(&state.db, &who.context, token).await?;
    }
    let ended = caller::set_cookie("", state.config.is_cookie_secure);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, ended)])).into_response())
}
