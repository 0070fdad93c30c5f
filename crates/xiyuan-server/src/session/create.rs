//! Log in.

use axum::{
    extract::State,
    http::header,
    response::{AppendHeaders, IntoResponse, Response},
};
use xiyuan_store::{Invalid, InvalidCode, StoreError, users};

use super::{Visitor, caller, me};
use crate::{
    error::{ApiError, ApiResult},
    http::extract::ApiJson,
    session::types::{CreateSessionRequest, Me},
    state::AppState,
};

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
    State(state): State<AppState>,
    visitor: Visitor,
    ApiJson(request): ApiJson<CreateSessionRequest>,
) -> ApiResult<Response> {
    let per_minute = state.config.limits.logins_per_minute;
    state
        .logins
        .attempt(visitor.address, visitor.context.at, per_minute)
        .map_err(|retry_after| ApiError::TooMany { retry_after })?;
    let passwords = &state.sources.passwords;
    let (token, session) =
        users::log_in(&state.db, &visitor.context, passwords, &request.username, &request.password)
            .await
            .map_err(|error| match error {
                StoreError::NotFound
                | StoreError::Invalid(Invalid { code: InvalidCode::Credentials, .. }) => {
                    ApiError::BadCredentials
                }
                other => other.into(),
            })?;
    let cookie = caller::set_cookie(&token, state.config.is_cookie_secure);
    let me = me::me(&state, &session).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), ApiJson(me)).into_response())
}
