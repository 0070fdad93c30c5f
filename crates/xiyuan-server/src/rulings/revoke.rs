//! Take a ruling back.

use axum::extract::State;
use uuid::Uuid;
use xiyuan_store::{InvalidCode, RulingId, StoreError, rulings};

use super::{
    named::item,
    types::{RevokeRulingRequest, RulingItem},
};
use crate::{
    error::{ApiError, ApiResult, Missing},
    http::extract::{ApiJson, ApiPath},
    session::Caller,
    state::AppState,
};

/// Take a ruling back, with a reason. What was decided before rests on it still.
#[utoipa::path(
    post,
    path = "/rulings/{id}/revoke",
    operation_id = "revoke_ruling",
    tag = "裁定",
    params(("id" = Uuid, Path, description = "Ruling")),
    request_body = RevokeRulingRequest,
    responses((status = 200, description = "OK", body = RulingItem))
)]
pub(crate) async fn revoke_ruling(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(request): ApiJson<RevokeRulingRequest>,
) -> ApiResult<ApiJson<RulingItem>> {
    let id = RulingId(id);
    let scope = caller.scope();
    let ruling = rulings::get(&state.db, scope, id).await.or_missing("裁定")?;
    if request.reason.trim().is_empty() {
        return Err(ApiError::field("reason", "required", "请写明撤销理由。"));
    }
    let mut tx = state.db.begin(&caller.context).await?;
    rulings::revoke(&mut tx, scope, id, &request.reason).await.map_err(|error| match error {
        StoreError::Invalid(invalid) if invalid.code == InvalidCode::State => {
            ApiError::refused("ruling-revoked", "该裁定此前已经撤销。")
        }
        other => other.into(),
    })?;
    tx.commit("撤销裁定").await?;
    let package = state.engine.require_package(Some(&ruling.ruled.policy)).await?;
    let ruling = rulings::get(&state.db, scope, id).await.or_missing("裁定")?;
    Ok(ApiJson(item(&package, scope, &ruling, state.today())))
}
