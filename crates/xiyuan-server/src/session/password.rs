//! Change the own password.

use axum::{extract::State, http::StatusCode};
use xiyuan_store::{Invalid, InvalidCode, StoreError, users};

use super::Caller;
use crate::{
    error::{ApiError, ApiResult},
    http::extract::ApiJson,
    session::types::UpdatePasswordRequest,
    state::AppState,
};

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
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(request): ApiJson<UpdatePasswordRequest>,
) -> ApiResult<StatusCode> {
    let mut tx = state.db.begin(&caller.context).await?;
    let passwords = &state.sources.passwords;
    users::change_password(&mut tx, &caller.session, passwords, &request.current, &request.next)
        .await
        .map_err(|error| match error {
            StoreError::Invalid(Invalid { code: InvalidCode::Credentials, .. }) => {
                ApiError::field("current", "bad-credentials", "当前密码不正确。")
            }
            other => other.into(),
        })?;
    tx.commit("修改密码").await?;
    Ok(StatusCode::NO_CONTENT)
}
